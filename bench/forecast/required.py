"""The figures of forecasts that the requirements name, of all series of a set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bench.forecast import measuring
from bench.forecast.measuring import Result
from bench.forecast.series import load
from bench.timing import Line

SOURCES = ("M1", "Tourism")


def lines(every: int) -> Iterator[Line]:
    """Of every so many series of both sets."""
    measuring.measure(next(load("M1")))  # loads and warms up the library
    for source in SOURCES:
        yield from of(source, [measuring.measure(one) for one in load(source, every)])


def of(source: str, results: Sequence[Result]) -> Iterator[Line]:
    """The lines of one set."""
    head = f"forecast: {source}"
    refused = sum(one.is_refused for one in results)
    note = f"{len(results):,} series; AutoETS refuses {refused}, a walk stands in"
    errors = {way: np.mean([one.errors[way] for one in results]) for way in results[0].errors}
    best = float(min(error for way, error in errors.items() if way != "ours"))
    told = ", ".join(f"{way} {error:.3f}" for way, error in errors.items() if way != "ours")
    yield Line(f"{head}, MASE", float(errors["ours"]), "", best, note=f"{told}; {note}", digits=3)
    yield from _coverage(head, results)
    yield from _chances(head, results)
    taken = [one.milliseconds for one in results]
    note = f"median {np.median(taken):.0f}, most {max(taken):.0f}"
    yield Line(f"{head}, one series, 95 % of them", _most(taken), "ms", 250, note=note)
    again = [one.again for one in results]
    note = f"median {np.median(again):.2f}, most {max(again):.2f}"
    yield Line(f"{head}, P of a fitted one, 95 % of them", _most(again), "ms", 1, note=note)


def _coverage(head: str, results: Sequence[Result]) -> Iterator[Line]:
    own = 100 * measuring.together(results, lambda one: one.covered)
    library = 100 * measuring.together(results, lambda one: one.smoothing_covered)
    for at, least, most in ((1, 77.0, 83.0), (2, 93.0, 97.0)):
        what = f"{head}, intervals of {100 * measuring.LEVELS[at]:g} % cover"
        yield Line(what, own[at], "%", most, least=least, note=f"AutoETS {library[at]:.1f} %")


def _chances(head: str, results: Sequence[Result]) -> Iterator[Line]:
    answers = measuring.chances(results)
    figures = [
        measuring.brier(said, answers.came)
        for said in (answers.ours, answers.smoothing, answers.changes)
    ]
    note = f"AutoETS {figures[1]:.4f}, past changes {figures[2]:.4f}"
    yield Line(f"{head}, Brier score", figures[0], "", min(figures[1:]), note=note, digits=4)
    error = measuring.calibration_error(answers.ours, answers.came)
    yield Line(f"{head}, calibration error", error, "", 0.03, digits=4)


def _most(figures: Sequence[float]) -> float:
    return float(np.quantile(figures, 0.95))
