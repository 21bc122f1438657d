"""One KPI with all that its page shows of it: five statements whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import Question, ReadersQuestion
from okapi.core.frequencies import Frequency
from okapi.core.freshness import due_on, stale_on
from okapi.core.limits import Status
from okapi.core.periods import Period, next_period, period_of, previous_period
from okapi.core.series import changes, gaps
from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi, Slice
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.measured import (
    LackingRow,
    MeasuredRow,
    Revisions,
    computed,
    measured,
    revisions,
)
from okapi.kpis.queries.plan import Plan, plan_of
from okapi.kpis.queries.reading import COLUMNS, kpi_row
from okapi.kpis.queries.rows import Age, KpiRow, TargetRow, age_of
from okapi.kpis.queries.series_numbers import number_of
from okapi.kpis.queries.versions import DEFINITION, DefinitionRow, definition_row
from okapi.orgs import access as orgs_access

RECENT = 800
"""So many of the newest periods are read; with `everything` up to MOST."""
MOST = 4_000

_PERCENT = Decimal(100)
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
}
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice by its dimension values; the total has none."""

    id: int
    key: str
    values: Mapping[str, str]

    @property
    def is_total(self) -> bool:
        """Whether it stands for the whole KPI."""
        return not self.key


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the chosen slice stands: its newest value against targets, and against earlier ones.

    `to_date` is the span so far of the longer target (`to_date_of`) where there is a plan, else of
    the year.
    """

    value: Decimal | None
    status: Status
    age: Age
    target: TargetRow | None
    previous: Decimal | None = None
    year_before: Decimal | None = None
    to_date: Decimal | None = None
    to_date_year_before: Decimal | None = None
    to_date_plan: Decimal | None = None
    to_date_status: Status | None = None
    to_date_of: TargetRow | None = None


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
    between them without one; `lacking` those for which a formula says why.
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
    next_period: Period | None
    may_measure: bool
    may: May

    @property
    def is_explained(self) -> bool:
        """Whether its changes can be split: by slices, or by the parts of its formula."""
        return bool(self.definition.dimensions or self.definition.formula)

    @property
    def is_total(self) -> bool:
        """Whether the total is looked at."""
        return self.slice is not None and self.slice.is_total


def kpi_page(
    asking: Asking, ref: UUID | str, *, slice_key: str | None = None, everything: bool = False
) -> KpiPage:
    """The KPI with this id or key; `NotFound` when missing, hidden or archived, or for a slice."""
    found = _found(asking, ref)
    values = found[0]
    row = kpi_row(asking, values)
    versions = tuple(definition_row(asking, one) for one in found)
    definition = versions[0]
    slices = _slices(row.id)
    chosen = _chosen(slices, slice_key, row, definition)
    slice_id = None if chosen is None else chosen.id
    plan = plan_of(row.measure, slice_id)
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
        stand=_stand(asking, values, row, chosen, plan, rows),
        plan=plan,
        rows=rows,
        lacking=lacking,
        gaps=tuple(gaps([one.period for one in rows], row.measure.frequency, **_years(asking))),
        revisions=revisions(asking, slice_id),
        next_period=_next_period(asking, row.measure.frequency, rows),
        may_measure=not definition.formula and _may_measure(asking, values),
        may=_may(asking, values),
    )


def _found(asking: Asking, ref: UUID | str) -> list[Values]:
    """The KPI's columns once for each of its definition versions, the one in force first."""
    keys = (*COLUMNS, *_MORE, *(f"its_{column}" for column in DEFINITION))
    rows = _VERSIONS.rows(asking.actor, isinstance(ref, UUID), ref=ref)
    found = [dict(zip(keys, values, strict=True)) for values in rows]
    if not found:
        raise orgs_access.missing("kpi", ref)
    return sorted(
        found,
        key=lambda values: (values["its_id"] != values["definition_id"], -values["its_number"]),
    )


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
    series = number_of(definition_id, slice_id, is_computed=True)
    return computed(series, plan, most=most)


def _slices(kpi_id: UUID) -> tuple[SliceRow, ...]:
    return tuple(SliceRow(*row) for row in _SLICES.rows(kpi=kpi_id))


def _slices_of_kpi() -> QuerySet[Slice, Any]:
    rows: QuerySet[Slice, Any] = Slice.objects.filter(kpi_id=Given("kpi", UUIDField()))
    return rows.order_by("key").values_list("id", "key", "values")


_SLICES = Question(_slices_of_kpi)


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


def _stand(
    asking: Asking,
    values: Values,
    row: KpiRow,
    chosen: SliceRow | None,
    plan: Plan,
    rows: Sequence[MeasuredRow],
) -> Stand:
    if chosen is None or chosen.key == row.slice_key:
        newest = row.age.last
        has_plan = newest is not None and bool(values["to_date_status"])
        longer = plan.to_date(newest) if newest is not None and has_plan else None
        return Stand(
            value=row.value,
            status=row.status,
            age=row.age,
            target=row.target,
            previous=row.previous,
            year_before=row.year_before,
            to_date=row.to_date,
            to_date_year_before=values["year_before_to_date"],
            to_date_plan=values["to_date_plan"],
            to_date_status=Status(values["to_date_status"]) if values["to_date_status"] else None,
            to_date_of=None if longer is None else longer.target,
        )
    return _stand_of_part(asking, row, plan, rows)


def _stand_of_part(asking: Asking, row: KpiRow, plan: Plan, rows: Sequence[MeasuredRow]) -> Stand:
    """Of another slice than the one whose standing is kept: from its values."""
    ended = [one for one in rows if one.period.last < asking.today] or list(rows)
    if not ended:
        held = plan.holding(asking.today)
        target = None if held is None else held.target
        return Stand(None, Status.NO_DATA, _age(asking, row, None), target)
    newest, measure = ended[-1], row.measure
    differ = changes(
        [one.point for one in ended],
        newest.period,
        measure.frequency,
        how=measure.aggregation,
        scale=_PERCENT if measure.unit == "%" else Decimal(1),
        **_years(asking),
    )
    return Stand(
        value=newest.value,
        status=newest.status,
        age=_age(asking, row, newest.period),
        target=newest.target,
        previous=differ.previous.value,
        year_before=differ.year_before.value,
        to_date=differ.to_date,
        to_date_year_before=differ.to_date_year_before.value,
    )


def _age(asking: Asking, row: KpiRow, newest: Period | None) -> Age:
    measure = row.measure
    values = {
        "first": newest and newest.first,
        "last": newest and newest.last,
        "label": newest.label if newest else "",
        "due_on": newest and due_on(newest.last, measure.frequency),
        "stale_on": newest and stale_on(newest.last, measure.frequency, measure.delay_days),
    }
    return age_of(values, measure.frequency, asking.today)


def _next_period(
    asking: Asking, frequency: Frequency, rows: Sequence[MeasuredRow]
) -> Period | None:
    """The period that is measured next: after the newest one, or the last one that has ended."""
    years = _years(asking)
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


def _years(asking: Asking) -> dict[str, int]:
    organisation = asking.organisation
    return {
        "fiscal_month": organisation.fiscal_month,
        "first_weekday": organisation.first_weekday,
    }
