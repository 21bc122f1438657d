"""The calendar's page: a year's view, holidays, days of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.orgs.models import CalendarDay
from tests.cast import Cast
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/calendar/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def cell(answer: Any, month: int, day: int) -> Any:
    weeks = answer.context["months"][month - 1].weeks
    return next(one for week in weeks for one in week if one.number == day)


def test_a_years_view(browser: Open, cast: Cast) -> None:
    answer = browser(cast.vic).get(PATH)
    assert answer.context["year"] == 2026
    assert len(answer.context["months"]) == 12
    assert sum(bool(one.number) for month in answer.context["months"]
               for week in month.weeks for one in week) == 365  # fmt: skip
    assert cell(answer, 10, 1).kind == "day-free day-holiday"
    assert cell(answer, 10, 10).kind == "day-made-up"  # China makes up for the National Day
    assert cell(answer, 11, 21).kind == "day-free"
    assert cell(answer, 11, 23).kind == "day-today"
    assert "working days in 2026" in text_of(answer)
    assert "country" not in answer.context
    assert answer.context["weekdays"][0] == ("Monday", "M")
    assert text_of(answer).count('<span aria-hidden="true">M</span>') == 12


@pytest.mark.parametrize(
    ("query", "year"),
    [("year=2024", 2024), ("year=nonsense", 2026), ("year=0", 2026), ("year=9999", 2026),
     ("year=1990", 1990), ("year=2200", 2200)],
)  # fmt: skip
def test_other_years(browser: Open, cast: Cast, query: str, year: int) -> None:
    assert browser(cast.vic).get(f"{PATH}?{query}").context["year"] == year


def test_a_day_of_ones_own(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    given = {
        "do": "day",
        "day": "2027-12-24",
        "is_working": "no",
        "title": "Outing",
        "version": "1",
    }
    answer = ada.post(PATH, given)
    assert answer["Location"] == f"/o/acme/{PATH}?year=2027&said=saved"
    shown = ada.get(f"{PATH}?year=2027")
    assert cell(shown, 12, 24).label == "24 Dec 2027: Outing"
    assert "Saved." in text_of(ada.get(f"{PATH}?year=2027&said=saved"))
    assert ada.post(PATH, {"do": "forget", "day": "2027-12-24"}).status_code == 302
    assert not CalendarDay.objects.filter(is_typed=True).exists()
    assert ada.post(PATH, {**given, "day": "2027-12-25", "version": "1"}).status_code == 409


def test_another_country_and_later_years(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    assert (
        ada.post(PATH, {"do": "country", "country": "GB", "subdivision": "SCT"}).status_code == 302
    )
    assert cell(ada.get(PATH), 11, 30).kind == "day-free day-holiday"  # Saint Andrew's
    far = ada.get(f"{PATH}?year=2031")
    assert far.context["unknown"] == "The holidays of 2031 are not filled in."
    assert ada.post(PATH, {"do": "extend", "year": "2031"}).status_code == 302
    assert ada.get(f"{PATH}?year=2031").context["unknown"] == ""


@pytest.mark.parametrize(
    ("given", "name", "field"),
    [
        ({"do": "day", "day": "", "is_working": "no"}, "day", "day"),
        ({"do": "day", "day": "soon", "is_working": "no"}, "day", "day"),
        ({"do": "country", "country": "XX"}, "country", "country"),
        ({"do": "country", "country": "GB", "subdivision": "XYZ"}, "country", "country"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, given: dict[str, str], name: str, field: str
) -> None:
    answer = browser(cast.ada).post(PATH, given)
    assert answer.status_code == 422
    fields = {one.name: one for row in answer.context[name].rows for one in row}
    assert [one.name for one in fields.values() if one.error] == [field]


def test_nonsense_and_others(browser: Open, cast: Cast, strangers: Cast) -> None:
    ada = browser(cast.ada)
    for given in ({}, {"do": "nonsense"}, {"do": "extend", "year": "2999"}, {"do": "forget"}):
        answer = ada.post(PATH, given)
        assert (answer.status_code, bool(answer.context["wrong"])) == (422, True), given
    assert ada.post(PATH, {"do": "forget", "day": "2026-01-05"}).status_code == 404
    for person in (cast.stella, cast.lea, cast.vic):
        assert browser(person).post(PATH, {"do": "country", "country": "GB"}).status_code == 403
    assert browser(strangers.ada).get(PATH).status_code == 404
    assert ada.client.delete(f"/o/acme/{PATH}").status_code == 405


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    ada = browser(cast.ada)
    for day in range(1, n + 1):
        ada.post(PATH, {"do": "day", "day": f"2026-06-0{day}", "is_working": "no"})
    ada.get(PATH)
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 4  # session, user with their places, the calendar and its days
