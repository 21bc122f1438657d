"""What follows from touched slices, in the writer's transaction: standings, those above, news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from okapi.base import events, outbox, statements
from okapi.kpis import standings
from okapi.kpis.events import MeasurementsChanged
from okapi.orgs.queries import Settings


def spread(
    settings: Settings,
    touched: Mapping[int, UUID],
    at: datetime,
    *,
    through_renewer: bool,
    quiet: bool,
) -> None:
    """Renew the KPIs of touched slices (slice → KPI), which are locked, and tell those above.

    Open pages are told of each KPI unless `quiet`: then the caller tells of the intake.
    """
    if not touched:
        return
    slices_of: dict[UUID, set[int]] = {}
    for slice_id, kpi_id in touched.items():
        slices_of.setdefault(kpi_id, set()).add(slice_id)
    news = standings.renew_locked(slices_of, at=at, today=settings.today)
    with statements.together():
        standings.leave_to_forecast(settings.organisation_id, touched)
        standings.leave_to_watch(settings.organisation_id, slices_of)
    events.publish(
        MeasurementsChanged(
            organisation_id=settings.organisation_id,
            touched={kpi_id: frozenset(ids) for kpi_id, ids in slices_of.items()},
            at=at,
            through_renewer=through_renewer,
        )
    )
    if not quiet:
        outbox.tell(settings.organisation_id, news)
