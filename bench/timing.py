"""Clocks and the printed table."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its limit; `at_least` says on which side of it is well.

    `best` is the quietest of the runs of which `measured` is the median.
    """

    what: str
    measured: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    best: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED`, nothing without a limit; `noisy` where only the quietest run is well."""
        if self.limit is None:
            return ""
        if self._is_well(self.measured):
            return "ok"
        return "noisy" if self.best is not None and self._is_well(self.best) else "MISSED"

    def _is_well(self, figure: float) -> bool:
        limit = self.limit or 0.0
        return figure >= limit if self.at_least else figure <= limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        limit = "" if self.limit is None else f"{sign} {self.limit:g} {self.unit}"
        best = "" if self.best is None else f"best {self.best:,.2f} "
        return (
            f"{self.what:<58} {self.measured:>12,.2f} {self.unit:<7} {limit:<18} "
            f"{self.verdict:<7} {best}{self.note}"
        ).rstrip()


def wall(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Taken:
    """What one run of several took, in milliseconds: by the wall, and of processors.

    Processor time is this process's and that of its PostgreSQL backend, if it runs here.
    """

    median: float
    least: float
    processor: float

    @property
    def note(self) -> str:
        """The processor time, for the table."""
        return f"CPU {self.processor:,.2f}"


def taken(work: Callable[[int], object], times: int) -> Taken:
    """So many runs, each told its number."""
    backend = _backend()
    runs = []
    for number in range(times):
        before, started = _processor(backend), time.perf_counter()
        work(number)
        ended = time.perf_counter()
        runs.append(((ended - started) * 1000, (_processor(backend) - before) / 1e6))
    walls, processors = zip(*runs, strict=True)
    return Taken(statistics.median(walls), min(walls), statistics.median(processors))


@dataclass(frozen=True, slots=True)
class Runs:
    """How many milliseconds several runs of the same work took."""

    median: float
    fastest: float


def runs_ms(work: Callable[[int], object], times: int, *, cpu: bool = False) -> Runs:
    """So many runs, each told its number; timed by the wall, or by this process's CPU."""
    clock = time.process_time if cpu else time.perf_counter
    taken_ms = []
    for number in range(times):
        started = clock()
        work(number)
        taken_ms.append((clock() - started) * 1000)
    return Runs(statistics.median(taken_ms), min(taken_ms))


def median_ms(work: Callable[[int], object], times: int, *, cpu: bool = False) -> float:
    """Median milliseconds of so many runs, by the wall or of this process's CPU."""
    return runs_ms(work, times, cpu=cpu).median


def _backend() -> Path | None:
    """Where the kernel tells the time of this connection's backend."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return told if told.exists() else None


def _processor(backend: Path | None) -> int:
    """Nanoseconds of processors so far."""
    own = time.process_time_ns()
    return own if backend is None else own + int(backend.read_text().split()[0])
