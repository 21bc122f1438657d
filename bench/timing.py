"""Clocks and the printed table."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure beside its limit; `at_least` says on which side of it is well.

    `best` is the quietest of the runs of which `measured` is the median. With `least` well is from
    there to the limit. `digits` are those after the point.
    """

    what: str
    measured: float
    unit: str
    limit: float | None = None
    at_least: bool = False
    best: float | None = None
    note: str = ""
    least: float | None = None
    digits: int = 2

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
        if self.least is not None:
            return self.least <= figure <= limit
        return figure >= limit if self.at_least else figure <= limit

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        limit = "" if self.limit is None else f"{sign} {self.limit:.5g} {self.unit}"
        if self.least is not None:
            limit = f"{self.least:g} to {self.limit:g} {self.unit}"
        best = "" if self.best is None else f"best {self.best:,.2f} "
        return (
            f"{self.what:<58} {self.measured:>12,.{self.digits}f} {self.unit:<7} {limit:<18} "
            f"{self.verdict:<7} {best}{self.note}"
        ).rstrip()


def wall(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def least(work: Callable[[], object], times: int) -> float:
    """Seconds that the work takes in the quietest of so many runs."""
    return min(wall(work) for _ in range(times))


@dataclass(frozen=True, slots=True)
class Taken:
    """What several runs of the same work took, in milliseconds: by the wall, and of processors.

    `processor` is of this process and of its PostgreSQL backend, if it runs here; `own` is of this
    process alone, `own_least` in the quietest run.
    """

    median: float
    least: float
    p95: float
    processor: float
    own: float
    own_least: float

    @property
    def note(self) -> str:
        """The processor time, for the table."""
        return f"CPU {self.processor:,.2f}"


def taken(work: Callable[[int], object], times: int) -> Taken:
    """So many runs, each told its number."""
    backend = _backend()
    runs = []
    for number in range(times):
        before, database, started = time.process_time(), _told(backend), time.perf_counter()
        work(number)
        ended = time.perf_counter()
        own = time.process_time() - before
        runs.append((ended - started, own, own + _told(backend) - database))
    walls, owns, processors = ([one * 1000 for one in column] for column in zip(*runs, strict=True))
    return Taken(
        median=statistics.median(walls),
        least=min(walls),
        p95=sorted(walls)[(times * 95 - 1) // 100],
        processor=statistics.median(processors),
        own=statistics.median(owns),
        own_least=min(owns),
    )


def _backend() -> Path | None:
    """Where the kernel tells the time of this connection's backend."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    return told if told.exists() else None


def _told(backend: Path | None) -> float:
    """Seconds of processors that the backend has had so far."""
    return 0.0 if backend is None else int(backend.read_text().split()[0]) / 1e9


def peak_mb() -> float:
    """The most memory that this process has had, in MB.

    As Linux tells it of the program that runs: `getrusage` tells a child of its parent's peak.
    """
    told = Path("/proc/self/status")
    if not told.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in told.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
