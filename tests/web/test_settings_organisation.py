"""The organisation's own page: its names, its zone, when its year and week begin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.orgs.models import Organisation
from tests.cast import Cast
from tests.goals.making import make_kpi, measure
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "settings/organisation/"
HOUSE = {
    "name": "Acme", "name_other": "", "language": "en", "time_zone": "Asia/Shanghai",
    "currency": "", "first_weekday": "0", "fiscal_month": "1",
}  # fmt: skip


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_way_in(browser: Open, cast: Cast) -> None:
    page = browser(cast.vic).get("")
    assert [(place.text, place.href) for place in page.context["frame"].below] == [
        ("Settings", "/o/acme/settings/")
    ]
    assert browser(cast.vic).get("settings/")["Location"] == f"/o/acme/{PATH}"


def test_everybody_reads_it(browser: Open, cast: Cast) -> None:
    answer = browser(cast.vic).get(PATH)
    facts = dict(answer.context["facts"])
    assert facts["First language"] == "English"
    assert facts["The week begins on"] == "Monday"
    assert facts["Currency"] == "–"
    assert '<form class="form' not in text_of(answer)


def test_an_administrator_changes_it(browser: Open, cast: Cast) -> None:
    given = {
        **HOUSE,
        "name": "Acme Works",
        "name_other": "艾克美",
        "fiscal_month": "4",
        "version": "1",
    }
    answer = browser(cast.ada).post(PATH, given)
    assert answer["Location"] == f"/o/acme/{PATH}?said=saved"
    changed = Organisation.objects.get(pk=cast.organisation.pk)
    assert (changed.name, changed.name_other, changed.fiscal_month) == ("Acme Works", "艾克美", 4)


def test_others_may_not(browser: Open, cast: Cast) -> None:
    for person in (cast.stella, cast.lea, cast.vic):
        assert browser(person).post(PATH, HOUSE).status_code == 403


def test_strangers_and_methods(browser: Open, cast: Cast, strangers: Cast) -> None:
    assert browser(strangers.ada).get(PATH).status_code == 404
    assert browser(cast.ada).client.delete(f"/o/acme/{PATH}").status_code == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""), ("time_zone", "Mars"), ("currency", "money"), ("first_weekday", "9"),
        ("fiscal_month", ""), ("language", "zh"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(
    browser: Open, cast: Cast, name: str, value: str
) -> None:
    answer = browser(cast.ada).post(PATH, {**HOUSE, name: value})
    assert answer.status_code == 422
    fields = {one.name: one for row in answer.context["form"].rows for one in row}
    assert [one.name for one in fields.values() if one.error] == [name]


def test_periods_that_hold_values_stay(browser: Open, cast: Cast) -> None:
    measure(cast, make_kpi(cast, frequency="quarter"), {"2026Q3": 1})
    answer = browser(cast.ada).post(PATH, {**HOUSE, "fiscal_month": "4"})
    assert "there are values or targets that lie on its periods" in text_of(answer)


def test_two_at_once(browser: Open, cast: Cast) -> None:
    browser(cast.ada).post(PATH, {**HOUSE, "name": "One", "version": "1"})
    answer = browser(cast.ada).post(
        PATH, {**HOUSE, "name": "Two", "time_zone": "UTC", "version": "1"}
    )
    assert answer.status_code == 409
    helps = {one.name: one.help for row in answer.context["form"].rows for one in row}
    assert helps["name"] == "Now: One."
    assert helps["time_zone"] == "Now: Asia/Shanghai."


def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any) -> None:
    ada = browser(cast.ada)
    ada.get(PATH)  # the days of the calendar are remembered by the process
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the organisation
