"""Who asks: the actor, the organisation whose days and languages count, and the language read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from okapi.base.actor import Actor
from okapi.core.calendars import WorkingCalendar
from okapi.orgs.queries import Settings


@dataclass(frozen=True, slots=True)
class Asking:
    """Every question of a page starts with one; `calendar` has the organisation's working days."""

    actor: Actor
    organisation: Settings
    language: str
    calendar: WorkingCalendar
    today: date

    def text(self, first: str, other: str) -> str:
        """The one of two texts that the reader reads, or the one that there is."""
        return self.organisation.in_language(first, other, self.language)
