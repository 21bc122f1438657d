"""The stored results of KPIs: read set-based, computed by the core, written where they changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from okapi.base import clock, events, outbox, scope
from okapi.base.outbox import News
from okapi.kpis.events import KpisChanged
from okapi.kpis.models import KpiStanding
from okapi.kpis.standings.entries import renew as renew_entries
from okapi.kpis.standings.forecasting import (
    has_forecasts_due,
    leave_to_forecast,
    renew_forecasts,
)
from okapi.kpis.standings.looking_back import look_back
from okapi.kpis.standings.postponing import Postponed
from okapi.kpis.standings.processes import readings_of
from okapi.kpis.standings.signals import (
    leave_to_watch,
    leave_unwatched,
    renew_signals,
    renew_signals_of,
    tell_remarks,
    watched_organisations,
)
from okapi.kpis.standings.storing import AT_ONCE, lock_kpis, news_of, store
from okapi.orgs.queries import settings_of

__all__ = [
    "Postponed",
    "has_forecasts_due",
    "leave_to_forecast",
    "leave_to_watch",
    "leave_unwatched",
    "lock_kpis",
    "look_back",
    "news_of",
    "readings_of",
    "renew",
    "renew_due",
    "renew_entries",
    "renew_forecasts",
    "renew_locked",
    "renew_signals",
    "renew_signals_of",
    "store",
    "tell_remarks",
    "watched_organisations",
]


def renew(kpi_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """Compute the standings of these KPIs anew and store what changed, of their entries too.

    Runs in the caller's transaction and locks the KPIs. Answers with what changed, for the outbox.
    """
    wanted = set(kpi_ids)
    lock_kpis(wanted)
    news = renew_locked(wanted, at=at, today=today)
    renew_entries(wanted, today)
    return news


def renew_locked(
    kpi_ids: Iterable[UUID], *, at: datetime, today: date, anew: bool = False
) -> list[News]:
    """As `renew`, for KPIs that the caller's transaction has locked; `anew` as for `store`."""
    settings = settings_of(scope.organisation_id())
    return news_of(store(sorted(set(kpi_ids)), at=at, settings=settings, today=today, anew=anew))


def renew_due(organisation_id: UUID, today: date) -> int:
    """Renew what turns by itself on `today` or did before; how many KPIs that were. A daily job.

    Those above hear of it as of a changed KPI: a guard may have become stale.
    """
    with scope.organisation(organisation_id):
        due = KpiStanding.objects.filter(turns_on__lte=today).order_by("kpi_id")
        kpi_ids = list(due.values_list("kpi_id", flat=True))
        for start in range(0, len(kpi_ids), AT_ONCE):
            _turn(organisation_id, kpi_ids[start : start + AT_ONCE], today)
    return len(kpi_ids)


@transaction.atomic
def _turn(organisation_id: UUID, kpi_ids: list[UUID], today: date) -> None:
    at = clock.now()
    outbox.tell(organisation_id, renew(kpi_ids, at=at, today=today))
    events.publish(KpisChanged(organisation_id, frozenset(kpi_ids), at))
