"""A year of the organisation's working calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from okapi.base.actor import Actor
from okapi.core.calendars import SATURDAY_SUNDAY
from okapi.orgs.models import Calendar, CalendarDay


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that differs from the week's rhythm, or was typed."""

    day: date
    is_working: bool
    title: str
    is_typed: bool


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year: where the holidays come from, the special days, how many days are worked."""

    year: int
    country: str
    subdivision: str
    weekend: frozenset[int]
    first_year: int
    last_year: int
    version: int
    days: tuple[SpecialDay, ...]

    def is_working(self, day: date) -> bool:
        """Whether a day of the year is worked."""
        found = next((one for one in self.days if one.day == day), None)
        return day.weekday() not in self.weekend if found is None else found.is_working

    @property
    def worked(self) -> int:
        """How many days of the year are worked."""
        special = {one.day: one.is_working for one in self.days}
        begin = date(self.year, 1, 1)
        days = (begin + timedelta(days=number) for number in range(366))
        return sum(
            special.get(day, day.weekday() not in self.weekend)
            for day in days
            if day.year == self.year
        )


def calendar_year(actor: Actor, year: int) -> CalendarYear:
    """The default calendar in a year; two statements. Without one: Saturday and Sunday are free."""
    rows = Calendar.objects.filter(organisation_id=actor.organisation_id, is_default=True)
    found: Calendar | None = rows.first()
    if found is None:
        return CalendarYear(year, "", "", SATURDAY_SUNDAY, year, year, 1, ())
    days = CalendarDay.objects.filter(calendar=found, day__year=year).order_by("day")
    return CalendarYear(
        year,
        found.country,
        found.subdivision,
        frozenset(found.weekend),
        found.first_year,
        found.last_year,
        found.version,
        tuple(
            SpecialDay(*row) for row in days.values_list("day", "is_working", "title", "is_typed")
        ),
    )
