"""What follows from touched slices, in the writer's transaction: standings, those above, news."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from okapi.base import events, outbox, statements
from okapi.kpis import standings
from okapi.kpis.events import MeasurementsChanged
from okapi.kpis.formulas import renewing
from okapi.kpis.ingest.merging import Days
from okapi.orgs.queries import Settings


def spread(
    settings: Settings,
    touched: Mapping[int, tuple[UUID, Days]],
    at: datetime,
    *,
    through_renewer: bool,
    quiet: bool,
) -> None:
    """Renew the KPIs of touched slices (slice → KPI and days), which are locked; tell those above.

    First the formulas that depend on them, then the standings of all once. Open pages are told of
    each KPI, whichever of its values it is, unless `quiet`: then the caller tells of the intake.
    """
    if not touched:
        return
    slices_of: dict[UUID, set[int]] = {}
    for slice_id, (kpi_id, _) in touched.items():
        slices_of.setdefault(kpi_id, set()).add(slice_id)
    ranges = {
        slice_id: (kpi_id, (first.toordinal(), last.toordinal()))
        for slice_id, (kpi_id, (first, last)) in touched.items()
    }
    for kpi_id, ids in renewing.follow(settings, ranges, later=through_renewer).touched.items():
        slices_of.setdefault(kpi_id, set()).update(ids)
    news = standings.renew_locked(slices_of, at=at, today=settings.today, anew=not quiet)
    with statements.together():
        standings.leave_to_forecast(
            settings.organisation_id, (one for ids in slices_of.values() for one in ids)
        )
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
