"""A longer target spread over periods (目标分解), to the last digit.

Parts are rounded along the running total, so that the plan to date is never off by more than half
of the last place and the parts sum exactly to the total.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from okapi.core.errors import Refused
from okapi.core.quantities import EXACT, exact_sum, places_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_MORE_PLACES = 2  # than the total has, if the parts need them


class BreakdownMethod(StrEnum):
    """How a longer target is spread: what gives the shape."""

    EQUAL = "equal"
    LAST_YEAR = "last_year"
    TYPED = "typed"
    RESPREAD = "respread"


def break_down(
    total: Decimal,
    n: int,
    *,
    shape: Sequence[Decimal | None] | None = None,
    places: int | None = None,
) -> tuple[Decimal, ...]:
    """The total in ``n`` parts that sum exactly to it.

    ``shape`` gives the parts' proportions (last year's values, typed shares); None is equal parts.
    ``places`` are the digits after the point of the parts, by default two more than the total's;
    fewer than the total's are raised to these. Refused: ``breakdown.nothing_left`` (no parts),
    ``breakdown.shape_length``, ``breakdown.shape_missing`` (a None in it),
    ``breakdown.shape_negative``, ``breakdown.shape_empty`` (it sums to 0).
    """
    weights = _weights(n, shape)
    whole = exact_sum(weights)
    own = places_of(total)
    step = Decimal(1).scaleb(-(own + _MORE_PLACES if places is None else max(places, own)))
    parts: list[Decimal] = []
    done = running = Decimal(0)
    for weight in weights:
        running = EXACT.add(running, weight)
        exact = EXACT.divide(EXACT.multiply(total, running), whole)
        reached = exact.quantize(step, rounding=ROUND_HALF_EVEN, context=EXACT)
        parts.append(EXACT.subtract(reached, done))
        done = reached
    return tuple(parts)


def _weights(n: int, shape: Sequence[Decimal | None] | None) -> list[Decimal]:
    if n < 1:
        raise Refused("breakdown.nothing_left", field="method")
    if shape is None:
        return [Decimal(1)] * n
    if len(shape) != n:
        raise Refused("breakdown.shape_length", field="shares", found=len(shape), expected=n)
    weights = [weight for weight in shape if weight is not None]
    if len(weights) < n:
        raise Refused("breakdown.shape_missing", field="shares", row=list(shape).index(None) + 1)
    if any(weight < 0 for weight in weights):
        raise Refused("breakdown.shape_negative", field="shares", found=min(weights))
    if not any(weights):
        raise Refused("breakdown.shape_empty", field="shares")
    return weights


def typed_shares(shares: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Typed shares, checked: they sum exactly to 1, or to 100 if typed in percent.

    Refused: ``breakdown.shares_sum`` with what they sum to.
    """
    whole = exact_sum(shares)
    if whole not in (Decimal(1), Decimal(100)):
        raise Refused("breakdown.shares_sum", field="shares", found=whole, expected="1, 100")
    return tuple(shares)


def respread(
    total: Decimal,
    done: Sequence[Decimal],
    n: int,
    *,
    shape: Sequence[Decimal | None] | None = None,
    places: int | None = None,
) -> tuple[Decimal, ...]:
    """What is left of the total, spread over the ``n`` periods that remain.

    ``done`` are the values of the periods that have ended: with them the parts sum exactly to the
    total. They are negative where more than the total is done already. Refused as in
    ``break_down``.
    """
    rest = EXACT.subtract(total, exact_sum(done))
    if places is None:
        places = places_of(total) + _MORE_PLACES
    return break_down(rest, n, shape=shape, places=places)
