"""Guarded KPIs, and those shown for context, with their newest ended period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Exists,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.fields import ExactDecimalField
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.statements import Row
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness, freshness
from okapi.core.limits import Status, TargetLimits, status
from okapi.core.quantities import Band, Direction
from okapi.goals.models import Guard, Informs
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import GuardRow, InformRow
from okapi.kpis import access as kpi_access
from okapi.kpis.models import ComputedValue, Measurement
from okapi.kpis.queries.rows import TargetRow

_KPI = {
    "objective_id": "objective_id",
    "kpi_id": "kpi_id",
    "kpi_key": "kpi__key",
    "kpi_name": "kpi__name",
    "kpi_name_other": "kpi__name_other",
    "is_open": "is_open",
    "standing_slice": "kpi__standing__slice_key",
    "standing_status": "kpi__standing__status",
    "spark": "kpi__standing__spark",
    "standing_target": "kpi__standing__target",
}
_DEFINITION = ("number", "unit", "decimals", "direction", "frequency", "delay_days")
# Of a guard and of a link for context: the same columns, so that one statement reads both.
_GUARD = {
    **_KPI,
    **{name: f"definition__{name}" for name in _DEFINITION},
    "value": "newest_value",
    "last": "newest_last",
    "label": "newest_label",
    "slice_key": "slice__key",
    "low": "low",
    "high": "high",
    "amber_low": "amber_low",
    "amber_high": "amber_high",
    "broken_at_start": "broken_at_start",
    "what": "what",
    "key_result_id": "no_key_result",
    "place": "position",
}
_INFORMS = {
    **_KPI,
    **{name: f"kpi__definition__{name}" for name in _DEFINITION},
    "value": "kpi__standing__value",
    "last": "kpi__standing__last",
    "label": "kpi__standing__label",
    "slice_key": "kpi__standing__slice_key",
    "low": "no_limit",
    "high": "no_limit",
    "amber_low": "no_limit",
    "amber_high": "no_limit",
    "broken_at_start": "never",
    "what": "what",
    "key_result_id": "key_result_id",
    "place": "no_place",
}

Values = Mapping[str, Any]


def guards_of(asking: Asking, objective_ids: Iterable[UUID]) -> dict[UUID, tuple[GuardRow, ...]]:
    """The guards of these objectives, in order; one statement."""
    return guards_part(asking, objective_ids).alone()


def guards_part(
    asking: Asking, objective_ids: Iterable[UUID]
) -> Part[dict[UUID, tuple[GuardRow, ...]]]:
    """As `guards_of`, to be asked in a round."""
    part = _GUARDS.part(asking.actor, ids=list(objective_ids), today=asking.today)

    def by_objective(rows: Iterable[Row]) -> dict[UUID, tuple[GuardRow, ...]]:
        found: dict[UUID, list[GuardRow]] = defaultdict(list)
        for values in _read(rows):
            found[values["objective_id"]].append(_guard(asking, values))
        return {objective: tuple(guards) for objective, guards in found.items()}

    return part.to(by_objective)


Watched = tuple[tuple[GuardRow, ...], tuple[InformRow, ...]]


def watched_by(asking: Asking, objective_id: UUID) -> Part[Watched]:
    """The guards of one objective, and the KPIs shown for context that the reader may read."""
    part = _WATCHED.part(asking.actor, ids=[objective_id], today=asking.today)
    return part.to(lambda rows: _watched_from(asking, _read(rows)))


def _watched_from(asking: Asking, rows: Iterable[Values]) -> Watched:
    rows = list(rows)
    return (
        tuple(_guard(asking, values) for values in rows if values["what"] == "guard"),
        tuple(
            _inform(asking, values)
            for values in rows
            if values["what"] == "informs" and values["is_open"]
        ),
    )


def _guards(reader: Actor) -> QuerySet[Guard, Any]:
    rows: QuerySet[Guard, Any] = Guard.objects.filter(Among("objective_id", GivenIds())).annotate(
        is_open=_readable(reader),
        newest_value=_newest("value"),
        newest_last=_newest("last"),
        newest_label=_newest("label"),
        what=Value("guard"),
        no_key_result=Value(None, output_field=UUIDField()),
    )
    return rows.values_list(*_GUARD.values())


def _newest(column: str) -> Case:
    """Of the newest value by today: what was measured of the slice, or what the version came to."""
    today = Given("today", DateField())
    measured = Measurement.objects.filter(slice_id=OuterRef("slice_id"), last__lte=today)
    computed = ComputedValue.objects.filter(
        series__definition_id=OuterRef("definition_id"),
        series__slice_id=OuterRef("slice_id"),
        last__lte=today,
        value__isnull=False,
    )
    first, second = (
        Subquery(rows.order_by("-last", "-first").values(column)[:1])
        for rows in (measured, computed)
    )
    return Case(When(definition__formula="", then=first), default=second)


def _watched(reader: Actor) -> QuerySet[Any, Any]:
    informs = Informs.objects.filter(Among("objective_id", GivenIds())).annotate(
        is_open=_readable(reader),
        no_limit=Value(None, output_field=ExactDecimalField()),
        never=Value(False, output_field=BooleanField()),
        what=Value("informs"),
        no_place=Value(0),
    )
    return _guards(reader).union(informs.values_list(*_INFORMS.values()), all=True)


_GUARDS = ReadersQuestion(_guards)
_WATCHED = ReadersQuestion(_watched)


def _read(found: Iterable[Any]) -> list[Values]:
    rows: list[Values] = [dict(zip(_GUARD, values, strict=True)) for values in found]
    rows.sort(key=lambda values: (values["place"], values["kpi_name"]))
    return rows


def _readable(reader: Actor) -> Exists:
    return Exists(kpi_access.visible(reader).filter(pk=OuterRef("kpi_id")))


def _guard(asking: Asking, values: Values) -> GuardRow:
    is_open = bool(values["is_open"])
    same_slice = values["slice_key"] == values["standing_slice"]
    return GuardRow(
        objective_id=values["objective_id"],
        kpi_id=values["kpi_id"],
        kpi_key=values["kpi_key"] if is_open else "",
        kpi_name=asking.text(values["kpi_name"], values["kpi_name_other"]) if is_open else "",
        is_open=is_open,
        slice_key=values["slice_key"],
        version=values["number"],
        unit=values["unit"],
        decimals=values["decimals"],
        status=_status(values, same_slice=same_slice),
        freshness=_freshness(asking, values, values["last"]),
        value=values["value"],
        label=values["label"] or "",
        low=values["low"],
        high=values["high"],
        amber_low=values["amber_low"],
        amber_high=values["amber_high"],
        target=_target(values) if is_open and same_slice else None,
        spark=(values["spark"] or []) if same_slice else [],
        broken_at_start=values["broken_at_start"],
    )


def _inform(asking: Asking, values: Values) -> InformRow:
    return InformRow(
        kpi_key=values["kpi_key"],
        kpi_name=asking.text(values["kpi_name"], values["kpi_name_other"]),
        unit=values["unit"] or "",
        decimals=values["decimals"],
        key_result_id=values["key_result_id"],
        status=Status(values["standing_status"] or Status.NO_DATA),
        freshness=_freshness(asking, values, values["last"]),
        value=values["value"],
        label=values["label"] or "",
        target=_target(values),
        spark=values["spark"] or [],
    )


def _target(values: Values) -> TargetLimits | None:
    """The KPI's target of the newest period, in the direction of the version that is shown."""
    if values["direction"] is None:
        return None
    target = TargetRow.of(Direction(values["direction"]), values["standing_target"])
    return None if target is None else target.limits


def _status(values: Values, *, same_slice: bool) -> Status:
    """By the guard's own limits; without any, by the KPI's target."""
    own = [values[name] for name in ("low", "high", "amber_low", "amber_high")]
    if values["value"] is None:
        return Status.NO_DATA
    if all(limit is None for limit in own):
        return (
            Status(values["standing_status"] or Status.NO_DATA) if same_slice else Status.NO_TARGET
        )
    low, high, amber_low, amber_high = own
    inner = Band(
        low if amber_low is None else amber_low, high if amber_high is None else amber_high
    )
    limits = TargetLimits(Direction.BAND, band=inner, amber_band=Band(low, high))
    return status(values["value"], limits)


def _freshness(asking: Asking, values: Values, newest: date | None) -> Freshness:
    if values["frequency"] is None:
        return Freshness.EMPTY
    return freshness(
        newest, Frequency(values["frequency"]), asking.today, delay_days=values["delay_days"]
    )
