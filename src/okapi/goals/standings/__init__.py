"""The stored results of key results and objectives: loaded, computed in columns, written.

`renew` is called within the writer's transaction; `renew_everything` after an import; `turn` by
the daily job; `as_of` answers what was known on a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from okapi.base.outbox import News


@dataclass(frozen=True, slots=True)
class AsOf:
    """What a standing was on a day; `is_reconstructed` for days before its data came in."""

    current: Decimal | None
    progress: float | None
    health: str
    reason: str
    since: datetime | None
    is_reconstructed: bool


def renew(key_result_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """Compute these key results and their objectives anew and store what changed.

    Runs in the caller's transaction. Answers with what changed, for the outbox.
    """
    raise NotImplementedError


def renew_objectives(objective_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """As `renew`, for all key results of these objectives."""
    raise NotImplementedError


def renew_everything(organisation_id: UUID) -> int:
    """Renew all standings and branches of an organisation; how many key results there were."""
    raise NotImplementedError


def turn(organisation_id: UUID, today: date) -> int:
    """Renew what turns by itself on `today` or did before; how many things were renewed."""
    raise NotImplementedError


def as_of(kind: str, object_ids: Iterable[UUID], day: date) -> dict[UUID, AsOf]:
    """The standings of objectives (`kind` "objective") or key results as known on a day."""
    raise NotImplementedError
