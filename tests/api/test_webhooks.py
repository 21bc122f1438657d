"""Webhooks by the API."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Program
from tests.cast import Cast

Make = Callable[..., Program]
BODY = {"name": "Bridge", "url": "https://bridge.example/in", "events": ["kpi.changed"]}


def test_made_read_changed_removed(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    made = ada.post("webhooks", BODY)
    assert made.status_code == 201
    one = f"webhooks/{made.json()['id']}"
    assert made.json()["secret"].startswith("whsec_")
    assert ada.get(one).json()["secret"] is None
    changed = ada.put(one, {**BODY, "events": ["check_in.added"]})
    assert changed.json()["events"] == ["check_in.added"]
    again = ada.post(f"{one}/secret", {}).json()["secret"]
    assert again not in (None, made.json()["secret"])
    assert [each["secret"] for each in ada.get("webhooks").json()["items"]] == [None]
    assert ada.get(f"{one}/messages").json() == {"items": [], "next": None}
    assert ada.delete(one).status_code == 204
    assert ada.get(one).status_code == 404


def test_what_is_wrong(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    for wrong in ({"url": "file:///etc/passwd"}, {"events": []}, {"events": ["x"]}, {"name": ""}):
        assert ada.post("webhooks", {**BODY, **wrong}).status_code == 422
    assert program(cast, cast.mia).get("webhooks").status_code == 403
