"""Why a computed figure moved: its change, split over the factors that it is made of.

LMDI-I for products and sums of products: Ang (2005), "The LMDI approach to decomposition analysis";
its limits for zeros: Ang, Zhang and Choi (1998), Wood and Lenzen (2006). Shapley (1953), "A value
for n-person games", for everything else: sums, differences, quotients of sums, changes of sign.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Bools, Floats, real_numbers
from okapi.core.errors import Refused, TooLarge

Function: TypeAlias = Callable[[Sequence[float]], float | None]

# Beyond so many changed factors their subsets (2^n) are too many to try each.
MOST_EXACT = 12
# Evaluations that the orders of more factors than that may cost.
MOST_EVALUATIONS = 20_000
MOST_FACTORS = 1_000
# Below this change of the logarithm the quotient of differences loses digits.
_NEARLY_EQUAL = 1e-3


def lmdi(before: npt.ArrayLike, after: npt.ArrayLike, *, by_slice: bool = False) -> Floats:
    """The additive LMDI-I effect of each factor on the change of a sum of products.

    ``before`` and ``after`` are slices x factors, or the factors of a single product. The figure is
    the sum over the slices of the product of their factors. The result has one effect per factor,
    in the figure's unit, summed over the slices; with ``by_slice`` it has the shape that came in.
    In both forms the effects add up to the whole change.

    A factor may be negative, but not change its sign (use ``shapley``). Zeros are the limits for
    ever smaller values, the same for all: a product that comes from zero or goes to zero belongs to
    the factors that do so, in equal parts; one that is zero both times has no effects.

    Refused: ``drivers.not_numbers``, ``drivers.shape``, ``drivers.not_finite``,
    ``drivers.sign_changes``, ``drivers.too_large``.
    """
    old, new = _arrays(before, after)
    effects = _effects(np.atleast_2d(old), np.atleast_2d(new))
    return effects.reshape(old.shape) if by_slice else _summed(effects)


def lmdi_multiplicative(before: npt.ArrayLike, after: npt.ArrayLike) -> Floats:
    """The multiplicative LMDI-I effect of each factor: their product is the figure's ratio.

    Takes what ``lmdi`` takes and refuses what it refuses; and ``drivers.no_ratio`` where the figure
    is 0 or changes its sign, since there is no ratio then.
    """
    old, new = (np.atleast_2d(array) for array in _arrays(before, after))
    effects = _summed(_effects(old, new))
    was, now = (math.fsum(np.prod(array, axis=1)) for array in (old, new))
    if was * now <= 0:
        raise Refused("drivers.no_ratio", before=was, after=now)
    mean = _log_mean(np.array([was]), np.array([now]), np.array([math.log(now / was)]))
    return np.asarray(np.exp(effects / mean[0]), dtype=np.float64)


def shapley(function: Function, before: Sequence[float], after: Sequence[float]) -> Floats:
    """The effect of each factor on the change of any function of them, by the Shapley value.

    ``function`` takes one sequence of factors and returns a number. An effect is the mean over all
    orders in which the factors could have changed one after another; the effects add up to the
    whole change. A factor that did not change has none. Up to ``MOST_EXACT`` changed factors
    every order counts. Beyond, the orders are the rotations of the given one and of its reverse,
    evenly spread: no chance is involved, the sum stays exact, and so is each effect wherever at
    most two factors act on one another (any sum, difference or sum of products of two).

    Refused: as in ``lmdi``; ``drivers.undefined`` where the function has no finite value with some
    factors as before and others as after; ``TooLarge`` beyond ``MOST_FACTORS``.
    """
    old, new = _arrays(before, after)
    if old.ndim != 1:
        raise Refused("drivers.shape", before=old.shape, after=new.shape)
    changed = np.flatnonzero(old != new).tolist()
    if len(changed) > MOST_FACTORS:
        raise TooLarge("drivers.too_many", n=len(changed), most=MOST_FACTORS)
    value = _Mixture(function, old, new, changed)
    effects = np.zeros(len(old))
    if len(changed):
        exact = len(changed) <= MOST_EXACT
        effects[changed] = _over_subsets(value) if exact else _over_rotations(value)
    return effects


class _Mixture:
    """The function's value when some of the changed factors have changed already."""

    def __init__(
        self, function: Function, old: Floats, new: Floats, changed: Sequence[int]
    ) -> None:
        self._function = function
        self._old, self._new = old.tolist(), new.tolist()
        self._changed = list(changed)
        self.n = len(self._changed)

    def __call__(self, done: Sequence[int]) -> float:
        """``done`` are positions among the changed factors."""
        factors = list(self._old)
        for position in done:
            at = self._changed[position]
            factors[at] = self._new[at]
        try:
            value = self._function(factors)
        except ArithmeticError:
            value = None
        if value is None or not math.isfinite(value):
            raise Refused("drivers.undefined", factors=tuple(factors))
        return float(value)


