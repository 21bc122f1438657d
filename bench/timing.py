"""Clocks and the printed table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its limit; `at_least` says on which side of it is well."""

    what: str
    measured: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED`, or nothing where there is no limit."""
        if self.limit is None:
            return ""
        is_well = self.measured >= self.limit if self.at_least else self.measured <= self.limit
        return "ok" if is_well else "MISSED"

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        limit = "" if self.limit is None else f"{sign} {self.limit:g} {self.unit}"
        return (
            f"{self.what:<58} {self.measured:>12,.2f} {self.unit:<7} {limit:<16} "
            f"{self.verdict:<7} {self.note}"
        ).rstrip()


def wall(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Runs:
    """How many milliseconds several runs of the same work took."""

    median: float
    fastest: float


def runs_ms(work: Callable[[int], object], times: int, *, cpu: bool = False) -> Runs:
    """So many runs, each told its number; timed by the wall, or by this process's CPU."""
    clock = time.process_time if cpu else time.perf_counter
    taken = []
    for number in range(times):
        started = clock()
        work(number)
        taken.append((clock() - started) * 1000)
    return Runs(statistics.median(taken), min(taken))


def median_ms(work: Callable[[int], object], times: int) -> float:
    """Median milliseconds of so many runs by the wall."""
    return runs_ms(work, times).median
