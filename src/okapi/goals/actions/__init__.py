"""What can be done to goals. All atomic, checked, recorded, with standings and outbox.

References (`objective`, `key_result`, `kpi`, `team`, …) are ids or the keys of files. `version`
is the one that the person saw; another one in the table is a `Conflict`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias
from uuid import UUID

from okapi.base.actor import Actor
from okapi.goals.models import Adjustment, CheckIn, Contribution, Guard, KeyResult, Objective

Ref: TypeAlias = UUID | str


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What moves a key result: a KPI or one slice, from where to where.

    `start` empty: automatic. A typed start needs `start_reason`. `target` or `low`/`high`.
    For a KPI that adds up all are totals of the span.
    """

    kpi: Ref
    slice: str = ""
    start: Decimal | None = None
    start_reason: str = ""
    target: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    weight: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    """A weighted step."""

    title: str
    key: str = ""
    title_other: str = ""
    due: date | None = None
    weight: Decimal = Decimal(1)
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """One described level: fail, commit, target, stretch."""

    key: str
    text: str
    value: Decimal | None = None
    text_other: str = ""


def create_objective(
    actor: Actor, *, title: str, cycle: Ref, team: Ref | None = None, owner: Ref | None = None,
    key: str = "", pillar: Ref | None = None, kind: str = "committed", weight: Decimal = Decimal(1),
    visibility: str = "everyone", readers: Iterable[Ref] = (), **texts: str,
) -> Objective:
    """A new draft. `texts`: title_other, why, why_other."""
    raise NotImplementedError


def edit_objective(actor: Actor, objective: Ref, *, version: int | None = None, reason: str = "", **fields: Any) -> Objective:
    """Change fields; on an agreed goal what matters needs a `reason` and leaves an adjustment."""
    raise NotImplementedError


def add_key_result(
    actor: Actor, objective: Ref, *, title: str, kind: str = "metric", moves: Sequence[MoveDraft] = (),
    milestones: Sequence[MilestoneDraft] = (), levels: Sequence[LevelDraft] = (), informs: Iterable[Ref] = (),
    reason: str = "", **fields: Any,
) -> KeyResult:
    """A key result of any kind. `fields`: key, title_other, description, owner, weight, due, mode, keep_share, reading, curve, against, cadence_days."""
    raise NotImplementedError


def edit_key_result(actor: Actor, key_result: Ref, *, version: int | None = None, reason: str = "", **fields: Any) -> KeyResult:
    """Change fields of a key result."""
    raise NotImplementedError


def check_in(
    actor: Actor, key_result: Ref, *, confidence: int | None = None, happened: str = "", next_step: str = "",
    level: str = "", is_done: bool | None = None, milestones: Mapping[str, bool] | None = None,
) -> CheckIn:
    """A dated word from the owner; milestones by key: done or not."""
    raise NotImplementedError


def set_moves(actor: Actor, key_result: Ref, moves: Sequence[MoveDraft], *, version: int | None = None, reason: str = "") -> KeyResult:
    """Let the key result move exactly these."""
    raise NotImplementedError


def guard(actor: Actor, objective: Ref, kpi: Ref, *, slice: str = "", limits: Mapping[str, Decimal | None] | None = None) -> Guard:
    """Guard a KPI; limits: low, high, amber_low, amber_high."""
    raise NotImplementedError


def contribute(actor: Actor, child: Ref, *, to_objective: Ref | None = None, to_key_result: Ref | None = None) -> Contribution:
    """Align an objective with one above; `Refused` naming the circle."""
    raise NotImplementedError


def agree(actor: Actor, objective: Ref, *, version: int | None = None, override: str = "") -> Objective:
    """Agree on a draft with all its key results."""
    raise NotImplementedError


def adjust_target(actor: Actor, key_result: Ref, *, kpi: Ref, slice: str = "", reason: str, target: Decimal | None = None,
                  low: Decimal | None = None, high: Decimal | None = None, start: Decimal | None = None, version: int | None = None) -> Adjustment:
    """Change the target (or start) of an agreed key result, with a reason."""
    raise NotImplementedError


def cancel(actor: Actor, objective: Ref, *, reason: str, version: int | None = None) -> Objective:
    """Give an objective up, with a reason."""
    raise NotImplementedError


def close(actor: Actor, objective: Ref, *, grades: Mapping[str, tuple[Decimal, str]] | None = None, reason: str = "", version: int | None = None) -> Objective:
    """Close with grades by KR key: (grade, reason); the default is the clipped progress."""
    raise NotImplementedError
