"""The search for causes: the best one first, then the best one for what is left.

A *cause* is a combination of values whose cells shift as one. Its gain has to pay for its name, so
short names are preferred and noise has none. What its parts explain better is given to the parts:
when some values of a further attribute carry the shift and the others do not, the name is made
longer ("ripple effect": the cells of a true cause move alike).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from okapi.core.columns import Bools, Floats, Ints, total_by
from okapi.core.slices.cuboids import Cuboid, Plan, cuboids, plan_of, take_out
from okapi.core.slices.evidence import Evidence, Gain, evidence_of
from okapi.core.slices.leaves import Leaves
from okapi.core.slices.noise import off_together

# Forecasts of neighbouring cells are off together: by between these shares of what single cells are
# off, which is seen where there are enough values, and by the larger where there are not.
_TOGETHER = (0.1, 0.3)
# Parts that shift less than this share of the others do not belong to the same cause.
_ALIKE = 0.5
# All moves together when, by every attribute, the middle value moves this share of the mean.
_EVERYWHERE = 0.6
# And when what is outside the largest value moves this share of what that value does.
_BESIDE = 0.7
# Nor may the largest value differ from all the rest by more than this share of the price of a name.
_BY_ITSELF = 0.5


@dataclass(frozen=True, slots=True)
class Cause:
    """A combination of values: its attributes, its cells not explained before, its net gain."""

    attributes: tuple[int, ...]
    rows: Ints
    score: float


@dataclass(frozen=True, slots=True)
class _Groups:
    """Sums of evidence of the values of one attribute, among some rows."""

    precision: Floats
    pull: Floats

    def strength(self, gain: Gain, which: Bools) -> float:
        """The strength of the common shift of some groups; 0 where nothing is known."""
        precision, pull = (
            column[which].sum(keepdims=True) for column in (self.precision, self.pull)
        )
        return float(gain.strength(precision, pull)[0]) if precision[0] > 0 else 0.0


class Search:
    """One search through the leaf cells. ``drift`` is by how much all of them moved together."""

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._left = np.ones(len(leaves.actual), dtype=np.bool_)
        self.drift = 0.0
        self._begin()

    def _begin(self) -> None:
        """Weigh the cells, take a drift off them if there is one, and sum them up."""
        self._weigh(0.0)
        drift = self._common_drift()
        if drift:
            self._weigh(drift)
        self._sum_up()

    def _weigh(self, drift: float) -> None:
        self.drift = drift
        self._evidence: Evidence = evidence_of(self._leaves, drift)
        self._plan: Plan = plan_of(self._leaves, self._evidence)
        self._tolerance = self._off_together() ** 2

    def _off_together(self) -> float:
        """By which share the forecasts of whole slices are off."""
        shares = self._evidence.noise.shares
        if not shares:
            return 0.0
        rows = np.flatnonzero(self._left)
        found = off_together(self._shifts(at, rows) for at in self._plan.attributes)
        if found is None:
            return _TOGETHER[1] * shares
        return min(max(found, _TOGETHER[0] * shares), _TOGETHER[1] * shares)

    def _shifts(self, at: int, rows: Ints) -> tuple[Floats, Floats]:
        groups = self._groups(at, rows)
        known = groups.precision > 1e-9
        return groups.precision[known], groups.pull[known] / groups.precision[known]

    def _sum_up(self) -> None:
        self._cuboids = list(cuboids(self._leaves, self._evidence, self._plan))
        explained = np.flatnonzero(~self._left)
        self._explained = [explained] if len(explained) else []
        self._best = [self._best_of(cuboid, 0) for cuboid in self._cuboids]
        self._fresh = [not self._explained] * len(self._cuboids)

    # Causes ---------------------------------------------------------------------------------------

    def turn_to(self, side: int) -> None:
        """From here on the best cause on one side (1 above, -1 below) is looked for."""
        self._best = [self._renewed(cuboid, side) for cuboid in self._cuboids]
        self._fresh = [True] * len(self._cuboids)

    def best_gain(self, side: int) -> float:
        """The largest net gain on one side, of what is not explained; -inf if nothing pays."""
        gains = (self._renewed(cuboid, side)[0] for cuboid in self._cuboids)
        return max(gains, default=-np.inf)

    def take(self, cause: Cause) -> None:
        """What a cause covers is explained; it may be seen then that the rest moved together."""
        self._left[cause.rows] = False
        self._explained.append(cause.rows)
        self._fresh = [False] * len(self._cuboids)
        drift = 0.0 if self.drift else self._common_drift()
        if drift:
            self._weigh(drift)
            self._sum_up()

    def next_cause(self, side: int) -> Cause | None:
        """The cause with the largest net gain, on either side if ``side`` is 0."""
        if not self._cuboids:
            return None
        top = self._top_cuboid(side)
        score, place = self._best[top]
        if score <= 0:
            return None
        cuboid = self._cuboids[top]
        rows = self._rows_like(int(cuboid.row[place]), cuboid.attributes)
        cause = Cause(cuboid.attributes, rows, score)
        while (finer := self._finer(cause)) is not None:
            cause = finer
        return cause

    def _top_cuboid(self, side: int) -> int:
        """The cuboid with the best combination. Only those that could win are brought up to date.

        Taking cells out seldom makes a combination better; so what was known is taken as a bound.
        """
        while True:
            top = max(range(len(self._best)), key=lambda at: self._best[at][0])
            if self._fresh[top]:
                return top
            cuboid = self._cuboids[top]
            self._best[top] = self._renewed(cuboid, side)
            self._fresh[top] = True

    def _renewed(self, cuboid: Cuboid, side: int) -> tuple[float, int]:
        """The best combination when what is explained is taken out."""
        for rows in self._explained[cuboid.taken :]:
            take_out(cuboid, self._leaves, self._evidence, rows, self._plan)
        cuboid.taken = len(self._explained)
        return self._best_of(cuboid, side)

    def _best_of(self, cuboid: Cuboid, side: int) -> tuple[float, int]:
        price = self._plan.price(cuboid.attributes)
        scores = self._scores(cuboid.precision, cuboid.pull, price, side)
        place = int(scores.argmax())
        return float(scores[place]), place

    def _scores(self, precision: Floats, pull: Floats, price: float, side: int) -> Floats:
        """The net gain of each combination, -inf for what does not pay or is on the other side."""
        known = precision > 1e-9
        safe = np.where(known, precision, 1.0)
        gain = self._evidence.gain.of(safe, pull)
        # The same with what neighbours are off together: a small shift of many cells is no cause.
        cautious = gain / (1 + safe * self._tolerance)
        pays = known & (cautious > price)
        if side:
            pays &= pull * side > 0
        return np.where(pays, gain - price, -np.inf)

    def _rows_like(self, row: int, attributes: tuple[int, ...]) -> Ints:
        like = self._left.copy()
        for at in attributes:
            codes = self._leaves.codes[at]
            like &= codes == codes[row]
        return np.flatnonzero(like)

    # What is told of a cause ----------------------------------------------------------------------

    @property
    def is_counts(self) -> bool:
        """Whether the figures are counts."""
        return self._evidence.gain.periods is not None

    def price(self, cause: Cause) -> float:
        """Nats that the cause's name costs."""
        return self._plan.price(cause.attributes)

    def side(self, rows: Ints) -> int:
        """1 where more came than was expected, -1 where less did."""
        return 1 if self._evidence.pull[rows].sum() > 0 else -1

    def apart(self, cause: Cause) -> float:
        """How much likelier it is that a cause moved by itself than that all that is left did."""
        rest = self._left.copy()
        every = np.flatnonzero(rest)
        rest[cause.rows] = False
        alone, others, together = (
            float(self._evidence.gain.of(sums.precision, sums.pull)[0])
            for sums in map(self._sums, (cause.rows, np.flatnonzero(rest), every))
        )
        return alone + others - together

    # Parts ----------------------------------------------------------------------------------------

    def _finer(self, cause: Cause) -> Cause | None:
        """The best part of a cause, if some of its parts explain more than the whole of it."""
        if len(cause.rows) < 2 or len(cause.attributes) >= self._plan.depth:
            return None
        side = self.side(cause.rows)
        best, found, gain = cause.score, None, self._evidence.gain
        for at in self._plan.attributes:
            if at in cause.attributes:
                continue
            attributes = tuple(sorted((*cause.attributes, at)))
            groups = self._groups(at, cause.rows)
            price = self._plan.price(attributes)
            scores = self._scores(groups.precision, groups.pull, price, side)
            carry = scores > 0
            others = ~carry & (groups.precision > 0)
            if not carry.any() or not others.any():
                continue
            alike = (
                groups.strength(gain, others) * side >= _ALIKE * groups.strength(gain, carry) * side
            )
            if not alike and scores[carry].sum() > best:
                best = float(scores[carry].sum())
                value = int(scores.argmax())
                rows = cause.rows[self._leaves.codes[at][cause.rows] == value]
                found = Cause(attributes, rows, float(scores[value]))
        return found

    def _groups(self, at: int, rows: Ints) -> _Groups:
        codes, n = self._leaves.codes[at][rows], self._plan.sizes[at]
        return _Groups(
            total_by(codes, self._evidence.precision[rows], n),
            total_by(codes, self._evidence.pull[rows], n),
        )

    # Drift ----------------------------------------------------------------------------------------

    def _common_drift(self) -> float:
        """By how much all cells that are left moved together, relative to their size; or 0."""
        rows = np.flatnonzero(self._left)
        whole = self._sums(rows)
        score = float(self._scores(whole.precision, whole.pull, self._plan.price(()), 0)[0])
        if score <= 0 or not self._plan.attributes:
            return 0.0
        every = (self._moves_alike(at, self._groups(at, rows)) for at in self._plan.attributes)
        if not all(every) or self._finer(Cause((), rows, score)) is not None:
            return 0.0
        return float(whole.pull[0] / whole.precision[0])

    def _sums(self, rows: Ints) -> _Groups:
        evidence = self._evidence
        return _Groups(*(c[rows].sum(keepdims=True) for c in (evidence.precision, evidence.pull)))

    def _moves_alike(self, at: int, groups: _Groups) -> bool:
        """Whether the middle value moved as all do, and the largest not by itself."""
        gain, known = self._evidence.gain, groups.precision > 0
        precision, pull = groups.precision[known], groups.pull[known]
        strength, alone = gain.strength(precision, pull), gain.of(precision, pull)
        all_of = precision.sum(keepdims=True), pull.sum(keepdims=True)
        whole = float(gain.strength(*all_of)[0])
        order = np.argsort(strength)
        weight = np.cumsum(precision[order])
        middle = strength[order][np.searchsorted(weight, weight[-1] / 2)]
        if middle / whole < _EVERYWHERE:
            return False
        top = int((alone * (strength * whole > 0)).argmax())
        rest = np.arange(len(strength)) != top
        if not rest.any():
            return True
        beside = precision[rest].sum(keepdims=True), pull[rest].sum(keepdims=True)
        apart = alone[top] + gain.of(*beside)[0] - gain.of(*all_of)[0]
        if apart <= _BY_ITSELF * self._plan.price((at,)):
            return True
        return bool(gain.strength(*beside)[0] / whole >= _BESIDE * strength[top] / whole)
