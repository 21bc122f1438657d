"""From rows of goals to components: the same words and marks on every page that shows a goal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from okapi.core.freshness import Freshness
from okapi.core.health import Health, Reason
from okapi.core.limits import TargetLimits
from okapi.core.limits import shown as shown_status
from okapi.core.objectives import ObjectiveWhy
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.quantities import Direction, places_of
from okapi.goals.choices import GoalState, ObjectiveKind
from okapi.goals.queries.rows import (
    GuardRow,
    InformRow,
    KeyResultRow,
    MoveRow,
    ObjectiveRow,
    PersonRow,
    StepRow,
)
from okapi.web.components import (
    Avatar,
    Confidence,
    Figure,
    GuardChip,
    Milestones,
    Progress,
    Spark,
    StatusMark,
    Target,
)
from okapi.wording import has, number, say

# Reasons that have a mark of their own; else the mark is the health's.
_MARKS = {
    "health.stale": "stale",
    "health.early": "early",
    "health.draft": "draft",
    "health.closed": "closed",
}


def mark_of(health: Health, reason: Reason) -> str:
    """The kind of the status mark: the health, or what is more telling than it."""
    return _MARKS.get(reason.code, health.value)


def status_of(row: ObjectiveRow | KeyResultRow, *, pill: bool = False) -> StatusMark:
    """The status of an objective or key result."""
    if row.state is GoalState.CANCELLED:
        return StatusMark("none", pill=pill, note=say("goals.cancelled_note"))
    return StatusMark(mark_of(row.health, row.reason), pill=pill)


def sentence_of(reason: Reason) -> str:
    """Why a health is what it is, in one sentence; empty where there is nothing to say."""
    if reason.code == ObjectiveWhy.MOSTLY_NO_DATA and reason.data["known"] == 0:
        return say("health.all_no_data", n=reason.data["counted"])
    return say(reason.code, **reason.data) if has(reason.code) else ""


def known_of(row: ObjectiveRow) -> str:
    """How many of the key results have data, where some that count have none."""
    if row.known >= row.counted:
        return ""
    if row.known == 0:
        return say("goals.none_known")
    return say("goals.known", known=row.known, counted=row.counted)


def why_of(row: ObjectiveRow) -> str:
    """The rule that decided, with what made it so."""
    if row.reason.code != ObjectiveWhy.KEY_RESULTS:
        return sentence_of(reason_of(row))
    counts = Counter(one.health for one in row.key_results)
    told = [
        say(f"goals.count_{health.value}", n=counts[health])
        for health in (Health.OFF_TRACK, Health.AT_RISK)
        if counts[health]
    ]
    if len(row.key_results) == 1 and told:
        return say(f"goals.only_{row.key_results[0].health.value}")
    return say("goals.of_key_results", n=len(row.key_results), told=told)


def reason_of(row: ObjectiveRow) -> Reason:
    """An objective's reason with the name of the guarded KPI, whose key is what is stored.

    Of a KPI that the reader may not see, or that is guarded no longer, nothing is told.
    """
    key = row.reason.data.get("kpi")
    if key is None:
        return row.reason
    name = next((guard_name(one) for one in row.guards if one.kpi_key == key), "")
    return replace(row.reason, data={**row.reason.data, "kpi": name or say("goals.private_kpi")})


def progress_of(
    row: ObjectiveRow | KeyResultRow,
    *,
    words: str = "share",
    size: str = "m",
    flash: bool = False,
) -> Progress:
    """The bar of an objective or key result, with its tick."""
    return Progress(
        value=row.progress,
        expected=row.expected,
        kind=mark_of(row.health, row.reason),
        words=words,
        size=size,
        flash=flash,
    )


def avatar_of(person: PersonRow | None, size: str = "m", *, hidden: bool = False) -> Avatar | None:
    """A person's disc; nothing for nobody."""
    return None if person is None else Avatar(person.name, size=size, hidden=hidden)


def confidence_of(value: float | None) -> Confidence:
    """The confidence, an objective's mean rounded half up."""
    return Confidence(None if value is None else int(value + 0.5))


def kind_of(kind: ObjectiveKind) -> str:
    """Committed or aspirational, in words."""
    return say(f"objective_kind.{kind.value}")


def figure_of(value: Decimal | float | None, move: MoveRow | GuardRow | None) -> Figure:
    """A measured value in the unit and with the decimals of its KPI; large ones in short."""
    if move is None:
        return Figure(value)
    if _is_large(value):
        return Figure(value, unit=move.unit, compact=True)
    return Figure(value, unit=move.unit, digits=move.decimals)


