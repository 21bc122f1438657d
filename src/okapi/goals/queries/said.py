"""Check-ins and adjustments for other programs: newest first, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from okapi.base.actor import Actor
from okapi.goals import access
from okapi.goals.models import Adjustment, CheckIn


@dataclass(frozen=True, slots=True)
class CheckInListed:
    """What the owner of a key result said; `level` and `is_done` of the kinds that have them."""

    id: UUID
    key_result: str
    person: str
    at: datetime
    confidence: int | None
    happened: str
    next_step: str
    level: str
    is_done: bool | None


@dataclass(frozen=True, slots=True)
class AdjustmentListed:
    """What was changed of an agreed goal, by whom, through which door, and why."""

    id: UUID
    key_result: str | None
    person: str | None
    door: str
    at: datetime
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


_CHECK_IN = (
    "id", "key_result__key", "person__email", "at", "confidence", "happened", "next_step",
    "level", "is_done",
)  # fmt: skip
_ADJUSTMENT = (
    "id", "key_result__key", "person__email", "door", "at", "reason", "before", "after",
)  # fmt: skip


def check_ins(
    actor: Actor, key_result: UUID | str, *, before: UUID | None = None, most: int = 100
) -> list[CheckInListed]:
    """The check-ins of a key result from the newest, or from the one with this id on.

    `NotFound` for a key result that is missing or hidden. Ids are in the order of time.
    """
    found = access.get_key_result(actor, key_result)
    rows = CheckIn.objects.filter(_older(before), key_result=found).order_by("-id")
    return [CheckInListed(*row) for row in rows.values_list(*_CHECK_IN)[:most]]


def adjustments(
    actor: Actor, objective: UUID | str, *, before: UUID | None = None, most: int = 100
) -> list[AdjustmentListed]:
    """The adjustments of an objective and its key results, as `check_ins`."""
    found = access.get(actor, objective)
    rows = Adjustment.objects.filter(_older(before), objective=found).order_by("-id")
    return [AdjustmentListed(*row) for row in rows.values_list(*_ADJUSTMENT)[:most]]


def _older(before: UUID | None) -> Q:
    return Q() if before is None else Q(pk__lt=before)
