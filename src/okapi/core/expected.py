"""Where progress should be at a day: linear over working days, by the plan's shape, by milestones.

An expected share is 0 before the span and 1 at its end. Rules: product, §4 "Expected".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, pairwise

import numpy as np

from okapi.core.calendars import WorkingCalendar
from okapi.core.columns import FAR, Codes, Floats, Ints, code_of, codes, days, maybe, ordinal
from okapi.core.quantities import EXACT
from okapi.core.spans import Span

# Wider than any ordinal: keys row·STRIDE + day keep rows apart and days in order.
_STRIDE = 10_000_000


class CurveKind(StrEnum):
    """How the expected share runs: not at all, linear, along a plan, or in steps (milestones)."""

    NONE = "none"
    LINEAR = "linear"
    PLAN = "plan"
    STEPS = "steps"


class Fallback(StrEnum):
    """Why a curve that should follow the plan is linear all the same."""

    FLAT = "flat"
    NOT_MONOTONE = "not_monotone"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Curve:
    """The expected share of one key result over its span.

    ``shares`` belong to ``ends`` (days, rising): the points of a plan, between which the share
    runs straight, or the steps of milestones. ``fallback`` tells why a plan is not followed.
    """

    span: Span
    kind: CurveKind = CurveKind.LINEAR
    ends: tuple[date, ...] = ()
    shares: tuple[float, ...] = ()
    fallback: Fallback | None = None


@dataclass(frozen=True, slots=True)
class Curves:
    """The curves of many rows; points of all rows stand one after another, sorted by row and day.

    ``key`` is row·stride + day of each point. One calendar holds for all rows.
    """

    kind: Codes
    first: Ints
    last: Ints
    key: Ints
    share: Floats
    calendar: WorkingCalendar

    @classmethod
    def of(cls, curves: Sequence[Curve], calendar: WorkingCalendar) -> Curves:
        """The columns of these curves."""
        sizes = [len(curve.ends) for curve in curves]
        rows = np.repeat(np.arange(len(curves), dtype=np.int64), np.asarray(sizes, dtype=np.int64))
        return cls.build(
            kind=codes(curve.kind for curve in curves),
            first=days(curve.span.first for curve in curves),
            last=days(curve.span.last for curve in curves),
            row=rows,
            end=days(end for curve in curves for end in curve.ends),
            share=np.asarray([s for curve in curves for s in curve.shares], dtype=np.float64),
            calendar=calendar,
        )

    @classmethod
    def build(
        cls,
        *,
        kind: Codes,
        first: Ints,
        last: Ints,
        row: Ints,
        end: Ints,
        share: Floats,
        calendar: WorkingCalendar,
    ) -> Curves:
        """From columns: each point with its row, end and share, sorted by row, then day."""
        return cls(kind, first, last, row * _STRIDE + end, share, calendar)

    def at(self, rows: Ints, day: Ints) -> Floats:
        """The expected share of these rows, each at its day; NaN for a row without a curve."""
        kind = self.kind[rows]
        result = np.full(len(rows), np.nan)
        linear = np.flatnonzero(kind == code_of(CurveKind.LINEAR))
        result[linear] = elapsed_columns(
            self.first[rows[linear]], self.last[rows[linear]], day[linear], self.calendar
        )
        steps = np.flatnonzero(kind == code_of(CurveKind.STEPS))
        result[steps] = self._stepped(rows[steps], day[steps])
        plan = np.flatnonzero(kind == code_of(CurveKind.PLAN))
        result[plan] = self._straight(rows[plan], day[plan])
        return result

    def next_point(self, rows: Ints, day: Ints) -> Ints:
        """The day of the first point of each row after its day; ``FAR`` where there is none."""
        if len(self.key) == 0:
            return np.full(len(rows), FAR, dtype=np.int64)
        at = np.searchsorted(self.key, rows * _STRIDE + day, side="right")
        key = self.key[np.minimum(at, len(self.key) - 1)]
        own = (at < len(self.key)) & (key // _STRIDE == rows)
        return np.where(own, key % _STRIDE, FAR)

    def _stepped(self, rows: Ints, day: Ints) -> Floats:
        if len(rows) == 0 or len(self.key) == 0:
            return np.zeros(len(rows))
        at = np.searchsorted(self.key, rows * _STRIDE + day, side="right") - 1
        own = (at >= 0) & (self.key[at] // _STRIDE == rows)
        return np.where(own, self.share[at], 0.0)

    def _straight(self, rows: Ints, day: Ints) -> Floats:
        """Straight between the points; from 0 on the day before the span to its first point."""
        if len(rows) == 0:
            return np.zeros(0)
        before = np.searchsorted(self.key, rows * _STRIDE + day, side="right") - 1
        own = (before >= 0) & (self.key[before] // _STRIDE == rows)
        left_day = np.where(own, self.key[before] % _STRIDE, self.first[rows] - 1)
        left = np.where(own, self.share[before], 0.0)
        next_day = self.next_point(rows, day)
        after = np.minimum(before + 1, len(self.key) - 1)
        right = np.where(next_day == FAR, left, self.share[after])
        part = np.clip((day - left_day) / (next_day - left_day), 0.0, 1.0)
        return np.asarray(left + part * (right - left), dtype=np.float64)


def elapsed_columns(first: Ints, last: Ints, day: Ints, calendar: WorkingCalendar) -> Floats:
    """The share of each span's working days up to its day: linear expectation, covered share."""
    return calendar.elapsed_many(first, last, day)


