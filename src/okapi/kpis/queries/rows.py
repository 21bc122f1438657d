"""What pages read of KPIs: frozen rows, ready to be shown.

Texts are in the reader's language; what is not known is None and never 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness, due_on
from okapi.core.limits import Status, TargetLimits
from okapi.core.quantities import Direction, parse_decimal
from okapi.core.series import Aggregation

LIMITS = ("value", "amber", "low", "high", "amber_low", "amber_high")


class Shown(StrEnum):
    """What is said first of a KPI, in the order in which the catalogue stands.

    Stale outranks any colour; `due` is told beside the colour and only filters.
    """

    SIGNAL = "signal"
    RED = "red"
    STALE = "stale"
    AMBER = "amber"
    NO_TARGET = "no_target"
    NO_DATA = "no_data"
    GREEN = "green"
    DUE = "due"


ATTENTION = (
    Shown.SIGNAL,
    Shown.RED,
    Shown.STALE,
    Shown.AMBER,
    Shown.NO_TARGET,
    Shown.NO_DATA,
    Shown.GREEN,
)


def place_of(
    status: str | None, *, last: date | None, stale_on: date | None, is_signal: bool, today: date
) -> int:
    """What is said first of a standing, as its number in `ATTENTION`; `KpiRow.shown` says it."""
    if stale_on is not None and stale_on <= today:
        shown = Shown.STALE
    elif is_signal:
        shown = Shown.SIGNAL
    elif status and status != Status.NO_DATA.value:
        shown = Shown(status)
    else:
        # Measured, but without a total: nothing that a target could judge.
        shown = Shown.NO_DATA if last is None else Shown.NO_TARGET
    return ATTENTION.index(shown)


def is_due(due_on: date | None, stale_on: date | None, today: date) -> bool:
    """Whether a value is due, and not yet stale."""
    stale = stale_on is not None and stale_on <= today
    return due_on is not None and due_on <= today and not stale


def has_open(remarks: Sequence[Mapping[str, Any]] | None) -> bool:
    """Whether a standing has remarks on its data that nobody has accepted."""
    return any(not one.get("accepted") for one in remarks or ())


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as a name to be shown."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its limits, as it holds in a period. `label` is the period it is set for."""

    limits: TargetLimits
    label: str = ""
    frequency: Frequency | None = None

    @classmethod
    def of(cls, direction: Direction, kept: Mapping[str, Any] | None) -> TargetRow | None:
        """From the JSON that a standing keeps, or a row of the table.

        None where there is no target, or one that was set for another direction and judges nothing.
        """
        if not kept:
            return None
        numbers = {name: _number(kept.get(name)) for name in LIMITS}
        if all(numbers[name] is None for name in ("value", "low", "high")):
            return None
        try:
            limits = TargetLimits.of(direction, **numbers)
        except Refused:
            return None
        frequency = kept.get("frequency")
        return cls(
            limits, str(kept.get("label") or ""), Frequency(frequency) if frequency else None
        )


def _number(kept: Any) -> Decimal | None:
    return None if kept is None else parse_decimal(kept)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a KPI measures: the parts of its definition in force that a value is shown with."""

    unit: str
    decimals: int | None
    direction: Direction
    frequency: Frequency
    aggregation: Aggregation
    delay_days: int = 0


@dataclass(frozen=True, slots=True)
class Age:
    """How new the newest value is.

    `late` counts the periods that have ended since without a value; 0 without a rhythm.
    """

    freshness: Freshness
    first: date | None = None
    last: date | None = None
    label: str = ""
    due_on: date | None = None
    stale_on: date | None = None
    late: int = 0


def age_of(values: Mapping[str, Any], frequency: Frequency, today: date) -> Age:
    """From the columns `first`, `last`, `label`, `due_on` and `stale_on` of a standing."""
    last = values["last"]
    if last is None:
        return Age(Freshness.EMPTY)
    due, stale = values["due_on"], values["stale_on"]
    kind = Freshness.FRESH
    if stale is not None and today >= stale:
        kind = Freshness.STALE
    elif due is not None and today >= due:
        kind = Freshness.DUE
    late = 0 if kind is Freshness.FRESH else periods_late(last, frequency, today)
    return Age(kind, values["first"], last, values["label"], due, stale, late)


def periods_late(newest_last: date, frequency: Frequency, today: date) -> int:
    """How many periods have ended since the newest one that has a value."""
    if frequency is Frequency.IRREGULAR:
        return 0
    if frequency.months is None:
        return max(0, (today - newest_last).days - 1) // frequency.typical_days
    late, due = 0, due_on(newest_last, frequency)
    while due is not None and due <= today:
        late += 1
        due = due_on(due - timedelta(days=1), frequency)
    return late


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A KPI in the catalogue with its standing; `private` when not everyone reads it."""

    id: UUID
    key: str
    name: str
    team_id: UUID | None
    team: str
    pillar_id: UUID | None
    owner: PersonRow | None
    measure: Measure
    value: Decimal | None
    previous: Decimal | None
    year_before: Decimal | None
    to_date: Decimal | None
    status: Status
    age: Age
    target: TargetRow | None
    spark: tuple[float | None, ...]
    is_signal: bool
    slice_key: str
    number: int
    private: bool
    has_remarks: bool = False

    @property
    def shown(self) -> Shown:
        """What is said of it first."""
        if self.age.freshness is Freshness.STALE:
            return Shown.STALE
        if self.is_signal:
            return Shown.SIGNAL
        if self.is_sliced_only:
            return Shown.NO_TARGET
        return Shown(self.status.value)

    @property
    def is_sliced_only(self) -> bool:
        """Whether it is measured, but as a whole has no value: it has no total."""
        return self.value is None and self.age.last is not None
