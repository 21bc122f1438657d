"""Cycles on their pages: a year with its parts, single ones, changed and put away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from okapi.orgs.models import Cycle
from tests.cast import Cast
from tests.goals.making import make_objective
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/cycles/"
ONE = f"{PATH}of/2026Q4/"
QUARTER = {
    "title": "2026 Q4", "kind": "quarter", "starts": "2026-10-01", "ends": "2026-12-31",
    "parent": "2026", "cadence_days": "7", "state": "running",
}  # fmt: skip


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_everybody_sees_them(browser: Open, cast: Cast) -> None:
    answer = browser(cast.vic).get(PATH)
    rows = [(row.title, row.line.depth, row.is_now, row.edit) for row in answer.context["rows"]]
    assert rows == [("2026", 0, True, ""), ("2026 Q4", 1, True, "")]
    assert answer.context["form"] is None
    assert "changed by people with the role strategist" in text_of(answer)


def test_a_year_at_once(browser: Open, cast: Cast) -> None:
    stella = browser(cast.stella)
    form = stella.get(PATH).context["form"]
    assert form.rows[0][0].value == "2027"
    made = stella.post(PATH, {"year": "2027", "parts": "quarter", "cadence_days": "14"})
    assert made["Location"] == f"/o/acme/{PATH}?said=added"
    titles = [row.title for row in stella.get(PATH).context["rows"]]
    assert titles == ["2027", "Q1 2027", "Q2 2027", "Q3 2027", "Q4 2027", "2026", "2026 Q4"]
    assert set(Cycle.objects.filter(starts__year=2027).values_list("cadence_days", flat=True)) == {
        14
    }


@pytest.mark.parametrize("year", ["", "soon", "20277", "-1", "٢٠٢٧", "2026.5", "9" * 40])
def test_a_year_that_is_none(browser: Open, cast: Cast, year: str) -> None:
    answer = browser(cast.stella).post(
        PATH, {"year": year, "parts": "quarter", "cadence_days": "7"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].rows[0][0].error


def test_a_single_one(browser: Open, cast: Cast) -> None:
    given = {
        **QUARTER,
        "title": "Rush",
        "kind": "custom",
        "starts": "2026-11-01",
        "ends": "2026-11-30",
    }
    assert browser(cast.stella).post(f"{PATH}new", given).status_code == 302
    rush = Cycle.objects.get(key="rush")
    assert (rush.starts, rush.parent, rush.state) == (date(2026, 11, 1), cast.year, "running")


def test_others_may_not(browser: Open, cast: Cast) -> None:
    for person in (cast.ada, cast.lea, cast.vic):
        assert browser(person).post(PATH, {"year": "2027"}).status_code == 403
        for path in (f"{PATH}new", ONE):
            assert browser(person).get(path).status_code == 403
            assert browser(person).post(path, QUARTER).status_code == 403


def test_strangers_bad_keys_and_methods(browser: Open, cast: Cast, strangers: Cast) -> None:
    assert browser(strangers.stella).get(PATH).status_code == 404
    assert browser(cast.stella).get(f"{PATH}of/nothing/").status_code == 404
    assert browser(cast.stella).client.delete(f"/o/acme/{ONE}").status_code == 405


def test_days_are_told_at_their_fields(browser: Open, cast: Cast) -> None:
    stella = browser(cast.stella)
    for name, value in (("starts", "soon"), ("ends", "2026-13-01"), ("ends", "2026-09-01")):
        answer = stella.post(ONE, {**QUARTER, name: value})
        fields = {one.name: one for row in answer.context["form"].rows for one in row}
        assert (answer.status_code, bool(fields[name].error)) == (422, True), value
        assert fields[name].value == value
    make_objective(cast)
    answer = stella.post(ONE, {**QUARTER, "ends": "2026-12-24"})
    assert "An objective was agreed for these days" in text_of(answer)


def test_changing(browser: Open, cast: Cast) -> None:
    stella = browser(cast.stella)
    assert stella.get(ONE).context["form"].version == 1
    changed = {**QUARTER, "title_other": "2026 年第四季度", "cadence_days": "10", "version": "1"}
    assert stella.post(ONE, changed).status_code == 302
    quarter = Cycle.objects.get(pk=cast.quarter.pk)
    assert (quarter.title_other, quarter.cadence_days) == ("2026 年第四季度", 10)
    choices = stella.get(ONE).context["form"].rows[3][0].choices
    assert [choice.text for choice in choices if choice.chosen] == ["every 10 days"]
    assert stella.post(ONE, {**changed, "title": "Last"}).status_code == 409


def test_a_closed_one_is_not_offered(browser: Open, cast: Cast) -> None:
    Cycle.objects.filter(pk=cast.quarter.pk).update(state="closed")
    rows = browser(cast.stella).get(PATH).context["rows"]
    assert [(row.title, bool(row.edit)) for row in rows] == [("2026", True), ("2026 Q4", False)]


def test_putting_away(browser: Open, cast: Cast) -> None:
    stella = browser(cast.stella)
    make_objective(cast)
    assert "An objective is set for it" in text_of(stella.post(f"{ONE}archive"))
    cast.quarter.objectives.all().delete()
    assert stella.post(f"{ONE}archive", {"version": "1"}).status_code == 302
    assert [row.title for row in stella.get(PATH).context["rows"]] == ["2026"]


def test_none_yet(browser: Open, cast: Cast) -> None:
    Cycle.objects.filter(parent__isnull=False).delete()
    Cycle.objects.all().delete()
    answer = browser(cast.stella).get(PATH)
    assert "it takes one press" in text_of(answer)
    assert answer.context["form"].rows[0][0].value == "2026"
    assert "A strategist makes the cycles" in text_of(browser(cast.vic).get(PATH))


@pytest.mark.parametrize("years", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, years: int) -> None:
    for year in range(2030, 2030 + years):
        Cycle.objects.create(
            organisation=cast.organisation, key=f"{year}", title="Y", kind="year",
            starts=date(year, 1, 1), ends=date(year, 12, 31),
        )  # fmt: skip
    stella = browser(cast.stella)
    stella.get(PATH)  # the days of the calendar are remembered by the process
    with outside(), statements() as asked:
        assert stella.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the cycles
