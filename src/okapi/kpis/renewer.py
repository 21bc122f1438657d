"""The renewer's part for KPIs: formulas that a large change left to be computed.

Lots of formulas in their order, each lot one transaction with all that follows from it. What was
read from the table of work is deleted with the last lot: a crash loses nothing, and what is
computed twice comes to the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from okapi.base import clock, events, outbox
from okapi.base.arrays import Among
from okapi.core.formulas.parts import Series
from okapi.core.formulas.reach import Range, hull
from okapi.kpis import standings
from okapi.kpis.events import MeasurementsChanged
from okapi.kpis.formulas import linking, network
from okapi.kpis.formulas.computing import Outcome, compute
from okapi.kpis.models import Definition, FormulaDirt, Slice
from okapi.orgs.queries import Settings, settings_of

# So many formulas are computed in one transaction: the longest that a writer may have to wait.
LOT = 1_000
# Beyond so many KPIs one event for all of them goes out.
MOST_NEWS = 1_000
_ALL = 10_000_000


def waiting() -> list[UUID]:
    """The organisations that have something to compute; in a scope across all of them."""
    return list(FormulaDirt.objects.order_by().values_list("organisation_id", flat=True).distinct())


@transaction.atomic
def turn() -> None:
    """Once a day: stop computing earlier versions that no open goal names any more."""
    linking.settle()


@dataclass(slots=True)
class _Work:
    """What is left to do: the rows, the series that differ, or everything of some KPIs."""

    settings: Settings
    rows: list[int] = field(default_factory=list)
    kpi_ids: set[UUID] = field(default_factory=set)
    whole: set[UUID] = field(default_factory=set)
    touched: dict[Series, Range] = field(default_factory=dict)


def drain(organisation_id: UUID) -> int:
    """Compute all that was left in the open organisation; how many formulas that were."""
    work = _read(organisation_id)
    if not work.rows:
        return 0
    versions = _versions(work)
    lots = [versions[start : start + LOT] for start in range(0, len(versions), LOT)]
    for at, lot in enumerate(lots or [[]]):
        _compute(work, lot, is_last=at >= len(lots) - 1)
    return len(versions)


def _read(organisation_id: UUID) -> _Work:
    work = _Work(settings_of(organisation_id))
    rows = FormulaDirt.objects.order_by("id").values_list(
        "id", "kpi_id", "kpi__key", "slice__key", "slice_id", "since", "until"
    )
    for pk, kpi_id, key, slice_key, slice_id, since, until in rows:
        work.rows.append(pk)
        work.kpi_ids.add(kpi_id)
        if slice_id is None or since is None or until is None:
            work.whole.add(kpi_id)
            continue
        days = since.toordinal(), until.toordinal()
        one = Series(key, slice_key)
        work.touched[one] = hull(work.touched.get(one), days) or days
    return work


def _versions(work: _Work) -> list[UUID]:
    """The versions to be computed, in the order of computing."""
    above = network.above(work.kpi_ids, most=_ALL)
    own = Definition.objects.filter(Among("kpi_id", work.whole), is_computed=True)
    return list(network.load({*above.definition_ids, *own.values_list("id", flat=True)}).versions)


@transaction.atomic
def _compute(work: _Work, lot: Sequence[UUID], *, is_last: bool) -> None:
    found = network.load(lot)
    standings.lock_kpis({one.kpi_id for one in found.versions.values()})
    outcome = compute(found, work.settings, None if work.whole else work.touched)
    if not work.whole:
        _go_on(work, found, outcome)
    Definition.objects.filter(Among("id", lot)).update(waiting_since=None)
    if outcome.touched:
        _tell(work.settings, outcome)
    if is_last:
        FormulaDirt.objects.filter(Among("id", work.rows)).delete()


def _go_on(work: _Work, found: network.Network, outcome: Outcome) -> None:
    """What was computed differs for the lots that come."""
    key_of = {one.kpi_id: one.key for one in found.versions.values() if one.serves}
    ids = [one for slices in outcome.touched.values() for one in slices]
    for pk, kpi_id, key in Slice.objects.filter(Among("id", ids)).values_list(
        "pk", "kpi_id", "key"
    ):
        if kpi_id in key_of and pk in outcome.days:
            one = Series(key_of[kpi_id], key)
            work.touched[one] = hull(work.touched.get(one), outcome.days[pk]) or outcome.days[pk]


def _tell(settings: Settings, outcome: Outcome) -> None:
    at = clock.now()
    news = standings.renew(outcome.touched, at=at, today=settings.today)
    slices = (one for ids in outcome.touched.values() for one in ids)
    standings.leave_to_forecast(settings.organisation_id, slices)
    standings.leave_to_watch(settings.organisation_id, outcome.touched)
    events.publish(
        MeasurementsChanged(
            organisation_id=settings.organisation_id,
            touched={kpi_id: frozenset(ids) for kpi_id, ids in outcome.touched.items()},
            at=at,
            through_renewer=True,
        )
    )
    if len(news) > MOST_NEWS:
        number = max(1, int(at.timestamp() * 1000))
        news = [outbox.News("organisation", settings.organisation_id, number)]
    outbox.tell(settings.organisation_id, news)