def _over_subsets(value: _Mixture) -> Floats:
    """Every order, by the subsets that come before a factor; ``2 ** n`` evaluations."""
    n = value.n
    subsets = np.arange(2**n)
    worth = np.array([value([at for at in range(n) if s >> at & 1]) for s in range(2**n)])
    sizes = np.zeros(2**n, dtype=np.int64)
    for at in range(n):
        sizes += subsets >> at & 1
    # Of all orders, the share in which exactly these of n - 1 others have gone before.
    share = np.array([1 / (n * math.comb(n - 1, size)) for size in range(n)])
    effects = np.zeros(n)
    for at in range(n):
        without = subsets[subsets >> at & 1 == 0]
        gains = worth[without | 1 << at] - worth[without]
        effects[at] = math.fsum(gains * share[sizes[without]])
    return effects


def _over_rotations(value: _Mixture) -> Floats:
    """Some orders, each with its reverse, so that of any two factors each is as often the first."""
    effects: list[list[float]] = [[] for _ in range(value.n)]
    orders = list(_orders(value.n))
    for order in orders:
        worth = value([])
        for place, at in enumerate(order):
            after = value(order[: place + 1])
            effects[at].append(after - worth)
            worth = after
    return np.array([math.fsum(gains) / len(orders) for gains in effects])


def _orders(n: int) -> Iterator[list[int]]:
    rotations = max(1, min(n, MOST_EVALUATIONS // (2 * n)))
    for turn in range(rotations):
        first = turn * n // rotations
        order = [*range(first, n), *range(first)]
        yield order
        yield order[::-1]


def _arrays(before: npt.ArrayLike, after: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both as arrays of numbers, of one shape."""
    try:
        old, new = real_numbers(before), real_numbers(after)
    except (TypeError, ValueError) as error:
        raise Refused("drivers.not_numbers") from error
    except OverflowError as error:
        raise Refused("drivers.too_large") from error
    if old.shape != new.shape or old.ndim not in (1, 2) or old.shape[-1] == 0:
        raise Refused("drivers.shape", before=old.shape, after=new.shape)
    if not (np.isfinite(old).all() and np.isfinite(new).all()):
        raise Refused("drivers.not_finite")
    return old, new


def _effects(old: Floats, new: Floats) -> Floats:
    """Slices x factors: the effects, by the logarithmic mean of each slice's product."""
    signs = np.sign(old) * np.sign(new)
    if (signs < 0).any():
        row, column = np.argwhere(signs < 0)[0]
        raise Refused("drivers.sign_changes", factor=int(column) + 1, slice=int(row) + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        was, now = np.prod(old, axis=1), np.prod(new, axis=1)
    if not (np.isfinite(was).all() and np.isfinite(now).all()):
        raise Refused("drivers.too_large")
    none_before, none_after = old == 0, new == 0
    plain = ~(none_before | none_after).any(axis=1)
    logs = np.zeros_like(old)
    logs[plain] = np.log(np.abs(new[plain])) - np.log(np.abs(old[plain]))
    effects = np.zeros_like(old)
    means = _log_mean(was[plain], now[plain], logs[plain].sum(axis=1))
    effects[plain] = means[:, None] * logs[plain]
    comes = none_before.any(axis=1) & ~none_after.any(axis=1)
    goes = none_after.any(axis=1) & ~none_before.any(axis=1)
    effects[comes] = _in_equal_parts(now[comes], none_before[comes])
    effects[goes] = _in_equal_parts(-was[goes], none_after[goes])
    return effects + 0.0  # no minus zeros


def _summed(effects: Floats) -> Floats:
    return np.asarray(effects.sum(axis=0), dtype=np.float64)


def _in_equal_parts(change: Floats, among: Bools) -> Floats:
    return np.asarray(change[:, None] * among / among.sum(axis=1)[:, None], dtype=np.float64)


def _log_mean(was: Floats, now: Floats, log_ratio: Floats) -> Floats:
    """The logarithmic mean (now - was) / ln(now / was), which is the value itself where equal."""
    nearly = np.abs(log_ratio) < _NEARLY_EQUAL
    safe = np.where(log_ratio == 0, 1.0, log_ratio)
    growth = np.where(log_ratio == 0, 1.0, np.expm1(np.where(nearly, safe, 1.0)) / safe)
    return np.where(nearly, was * growth, (now - was) / safe)
