"""Working calendars: a country's holidays and make-up working days, written down as days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import transaction

from okapi.base import changes, clock, events
from okapi.base.actor import Actor
from okapi.core.calendars import SATURDAY_SUNDAY
from okapi.core.errors import Refused
from okapi.orgs import access, queries
from okapi.orgs.actions import fields, holding
from okapi.orgs.events import JudgedOtherwise
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
        weekend=weekend_of(country, subdivision),
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


def weekend_of(country: str, subdivision: str = "") -> list[int]:
    """The weekdays (0 is Monday) that are free in a country; Saturday and Sunday without one."""
    import holidays

    if not country:
        return sorted(SATURDAY_SUNDAY)
    try:
        days = holidays.country_holidays(country, subdiv=subdivision or None)
    except NotImplementedError as unknown:
        raise Refused("calendar.country", field="country", found=country) from unknown
    return sorted(days.weekend)


@transaction.atomic
def set_country(
    actor: Actor, *, country: str, subdivision: str = "", version: int | None = None
) -> Calendar:
    """Let the organisation's calendar be that of a country; days that people typed in stay.

    `Refused` (`calendar.country`). All goals are judged anew after the commit.
    """
    held = _hold(actor, version)
    place = country.strip().upper(), subdivision.strip().upper()
    if place == (held.country, held.subdivision):
        return held
    values = {"country": place[0], "subdivision": place[1], "weekend": weekend_of(*place)}
    holding.change(actor, "edit", "calendar", held, values)
    CalendarDay.objects.filter(calendar=held, is_typed=False).delete()
    if held.country:
        _fill(held)
    _judge(actor)
    return held


@transaction.atomic
def set_day(
    actor: Actor,
    day: date | None,
    *,
    is_working: bool,
    title: str = "",
    version: int | None = None,
) -> Calendar:
    """Let a day be free, or worked, whatever the week and the country say."""
    held = _hold(actor, version)
    found = fields.day(day, "day")
    if found is None:
        raise Refused("text.empty", field="day")
    values = {"is_working": is_working, "title": fields.short(title, "title"), "is_typed": True}
    before = CalendarDay.objects.filter(calendar=held, day=found).values(*values).first()
    if before == values:
        return held
    CalendarDay.objects.update_or_create(
        organisation_id=actor.organisation_id, calendar=held, day=found, defaults=values
    )
    _raise(
        actor,
        "set_day",
        held,
        before={found.isoformat(): before},
        after={found.isoformat(): values},
    )
    return held


@transaction.atomic
def forget_day(actor: Actor, day: date, *, version: int | None = None) -> Calendar:
    """Let a typed day be again what the country says of it."""
    held = _hold(actor, version)
    typed = CalendarDay.objects.filter(calendar=held, day=day, is_typed=True)
    before = typed.values("is_working", "title").first()
    if before is None:
        raise access.missing("calendar_day", day)
    typed.delete()
    if held.country and held.first_year <= day.year <= held.last_year:
        _fill(held, only=day)
    _raise(actor, "forget_day", held, before={day.isoformat(): before}, after={})
    return held


@transaction.atomic
def extend(actor: Actor, year: int, *, version: int | None = None) -> Calendar:
    """Fill the country's days in up to a later year, at most ten years from now."""
    held = _hold(actor, version)
    wanted = fields.whole(year, "year", held.first_year, clock.now().year + 10)
    if wanted > held.last_year:
        begin = held.last_year + 1
        holding.change(actor, "edit", "calendar", held, {"last_year": wanted})
        if held.country:
            _fill(held, first_year=begin)
        _judge(actor)
    return held


def _hold(actor: Actor, version: int | None) -> Calendar:
    access.require_manager(actor, Calendar)
    holding.organisation(actor)
    held: Calendar | None = (
        Calendar.objects.filter(organisation_id=actor.organisation_id, is_default=True)
        .select_for_update(of=("self",), no_key=True)
        .first()
    )
    if held is None:
        held = add(actor, key="default", is_default=True)
    holding.check_version(held, version)
    return held


def _raise(
    actor: Actor, verb: str, held: Calendar, *, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Whoever keeps the calendar's days by its version asks for them anew."""
    held.version += 1
    held.save(update_fields=["version"])
    changes.record(actor, verb, "calendar", held.pk, before=before, after=after)
    holding.tell(actor, "calendar", [held])
    _judge(actor)


def _judge(actor: Actor) -> None:
    queries.forget(actor.organisation_id)
    events.publish(JudgedOtherwise(actor.organisation_id))


def _fill(calendar: Calendar, *, first_year: int = 0, only: date | None = None) -> None:
    """The country's days that nobody typed."""
    typed = set(CalendarDay.objects.filter(calendar=calendar).values_list("day", flat=True))
    days = country_days(
        calendar.country,
        calendar.subdivision,
        first_year or calendar.first_year,
        calendar.last_year,
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
        if day not in typed and (only is None or day == only)
    )