def limit_of(value: Decimal | None, move: MoveRow | GuardRow) -> Figure:
    """A start, target or limit: as it was typed, without zeros that nobody wrote."""
    if value is None or _is_large(value) or move.decimals is None:
        return figure_of(value, move)
    return Figure(value, unit=move.unit, digits=min(move.decimals, places_of(value)))


def _is_large(value: Decimal | float | None) -> bool:
    return value is not None and not -100_000 < value < 100_000


def current_of(row: KeyResultRow) -> Figure:
    """What a key result reads now."""
    return figure_of(row.current, row.move)


def target_words(move: MoveRow) -> str:
    """What is to be reached: a number, or a band."""
    if move.target is not None:
        return limit_of(move.target, move).text
    low, high = (None if edge is None else limit_of(edge, move) for edge in (move.low, move.high))
    if low is not None and high is not None:
        return f"{number(move.low)}–{high.text}"
    return f"≥ {low.text}" if low is not None else f"≤ {high.text}" if high is not None else ""


def range_of(row: KeyResultRow) -> str:
    """`78% → 88%`; for a keep what it has to keep to; empty where nothing is measured."""
    move = row.move
    if move is None:
        return ""
    if row.mode is Mode.KEEP:
        return keep_words(move)
    if move.start is None:
        return f"… → {target_words(move)}"
    return f"{limit_of(move.start, move).text} → {target_words(move)}"


def keep_words(move: MoveRow) -> str:
    """`keep ≥ 99.9%`."""
    if move.target is None:
        return say("goals.keep", target=target_words(move))
    sign = {Direction.UP: "≥", Direction.DOWN: "≤", Direction.BAND: "="}[move.direction]
    return say("goals.keep", target=f"{sign} {target_words(move)}")


def milestones_of(row: KeyResultRow, today: Any) -> Milestones | None:
    """The squares of a milestone key result."""
    if row.kind is not KeyResultKind.MILESTONE:
        return None
    return Milestones([step_state(step, today) for step in row.steps])


def step_state(step: StepRow, today: Any) -> str:
    """done, late or open."""
    if step.is_done:
        return "done"
    return "late" if step.due is not None and step.due < today else "open"


def spark_of(row: KeyResultRow, *, width: int = 72, height: int = 24) -> Spark | None:
    """The last values of what a key result moves, with its target."""
    values = spark_values(row.spark)
    if len(values) < 2 or row.move is None:
        return None
    move = row.move
    band = (move.low, move.high) if move.target is None else None
    return Spark(
        values,
        target=move.target,
        band=band,
        width=width,
        height=height,
        faded=row.reason.code == "health.stale",
    )


def spark_values(spark: Iterable[Any]) -> list[float | None]:
    """The numbers of a stored spark line, oldest first."""
    found: list[float | None] = []
    for point in spark:
        value = point.get("value") if isinstance(point, dict) else point
        if isinstance(value, list):
            value = value[-1]
        found.append(None if value is None else float(value))
    return found


def guard_status(guard: GuardRow) -> str:
    """The kind of a guard's mark: stale outranks any colour."""
    found = shown_status(guard.status, guard.freshness)
    return "no_data" if guard.freshness is Freshness.EMPTY else found.value


def guard_name(guard: GuardRow) -> str:
    """The KPI's name, with its slice; of a private one only that it is private."""
    if not guard.is_open:
        return say("goals.private_kpi")
    return f"{guard.kpi_name} · {guard.slice_key}" if guard.slice_key else guard.kpi_name


def guard_chip(guard: GuardRow) -> GuardChip:
    """A guard in a row."""
    return GuardChip(guard_name(guard), guard_status(guard))


def guard_target(guard: GuardRow) -> Target | None:
    """What a guarded KPI has to keep to: its limits, or else the KPI's own target."""
    low = guard.low if guard.amber_low is None else guard.amber_low
    high = guard.high if guard.amber_high is None else guard.amber_high
    if low is None and high is None:
        return target_of(guard.target, guard)
    return Target(Direction.BAND, low=low, high=high, unit=guard.unit, limit=True)


def target_of(limits: TargetLimits | None, kpi: GuardRow | InformRow) -> Target | None:
    """A KPI's own target, with no more decimals than it shows; None without one."""
    if limits is None:
        return None
    low, high = (None, None) if limits.band is None else (limits.band.low, limits.band.high)
    value, low, high = (_rounded(one, kpi.decimals) for one in (limits.target, low, high))
    return Target(limits.direction, value, low, high, unit=kpi.unit)


def _rounded(value: Decimal | None, decimals: int | None) -> Decimal | None:
    if value is None or decimals is None:
        return value
    return round(value, min(decimals, places_of(value)))
