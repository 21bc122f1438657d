"""What follows for formulas when measurements, definitions or targets of their parts change.

Up to `MOST_AT_ONCE` dependants and `DEEPEST` formulas on top of each other are computed in the
writer's transaction; more is left to the renewer, and told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from okapi.base import clock
from okapi.base.arrays import Among
from okapi.core.formulas.parts import Series
from okapi.core.formulas.reach import Range
from okapi.kpis.formulas import dirt, linking, network
from okapi.kpis.formulas.computing import Outcome, compute
from okapi.kpis.models import Definition, Slice
from okapi.kpis.standings import lock_kpis
from okapi.orgs.queries import Settings

MOST_AT_ONCE = 5_000
DEEPEST = 20


def follow(
    settings: Settings, touched: Mapping[int, tuple[UUID, Range]], *, later: bool = False
) -> Outcome:
    """Renew what depends on touched slices (slice → its KPI, and the days that differ).

    The KPIs of the slices are locked already; dependants are locked here. `later` leaves the work
    to the renewer, as for a large batch.
    """
    kpi_ids = {kpi_id for kpi_id, _ in touched.values()}
    above = network.above(kpi_ids, most=MOST_AT_ONCE)
    if not above.definition_ids:
        return Outcome()
    if later or _is_large(above):
        dirt.leave(
            settings.organisation_id,
            [(kpi_id, slice_id, days) for slice_id, (kpi_id, days) in touched.items()],
        )
        wait(above.definition_ids)
        return Outcome()
    found = network.load(above.definition_ids)
    lock_kpis({one.kpi_id for one in found.versions.values()})
    rows = Slice.objects.filter(pk__in=list(touched)).values_list("pk", "kpi__key", "key")
    return compute(found, settings, {Series(kpi, key): touched[pk][1] for pk, kpi, key in rows})


def _is_large(above: network.Above) -> bool:
    return len(above.definition_ids) > MOST_AT_ONCE or above.depth > DEEPEST


def anew(settings: Settings, kpi_ids: Collection[UUID]) -> Outcome:
    """Compute these KPIs' formulas, and all that depends on them, in all periods.

    The KPIs and their dependants are locked already (see `lock_around`).
    """
    versions = set(
        Definition.objects.filter(Among("kpi_id", kpi_ids), is_computed=True).values_list(
            "id", flat=True
        )
    )
    above = network.above(kpi_ids, most=MOST_AT_ONCE)
    if _is_large(above):
        dirt.leave(settings.organisation_id, [(one, None, None) for one in kpi_ids])
        wait({*above.definition_ids, *versions})
        return Outcome()
    return compute(network.load({*above.definition_ids, *versions}), settings)


def lock_around(kpi_id: UUID, formula: str) -> None:
    """Lock a KPI that gets another definition, what its formula names, and what depends on it.

    All in one order, so that two writers wait for each other instead of standing in a circle; a
    measurement of a part that is on its way comes before or after.
    """
    above = network.above([kpi_id], most=MOST_AT_ONCE)
    rows = Definition.objects.filter(Among("id", above.definition_ids))
    lock_kpis({kpi_id, *rows.values_list("kpi_id", flat=True), *linking.named(formula)})


def wait(definition_ids: Collection[UUID]) -> None:
    """Tell that versions are still to be computed."""
    rows = Definition.objects.filter(Among("id", definition_ids), waiting_since__isnull=True)
    rows.update(waiting_since=clock.now())


def everything(settings: Settings) -> Outcome:
    """Compute all formulas of the organisation anew; nothing is left to the renewer."""
    linking.link_new()
    linking.settle()
    rows = Definition.objects.filter(is_computed=True)
    found = network.load(set(rows.values_list("id", flat=True)))
    lock_kpis({one.kpi_id for one in found.versions.values()})
    dirt.forget()
    rows.filter(waiting_since__isnull=False).update(waiting_since=None)
    return compute(found, settings) if found.versions else Outcome()
