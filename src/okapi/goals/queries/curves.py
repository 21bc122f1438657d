"""How the expected share of key results runs, and what it is on a day."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from okapi.core.expected import Curve, CurveKind, expected, expected_linear, milestone_curve
from okapi.core.progress import KeyResultKind, Mode
from okapi.core.spans import Span
from okapi.goals.choices import ExpectedCurve
from okapi.goals.queries import plans
from okapi.goals.queries.asking import Asking

Values = Mapping[str, Any]
Id = TypeVar("Id", bound=Hashable)


class Step(Protocol):
    """A milestone, as far as a curve asks."""

    @property
    def due(self) -> date | None:
        """When it is to be reached."""

    @property
    def value(self) -> Decimal:
        """Its weight."""


def curves_of(
    found: Mapping[Id, Sequence[Values]], steps: Mapping[Id, Sequence[Step]]
) -> dict[Id, Curve]:
    """The curve of each key result; plans are loaded where one is followed.

    `found` are its joined rows, of which the first has `kind`, `mode`, `curve`, `agreed_on`, `due`,
    and its cycle's `cycle_first` and `cycle_last`.
    """
    first = {key_result: several[0] for key_result, several in found.items()}
    followed = plans.curves(
        [
            plans.Followed(key_result, _span(values), values)
            for key_result, values in first.items()
            if values["curve"] == ExpectedCurve.PLAN and values["mode"] != Mode.KEEP.value
        ]
    )
    return {
        key_result: followed.get(key_result) or _curve(values, steps[key_result])
        for key_result, values in first.items()
    }


def _curve(values: Values, steps: Sequence[Step]) -> Curve:
    span = _span(values)
    kind = KeyResultKind(values["kind"])
    if kind is KeyResultKind.MILESTONE:
        return milestone_curve(span, [s.due for s in steps], [float(s.value) for s in steps])
    if kind is KeyResultKind.METRIC and values["mode"] != Mode.KEEP.value:
        return _plain(span, CurveKind.LINEAR)
    return _plain(span, CurveKind.NONE)


def _span(values: Values) -> Span:
    """As the product says; what was agreed on after its end has that one day."""
    first = max(values["agreed_on"] or values["cycle_first"], values["cycle_first"])
    return _between(first, max(values["due"] or values["cycle_last"], first))


def expected_at(asking: Asking, curve: Curve, on: date | None) -> float | None:
    """The expected share at a day; None without a day or a curve."""
    if on is None or curve.kind is CurveKind.NONE:
        return None
    if curve.kind is CurveKind.LINEAR:
        # The usual case, without the columns that a curve with points needs.
        return _linear(curve.span, on, asking.calendar)
    return expected(curve, on, asking.calendar)


# Most key results of a page have the same span and day.
_between = lru_cache(maxsize=4096)(Span)
_plain = lru_cache(maxsize=4096)(Curve)
_linear = lru_cache(maxsize=4096)(expected_linear)