def expected_linear(span: Span, day: date, calendar: WorkingCalendar) -> float:
    """The linear expectation at a day: the first day counts, the last day is 1."""
    return calendar.elapsed(span.first, span.last, day)


def expected(curve: Curve, day: date, calendar: WorkingCalendar) -> float | None:
    """The expected share of one curve at a day; None where there is no curve."""
    rows = np.zeros(1, dtype=np.int64)
    at = np.asarray([ordinal(day)], dtype=np.int64)
    return maybe(Curves.of([curve], calendar).at(rows, at)[0])


def plan_curve(
    span: Span,
    plan: Sequence[tuple[date, Decimal]],
    *,
    adds_up: bool,
    origin: Decimal | None = None,
    last_end: date | None = None,
) -> Curve:
    """The curve that follows a KPI's plan, its shape brought to run from 0 to 1.

    Args:
        span: of the key result.
        plan: the target of each period that belongs to the span, with the period's end.
        adds_up: the KPI is a sum: its shape is the running total of the plan.
        origin: where a plan that does not add up runs from: its value for the last period before
            the span, or the start of the key result. Without one it runs from its first value.
        last_end: the end of the last period that belongs to the span (``spans.last_end``).

    A plan that stops before that, is flat, or goes back falls back to linear and says so.
    """
    points = sorted(plan)
    values = [value for _, value in points]
    ends = tuple(end for end, _ in points)
    if not ends or (last_end is not None and ends[-1] < last_end):
        return Curve(span, fallback=Fallback.INCOMPLETE)
    if adds_up:
        values = list(accumulate(values, EXACT.add))
        origin = Decimal(0)
    return _normalised(span, ends, values, values[0] if origin is None else origin)


def _normalised(
    span: Span, ends: tuple[date, ...], values: Sequence[Decimal], origin: Decimal
) -> Curve:
    whole = EXACT.subtract(values[-1], origin)
    if whole == 0:
        return Curve(span, fallback=Fallback.FLAT)
    steps = [EXACT.subtract(after, before) for before, after in pairwise([origin, *values])]
    if any(step * whole < 0 for step in steps):
        return Curve(span, fallback=Fallback.NOT_MONOTONE)
    shares = [float(EXACT.divide(EXACT.subtract(value, origin), whole)) for value in values]
    return Curve(span, CurveKind.PLAN, ends, tuple(shares))


def milestone_curve(span: Span, due: Sequence[date | None], weights: Sequence[float]) -> Curve:
    """Steps: the share of the weight that has fallen due; on its due day a milestone is due.

    A milestone without a day is due at the span's end. All weights 0 expects nothing.
    """
    kind = CurveKind.STEPS
    by_day: dict[date, float] = {}
    for day, weight in zip(due, weights, strict=True):
        end = span.last if day is None else day
        by_day[end] = by_day.get(end, 0.0) + float(weight)
    ends = tuple(sorted(by_day))
    sums = tuple(accumulate(by_day[end] for end in ends))
    if not sums or sums[-1] == 0:
        return Curve(span, kind)
    return Curve(span, kind, ends, tuple(total / sums[-1] for total in sums))


def expected_milestones(
    weights: Sequence[float], due: Sequence[date | None], span: Span, day: date
) -> float:
    """The share of the weight that has fallen due by the day."""
    found = expected(milestone_curve(span, due, weights), day, WorkingCalendar())
    return 0.0 if found is None else found
