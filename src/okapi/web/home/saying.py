"""What a check-in form holds and how it is read: one form for dialog, Home and its own page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from okapi.core.progress import KeyResultKind
from okapi.goals.queries.rows import KeyResultRow, StepRow
from okapi.web.components import Choice, ConfidenceInput, Field
from okapi.wording import say

_MOST_CONFIDENCE = 10


@dataclass(frozen=True, slots=True)
class Said:
    """What came in, as it was typed, and what was wrong with it by field."""

    confidence: str = ""
    happened: str = ""
    next_step: str = ""
    level: str = ""
    is_done: bool | None = None
    done: frozenset[str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone to tick off."""

    key: str
    title: str
    due: Any
    checked: bool


@dataclass(frozen=True, slots=True)
class CheckInForm:
    """The fields of a check-in, in the order in which they are filled in.

    `draft` names the form in the browser, which keeps what was typed until it is sent.
    """

    action: str
    key: str
    draft: str
    confidence: ConfidenceInput
    happened: Field
    next_step: Field
    levels: tuple[Choice, ...]
    steps: tuple[Step, ...]
    asks_done: bool
    is_done: bool
    errors: Mapping[str, str]

    @property
    def error(self) -> str:
        """What was refused and belongs to no field that is seen."""
        shown = {"confidence", "happened", "next_step"}
        return " ".join(words for name, words in self.errors.items() if name not in shown)


def form_of(row: KeyResultRow, action: str, said: Said | None = None) -> CheckInForm:
    """The form of a key result: empty, or as it was sent."""
    said = said or Said()
    return CheckInForm(
        action=action,
        key=row.key,
        draft=f"check-in-{row.id}",
        confidence=ConfidenceInput(
            value=int(said.confidence) if said.confidence.isdecimal() else None,
            last=row.confidence,
            error=said.errors.get("confidence", ""),
        ),
        happened=Field(
            "happened",
            say("check_in.happened"),
            kind="textarea",
            value=said.happened,
            error=said.errors.get("happened", ""),
            rows=2,
            id=f"happened-{row.id}",
        ),
        next_step=Field(
            "next_step",
            say("check_in.next_step"),
            value=said.next_step,
            error=said.errors.get("next_step", ""),
            id=f"next-{row.id}",
        ),
        levels=_levels(row, said),
        steps=_steps(row, said),
        asks_done=row.kind is KeyResultKind.YES_NO,
        is_done=bool(row.progress) if said.is_done is None else said.is_done,
        errors=said.errors,
    )


def _levels(row: KeyResultRow, said: Said) -> tuple[Choice, ...]:
    if row.kind is not KeyResultKind.LEVELS:
        return ()
    chosen = said.level or _reached(row.steps, row.progress)
    return tuple(Choice(step.key, step.title, step.key == chosen) for step in row.steps)


def _reached(levels: tuple[StepRow, ...], progress: float | None) -> str:
    """The key of the level that was said last."""
    if progress is None:
        return ""
    near = [step.key for step in levels if abs(float(step.value) - progress) < 1e-6]
    return near[-1] if near else ""


def _steps(row: KeyResultRow, said: Said) -> tuple[Step, ...]:
    if row.kind is not KeyResultKind.MILESTONE:
        return ()
    return tuple(
        Step(
            step.key,
            step.title,
            step.due,
            step.is_done if said.done is None else step.key in said.done,
        )
        for step in row.steps
    )


def read(sent: QueryDict, row: KeyResultRow) -> Said:
    """What was sent; a box that is not ticked is not in it."""
    return Said(
        confidence=sent.get("confidence", "").strip(),
        happened=sent.get("happened", ""),
        next_step=sent.get("next_step", ""),
        level=sent.get("level", ""),
        is_done="is_done" in sent if row.kind is KeyResultKind.YES_NO else None,
        done=frozenset(sent.getlist("done")) if row.kind is KeyResultKind.MILESTONE else None,
    )


def arguments(said: Said, row: KeyResultRow) -> dict[str, Any]:
    """What the action takes. `errors` of a confidence that is no figure is told beforehand."""
    known = {step.key for step in row.steps}
    return {
        "confidence": int(said.confidence),
        "happened": said.happened,
        "next_step": said.next_step,
        "level": said.level,
        "is_done": said.is_done,
        "milestones": None if said.done is None else {key: key in said.done for key in known},
    }


def wrong_confidence(said: Said) -> str:
    """The sentence at the confidence, if it is missing or no figure from 0 to 10."""
    text = said.confidence
    if text.isascii() and text.isdecimal() and len(text) < 3 and int(text) <= _MOST_CONFIDENCE:
        return ""
    return say("check_in.confidence_missing")
