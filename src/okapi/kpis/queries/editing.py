"""A KPI as forms begin with it: the texts of both languages, its definitions and targets, raw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Definition, Slice, Target
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.proposals import Ending, endings, named
from okapi.kpis.queries.rows import LIMITS, TargetRow


@dataclass(frozen=True, slots=True)
class DefinitionToEdit:
    """A definition version, raw."""

    number: int
    unit: str
    decimals: int | None
    direction: Direction
    frequency: Frequency
    aggregation: Aggregation
    slice_aggregation: str
    delay_days: int
    dimensions: tuple[str, ...]
    has_total: bool
    formula: str
    text: str
    source: str
    valid_from: date | None


@dataclass(frozen=True, slots=True)
class KpiToEdit:
    """What can be edited of a KPI. References are keys and e-mail addresses, "" for none.

    `people` has the names of the owner and of the named readers; `may_define` and `may_adjust`
    say what more than its plain fields the one who asks may change.
    """

    id: UUID
    key: str
    version: int
    state: KpiState
    name: str
    name_other: str
    description: str
    description_other: str
    team: str
    owner: str
    pillar: str
    visibility: str
    readers: tuple[str, ...]
    people: dict[str, str]
    definition: DefinitionToEdit
    may_define: bool
    may_adjust: bool

    def title(self, asking: Asking) -> str:
        """Its name in the reader's language."""
        return asking.text(self.name, self.name_other)


def kpi_to_edit(
    asking: Asking, ref: UUID | str, verb: str = "edit", *, retired: bool = False
) -> KpiToEdit:
    """The KPI with this id or key, by two statements; only `retired` ones where that is asked.

    `NotFound` when missing, hidden or (else) retired, `Forbidden` for who may not do this to it.
    """
    rows = access.visible(asking.actor).filter(
        archived_at__isnull=not retired, definition__isnull=False
    )
    related = ("owner", "pillar", "team", "definition")
    held = access.get(asking.actor, ref, verb, among=rows.select_related(*related))
    definition = held.definition
    if definition is None:
        raise RuntimeError(f"KPI {held.key} has no definition in force")
    readers = held.readers.order_by("name").values_list("email", "name", "name_other")
    people = {email: asking.text(name, other) for email, name, other in readers}
    named = tuple(people)
    if held.owner is not None:
        people[held.owner.email] = asking.text(held.owner.name, held.owner.name_other)
    return KpiToEdit(
        id=held.pk,
        key=held.key,
        version=held.version,
        state=KpiState(held.state),
        name=held.name,
        name_other=held.name_other,
        description=held.description,
        description_other=held.description_other,
        team="" if held.team is None else held.team.key,
        owner="" if held.owner is None else held.owner.email,
        pillar="" if held.pillar is None else held.pillar.key,
        visibility=held.visibility,
        readers=named,
        people=people,
        definition=_definition(definition),
        may_define=access.may(asking.actor, "define", held),
        may_adjust=access.may(asking.actor, "adjust", held),
    )


def _definition(row: Definition) -> DefinitionToEdit:
    return DefinitionToEdit(
        number=row.number,
        unit=row.unit,
        decimals=row.decimals,
        direction=Direction(row.direction),
        frequency=Frequency(row.frequency),
        aggregation=Aggregation(row.aggregation),
        slice_aggregation=row.slice_aggregation,
        delay_days=row.delay_days,
        dimensions=tuple(row.dimensions),
        has_total=row.has_total,
        formula=row.formula,
        text=row.text,
        source=row.source,
        valid_from=row.valid_from,
    )


@dataclass(frozen=True, slots=True)
class TargetToEdit:
    """A target that was set for itself: `method` is that of its breakdown, "" for none."""

    label: str
    frequency: Frequency
    first: date
    limits: TargetRow | None
    note: str
    numbers: dict[str, Decimal | None]
    slice_key: str
    slice_values: dict[str, str]
    method: str
    parts_frequency: str
    shares: tuple[str, ...]
    parts: int


def targets_to_edit(kpi: KpiToEdit) -> tuple[TargetToEdit, ...]:
    """The targets of a KPI that are no parts of longer ones, newest first; two statements."""
    rows = Target.objects.filter(kpi_id=kpi.id).select_related("slice", "spread")
    parts: dict[Any, int] = {}
    whole = []
    for row in rows.order_by("-first", "-last", "slice__key"):
        if row.breakdown_id is None:
            whole.append(row)
        else:
            parts[row.breakdown_id] = parts.get(row.breakdown_id, 0) + 1
    return tuple(_target(kpi, row, parts) for row in whole)


def _target(kpi: KpiToEdit, row: Target, parts: dict[Any, int]) -> TargetToEdit:
    spread = getattr(row, "spread", None)
    numbers = {name: getattr(row, name) for name in LIMITS}
    kept = {**numbers, "label": row.label, "frequency": row.frequency}
    return TargetToEdit(
        label=row.label,
        frequency=Frequency(row.frequency),
        first=row.first,
        limits=TargetRow.of(kpi.definition.direction, kept),
        note=row.note,
        numbers=numbers,
        slice_key=row.slice.key,
        slice_values=row.slice.values,
        method="" if spread is None else spread.method,
        parts_frequency="" if spread is None else spread.frequency,
        shares=() if spread is None else tuple(spread.shares),
        parts=0 if spread is None else parts.get(spread.pk, 0),
    )


def slices_of(kpi: KpiToEdit) -> tuple[tuple[str, dict[str, str]], ...]:
    """The slices of a KPI by key, with their dimension values; the total is the first."""
    rows = Slice.objects.filter(kpi_id=kpi.id).order_by("key")
    return tuple(rows.values_list("key", "values"))


@dataclass(frozen=True, slots=True)
class RetiredKpi:
    """A KPI out of use, as it stands in the list of these."""

    key: str
    name: str
    team: str
    since: date | None
    may_revive: bool
    ending: Ending


def retired_kpis(asking: Asking) -> tuple[RetiredKpi, ...]:
    """The KPIs out of use that the reader may see, the newest first; three statements."""
    out = access.visible(asking.actor).filter(archived_at__isnull=False).select_related("team")
    rows = list(out.order_by("-archived_at", "key"))
    ended = endings(asking, [row.pk for row in rows])
    return tuple(
        RetiredKpi(
            key=row.key,
            name=asking.text(row.name, row.name_other),
            team=named(asking, row.team),
            since=None if row.archived_at is None else asking.organisation.day_of(row.archived_at),
            may_revive=access.may(asking.actor, "define", row),
            ending=ended.get(row.pk, Ending()),
        )
        for row in rows
    )
