"""The targets of one slice: which one holds in a period, and where a value stands by it."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import BigIntegerField, QuerySet

from okapi.base.given import Given
from okapi.base.prepared import Part, Question
from okapi.core.frequencies import Frequency
from okapi.core.limits import Status, status
from okapi.core.series import Aggregation
from okapi.kpis.models import Target
from okapi.kpis.queries.rows import LIMITS, Measure, TargetRow


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A target of the table: for these days, then until the next one of its frequency."""

    first: date
    last: date
    target: TargetRow
    is_part: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """The targets of one slice, by frequency, the KPI's own first, each in the order of time.

    `core.targets.target_for` says the same of one period; this answers for many. `longer` are those
    of the longest frequency beyond the KPI's own, which the figures to date are about.
    """

    ladder: tuple[tuple[tuple[date, ...], tuple[PlannedRow, ...]], ...]
    longer: tuple[PlannedRow, ...] = ()

    def holding(self, last: date) -> PlannedRow | None:
        """The target that a period ending on this day is judged by."""
        for firsts, rows in self.ladder:
            at = bisect_right(firsts, last)
            if at:
                return rows[at - 1]
        return None

    def status(self, value: Decimal | None, last: date) -> Status:
        """Where a value of a period ending on this day stands."""
        held = self.holding(last)
        return status(value, None if held is None else held.target.limits)

    def to_date(self, last: date) -> PlannedRow | None:
        """The longer target that a figure to date at this day is compared with."""
        return next((row for row in reversed(self.longer) if row.first <= last), None)

    @property
    def rows(self) -> tuple[PlannedRow, ...]:
        """The targets of the frequency that periods are judged by first."""
        return self.ladder[0][1] if self.ladder else ()


def plan_of(measure: Measure, slice_id: int | None) -> Plan:
    """The plan of a slice, with one statement."""
    return Plan(()) if slice_id is None else plan_part(measure, slice_id).alone()


def plan_part(measure: Measure, slice_id: int) -> Part[Plan]:
    """As `plan_of`, to be asked in a round."""
    return _TARGETS.part(slice=slice_id).to(
        lambda rows: plan_from(measure, (dict(zip(PLAN_COLUMNS, row, strict=True)) for row in rows))
    )


PLAN_COLUMNS = ("frequency", "first", "last", "label", "breakdown_id", *LIMITS)
"""What `plan_from` reads of each row of the table."""


def _targets() -> QuerySet[Target, Any]:
    rows: QuerySet[Target, Any] = Target.objects.filter(slice_id=Given("slice", BigIntegerField()))
    return rows.order_by("first").values_list(*PLAN_COLUMNS)


_TARGETS = Question(_targets)


def plan_from(measure: Measure, rows: Iterable[Mapping[str, Any]]) -> Plan:
    """The plan from rows of the table, in the order of their first days.

    A longer target judges the periods of a sum only as it is broken down.
    """
    own = measure.frequency
    found: dict[Frequency, list[PlannedRow]] = defaultdict(list)
    for row in rows:
        frequency, target = Frequency(row["frequency"]), TargetRow.of(measure.direction, row)
        if target is not None and (frequency is own or _is_longer(frequency, own)):
            is_part = row["breakdown_id"] is not None
            found[frequency].append(PlannedRow(row["first"], row["last"], target, is_part))
    own_first = sorted(found, key=lambda one: (one is not own, one.typical_days or 1_000_000))
    longer = own_first[-1] if own_first and own_first[-1] is not own else None
    judging = [one for one in own_first if one is own or measure.aggregation is not Aggregation.SUM]
    return Plan(
        tuple((tuple(row.first for row in found[one]), tuple(found[one])) for one in judging),
        () if longer is None else tuple(found[longer]),
    )


def _is_longer(frequency: Frequency, own: Frequency) -> bool:
    return not own.typical_days or frequency.typical_days >= own.typical_days
