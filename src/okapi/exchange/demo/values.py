"""The values of the demo's KPIs: pure functions of the KPI, the period and the seed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, next_period, period_of, periods_between
from okapi.core.series import Aggregation
from okapi.exchange.demo.anchor import Anchor
from okapi.exchange.demo.chance import normal, uniform, wander
from okapi.exchange.demo.seasons import busy, festival, is_weekend
from okapi.exchange.demo.series import FaultKind, Series, all_series, shares

SEED = 20
QUARTERS_BACK = 8
WEEKS_OF_A_WAVE = 5.0
PART_OF_WAVE = 0.6  # of the noise, beside the noise itself
NOISE_OF_SLICES = 0.06

Row = dict[str, Any]
Slice = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Generator:
    """Makes the rows of an intake for a demo around a quarter."""

    anchor: Anchor
    seed: int = SEED

    def rows(self, today: date, since: Mapping[str, date | None]) -> Iterator[Row]:
        """The rows of all KPIs that were there by the morning of a day.

        Args:
            today: values of periods that end later, or come in later, are left out.
            since: by KPI, the last day of the newest period that is there already.
        """
        for series in all_series().values():
            after = since.get(series.key)
            for period in self.periods(series, today):
                if after is None or period.last > after:
                    yield from self.values(series, period)

    def periods(self, series: Series, today: date) -> list[Period]:
        """The periods of a KPI that have a value on the morning of a day."""
        first = self.anchor.quarter(-QUARTERS_BACK)
        last = today - timedelta(days=series.lag + 1)
        if series.until is not None:
            last = min(last, self.anchor.day(series.until))
        if last < first:
            return []
        found = periods_between(first, last, series.every)
        return [period for period in found if first <= period.first and period.last <= last]

    def values(self, series: Series, period: Period) -> Iterator[Row]:
        """The rows of a period: the total, and its slices."""
        if series.part_of:
            yield self._part(series, period)
        elif series.how is Aggregation.SUM:
            yield from self._sums(series, period)
        elif series.how is Aggregation.RATIO:
            yield from self._ratios(series, period)
        else:
            yield from self._levels(series, period)

    def _levels(self, series: Series, period: Period) -> Iterator[Row]:
        """The value of a period as it came in: not always as it should have."""
        fault = series.fault(period.last, self.anchor)
        if fault is None:
            yield _row(series, period, _rounded(self._level(series, period), series.places))
            return
        match fault.kind:
            case FaultKind.MISSING:
                return
            case FaultKind.HUNDREDTH:
                value = _rounded(self._level(series, period), series.places) / 100
                yield {**_row(series, period, value), "value": _text(value, series.places + 2)}
            case FaultKind.FROZEN:
                begun = period_of(self.anchor.day(fault.first), series.every)
                value = _rounded(self._level(series, begun), series.places)
                yield _row(series, period, value)

    # --- Where it stands --------------------------------------------------------------------------

    def _level(self, series: Series, period: Period) -> float:
        """The value that a period is about, with noise, weekends and festivals."""
        pinned = self._pinned(series, period)
        if pinned is not None:
            return pinned
        found = series.level(period.last, self.anchor)
        found += series.noise * (
            normal(self.seed, series.key, period.last)
            + PART_OF_WAVE * wander(_wave(period.last), self.seed, series.key)
        )
        days = list(_days(period))
        found += series.festival * sum(map(festival, days)) / len(days)
        if series.every is Frequency.DAY and is_weekend(period.last):
            found += series.weekend
        return found

    def _pinned(self, series: Series, period: Period) -> float | None:
        """In the last period before a quarter or year of the path, the path's own number.

        It is where key results start from, and what their titles say.
        """
        following = next_period(period, series.every).last
        for node, height in zip(series.nodes(self.anchor), series.path, strict=True):
            if period.last < node <= following:
                return height
        return None

    # --- Sums -------------------------------------------------------------------------------------

    def _sums(self, series: Series, period: Period) -> Iterator[Row]:
        total = self._sum(series, period)
        if not series.slices:
            yield _row(series, period, _rounded(total, series.places))
            return
        parts = list(self._parts(series, period))
        whole = sum(part for _, part in parts)
        rounded = [
            (slice_, _rounded(total * part / whole, series.places)) for slice_, part in parts
        ]
        for slice_, value in rounded:
            yield _row(series, period, value, slice_)
        yield _row(series, period, _rounded(sum(value for _, value in rounded), series.places))

    def _sum(self, series: Series, period: Period) -> float:
        """The period's part of its quarter's or year's total, to the last digit of it."""
        step = self._step(series, period)
        total = series.total(step)
        peers = self._peers(series, step)
        weights = self._weights(series, step)
        place = peers.index(period)
        places = series.places
        reached = _rounded(total * weights[place + 1], places)
        return reached - _rounded(total * weights[place], places)

    def _step(self, series: Series, period: Period) -> int:
        if series.by_year:
            return period.last.year - self.anchor.first.year
        return Anchor.around(period.last).number - self.anchor.number

    def _peers(self, series: Series, step: int) -> list[Period]:
        """The periods that end within a quarter or year."""
        return self._known(series, step)[0]

    def _weights(self, series: Series, step: int) -> list[float]:
        """The share of the total that is reached before each period, and at the end."""
        return self._known(series, step)[1]

    def _known(self, series: Series, step: int) -> tuple[list[Period], list[float]]:
        known = self._spans.get((series.key, step))
        if known is None:
            first = self.anchor.boundary(step, by_year=series.by_year)
            last = self.anchor.boundary(step + 1, by_year=series.by_year) - timedelta(days=1)
            found = [one for one in periods_between(first, last, series.every) if one.last <= last]
            weights = [self._weight(series, one) for one in found]
            sums = [0.0, *itertools.accumulate(weights)]
            known = found, [part / sums[-1] for part in sums]
            self._spans[series.key, step] = known
        return known

    @cached_property
    def _spans(self) -> dict[tuple[str, int], tuple[list[Period], list[float]]]:
        return {}

    def _weight(self, series: Series, period: Period) -> float:
        drawn = normal(self.seed, series.key, period.last)
        waved = PART_OF_WAVE * wander(_wave(period.last), self.seed, series.key)
        return _busy(series, period) * math.exp(series.noise * (drawn + waved))

    # --- Ratios -----------------------------------------------------------------------------------

    def _ratios(self, series: Series, period: Period) -> Iterator[Row]:
        rows = list(self._ratio_parts(series, period))
        if series.slices:
            for slice_, numerator, denominator in rows:
                if denominator:
                    yield _ratio(series, period, numerator, denominator, slice_)
        numerator = sum(part for _, part, _ in rows)
        yield _ratio(series, period, numerator, sum(part for _, _, part in rows))

    def _ratio_parts(self, series: Series, period: Period) -> Iterator[tuple[Slice, int, int]]:
        """Numerators and denominators; how many of a few it is, is left to chance.

        In a pinned period it is not: there the numerators add up to what the path says.
        """
        is_pinned = self._pinned(series, period) is not None
        volume = self._volume(series, period)
        reached = 0.0
        for slice_, part, ratio in self._ratios_of_slices(series, period):
            denominator = round(volume * part)
            expected = denominator * ratio / series.times
            if is_pinned or not slice_:
                numerator = round(reached + expected) - round(reached)
                reached += expected
            else:
                drawn = uniform(self.seed, series.key, period.last, slice_)
                numerator = min(denominator, math.floor(expected + drawn))
            yield slice_, numerator, denominator

    def _ratios_of_slices(
        self, series: Series, period: Period
    ) -> Iterator[tuple[Slice, float, float]]:
        """Every slice with its part of the volume and its ratio; some are worse, some changed."""
        level = self._level(series, period)
        if not series.slices:
            yield (), 1.0, level
            return
        parts = list(self._parts(series, period))
        factors = [_worse(slice_) for slice_, _ in parts]
        together = sum(part * factor for (_, part), factor in zip(parts, factors, strict=True))
        mean = together / sum(part for _, part in parts)
        is_bad = level < series.times / 2  # what is counted; else it is the rest of it that is bad
        for (slice_, part), factor in zip(parts, factors, strict=True):
            worse = factor / mean
            ratio = level * worse if is_bad else series.times - (series.times - level) * worse
            for change in series.changes:
                if change.where.items() <= dict(slice_).items():
                    ratio += change.at(period.last, self.anchor) * (worse if is_bad else 1)
            yield slice_, part, max(0.0, ratio)

    def _volume(self, series: Series, period: Period) -> float:
        if series.volume_of:
            other = all_series()[series.volume_of]
            inside = periods_between(period.first, period.last, other.every)
            return sum(self._sum(other, one) for one in inside)
        drawn = normal(self.seed, series.key, "volume", period.last)
        return series.volume * _busy(series, period) / period.days * (1 + 0.03 * drawn)

    # --- Slices -----------------------------------------------------------------------------------

    def _parts(self, series: Series, period: Period) -> Iterator[tuple[Slice, float]]:
        """Every slice with its part of the whole."""
        gone = self._gone(period.last)
        names = series.slices
        for values in itertools.product(*(shares(name) for name in names)):
            slice_ = tuple(zip(names, values, strict=True))
            part = 1.0
            for name, value in slice_:
                one = shares(name)[value]
                part *= one.first + (one.last - one.first) * gone
            drawn = normal(self.seed, series.key, "slice", period.last, slice_)
            yield slice_, part * math.exp(NOISE_OF_SLICES * drawn)

    def _gone(self, day: date) -> float:
        """The part of the demo's years that is behind us on a day, from 0 to 1."""
        first, last = self.anchor.quarter(-QUARTERS_BACK), self.anchor.quarter(1)
        return min(1.0, max(0.0, (day - first).days / (last - first).days))

    def _part(self, series: Series, period: Period) -> Row:
        """The sum of those slices of another KPI that have a value."""
        wanted = {name: value for name, value in series.part_of.items() if name != "kpi"}.items()
        rows = self._ratio_parts(all_series()[series.part_of["kpi"]], period)
        found = [row for row in rows if wanted <= dict(row[0]).items()]
        numerator = sum(part for _, part, _ in found)
        return _ratio(series, period, numerator, sum(part for _, _, part in found))


def _row(series: Series, period: Period, value: float, slice_: Slice = ()) -> Row:
    row: Row = {"kpi": series.key, "period": period.label, "value": _text(value, series.places)}
    if slice_:
        row["slice"] = dict(slice_)
    return row


def _ratio(
    series: Series, period: Period, numerator: int, denominator: int, slice_: Slice = ()
) -> Row:
    value = numerator / denominator * series.times
    row = _row(series, period, value, slice_)
    return {
        **row,
        "value": _text(value, series.places + 2),
        "numerator": str(numerator),
        "denominator": str(denominator),
    }


def _worse(slice_: Slice) -> float:
    return math.prod(shares(dimension)[value].worse for dimension, value in slice_)


def _busy(series: Series, period: Period) -> float:
    return sum(busy(series.season, day) for day in _days(period))


def _days(period: Period) -> Iterable[date]:
    return (period.first + timedelta(days=step) for step in range(period.days))


def _wave(day: date) -> float:
    return day.toordinal() / 7 / WEEKS_OF_A_WAVE


def _rounded(value: float, places: int) -> float:
    return round(value, places) if places else float(round(value))


def _text(value: float, places: int) -> str:
    return f"{value:.{places}f}"
