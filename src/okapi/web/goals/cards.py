"""The cards of key results on an objective's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from okapi.core.health import Health
from okapi.core.progress import KeyResultKind, Mode
from okapi.goals.queries.ahead import KeyResultAhead
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objective import ObjectivePage
from okapi.goals.queries.rows import KeyResultRow, MoveRow, StepRow
from okapi.web.goals import charts, cones, shown, signals
from okapi.web.goals.cones import Before, before_of
from okapi.web.goals.doing import actions_of_key_result, is_over
from okapi.web.goals.key_result_card import Card, Moved, Step
from okapi.web.goals.signals import Standing
from okapi.web.http import Addresses
from okapi.wording import percent, say


def cards_of(
    who: Asking, found: ObjectivePage, at: Addresses, standing: Standing
) -> tuple[Card, ...]:
    """One card for each key result, in their order, with the signals that stand."""
    return tuple(_card(row, who, found, at, standing) for row in found.row.key_results)


def _card(
    row: KeyResultRow, who: Asking, found: ObjectivePage, at: Addresses, standing: Standing
) -> Card:
    said = who.organisation.day_of(row.checked_in_at) if row.checked_in_at else None
    coming = charts.ahead(who, row, found)
    return Card(
        key=row.key,
        anchor=f"kr-{row.key}",
        title=row.title,
        description=row.description,
        owner=shown.avatar_of(row.owner, "s", hidden=True),
        owner_name="" if row.owner is None else row.owner.name,
        weight="" if row.share is None else percent(row.share),
        current=None if row.move is None else shown.current_of(row),
        range=shown.range_of(row),
        progress=shown.progress_of(row, words="none"),
        expected="" if row.expected is None else percent(row.expected),
        moved=tuple(_moved(move, at) for move in row.moves),
        signals=signals.of_key_result(row, standing, at),
        chart=charts.chart_of(who, row, found, coming),
        forecast=cones.sentence_of(row, coming),
        before=_before(row, who, found, at, coming),
        steps=_steps(row, who.today),
        steps_kind=row.kind.value,
        status=shown.status_of(row, pill=True),
        reason=_reason(row),
        pace=row.pace,
        kept=_kept(row),
        confidence=shown.confidence_of(row.confidence),
        checked_in=said,
        is_silent=_is_silent(row, said, who.today),
        is_mismatch=row.is_mismatch,
        grade="" if row.grade is None else f"{row.grade:.2f}",
        check_in=at.check_in(row.key) if row.id in found.may.check_in else "",
        do=actions_of_key_result(row, found, at),
        inline="" if is_over(found) or not found.may.edit else at.of_key_result(row.key, "edit"),
    )


def _before(
    row: KeyResultRow,
    who: Asking,
    found: ObjectivePage,
    at: Addresses,
    coming: KeyResultAhead | None,
) -> Before | None:
    """How good forecasts were; None where none is drawn or could be."""
    is_drawn = found.earlier is not None
    if row.move is None or (coming is None and not is_drawn):
        return None
    query = "" if is_drawn else "?forecasts=before"
    href = f"{at.objective(found.row.key)}{query}#kr-{row.key}"
    return before_of(charts.told_before(who, row, found), href, is_drawn=is_drawn)


def _moved(move: MoveRow, at: Addresses) -> Moved:
    name = move.kpi_name if move.is_open else say("goals.private_kpi")
    several = f"{shown.limit_of(move.start, move).text} → {shown.target_words(move)}"
    return Moved(
        name=f"{name} · {move.slice_key}" if move.slice_key else name,
        href=at.kpi(move.kpi_key) if move.is_open else "",
        version=move.version,
        range=several,
        start_note=_start_note(move),
    )


def _start_note(move: MoveRow) -> str:
    """Where the start comes from: a period, or somebody's word."""
    if move.is_start_typed and move.start_reason:
        return say("goals.start_typed", reason=move.start_reason)
    if move.start is not None and move.start_label:
        return say("goals.start_from", period=move.start_label)
    return ""


def _reason(row: KeyResultRow) -> str:
    """Said on the card where the figures beside it do not say it already."""
    told = {"health.pace", "health.confidence", "health.reached"}
    return "" if row.reason.code in told else shown.sentence_of(row.reason)


def _kept(row: KeyResultRow) -> str:
    if row.mode is not Mode.KEEP or row.ended is None:
        return ""
    return say("goals.kept", inside=row.inside or 0, ended=row.ended)


def _is_silent(row: KeyResultRow, said: date | None, today: date) -> bool:
    """Whether it runs and more than two cadences have gone without a word."""
    if row.health is Health.NONE or said is None:
        return False
    return (today - said).days > 2 * row.cadence_days


def _steps(row: KeyResultRow, today: date) -> tuple[Step, ...]:
    match row.kind:
        case KeyResultKind.MILESTONE:
            return tuple(_milestone(step, today) for step in row.steps)
        case KeyResultKind.LEVELS:
            return tuple(_levels(row.steps, row.progress))
        case KeyResultKind.METRIC | KeyResultKind.YES_NO:
            return ()


def _milestone(step: StepRow, today: date) -> Step:
    state = shown.step_state(step, today)
    if step.done_on is not None:
        note = say("goals.step_done", day=step.done_on)
    elif step.due is None:
        note = ""
    else:
        note = say("goals.step_late" if state == "late" else "goals.step_due", day=step.due)
    return Step(step.title, state, note)


def _levels(steps: Sequence[StepRow], progress: float | None) -> list[Step]:
    """All levels up to the one reached are done."""
    reached = -1.0 if progress is None else progress + 1e-9
    return [
        Step(
            step.title,
            "done" if float(step.value) <= reached else "open",
            say("goals.level", name=say(f"level.{step.key}"), share=percent(step.value))
            if step.key in _LEVELS
            else percent(step.value),
        )
        for step in steps
    ]


_LEVELS = frozenset({"fail", "commit", "target", "stretch"})
