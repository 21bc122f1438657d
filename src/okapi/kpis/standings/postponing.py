"""KPIs whose look for signals failed: each waits, longer with every failure, and no other with it.

Kept by the process that looks; its marks stay in the database, so that another one tries at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

FIRST, LONGEST = timedelta(minutes=1), timedelta(hours=6)


class Postponed:
    """Which KPIs are not to be tried before when."""

    def __init__(self) -> None:
        self._failures: dict[UUID, tuple[int, datetime]] = {}

    def failed(self, kpi_id: UUID, at: datetime) -> datetime:
        """One more failure: when it may be tried again. Each wait is twice the one before."""
        times = self._failures.get(kpi_id, (0, at))[0]
        wait = min(FIRST * float(2 ** min(times, 20)), LONGEST)
        until = at + wait
        self._failures[kpi_id] = times + 1, until
        return until

    def done(self, kpi_ids: Iterable[UUID]) -> None:
        """What was looked at without a failure is forgotten."""
        for kpi_id in kpi_ids:
            self._failures.pop(kpi_id, None)

    def waiting(self, at: datetime) -> list[UUID]:
        """Those that are not to be tried at a time."""
        return [kpi_id for kpi_id, (_, until) in self._failures.items() if until > at]
