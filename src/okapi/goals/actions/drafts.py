"""What comes in: moves, milestones and levels to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

# An id, or the key that files use.
Ref: TypeAlias = UUID | str


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What moves a key result: a KPI or one slice of it (by its key), from where to where.

    `start` None: automatic. A typed start needs `start_reason`. The target is a number, or `low`
    and `high`. For a KPI that adds up all of them are totals of the span.
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
    """A weighted step; without a key it gets one by its place."""

    title: str
    key: str = ""
    title_other: str = ""
    due: date | None = None
    weight: Decimal = Decimal(1)
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class LevelDraft:
    """One described level: fail, commit, target, stretch, with the default values of the core."""

    key: str
    text: str
    value: Decimal | None = None
    text_other: str = ""
