"""`python -m bench.nab [FOLDER]`: the stream detector on the Numenta Anomaly Benchmark.

FOLDER holds `data/*/*.csv.gz`, `windows.json` and `profiles.json`; without it the 26 series in
`tests/data/nab-dev` are taken. Printed are the standard score at the best single threshold; the
score when each folder is judged by the threshold that is best for all others; the score at the
threshold of the product; each profile; and the cost of a value.

The score (Lavin and Ahmad 2015): the first detection in a window earns up to 1, more the earlier it
comes; a window missed costs the weight of false negatives; a detection outside costs the weight of
false positives, less when it follows a window closely. 0 is a detector that tells nothing, 100 one
that tells every window at its first value.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from bench.timing import Line
from okapi.core.columns import Floats
from okapi.core.signals import detect_stream
from okapi.core.signals.stream import ALARM

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "nab-dev"


@dataclass(frozen=True, slots=True)
class Costs:
    """What a missed window and a false detection cost; a window found earns 1 at most."""

    missed: float
    false: float


@dataclass(frozen=True, slots=True)
class Series:
    """One labelled file; windows are first and last row, both included."""

    name: str
    times: list[datetime]
    values: Floats
    windows: list[tuple[int, int]]

    @property
    def unscored(self) -> int:
        """So many first rows are not scored."""
        return min(int(0.15 * len(self.values)), 750)


def series(folder: Path) -> list[Series]:
    """All files of the folder, by name."""
    labels = json.loads((folder / "windows.json").read_text("utf-8"))
    found = []
    for path in sorted(folder.glob("data/*/*.csv.gz")):
        name = f"{path.parent.name}/{path.stem}"
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        times = [datetime.fromisoformat(row["timestamp"]) for row in rows]
        values = np.array([float(row["value"]) for row in rows])
        spans = [[datetime.fromisoformat(end) for end in window] for window in labels[name]]
        at = np.array(times, dtype="datetime64[us]")
        windows = [
            (
                int(np.searchsorted(at, np.datetime64(first))),
                int(np.searchsorted(at, np.datetime64(last), side="right")) - 1,
            )
            for first, last in spans
        ]
        found.append(Series(name, times, values, windows))
    return found


def worth(place: float) -> float:
    """What a detection is worth at a place: −1 the left edge of a window, 0 its right one."""
    return -1.0 if place > 3 else 2 / (1 + np.exp(5 * place)) - 1


def score(one: Series, scores: Floats, threshold: float, costs: Costs) -> float:
    """The raw score of one file."""
    total = 0.0 - costs.missed * len(one.windows)
    told = np.flatnonzero(scores >= threshold)
    told = told[told >= one.unscored]
    for first, last in one.windows:
        inside = told[(told >= first) & (told <= last)]
        if inside.size:
            place = -(last - int(inside[0]) + 1) / (last - first + 1)
            total += costs.missed + worth(place) / worth(-1)
        told = told[(told < first) | (told > last)]
    for row in told.tolist():
        before = [window for window in one.windows if window[1] < row]
        if before:
            first, last = before[-1]
            total += costs.false * worth((row - last) / max(last - first, 1))
        else:
            total -= costs.false
    return float(total)


class Board:
    """Raw scores of all files at many thresholds."""

    def __init__(self, files: Sequence[Series], scores: Sequence[Floats], costs: Costs) -> None:
        """Thresholds are the scores that at most one in fifty values reaches."""
        rated = np.concatenate(
            [found[one.unscored :] for one, found in zip(files, scores, strict=True)]
        )
        shares = 1 - np.geomspace(1e-5, 0.02, 100)
        self.thresholds = np.unique(np.append(np.quantile(rated, shares), ALARM))
        self.raw = np.array(
            [
                [score(one, found, threshold, costs) for threshold in self.thresholds]
                for one, found in zip(files, scores, strict=True)
            ]
        )
        self._windows = sum(len(one.windows) for one in files)
        self._missed = costs.missed

    def best(self, rows: Sequence[int] | slice = slice(None)) -> int:
        """The threshold that these files like best."""
        return int(self.raw[rows].sum(axis=0).argmax())

    def normalised(self, raw: float) -> float:
        """0 for telling nothing, 100 for perfection."""
        least = -self._missed * self._windows
        return 100 * (raw - least) / (self._windows - least)


def left_out(files: Sequence[Series], board: Board) -> float:
    """The score when each folder's threshold comes from the other folders."""
    folders = [one.name.split("/")[0] for one in files]
    total = 0.0
    for folder in sorted(set(folders)):
        others = [row for row, name in enumerate(folders) if name != folder]
        own = [row for row, name in enumerate(folders) if name == folder]
        total += float(board.raw[own, board.best(others)].sum())
    return board.normalised(total)


def lines(folder: Path = FOLDER, *, details: bool = False) -> list[Line]:
    """The scores; with details the points of each file are printed before."""
    files = series(folder)
    started = time.perf_counter()
    scores = [detect_stream(one.times, one.values) for one in files]
    taken = time.perf_counter() - started
    weights = json.loads((folder / "profiles.json").read_text("utf-8"))
    found = []
    for name, profile in weights.items():
        cost = profile["CostMatrix"]
        board = Board(files, scores, Costs(cost["fnWeight"], cost["fpWeight"]))
        best = board.best()
        raw = board.raw[:, best]
        note = f"threshold {board.thresholds[best]:.3f}"
        limit = 66.0 if name == "standard" else None
        figure = board.normalised(float(raw.sum()))
        found.append(Line(f"stream: score, {name}", figure, "", limit, at_least=True, note=note))
        if name == "standard":
            for one, points in zip(files, raw, strict=True) if details else ():
                print(f"{one.name:<60} {len(one.windows)} windows {points:>7.2f}")
            found.append(Line("stream: each folder left out", left_out(files, board), ""))
            usual = int(np.flatnonzero(board.thresholds == ALARM)[0])
            at_alarm = board.normalised(float(board.raw[:, usual].sum()))
            found.append(Line(f"stream: at the product's threshold, {ALARM}", at_alarm, ""))
    values = sum(len(one.values) for one in files)
    found.append(Line("stream: cost of a value", 1e6 * taken / values, "µs", 20.0))
    return found


def main() -> int:
    """Print the scores."""
    parser = argparse.ArgumentParser(prog="python -m bench.nab", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    found = lines(parser.parse_args().folder, details=True)
    print(*found, sep="\n")
    return 1 if any(line.verdict == "MISSED" for line in found) else 0


if __name__ == "__main__":
    sys.exit(main())
