"""What an intake answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from okapi.kpis.models import Intake


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """An intake that is in: how many rows it had, and what they were."""

    uid: UUID
    received: int
    new: int
    revised: int
    unchanged: int

    def as_json(self) -> dict[str, Any]:
        """The form in which it is kept with an idempotency key."""
        return {
            "intake": str(self.uid),
            "received": self.received,
            "new": self.new,
            "revised": self.revised,
            "unchanged": self.unchanged,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> IntakeResult:
        """The inverse of `as_json`."""
        counts = {name: int(kept[name]) for name in ("received", "new", "revised", "unchanged")}
        return cls(uid=UUID(str(kept["intake"])), **counts)

    @classmethod
    def of(cls, intake: Intake) -> IntakeResult:
        """The result of a committed intake."""
        return cls(intake.uid, intake.received, intake.new, intake.revised, intake.unchanged)


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What taking an intake back did, in measurements.

    `kept` were revised again by a later intake and stay.
    """

    uid: UUID
    removed: int
    restored: int
    kept: int
