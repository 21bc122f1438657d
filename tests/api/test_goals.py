"""A goal's whole life through the API, as a program of its lead lives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.goals.models import Adjustment, Contribution, Objective
from okapi.kpis.models import Kpi
from tests.api.conftest import Program, walked
from tests.cast import Cast
from tests.goals.making import make_kpi, measure
from tests.web.conftest import make_goal

Calls = Callable[..., Program]


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    made = make_kpi(cast, key="first-fix", unit="%", frequency="week", decimals=1)
    measure(cast, made, {"2026-W39": 78, "2026-W46": 82, "2026-W47": 83})
    return made


def made(lea: Program, **more: Any) -> dict[str, Any]:
    body = {"title": "Fix at the first visit", "cycle": "2026Q4", "team": "service", **more}
    answer = lea.post("objectives", body)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_from_a_draft_to_grades(cast: Cast, kpi: Kpi, program: Calls) -> None:
    lea = program(cast, cast.lea)
    key = made(lea)["key"]

    moves = [{"kpi": "first-fix", "start": 78, "start_reason": "Q3", "target": "88"}]
    added = lea.post(
        "key-results", {"objective": key, "title": "78 to 88", "moves": moves, "weight": 2}
    )
    assert added.status_code == 201, added.content
    assert added["Location"] == f"/api/v1/key-results/{added.json()['key']}"
    assert lea.post(f"objectives/{key}/agree", {}).json()["state"] == "agreed"
    below = added.json()["key"]
    said = lea.post(f"key-results/{below}/check-ins", {"confidence": 6, "happened": "Parts came."})
    closed = lea.post(
        f"objectives/{key}/close", {"grades": {below: {"grade": 0.7, "reason": "nearly"}}}
    )

    assert (said.status_code, said.json()["confidence"]) == (201, 6)
    assert said.json()["moves"][0] | {"start": "78", "target": "88"} == said.json()["moves"][0]
    assert (closed.json()["state"], closed.json()["grade"]) == ("closed", "0.7")
    assert [one["happened"] for one in lea.get(f"key-results/{below}/check-ins").json()["items"]]


def test_what_is_not_sent_stays(cast: Cast, program: Calls) -> None:
    lea = program(cast, cast.lea)
    key = made(lea, why="Customers wait.", weight=3)["key"]

    answer = lea.patch(f"objectives/{key}", {"title": "Fix it at once"})

    assert answer.status_code == 200
    told = answer.json()
    assert (told["title"], told["why"], told["weight"]) == (
        "Fix it at once",
        "Customers wait.",
        "3",
    )


def test_an_agreed_goal_changes_only_with_a_reason(cast: Cast, program: Calls) -> None:
    make_goal(cast, "O-1")
    lea = program(cast, cast.lea)

    refused = lea.patch("key-results/O-1.1", {"title": "Other"})
    adjusted = lea.post("key-results/O-1.1/adjust", {"target": 90, "reason": "too easy"})

    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "reason")
    assert adjusted.json()["moves"][0]["target"] == "90"
    told = lea.get("objectives/O-1/adjustments").json()["items"]
    assert [(one["reason"], one["after"]["target"]) for one in told] == [("too easy", "90")]
    assert Adjustment.objects.get().person == cast.lea


def test_a_version_that_is_past_changes_nothing(cast: Cast, program: Calls) -> None:
    lea = program(cast, cast.lea)
    key = made(lea)["key"]
    seen = lea.get(f"objectives/{key}")["ETag"]
    lea.patch(f"objectives/{key}", {"why": "Because."})

    late = lea.patch(f"objectives/{key}", {"why": "No."}, **{"If-Match": seen})
    wrong = lea.patch(f"objectives/{key}", {"why": "No."}, **{"If-Match": "yesterday"})

    assert (late.status_code, wrong.status_code) == (412, 422)
    assert Objective.objects.get(key=key).why == "Because."


def test_what_one_has_is_not_sent_again(cast: Cast, program: Calls) -> None:
    make_goal(cast, "O-1")
    lea = program(cast, cast.lea)
    for path in ("objectives", "objectives/O-1", "key-results", "kpis", "kpis/kpi-O-1"):
        seen = lea.get(path)["ETag"]

        again = lea.get(path, **{"If-None-Match": seen})

        assert (again.status_code, again.content) == (304, b""), path


def test_only_the_fields_that_were_asked_for(cast: Cast, program: Calls) -> None:
    make_goal(cast, "O-1")
    lea = program(cast, cast.lea)

    few = lea.get("key-results?fields=key,progress")
    unknown = lea.get("objectives/O-1?fields=key,colour")

    assert [sorted(one) for one in few.json()["items"]] == [["key", "progress"]]
    assert unknown.json()["errors"][0]["found"] == "colour"


def test_alignment_and_guards(cast: Cast, kpi: Kpi, program: Calls) -> None:
    lea = program(cast, cast.lea)
    upper, lower = made(lea)["key"], made(lea)["key"]

    aligned = lea.post(f"objectives/{lower}/contributes-to", {"objective": upper})
    circle = lea.post(f"objectives/{upper}/contributes-to", {"objective": lower})
    guarded = lea.post(f"objectives/{upper}/guards", {"kpi": "first-fix", "low": "75"})
    free = lea.delete(f"objectives/{upper}/guards/first-fix")
    apart = lea.delete(f"objectives/{lower}/contributes-to?objective={upper}")

    assert aligned.json()["contributes_to"] == [{"objective": upper, "key_result": None}]
    assert circle.json()["type"] == "urn:okapi:error:alignment.circle"
    assert guarded.json()["guards"][0] | {"low": "75"} == guarded.json()["guards"][0]
    assert guarded.json()["supported_by"] == [lower]
    assert (free.json()["guards"], apart.json()["contributes_to"]) == ([], [])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"title": "", "cycle": "2026Q4"}, "title"),
        ({"title": "A", "cycle": "1999"}, "cycle"),
        ({"title": "A", "cycle": "2026Q4", "colour": "red"}, "colour"),
        ({"title": "A", "cycle": "2026Q4", "weight": -1}, "weight"),
        ({"title": "A", "cycle": "2026Q4", "weight": "NaN"}, "weight"),
        ({"title": "A", "cycle": "2026Q4", "owner": "who@nowhere.example"}, "owner"),
        ({"title": "A" * 301, "cycle": "2026Q4"}, "title"),
        ({"title": "A\0", "cycle": "2026Q4"}, "body"),
        (b'{"title": "\\ud800", "cycle": "2026Q4"}', "body"),
        ({"cycle": "2026Q4"}, "title"),
        ([], "body"),
    ],
)
def test_bad_bodies_are_told_at_their_field(
    cast: Cast, program: Calls, body: Any, field: str
) -> None:
    answer = program(cast, cast.lea).post("objectives", body)

    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["field"] == field
    assert not Objective.objects.exists()


def test_a_page_after_another(cast: Cast, program: Calls) -> None:
    for at in range(5):
        make_goal(cast, f"O-{at}")
    lea = program(cast, cast.lea)
    found, cursor = [], ""
    while cursor is not None:
        page = lea.get("objectives", limit=2, cursor=cursor).json()
        found += [one["key"] for one in page["items"]]
        cursor = page["next"]

    assert found == [f"O-{at}" for at in range(5)]


def test_how_it_stood_on_a_day(cast: Cast, program: Calls) -> None:
    make_goal(cast, "O-1")
    lea = program(cast, cast.lea)

    now = lea.get("standings?kind=key_result").json()["items"]
    before = lea.get("standings?kind=key_result&day=2026-11-16").json()["items"]
    branch = lea.get("branches?kind=team&cycle=2026Q4").json()["items"]

    assert (now[0]["key"], round(now[0]["progress"], 2)) == ("O-1.1", 0.59)
    assert (before[0]["is_reconstructed"], round(before[0]["progress"], 2)) == (True, 0.4)
    assert isinstance(branch, list)


def test_addresses_of_nothing_are_problems_too(cast: Cast, program: Calls) -> None:
    lea = program(cast, cast.lea)

    nothing, wrong = lea.get("goals"), lea.delete("objectives")

    assert (nothing.status_code, wrong.status_code) == (404, 405)
    for answer in (nothing, wrong):
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert "POST" in wrong["Allow"]


def test_the_tree_of_alignment_level_by_level(cast: Cast, program: Calls) -> None:
    for key, more in (("O-1", {}), ("O-2", {}), ("O-3", {"visibility": "named"}), ("O-4", {})):
        make_goal(cast, key, **more)
    mia, tom = program(cast, cast.mia), program(cast, cast.tom)
    for below, above in (
        ("O-2", {"objective": "O-1"}),
        ("O-4", {"key_result": "O-1.1"}),
    ):
        assert mia.post(f"objectives/{below}/contributes-to", above).status_code == 200
    child, parent = (Objective.objects.get(key=key) for key in ("O-1", "O-3"))
    Contribution.objects.create(organisation=cast.organisation, child=child, parent=parent)
    assert walked(mia, "objectives", "key", top="true") == ["O-3"]
    assert walked(mia, "objectives", "key", parent="O-3") == ["O-1"]
    assert walked(mia, "objectives", "key", parent="O-1") == ["O-2"]
    assert walked(mia, "objectives", "key", parent="O-1.1") == ["O-4"]
    # Who may not read what is above is not told that there is anything.
    assert walked(tom, "objectives", "key", top="true") == ["O-1"]
    assert walked(tom, "objectives", "key", parent="O-3") == []
    assert walked(tom, "objectives", "key", pillar="loved") == []


def test_a_reader_without_a_name_is_refused(cast: Cast, program: Calls) -> None:
    mia = program(cast, cast.mia)
    draft = {"title": "Own", "cycle": "2026Q4", "visibility": "named"}
    for body in ({**draft, "readers": [""]}, {**draft, "readers": ["who@acme.example"]}):
        answer = mia.post("objectives", body)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "readers")
    key = mia.post("objectives", {**draft, "readers": ["tom@acme.example"]}).json()["key"]
    assert mia.patch(f"objectives/{key}", {"readers": [""]}).status_code == 422


def test_comments_come_in_pages(cast: Cast, program: Calls) -> None:
    make_goal(cast, "O-1")
    mia = program(cast, cast.mia)
    for text in ("One", "Two", "Three"):
        mia.post("objectives/O-1/comments", {"text": text})
    assert walked(mia, "objectives/O-1/comments", "text") == ["One", "Two", "Three"]
