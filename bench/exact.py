"""Cases with published answers: how many come out to every printed digit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench.timing import Line
from okapi.core import xmr
from okapi.core.drivers import lmdi, lmdi_multiplicative

DATA = Path(__file__).parent.parent / "tests" / "data"


def lines() -> Iterator[Line]:
    """LMDI, its limits for zeros, process limits and rules."""
    drivers, charts = (_read(name) for name in ("lmdi-cases", "spc-cases"))
    yield _line("drivers: LMDI cases", list(_lmdi(drivers)))
    yield _line("drivers: LMDI, zeros", list(_zeros(drivers["zeros"]["cases"])))
    yield _line("signals: process limits", [_limits(case) for case in charts["limits"]])


def _read(name: str) -> Any:
    return json.loads((DATA / name / "cases.json").read_text("utf-8"))


def _line(what: str, are_equal: list[bool]) -> Line:
    note = f"of {len(are_equal)} cases"
    return Line(what, sum(are_equal), "equal", len(are_equal), at_least=True, note=note, digits=0)


def _lmdi(cases: Any) -> Iterator[bool]:
    periods = cases["periods"]
    for kind, method in (("additive", lmdi), ("multiplicative", lmdi_multiplicative)):
        for case in cases[kind]:
            found = method(periods[case["frm"]], periods[case["to"]])
            yield bool(np.allclose(found, case["by_factor"], rtol=1e-8, atol=1e-8))


def _zeros(cases: Any) -> Iterator[bool]:
    for case in cases:
        ends = [
            [case[x], case[v] / case[x] if case[x] else 1.0]
            for v, x in (("v0", "x0"), ("vT", "xT"))
        ]
        yield bool(lmdi(*ends)[0] == case["expected"])


def _limits(case: Any) -> bool:
    found = xmr.process_limits(case["values"], screen=case["screen_moving_ranges"])
    names = {"mr_bar": "mean_moving_range"}
    return all(
        abs(getattr(found, names.get(name, name)) - expected) <= case["tolerance"]
        for name, expected in case["expected"].items()
    )
