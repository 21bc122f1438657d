"""What nobody should hand in: every public function answers clearly or refuses clearly, in time."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from okapi.core import xmr
from okapi.core.drivers import lmdi, shapley
from okapi.core.errors import OkapiError
from okapi.core.forecast import forecast
from okapi.core.formulas.parsing import parse
from okapi.core.signals import detect, detect_stream
from okapi.core.slices import localise, mix_and_rate

NAN, INF = math.nan, math.inf
LARGEST, TINY = sys.float_info.max, 5e-324
WAVE = [10.0 + (n * 7919 % 101) / 10 for n in range(60)]
SERIES: dict[str, Any] = {
    "nothing": [],
    "one": [1.0],
    "two": [1.0, 2.0],
    "three": [1.0, 2.0, 4.0],
    "all missing": [None] * 60,
    "all NaN": [NAN] * 60,
    "NaN within": [*WAVE[:30], NAN, *WAVE[30:]],
    "infinity": [*WAVE, INF],
    "minus infinity": [-INF, *WAVE],
    "constant": [5.0] * 60,
    "zeros": [0.0] * 60,
    "minus zeros": [-0.0] * 60,
    "negative": [-one for one in WAVE],
    "about zero": [one - 15.0 for one in WAVE],
    "near the largest float": [one / 20 * LARGEST for one in WAVE],
    "both ends of floats": [LARGEST if n % 2 else -LARGEST for n in range(60)],
    "at 1e308": [1e308] * 59 + [0.9e308],
    "at 1e150": [one * 1e149 for one in WAVE],
    "denormals": [TINY * (n % 7) for n in range(60)],
    "tiny and large": [TINY, *WAVE, 1e300],
    "whole numbers": [round(one) for one in WAVE],
    "a whole number beyond floats": [*WAVE, 10**400],
    "decimals": [Decimal(str(one)) for one in WAVE],
    "a decimal beyond floats": [*WAVE, Decimal("1e999")],
    "a signalling decimal": [*WAVE, Decimal("sNaN")],
    "numpy floats": np.array(WAVE),
    "numpy 32 bits": np.array(WAVE, dtype=np.float32),
    "numpy whole numbers": np.arange(60),
    "numpy booleans": np.arange(60) % 2 == 0,
    "numpy objects": np.array([Decimal(1), None, 2.0] * 20, dtype=object),
    "numpy complex": np.array(WAVE) + 1j,
    "two dimensions": np.ones((6, 10)),
    "no dimension": np.array(3.0),
    "texts": ["1", "2", "x"] * 20,
    "lists": [[1.0]] * 60,
    "bytes": b"12345678",
}
TIMES = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=10 * n) for n in range(2_000)]


def stretched(values: Any) -> Any:
    """Long enough for a detector of streams."""
    return values if isinstance(values, np.ndarray | bytes) else (values * 34)[:2_000]


def process(values: Any) -> Any:
    limits = xmr.process_limits(values)
    xmr.process_limits(values, 24, screen=True)
    return limits, xmr.signals(values, limits), xmr.signals(values, limits, "nhs")


def made(values: Any, season: int | None = None) -> list[Any]:
    found = forecast(values, 6, season)
    chances = [found.probability(10.0, way, step) for way in ("up", "down") for step in (1, 6)]
    return [found.median, *found.interval(0.8), *found.interval(0.95), chances]


def stream(values: Any) -> Any:
    series = stretched(values)
    return detect_stream(TIMES[: len(series)], series)


def slices(values: Any) -> Any:
    cells = {"a": [n % 3 for n in range(len(values))], "b": [n % 4 for n in range(len(values))]}
    return [(one.score, one.share) for one in localise(cells, values, values[::-1])]


def rates(values: Any) -> Any:
    cells = {"a": [n % 3 for n in range(len(values))], "b": [n % 4 for n in range(len(values))]}
    weights = np.abs(np.asarray(values, dtype=float))
    return [(one.score, one.share) for one in localise(cells, values, values[::-1], weights)]


def mixed(values: Any) -> Any:
    found = mix_and_rate(values, values[::-1], values, values[::-1])
    return found.rate, found.mix


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "forecast": made,
    "forecast, season": lambda values: made(values, 12),
    "xmr": process,
    "detect": detect,
    "detect, season": lambda values: detect(values, 7, 14),
    "detect_stream": stream,
    "localise": slices,
    "localise, rates": rates,
    "mix_and_rate": mixed,
    "lmdi": lambda values: lmdi(values, values[::-1]),
    "lmdi, by slice": lambda values: lmdi([values, values], [values[::-1]] * 2, by_slice=True),
    "shapley": lambda values: shapley(lambda some: sum(some[:3]) - some[-1], values, values[::-1]),
}
# Without numbers in the way of a column, the test's own cells and weights cannot be made.
UNLIKE = {"no dimension", "texts", "lists", "two dimensions", "numpy complex", "numpy objects"}
UNMADE = {"localise, rates": UNLIKE | {"a whole number beyond floats", "a signalling decimal"}}
# What has no length can only be handed on as it is.
OF_NO_LENGTH = {"forecast", "xmr", "detect"}
CASES = [
    (function, values)
    for values in SERIES
    for function in FUNCTIONS
    if values not in UNMADE.get(function, ())
    and (values != "no dimension" or function in OF_NO_LENGTH)
]


@pytest.mark.parametrize(("function", "values"), CASES)
def test_an_answer_or_a_refusal(function: str, values: str) -> None:
    try:
        found = FUNCTIONS[function](SERIES[values])
    except OkapiError as refused:
        assert "." in refused.code  # noqa: PT017 - either is well
        return
    for numbers in _numbers(found):
        assert not np.isnan(numbers).any()


def _numbers(found: Any) -> list[Any]:
    """All floats of an answer."""
    if isinstance(found, np.ndarray):
        return [found]
    if isinstance(found, float):
        return [np.array([found])]
    if isinstance(found, xmr.ProcessLimits):
        return [np.array([found.mean, found.lower, found.upper, found.range_limit])]
    if isinstance(found, list | tuple):
        return [one for part in found for one in _numbers(part)]
    return []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "formula.empty"),
        ("1+" * 500_000 + "1", "formula.too_long"),
        ("(" * 1_000 + "1" + ")" * 1_000, None),
        ("abs(" * 1_000 + "1" + ")" * 1_000, None),
        ("[a" * 1_000, None),
        ("\0", None),
        ("1e999", None),
        ("9" * 5_000, None),
    ],
    ids=["empty", "1 MB", "brackets", "calls", "open names", "null", "1e999", "digits"],
)
def test_formulas_beyond_measure(text: str, code: str | None) -> None:
    with pytest.raises(OkapiError) as refused:
        parse(text)
    assert code in (None, refused.value.code)


def test_a_thousand_signs_are_a_formula() -> None:
    assert parse("-" * 1_000 + "1") is not None


def test_ten_years_of_minutes() -> None:
    count = 5_259_600
    values = np.sin(np.arange(count) / 1_000)
    assert len(forecast(values, 30).median) == 30
    with pytest.raises(OkapiError, match=r"signals\.too_many"):
        detect(values)
    assert xmr.process_limits(values).points == count


def test_fifty_dimensions_and_ten_thousand_values() -> None:
    count = 20_000
    cells = {f"d{at}": np.arange(count) * (at + 1) % 7 for at in range(49)}
    cells["id"] = np.arange(count) % 10_000
    expected = np.full(count, 50.0)
    actual = np.where(cells["id"] == 77, 150.0, expected)
    assert [one.where for one in localise(cells, expected, actual)] == [{"id": 77}]
