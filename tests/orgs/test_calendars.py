"""The working calendar: a country's days, days of one's own, and what is judged anew."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from okapi.core.errors import Conflict, Forbidden, NotFound, Refused
from okapi.goals.choices import Dirt
from okapi.goals.models import Dirty
from okapi.orgs import queries
from okapi.orgs.actions import calendars
from okapi.orgs.models import Calendar, CalendarDay
from okapi.orgs.queries.calendar import calendar_year
from tests.cast import Cast
from tests.goals.making import make_objective

EVE = date(2026, 12, 24)


def worked(cast: Cast, day: date) -> bool:
    return queries.working_calendar(cast.organisation.pk).is_working(day)


def test_a_day_of_ones_own(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    assert worked(cast, EVE)
    calendars.set_day(ada, EVE, is_working=False, title="Works outing")
    assert not worked(cast, EVE)
    calendars.set_day(ada, date(2026, 12, 26), is_working=True)
    assert worked(cast, date(2026, 12, 26))
    calendars.forget_day(ada, EVE)
    assert worked(cast, EVE)
    with pytest.raises(NotFound):
        calendars.forget_day(ada, EVE)


def test_a_holiday_that_is_worked_and_is_one_again(cast: Cast) -> None:
    ada, holiday = cast.actor(cast.ada), date(2026, 10, 1)
    assert not worked(cast, holiday)
    calendars.set_day(ada, holiday, is_working=True)
    assert worked(cast, holiday)
    calendars.forget_day(ada, holiday)
    assert not worked(cast, holiday)


def test_another_country_keeps_what_was_typed(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    calendars.set_day(ada, EVE, is_working=False, title="Outing")
    calendars.set_country(ada, country="gb", version=2)
    found = calendar_year(ada, 2026)
    assert (found.country, found.version) == ("GB", 3)
    assert not worked(cast, date(2026, 12, 25))
    assert worked(cast, date(2026, 10, 1))
    assert [day.title for day in found.days if day.is_typed] == ["Outing"]
    with pytest.raises(Refused) as refused:
        calendars.set_country(ada, country="XX")
    assert (refused.value.code, refused.value.field) == ("calendar.country", "country")


def test_weekends_are_the_countrys(cast: Cast) -> None:
    calendars.set_country(cast.actor(cast.ada), country="IL")
    assert not worked(cast, date(2026, 11, 27))  # a Friday
    assert worked(cast, date(2026, 11, 29))  # a Sunday
    calendars.set_country(cast.actor(cast.ada), country="")
    assert (worked(cast, date(2026, 11, 27)), worked(cast, date(2026, 11, 29))) == (True, False)
    assert not CalendarDay.objects.exists()


def test_later_years(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    assert calendar_year(ada, 2030).days == ()
    calendars.extend(ada, 2030)
    assert calendar_year(ada, 2030).days != ()
    assert Calendar.objects.get().last_year == 2030
    with pytest.raises(Refused):
        calendars.extend(ada, 2099)


def test_goals_are_judged_anew_after_a_change_alone(cast: Cast) -> None:
    ada, objective = cast.actor(cast.ada), make_objective(cast)
    calendars.set_day(ada, EVE, is_working=False)
    assert list(Dirty.objects.values_list("kind", "object_id")) == [
        (Dirt.OBJECTIVE.value, objective.pk)
    ]
    Dirty.objects.all().delete()
    calendars.set_day(ada, EVE, is_working=False)
    calendars.set_country(ada, country="CN")
    assert not Dirty.objects.exists()


def test_two_at_once_and_who_may(cast: Cast) -> None:
    calendars.set_day(cast.actor(cast.ada), EVE, is_working=False, version=1)
    with pytest.raises(Conflict):
        calendars.set_country(cast.actor(cast.ada), country="GB", version=1)
    for person in (cast.stella, cast.lea, cast.vic):
        with pytest.raises(Forbidden):
            calendars.set_day(cast.actor(person), EVE, is_working=False)


@pytest.mark.parametrize(
    ("given", "code"),
    [({"day": None}, "text.empty"), ({"day": date(1700, 1, 1)}, "day.outside"),
     ({"day": EVE, "title": "x" * 201}, "text.too_long")],
)  # fmt: skip
def test_what_is_refused(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        calendars.set_day(cast.actor(cast.ada), is_working=False, **given)
    assert refused.value.code == code
