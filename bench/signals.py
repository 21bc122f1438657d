"""`python -m bench.signals [--runs N]`: how often each detector is wrong, and how often it finds.

Each run is a baseline and the 13 points after it, made anew with a seed of its own. A false alarm
is a run without a change in which anything is told about those 13 points; found is a run with a
shift of 1.5 standard deviations from the baseline's end on in which something is. Plain rules judge
by the limits of the baseline. With 2,000 runs a share of 10 % is known to ± 1.3 points.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from bench.timing import Line
from okapi.core import xmr
from okapi.core.columns import Floats
from okapi.core.signals import detect

NEXT = 13
SHIFT = 1.5
SEED = 20_260_101


@dataclass(frozen=True, slots=True)
class Process:
    """Where values come from: autocorrelation, and sigma of the lognormal (0: normal)."""

    name: str
    phi: float = 0.0
    sigma: float = 0.0

    def runs(self, count: int, length: int) -> Floats:
        """So many series of that length, of variance 1 before they are made lognormal."""
        steps = np.random.default_rng(SEED).normal(size=(count, length))
        for at in range(1, length):
            steps[:, at] = self.phi * steps[:, at - 1] + np.sqrt(1 - self.phi**2) * steps[:, at]
        return np.exp(self.sigma * steps) if self.sigma else steps


NORMAL = Process("normal")
# Those that the requirements name come first.
NAMED = [NORMAL, Process("AR 0.5", 0.5), Process("lognormal 0.5", 0.0, 0.5)]
OTHERS = [
    Process("AR 0.1", 0.1),
    Process("AR 0.2", 0.2),
    Process("AR 0.3", 0.3),
    Process("AR 0.4", 0.4),
    Process("AR 0.7", 0.7),
    Process("lognormal 0.25", 0.0, 0.25),
    Process("AR 0.5, lognormal 0.5", 0.5, 0.5),
]


@dataclass(frozen=True, slots=True)
class Setting:
    """A detector's baseline and season."""

    baseline: int
    season: int | None = None

    def __str__(self) -> str:
        return f"{self.baseline} points" + (f", season {self.season}" if self.season else "")


Detector = Callable[[Floats, Setting], bool]
SETTINGS = [Setting(8), Setting(12), Setting(24), Setting(36), Setting(60)]
SEASONS = [Setting(24, 4), Setting(24, 7), Setting(24, 12), Setting(36, 12)]


def ours(values: Floats, setting: Setting) -> bool:
    """Whether the robust detector tells anything."""
    return bool(detect(values, setting.season, setting.baseline))


def wheeler(values: Floats, setting: Setting) -> bool:
    """Whether Wheeler's rules tell anything that is not over with the baseline."""
    limits = xmr.process_limits(values, setting.baseline)
    return any(one.end >= setting.baseline for one in xmr.signals(values, limits))


def nhs(values: Floats, setting: Setting) -> bool:
    """Whether the NHS's rules tell anything that is not over with the baseline."""
    limits = xmr.process_limits(values, setting.baseline)
    return any(one.end >= setting.baseline for one in xmr.signals(values, limits, "nhs"))


def told(detector: Detector, process: Process, setting: Setting, runs: int, shift: float) -> float:
    """The share of runs, in per cent, in which the detector tells something."""
    made = process.runs(runs, setting.baseline + NEXT)
    made[:, setting.baseline :] += shift
    if setting.season:
        phases = np.arange(made.shape[1]) % setting.season
        made += 5 * np.sin(2 * np.pi * phases / setting.season)
    return 100 * float(np.mean([detector(values, setting) for values in made]))


def required(runs: int) -> Iterator[Line]:
    """The figures that the requirements name; and those of a baseline of 60 points."""
    usual = Setting(24)
    for name, detector in (("Wheeler", wheeler), ("NHS", nhs), ("robust", ours)):
        yield from _row(name, detector, usual, runs)
    yield from _row("robust", ours, Setting(60), runs)


def _row(name: str, detector: Detector, setting: Setting, runs: int) -> Iterator[Line]:
    is_judged = detector is ours and setting.baseline == 24
    for process in NAMED:
        what = f"{name}: false alarm, {process.name}, {setting}"
        limit = 12.0 if is_judged else None
        yield Line(what, told(detector, process, setting, runs, 0), "%", limit)
    found = told(detector, NORMAL, setting, runs, SHIFT)
    what = f"{name}: shift found, normal, {setting}"
    yield Line(what, found, "%", 85.0 if is_judged else None, at_least=True)


def table(runs: int) -> Iterator[Line]:
    """The required figures first, then how they hold elsewhere."""
    yield from required(runs)
    for setting in (*SETTINGS, *SEASONS):
        for process in (*NAMED, *OTHERS):
            what = f"robust: false alarm, {process.name}, {setting}"
            yield Line(what, told(ours, process, setting, runs, 0), "%")
        what = f"robust: shift found, normal, {setting}"
        yield Line(what, told(ours, NORMAL, setting, runs, SHIFT), "%", at_least=True)


def speed() -> Iterator[Line]:
    """Milliseconds for each value after the baseline, in a series of 1,000."""
    for season in (None, 7, 52):
        values = NORMAL.runs(1, 1000)[0]
        started = time.perf_counter()
        detect(values, season)
        taken = 1000 * (time.perf_counter() - started) / (1000 - 24)
        yield Line(f"robust: one value, season {season}", taken, "ms")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.signals", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs: int = parser.parse_args().runs
    is_well = True
    for line in chain(speed(), table(runs)):
        print(line, flush=True)
        is_well = is_well and line.verdict != "MISSED"
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
