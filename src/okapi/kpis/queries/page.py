"""One KPI with all that its page shows of it: three statements whatever it holds.

The first finds the KPI with its versions and slices. The second is a round (`base.rounds`) of all
that belongs to the KPI and to the slice looked at. The third reads the values, which are many.

To show something more of a KPI, fold it into the round: a small answer gets a field of `KpiPage`
and a line where the round is asked in `kpi_page`; what belongs to another app, or to one page
alone, comes `beside`, as `web.kpis.beside` does it. Neither costs a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.base.prepared import ReadersQuestion
from okapi.base.rounds import Beside, Round
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, next_period, period_of, previous_period
from okapi.core.series import gaps
from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi, Slice
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.forecasts import Fitted, fitted_part
from okapi.kpis.queries.measured import (
    LackingRow,
    MeasuredRow,
    Revisions,
    computed,
    measured,
    revisions_part,
)
from okapi.kpis.queries.plan import Plan, plan_part
from okapi.kpis.queries.reading import COLUMNS, kpi_row
from okapi.kpis.queries.rows import KpiRow
from okapi.kpis.queries.signals import Process, process_of
from okapi.kpis.queries.stand import SliceRow, Stand, Values, stand_of, years_of
from okapi.kpis.queries.target_changes import TargetChange, target_changes
from okapi.kpis.queries.versions import DEFINITION, DefinitionRow, definition_row
from okapi.orgs import access as orgs_access
from okapi.orgs.queries import RunningCycle, running_part

RECENT = 800
"""So many of the newest periods are read; with `everything` up to MOST."""
MOST = 4_000

_MORE = {
    "description": "description",
    "description_other": "description_other",
    "state": "state",
    "version": "version",
    "pillar_key": "pillar__key",
    "pillar": "pillar__title",
    "pillar_other": "pillar__title_other",
    "perspective": "pillar__perspective__title",
    "perspective_other": "pillar__perspective__title_other",
    "team_key": "team__key",
    "owner_email": "owner__email",
    "definition_id": "definition_id",
    "year_before_to_date": "standing__to_date_year_before",
    "to_date_plan": "standing__to_date_plan",
    "to_date_status": "standing__to_date_status",
    "told_of_data": "standing__remarks",
}
LOOKED_BACK = timedelta(days=800)
"""What happened is told so far back."""


@dataclass(frozen=True, slots=True)
class May:
    """What the reader may do to a KPI beyond measuring it."""

    edit: bool
    define: bool
    adjust: bool


@dataclass(frozen=True, slots=True)
class KpiPage:
    """A KPI, how it is defined, where it stands, what was measured, and how good its data is.

    `slices` are all of them where the KPI has dimensions; `slice` is the one looked at, None where
    nothing can be looked at yet. `rows` are its newest values, oldest first; `gaps` the periods
    between them without one; `lacking` those for which a formula says why. `process` and
    `target_changes` are what happened to the slice; `fitted` is its forecast, `cycles` those that
    run.
    """

    row: KpiRow
    version: int
    description: str
    state: KpiState
    pillar_key: str
    pillar: str
    perspective: str
    team_key: str
    definition: DefinitionRow
    versions: tuple[DefinitionRow, ...]
    slices: tuple[SliceRow, ...]
    slice: SliceRow | None
    stand: Stand
    plan: Plan
    rows: tuple[MeasuredRow, ...]
    lacking: tuple[LackingRow, ...]
    gaps: tuple[Period, ...]
    revisions: Revisions
    process: Process
    target_changes: tuple[TargetChange, ...]
    fitted: Fitted | None
    cycles: tuple[RunningCycle, ...]
    next_period: Period | None
    may_measure: bool
    may: May
    remarks: Sequence[Mapping[str, Any]] | None

    @property
    def is_explained(self) -> bool:
        """Whether its changes can be split: by slices, or by the parts of its formula."""
        return bool(self.definition.dimensions or self.definition.formula)

    @property
    def is_total(self) -> bool:
        """Whether the total is looked at."""
        return self.slice is not None and self.slice.is_total


def kpi_page(
    asking: Asking,
    ref: UUID | str,
    *,
    slice_key: str | None = None,
    everything: bool = False,
    beside: Beside | None = None,
) -> KpiPage:
    """The KPI with this id or key; `NotFound` when missing, hidden or archived, or for a slice.

    `beside` is asked in the same round as what belongs to the KPI.
    """
    found, slices = _found(asking, ref)
    values = found[0]
    row = kpi_row(asking, values)
    versions = tuple(definition_row(asking, one) for one in found)
    definition = versions[0]
    chosen = _chosen(slices, slice_key, row, definition)
    slice_id = None if chosen is None else chosen.id
    with Round() as asked:
        of_slice = _of_slice(asked, asking, row, chosen)
        process = process_of(asked, asking, row.id, slice_id)
        cycles = asked(running_part(asking.today))
        if beside is not None:
            beside(asked, row.id)
    plan, revisions, changed, fitted = of_slice()
    rows, lacking = _values(
        asking, found[0]["its_id"], definition, slice_id, plan, most=MOST if everything else RECENT
    )
    return KpiPage(
        row=row,
        version=values["version"],
        description=asking.text(values["description"], values["description_other"]),
        state=KpiState(values["state"]),
        pillar_key=values["pillar_key"] or "",
        pillar=asking.text(values["pillar"] or "", values["pillar_other"] or ""),
        perspective=asking.text(values["perspective"] or "", values["perspective_other"] or ""),
        team_key=values["team_key"] or "",
        definition=definition,
        versions=versions,
        slices=slices,
        slice=chosen,
        stand=stand_of(asking, values, row, chosen, plan, rows),
        plan=plan,
        rows=rows,
        lacking=lacking,
        gaps=tuple(gaps([one.period for one in rows], row.measure.frequency, **years_of(asking))),
        revisions=revisions,
        process=process(),
        target_changes=changed if plan.ladder else (),
        fitted=fitted,
        cycles=tuple(cycles()),
        next_period=_next_period(asking, row.measure.frequency, rows),
        may_measure=not definition.formula and _may_measure(asking, values),
        may=_may(asking, values),
        remarks=values["told_of_data"],
    )


_OfSlice: TypeAlias = tuple[Plan, Revisions, tuple[TargetChange, ...], Fitted | None]


def _of_slice(
    asked: Round, asking: Asking, row: KpiRow, chosen: SliceRow | None
) -> Callable[[], _OfSlice]:
    """Targets, what was revised and decided, and the forecast of the slice looked at."""
    if chosen is None:
        return lambda: (Plan(()), Revisions(), (), None)
    plan = asked(plan_part(row.measure, chosen.id))
    revisions = asked(revisions_part(asking, chosen.id))
    since = asking.today - LOOKED_BACK
    changed = asked(target_changes(asking, row.id, row.measure, chosen.key, since=since))
    fitted = asked(fitted_part([chosen.id]))
    return lambda: (plan(), revisions(), changed(), fitted().get(chosen.id))


def _found(asking: Asking, ref: UUID | str) -> tuple[list[Values], tuple[SliceRow, ...]]:
    """The KPI's columns once for each of its definition versions, the one in force first.

    And its slices.
    """
    keys = (*COLUMNS, *_MORE, *(f"its_{column}" for column in DEFINITION))
    by_id = isinstance(ref, UUID)
    with Round() as asked:
        rows = asked(_VERSIONS.part(asking.actor, by_id, ref=ref))
        slices = asked(_SLICES.part(asking.actor, by_id, ref=ref))
    found: list[Values] = [dict(zip(keys, values, strict=True)) for values in rows()]
    if not found:
        raise orgs_access.missing("kpi", ref)
    in_force_first = sorted(
        found,
        key=lambda values: (values["its_id"] != values["definition_id"], -values["its_number"]),
    )
    return in_force_first, tuple(SliceRow(*row) for row in slices())


def _versions(reader: Actor, by_id: bool) -> QuerySet[Kpi, Any]:
    rows: QuerySet[Kpi, Any] = orgs_access.given_ref(access.visible(reader), by_id=by_id)
    return rows.filter(archived_at__isnull=True, definition__isnull=False).values_list(
        *COLUMNS.values(), *_MORE.values(), *(f"definitions__{column}" for column in DEFINITION)
    )


_VERSIONS = ReadersQuestion(_versions)


def _values(
    asking: Asking,
    definition_id: UUID,
    definition: DefinitionRow,
    slice_id: int | None,
    plan: Plan,
    *,
    most: int,
) -> tuple[tuple[MeasuredRow, ...], tuple[LackingRow, ...]]:
    """What was measured, or what the formula came to."""
    if not definition.formula:
        return measured(asking, slice_id, plan, most=most), ()
    if slice_id is None:
        return (), ()
    return computed(definition_id, slice_id, plan, most=most)


def _slices(reader: Actor, by_id: bool) -> QuerySet[Slice, Any]:
    kpi = orgs_access.given_ref(access.visible(reader), by_id=by_id)
    rows: QuerySet[Slice, Any] = Slice.objects.filter(kpi_id__in=kpi.values("pk"))
    return rows.order_by("key").values_list("id", "key", "values")


_SLICES = ReadersQuestion(_slices)


def _chosen(
    slices: Sequence[SliceRow], key: str | None, row: KpiRow, definition: DefinitionRow
) -> SliceRow | None:
    """The slice asked for; else the total, or without one that of the standing, or the first."""
    if key is not None:
        wanted = next((one for one in slices if one.key == key), None)
        if wanted is None or (wanted.is_total and not definition.has_total):
            raise orgs_access.missing("slice", key)
        return wanted
    usual = "" if definition.has_total else row.slice_key
    parts = [one for one in slices if definition.has_total or not one.is_total]
    return next((one for one in parts if one.key == usual), parts[0] if parts else None)


def _next_period(
    asking: Asking, frequency: Frequency, rows: Sequence[MeasuredRow]
) -> Period | None:
    """The period that is measured next: after the newest one, or the last one that has ended."""
    years = years_of(asking)
    if frequency is Frequency.IRREGULAR:
        return None
    if rows:
        return next_period(rows[-1].period, frequency, **years)
    running = period_of(asking.today, frequency, **years)
    return previous_period(running, frequency, **years)


def _owned(values: Values) -> Kpi:
    """As much of the KPI as rights rest on."""
    return Kpi(pk=values["id"], team_id=values["team_id"], owner_id=values["owner_id"])


def _may(asking: Asking, values: Values) -> May:
    kpi, actor = _owned(values), asking.actor
    return May(*(access.may(actor, verb, kpi) for verb in ("edit", "define", "adjust")))


def _may_measure(asking: Asking, values: Values) -> bool:
    kpi = _owned(values)
    is_active = values["state"] == KpiState.ACTIVE.value
    return is_active and access.may(asking.actor, "measure", kpi)
