"""Working calendars: a country's holidays and make-up working days, written down as days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.core.calendars import SATURDAY_SUNDAY
from okapi.core.errors import Refused
from okapi.orgs.models import Calendar, CalendarDay

YEARS_BACK = 3
YEARS_AHEAD = 2


@transaction.atomic
def add(
    actor: Actor,
    *,
    key: str,
    country: str = "",
    subdivision: str = "",
    title: str = "",
    is_default: bool = False,
    first_year: int | None = None,
    last_year: int | None = None,
) -> Calendar:
    """Add a working calendar; with a country (ISO 3166 code) its holidays are filled in.

    `Refused` (`calendar.country`) for a country that is not known. Without one, only the weekend
    is free.
    """
    year = clock.now().year
    calendar: Calendar = Calendar.objects.create(
        organisation_id=actor.organisation_id,
        key=key,
        title=title or key,
        country=country,
        subdivision=subdivision,
        weekend=sorted(SATURDAY_SUNDAY),
        first_year=first_year or year - YEARS_BACK,
        last_year=last_year or year + YEARS_AHEAD,
        is_default=is_default,
    )
    if country:
        _fill(calendar)
    changes.record(actor, "add", "calendar", calendar.pk, after={"key": key, "country": country})
    return calendar


def country_days(
    country: str, subdivision: str, first_year: int, last_year: int
) -> Iterator[tuple[date, bool, str]]:
    """The days of a country that differ from its week: (day, is it worked, its name).

    `Refused` (`calendar.country`) for a country or subdivision that the library does not know.
    """
    import holidays

    years = range(first_year, last_year + 1)
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None, years=years)
    except NotImplementedError as unknown:
        raise Refused("calendar.country", field="country", found=country) from unknown
    weekend = set(days.weekend)
    for day, title in sorted(days.items()):
        if day.weekday() not in weekend:
            yield day, False, title
    # The library keeps the make-up days of all years that it knows.
    for day in sorted(day for day in getattr(days, "weekend_workdays", ()) if day.year in years):
        yield day, True, ""


def _fill(calendar: Calendar) -> None:
    days = country_days(
        calendar.country, calendar.subdivision, calendar.first_year, calendar.last_year
    )
    CalendarDay.objects.bulk_create(
        CalendarDay(
            organisation_id=calendar.organisation_id,
            calendar=calendar,
            day=day,
            is_working=is_working,
            title=title[:200],
        )
        for day, is_working, title in days
    )
