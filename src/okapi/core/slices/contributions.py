"""What parts add to the change of a whole: the steps of a waterfall, which add up to it.

The whole is a sum over its leaf cells, or, with weights, a rate: the sum of numerators by that of
denominators. Of a rate, a part adds by its own rate (rate effect); that cells with another rate
became more or fewer is one step for all (mix effect).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from okapi.core.columns import Floats, Ints, total_by
from okapi.core.slices.localising import explain
from okapi.core.slices.mix import mix_and_rate


@dataclass(frozen=True, slots=True)
class Change:
    """Leaf cells before and after; ``weights`` are denominators before and after, for rates."""

    cells: Mapping[str, Sequence[str]]
    before: Floats
    after: Floats
    weights: tuple[Floats, Floats] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One part: which, what it adds to the change, and its own figure before and after.

    For rates the figure is the part's rate, None without a denominator. ``excess`` is above 0 where
    the part is above what all cells together let expect, and below where it is below.
    """

    where: Mapping[str, str]
    amount: float
    before: float | None
    after: float | None
    excess: float = 0.0


@dataclass(frozen=True, slots=True)
class Split:
    """A change in parts: these, what is left, and the mix effect; they add up to the change.

    ``drift`` is by what share of their size all cells moved together, where they did. ``mixed`` is
    the value with the largest part of the mix effect; its figures are its shares of the whole.
    """

    parts: tuple[Part, ...]
    rest: float = 0.0
    mix: float = 0.0
    drift: float = 0.0
    mixed: Part | None = None
    change: float = field(init=False)

    def __post_init__(self) -> None:
        whole = sum(part.amount for part in self.parts) + self.rest + self.mix
        object.__setattr__(self, "change", whole)


def by_value(change: Change, dimension: str) -> Split:
    """What each value of a dimension adds, the largest part first."""
    values = sorted(set(change.cells[dimension]))
    place = {value: at for at, value in enumerate(values)}
    group = np.array([place[value] for value in change.cells[dimension]], dtype=np.int64)
    amounts, mix, figures = _amounts(change, group, len(values))
    parts = [
        Part({dimension: value}, float(amounts[at]), *figures[at])
        for at, value in enumerate(values)
    ]
    ordered = tuple(sorted(parts, key=lambda part: -abs(part.amount)))
    return Split(ordered, mix=mix, mixed=_mixed(change, dimension, values, group))


def _mixed(change: Change, dimension: str, values: Sequence[str], group: Ints) -> Part | None:
    """The value whose share changed to the largest effect, with its share before and after."""
    if change.weights is None:
        return None
    n = len(values)
    mix = mix_and_rate(change.before, change.after, *change.weights).mix
    amounts = total_by(group, mix, n)
    # Where one grows another shrinks: told is the one that pulls to where the mix pulls.
    top = int((amounts * np.sign(amounts.sum())).argmax())
    before, after = (total_by(group, w, n)[top] / w.sum() for w in change.weights)
    return Part({dimension: values[top]}, float(amounts[top]), float(before), float(after))


def by_cause(change: Change, top: int = 5) -> Split:
    """What the combinations add that explain the change; each cell counts in one of them."""
    found = explain(change.cells, change.before, change.after, change.weights, top)
    n = len(found.findings)
    group = np.where(found.of < 0, n, found.of)
    amounts, mix, figures = _amounts(change, group, n + 1)
    parts = (
        Part(finding.where, float(amounts[at]), *figures[at], excess=finding.excess)
        for at, finding in enumerate(found.findings)
    )
    return Split(tuple(parts), rest=float(amounts[-1]), mix=mix, drift=found.drift)


_Figures = list[tuple[float | None, float | None]]


def _amounts(change: Change, group: Ints, n: int) -> tuple[Floats, float, _Figures]:
    """By group what it adds; the mix effect of all; and each group's own figures."""
    before, after = (total_by(group, column, n) for column in (change.before, change.after))
    if change.weights is None:
        figures: _Figures = list(zip(before.tolist(), after.tolist(), strict=True))
        return after - before, 0.0, figures
    # Leaf by leaf, so that the mix is the same however the parts are chosen.
    effects = mix_and_rate(change.before, change.after, *change.weights)
    weights = [total_by(group, column, n) for column in change.weights]
    rates = [
        [part / w if w > 0 else None for part, w in zip(*both, strict=True)]
        for both in zip(
            (before.tolist(), after.tolist()), (w.tolist() for w in weights), strict=True
        )
    ]
    return (
        total_by(group, effects.rate, n),
        float(effects.mix.sum()),
        list(zip(*rates, strict=True)),
    )
