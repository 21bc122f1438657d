"""Key results with their standings, what they move and their steps: two or three statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, QuerySet, Value

from okapi.core.expected import Curve, CurveKind, expected, milestone_curve
from okapi.core.frequencies import Frequency
from okapi.core.health import Health, Reason
from okapi.core.progress import KeyResultKind, Mode, Reading
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.core.spans import Span, default_reading
from okapi.core.thresholds import Thresholds
from okapi.goals.choices import ExpectedCurve, GoalState, ObjectiveKind
from okapi.goals.models import KeyResult, Level, Milestone
from okapi.goals.queries import plans
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, MoveRow, PersonRow, StepRow
from okapi.kpis import access as kpi_access

# The name by which a row's values are read, and the column that they come from.
_KEY_RESULT = {
    "id": "id",
    "key": "key",
    "objective_id": "objective_id",
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
    "spark": "standing__spark",
    "number": "standing__number_of_state",
}
_MOVE = {
    "move_id": "moves__id",
    "kpi_id": "moves__kpi_id",
    "kpi_key": "moves__kpi__key",
    "kpi_name": "moves__kpi__name",
    "kpi_name_other": "moves__kpi__name_other",
    "kpi_visibility": "moves__kpi__visibility",
    "slice_id": "moves__slice_id",
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
}
_COLUMNS = {**_KEY_RESULT, **_MOVE}

Values = Mapping[str, Any]


def key_results_of(
    asking: Asking, chosen: QuerySet[KeyResult], *, with_levels: bool = False
) -> dict[UUID, tuple[KeyResultRow, ...]]:
    """The rows of these key results by their objective, in order, with moves and steps.

    One statement, and one more each where there are milestones (or levels), curves that follow a
    plan, or KPIs that not everyone reads.
    """
    ordered = chosen.order_by("objective_id", "position", "id", "moves__position", "moves__id")
    found: dict[UUID, list[Values]] = defaultdict(list)
    for values in ordered.values_list(*_COLUMNS.values()):
        columns = dict(zip(_COLUMNS, values, strict=True))
        columns["mode"] = columns["mode"] or columns["typed_mode"]
        found[columns["id"]].append(columns)
    readable = _readable_kpis(asking, found)
    steps = _steps_of(asking, found, with_levels=with_levels)
    curves = _curves_of(found, steps)
    rows: dict[UUID, list[KeyResultRow]] = defaultdict(list)
    shares = _shares_of(found)
    for key_result_id, several in found.items():
        moves = tuple(
            _move(asking, values, readable) for values in several if values["move_id"] is not None
        )
        row = _row(
            asking,
            several[0],
            curve=curves[key_result_id],
            share=shares[key_result_id],
            moves=moves,
            steps=tuple(steps.get(key_result_id, ())),
        )
        rows[row.objective_id].append(row)
    return {objective: tuple(theirs) for objective, theirs in rows.items()}


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
    due = None if measured_on is None else expected(curve, measured_on, asking.calendar)
    today = min(max(asking.today, curve.span.first), curve.span.last)
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
        expected_today=expected(curve, today, asking.calendar),
        pace=_pace(values, mode, due),
        current=values["current"],
        covered_on=covered,
        inside=values["inside"],
        ended=values["ended"],
        confidence=values["confidence"],
        checked_in_at=values["checked_in_at"],
        is_mismatch=bool(values["is_mismatch"]),
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


def _pace(values: Values, mode: Mode | None, due: float | None) -> float | None:
    """Progress ÷ expected, up to the success point; never divided by nothing."""
    if values["progress"] is None or due is None:
        return None
    bold = values["objective_kind"] == ObjectiveKind.ASPIRATIONAL and mode is Mode.REACH
    wanted = due * (Thresholds().success if bold else 1.0)
    return None if wanted <= 0 else values["progress"] / wanted


def _move(asking: Asking, values: Values, readable: frozenset[UUID]) -> MoveRow:
    is_open = values["kpi_visibility"] == "everyone" or values["kpi_id"] in readable
    return MoveRow(
        kpi_id=values["kpi_id"],
        kpi_key=values["kpi_key"] if is_open else "",
        kpi_name=asking.text(values["kpi_name"], values["kpi_name_other"]) if is_open else "",
        is_open=is_open,
        slice_id=values["slice_id"],
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


def _readable_kpis(asking: Asking, found: Mapping[UUID, list[Values]]) -> frozenset[UUID]:
    """Of the KPIs that not everyone reads, those that the reader does."""
    return readable_kpis(
        asking,
        {
            values["kpi_id"]
            for several in found.values()
            for values in several
            if values["move_id"] is not None and values["kpi_visibility"] != "everyone"
        },
    )


def readable_kpis(asking: Asking, private: set[UUID]) -> frozenset[UUID]:
    """Of these private KPIs those that the reader may read; no statement where there is none."""
    if not private:
        return frozenset()
    rows = kpi_access.visible(asking.actor).filter(pk__in=private)
    return frozenset(rows.values_list("pk", flat=True))


def _steps_of(
    asking: Asking, found: Mapping[UUID, list[Values]], *, with_levels: bool
) -> dict[UUID, list[StepRow]]:
    """Milestones (and described levels) by key result, in order."""
    kinds = {key_result: several[0]["kind"] for key_result, several in found.items()}
    wanted = [KeyResultKind.MILESTONE, *([KeyResultKind.LEVELS] if with_levels else [])]
    ids = [key_result for key_result, kind in kinds.items() if kind in wanted]
    if not ids:
        return {}
    rows = _milestones(ids)
    if with_levels:
        rows = rows.union(_levels(ids), all=True)
    steps: dict[UUID, list[StepRow]] = defaultdict(list)
    # Milestones by position; levels, which have none, by their value.
    for owner, key, first, other, value, due, done_on, _ in sorted(
        rows, key=lambda row: (row[7], row[4])
    ):
        title = asking.text(first, other)
        steps[owner].append(StepRow(key, title, Decimal(value), due=due, done_on=done_on))
    return steps


def _milestones(ids: Iterable[UUID]) -> QuerySet[Any, Any]:
    return Milestone.objects.filter(key_result_id__in=ids).values_list(
        "key_result_id", "key", "title", "title_other", "weight", "due", "done_on", "position"
    )


def _levels(ids: Iterable[UUID]) -> QuerySet[Any, Any]:
    no_day = Value(None, output_field=DateField())
    return Level.objects.filter(key_result_id__in=ids).values_list(
        "key_result_id",
        "key",
        F("text"),
        F("text_other"),
        "value",
        no_day,
        no_day,
        Value(0),
    )


def _curves_of(
    found: Mapping[UUID, list[Values]], steps: Mapping[UUID, list[StepRow]]
) -> dict[UUID, Curve]:
    """How the expected share of each key result runs; plans are loaded where one is followed."""
    first = {key_result: several[0] for key_result, several in found.items()}
    followed = plans.curves(
        [
            plans.Followed(key_result, _span(values), values)
            for key_result, values in first.items()
            if values["curve"] == ExpectedCurve.PLAN and values["mode"] != Mode.KEEP.value
        ]
    )
    return {
        key_result: followed.get(key_result) or _curve(values, steps.get(key_result, []))
        for key_result, values in first.items()
    }


def _curve(values: Values, steps: list[StepRow]) -> Curve:
    span = _span(values)
    kind = KeyResultKind(values["kind"])
    if kind is KeyResultKind.MILESTONE:
        return milestone_curve(span, [s.due for s in steps], [float(s.value) for s in steps])
    if kind is KeyResultKind.METRIC and values["mode"] != Mode.KEEP.value:
        return Curve(span)
    return Curve(span, CurveKind.NONE)


def _span(values: Values) -> Span:
    """As the product says; what was agreed on after its end has that one day."""
    first = max(values["agreed_on"] or values["cycle_first"], values["cycle_first"])
    return Span(first, max(values["due"] or values["cycle_last"], first))


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
