"""Key results with their standings, what they move and their steps: two or three statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.expected import Curve
from okapi.core.frequencies import Frequency
from okapi.core.health import Health, Reason
from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.core.spans import default_reading
from okapi.core.thresholds import Thresholds
from okapi.goals.choices import GoalState, ObjectiveKind
from okapi.goals.models import KeyResult
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.curves import curves_of, expected_at
from okapi.goals.queries.rows import KeyResultRow, MoveRow, PersonRow, StepRow
from okapi.kpis import access as kpi_access
from okapi.kpis.queries.series_numbers import series_column

# The name by which a row's values are read, and the column that they come from.
_KEY_RESULT = {
    "id": "id",
    "key": "key",
    "objective_id": "objective_id",
    "place": "position",
    "title": "title",
    "title_other": "title_other",
    "description": "description",
    "kind": "kind",
    "typed_mode": "mode",
    "mode": "standing__mode",
    "reading": "reading",
    "curve": "curve",
    "state": "state",
    "weight": "weight",
    "agreed_on": "agreed_on",
    "due": "due",
    "grade": "grade",
    "cadence_days": "cadence_days",
    "objective_kind": "objective__kind",
    "cycle_first": "objective__cycle__starts",
    "cycle_last": "objective__cycle__ends",
    "cycle_cadence": "objective__cycle__cadence_days",
    "owner_id": "owner_id",
    "owner_name": "owner__name",
    "owner_name_other": "owner__name_other",
    "health": "standing__health",
    "reason": "standing__reason",
    "reason_data": "standing__reason_data",
    "progress": "standing__progress",
    "current": "standing__current",
    "covered_on": "standing__covered_on",
    "inside": "standing__inside",
    "ended": "standing__ended",
    "confidence": "standing__confidence",
    "checked_in_at": "standing__checked_in_at",
    "is_mismatch": "standing__is_mismatch",
    "chance": "standing__probability",
    "spark": "standing__spark",
    "number": "standing__number_of_state",
}
_MOVE = {
    "move_id": "moves__id",
    "kpi_id": "moves__kpi_id",
    "kpi_key": "moves__kpi__key",
    "kpi_name": "moves__kpi__name",
    "kpi_name_other": "moves__kpi__name_other",
    "is_open": "is_open",
    "slice_id": "moves__slice_id",
    "series": "series",
    "slice_key": "moves__slice__key",
    "version": "moves__definition__number",
    "unit": "moves__definition__unit",
    "decimals": "moves__definition__decimals",
    "direction": "moves__definition__direction",
    "aggregation": "moves__definition__aggregation",
    "frequency": "moves__definition__frequency",
    "start": "moves__start",
    "start_label": "moves__start_label",
    "start_reason": "moves__start_reason",
    "is_start_typed": "moves__is_start_typed",
    "target": "moves__target",
    "low": "moves__low",
    "high": "moves__high",
    "move_weight": "moves__weight",
    "move_place": "moves__position",
}
_MILESTONE = {
    "step_id": "milestones__id",
    "step_key": "milestones__key",
    "step_title": "milestones__title",
    "step_title_other": "milestones__title_other",
    "step_value": "milestones__weight",
    "step_due": "milestones__due",
    "step_done_on": "milestones__done_on",
    "step_place": "milestones__position",
}
_LEVEL = {
    "level_id": "levels__id",
    "level_key": "levels__key",
    "level_text": "levels__text",
    "level_text_other": "levels__text_other",
    "level_value": "levels__value",
}
_COLUMNS = {**_KEY_RESULT, **_MOVE, **_MILESTONE}
_ALL_COLUMNS = {**_COLUMNS, **_LEVEL}

Values = Mapping[str, Any]


def key_results_of(
    asking: Asking, ids: Collection[UUID], *, by: str = "objective_id", with_levels: bool = False
) -> dict[UUID, tuple[KeyResultRow, ...]]:
    """The rows of these objectives' key results, in order, with moves and steps.

    One statement, and one more where a curve follows a plan. `by` says what the ids are of:
    `objective_id`, or `id` for the key results themselves.
    """
    found = _read(asking, ids, by, with_levels=with_levels)
    steps = {key_result: _steps(asking, several) for key_result, several in found.items()}
    curves = curves_of(found, steps)
    rows: dict[UUID, list[KeyResultRow]] = defaultdict(list)
    shares = _shares_of(found)
    for key_result_id, several in found.items():
        row = _row(
            asking,
            several[0],
            curve=curves[key_result_id],
            share=shares[key_result_id],
            moves=_moves(asking, several),
            steps=steps[key_result_id],
        )
        rows[row.objective_id].append(row)
    return {objective: tuple(theirs) for objective, theirs in rows.items()}


def _question(reader: Actor, by: str, with_levels: bool) -> QuerySet[KeyResult, Any]:
    readable = kpi_access.visible(reader).filter(pk=OuterRef("moves__kpi_id"))
    rows = KeyResult.objects.filter(Among(by, GivenIds()), archived_at__isnull=True)
    # Sorted later: for an ORDER BY, SQLite walks the index of that order through the whole table.
    columns = _ALL_COLUMNS if with_levels else _COLUMNS
    series = series_column("moves__definition", "moves__slice_id")
    found: QuerySet[KeyResult, Any] = (
        rows.annotate(is_open=Exists(readable), series=series)
        .order_by()
        .values_list(*columns.values())
    )
    return found


_KEY_RESULTS = ReadersQuestion(_question, planned=True)


def _read(
    asking: Asking, ids: Collection[UUID], by: str, *, with_levels: bool
) -> dict[UUID, list[Values]]:
    """The joined rows of each key result: what it moves, or its steps; one of them is empty."""
    columns = _ALL_COLUMNS if with_levels else _COLUMNS
    rows = _KEY_RESULTS.rows(asking.actor, by, with_levels, ids=ids)
    read = [dict(zip(columns, row, strict=True)) for row in rows]
    found: dict[UUID, list[Values]] = defaultdict(list)
    for values in sorted(read, key=_place_of):
        values["mode"] = values["mode"] or values["typed_mode"]
        found[values["id"]].append(values)
    return found


def _place_of(values: Values) -> tuple[Any, ...]:
    """Where a joined row stands: by objective and key result, then by what it moves."""
    return (
        values["objective_id"],
        values["place"],
        values["id"],
        values["move_place"] or 0,
        values["move_id"] or values["id"],
    )


def _row(
    asking: Asking,
    values: Values,
    *,
    curve: Curve,
    share: float | None,
    moves: tuple[MoveRow, ...],
    steps: tuple[StepRow, ...],
) -> KeyResultRow:
    mode = Mode(values["mode"]) if values["mode"] else None
    kind = KeyResultKind(values["kind"])
    covered = values["covered_on"]
    measured_on = covered if kind is KeyResultKind.METRIC else asking.today
    due = expected_at(asking, curve, measured_on)
    return KeyResultRow(
        id=values["id"],
        key=values["key"],
        objective_id=values["objective_id"],
        title=asking.text(values["title"], values["title_other"]),
        description=values["description"],
        kind=kind,
        mode=mode,
        reading=_reading(values, moves),
        state=GoalState(values["state"]),
        owner=person_of(asking, values),
        weight=values["weight"],
        share=share,
        first=curve.span.first,
        last=curve.span.last,
        curve=curve,
        health=Health(values["health"] or Health.NONE),
        reason=reason_of(values),
        progress=values["progress"],
        expected=due,
        pace=_pace(asking, values, mode, due),
        current=values["current"],
        covered_on=covered,
        inside=values["inside"],
        ended=values["ended"],
        confidence=values["confidence"],
        checked_in_at=values["checked_in_at"],
        is_mismatch=bool(values["is_mismatch"]),
        chance=values["chance"],
        grade=values["grade"],
        cadence_days=values["cadence_days"] or values["cycle_cadence"],
        spark=values["spark"] or [],
        number=values["number"] or 0,
        moves=moves,
        steps=steps,
    )


def _reading(values: Values, moves: tuple[MoveRow, ...]) -> Reading | None:
    if not moves:
        return None
    typed = values["reading"]
    return Reading(typed) if typed else default_reading(moves[0].aggregation)


def _pace(asking: Asking, values: Values, mode: Mode | None, due: float | None) -> float | None:
    """Progress ÷ expected, up to the success point; never divided by nothing."""
    if values["progress"] is None or due is None:
        return None
    bold = values["objective_kind"] == ObjectiveKind.ASPIRATIONAL and mode is Mode.REACH
    limits = Thresholds.chosen(dict(asking.organisation.thresholds))
    wanted = due * (limits.success if bold else 1.0)
    return None if wanted <= 0 else values["progress"] / wanted


def _moves(asking: Asking, several: Sequence[Values]) -> tuple[MoveRow, ...]:
    by_id = {one["move_id"]: one for one in several if one["move_id"] is not None}
    return tuple(_move(asking, one) for one in by_id.values())


def _move(asking: Asking, values: Values) -> MoveRow:
    is_open = bool(values["is_open"])
    return MoveRow(
        kpi_id=values["kpi_id"],
        kpi_key=values["kpi_key"] if is_open else "",
        kpi_name=asking.text(values["kpi_name"], values["kpi_name_other"]) if is_open else "",
        is_open=is_open,
        slice_id=values["slice_id"],
        series=values["series"],
        slice_key=values["slice_key"],
        version=values["version"],
        unit=values["unit"],
        decimals=values["decimals"],
        direction=Direction(values["direction"]),
        aggregation=Aggregation(values["aggregation"]),
        frequency=Frequency(values["frequency"]),
        start=values["start"],
        start_label=values["start_label"],
        start_reason=values["start_reason"],
        is_start_typed=values["is_start_typed"],
        target=values["target"],
        low=values["low"],
        high=values["high"],
        weight=values["move_weight"],
    )


def _steps(asking: Asking, several: Sequence[Values]) -> tuple[StepRow, ...]:
    """Milestones by their position, or described levels by their value."""
    milestones = {one["step_id"]: one for one in several if one["step_id"] is not None}
    levels = {one["level_id"]: one for one in several if one.get("level_id") is not None}
    steps = [
        StepRow(
            one["step_key"],
            asking.text(one["step_title"], one["step_title_other"]),
            Decimal(one["step_value"]),
            due=one["step_due"],
            done_on=one["step_done_on"],
        )
        for one in sorted(milestones.values(), key=lambda one: (one["step_place"], one["step_key"]))
    ]
    described = sorted(levels.values(), key=lambda one: Decimal(one["level_value"]))
    steps += [
        StepRow(
            one["level_key"],
            asking.text(one["level_text"], one["level_text_other"]),
            Decimal(one["level_value"]),
        )
        for one in described
    ]
    return tuple(steps)


def _shares_of(found: Mapping[UUID, list[Values]]) -> dict[UUID, float | None]:
    """The part of its objective that each key result's weight is."""
    whole: dict[UUID, Decimal] = defaultdict(Decimal)
    for several in found.values():
        whole[several[0]["objective_id"]] += several[0]["weight"]
    return {
        key_result: float(several[0]["weight"] / whole[several[0]["objective_id"]])
        if whole[several[0]["objective_id"]]
        else None
        for key_result, several in found.items()
    }


def person_of(asking: Asking, values: Values) -> PersonRow | None:
    """The owner of a row, if it has one."""
    if values["owner_id"] is None:
        return None
    name = asking.text(values["owner_name"], values["owner_name_other"])
    return PersonRow(values["owner_id"], name)


def reason_of(values: Values) -> Reason:
    """The reason of a stored health; days, which JSON keeps as text, are days again."""
    data = {name: _revive(value) for name, value in (values["reason_data"] or {}).items()}
    return Reason(values["reason"] or "", data)


def _revive(value: Any) -> Any:
    if isinstance(value, str) and len(value) == len("2026-11-23"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value
