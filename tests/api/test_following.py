"""Following by the API: one's own list, and nothing that one may not read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from okapi.goals.models import Objective
from okapi.talk.models import Follow
from tests.api.conftest import Program
from tests.cast import Cast
from tests.web.conftest import make_goal

Make = Callable[..., Program]


def test_things_are_followed_listed_page_by_page_and_left(cast: Cast, program: Make) -> None:
    make_goal(cast, "O-1")
    tom, vic = program(cast, cast.tom), program(cast, cast.vic)
    for thing in ("objective/O-1", "kpi/kpi-O-1", "team/service", "person/MIA@acme.example"):
        assert tom.put(f"follows/{thing}", {}).status_code == 204
        assert tom.put(f"follows/{thing}", {}).status_code == 204
    first: Any = tom.get("follows", limit=3).json()
    second: Any = tom.get("follows", limit=3, cursor=first["next"]).json()
    assert [one["kind"] for one in first["items"]] == ["person", "team", "kpi"]
    assert [(one["kind"], one["key"]) for one in second["items"]] == [("objective", "O-1")]
    assert second["next"] is None
    assert vic.get("follows").json() == {"items": [], "next": None}
    Objective.objects.update(visibility="named")
    kinds = [one["kind"] for one in tom.get("follows", limit=2).json()["items"]]
    assert kinds == ["person", "team"]
    assert len(tom.get("follows").json()["items"]) == 3
    assert tom.delete("follows/objective/O-1").status_code == 404
    assert tom.delete("follows/team/service").status_code == 204
    assert {one.kind for one in Follow.objects.all()} == {"objective", "kpi", "person"}


def test_what_is_unknown_is_told(cast: Cast, program: Make) -> None:
    mia = program(cast, cast.mia)
    assert mia.put("follows/objective/nothing", {}).status_code == 404
    assert mia.put("follows/moon/O-1", {}).status_code == 404
