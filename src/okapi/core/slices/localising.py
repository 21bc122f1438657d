"""Which combinations of attribute values explain why a figure is not as expected.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Bools, Floats, Ints
from okapi.core.slices.cuboids import Cuboid, Plan, cuboids, plan_of, take_out
from okapi.core.slices.evidence import Evidence, evidence_of, telling
from okapi.core.slices.leaves import Leaves, read_leaves

ETA = 0.3
REST = 0.5
KMIN = 1.0
DRIFT = 0.6
DSPLIT = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    where: Mapping[str, Any]
    score: float
    share: float


def localise(
    cells: Mapping[str, Sequence[Hashable]],
    expected: npt.ArrayLike,
    actual: npt.ArrayLike,
    weights: npt.ArrayLike | tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    top: int = 3,
    trace=None,
) -> list[Finding]:
    leaves = read_leaves(cells, expected, actual, weights)
    total = float((leaves.actual - leaves.expected).sum())
    leaves = leaves.only(telling(leaves))
    if not len(leaves.actual):
        return []
    search = Search(leaves, trace)
    out = []
    for attributes, rows, score in search.run(top):
        part = float((leaves.actual[rows] - leaves.expected[rows]).sum())
        out.append(Finding(leaves.where(attributes, int(rows[0])), score, min(max(part / total, 0.0), 1.0) if total else 0.0))
    return out


def _gain(count, precision, pull, square):
    with np.errstate(all="ignore"):
        shift = np.where(precision > 0, pull / precision, 0.0)
        if KMIN >= 1:
            return pull * shift / 2, shift
        R = np.maximum(square - pull * shift, 0)
        k1 = np.clip(R / np.maximum(count - 1, 1), KMIN, 1)
        k0 = np.maximum(np.clip(square / np.maximum(count, 1), KMIN, 1), k1)
        return -count / 2 * np.log(k1 / k0) - R / (2 * k1) + square / (2 * k0), shift


class Search:
    def __init__(self, leaves, trace=None):
        self.leaves = leaves
        self.trace = trace
        self.alive = np.ones(len(leaves.actual), dtype=bool)
        self.drift = 0.0
        self.read()

    def read(self):
        self.evidence = evidence_of(self.leaves, self.drift)
        self.tolerance = ETA * self.evidence.noise.shares
        if self.trace:
            print("noise", self.evidence.noise, self.drift)
        self.plan = plan_of(self.leaves, self.evidence)
        if self.drift == 0 and self.drifts():
            return self.read()
        self.cuboids = list(cuboids(self.leaves, self.evidence, self.plan))
        self.removed = []
        rest = np.flatnonzero(~self.alive)
        if len(rest):
            self.removed.append(rest)
        self.best = [None] * len(self.cuboids)

    def scores(self, cuboid, attributes, side=0):
        price = self.plan.price(attributes)
        ok = (cuboid.count > 0.5) & (cuboid.precision > 0)
        gain, shift = _gain(cuboid.count, cuboid.precision, cuboid.pull, cuboid.square)
        with np.errstate(all="ignore"):
            far = shift**2 / (2 * (1 / cuboid.precision + self.tolerance**2)) > price
        ok &= far
        if side:
            ok &= cuboid.pull * side > 0
        return np.where(ok, gain - price, -np.inf)

    def drifts(self):
        e = self.evidence
        a = self.alive
        P, B = e.precision[a].sum(), e.pull[a].sum()
        if not P > 0:
            return False
        d = B / P
        g = B * B / 2 / P - self.plan.price(())
        if g <= 0 or d * d / (2 * (1 / P + self.tolerance**2)) <= self.plan.price(()):
            return False
        meds = []
        rows = np.flatnonzero(a)
        for at in self.plan.attributes:
            c = self.group(at, rows)
            okk = c.precision > 0
            de = c.pull[okk] / c.precision[okk]
            o = np.argsort(de)
            cw = np.cumsum(c.precision[okk][o])
            meds.append(de[o][np.searchsorted(cw, cw[-1] / 2)])
            if DSPLIT:
                gn = np.where(okk & (c.pull * d > 0), c.pull**2 / 2 / np.maximum(c.precision, 1e-300), 0)
                k = int(gn.argmax())
                PR, BR = P - c.precision[k], B - c.pull[k]
                if gn[k] > DSPLIT * B * B / 2 / P and PR > 0 and BR / PR / d < REST * c.pull[k] / c.precision[k] / d:
                    if self.trace: print('no drift but', self.leaves.names[at], k, gn[k], B*B/2/P)
                    return False
        if self.trace: print('drift?', d, g, np.array(meds)/d)
        if not meds or min(np.array(meds) / d) < DRIFT:
            return False
        if self.split((), rows, g) is not None:
            return False
        self.drift = d
        return True

    def group(self, at, rows):
        codes = self.leaves.codes[at][rows]
        n = self.plan.sizes[at]
        e = self.evidence
        return Cuboid((at,), np.arange(n), np.bincount(codes, minlength=n).astype(float), *(np.bincount(codes, col[rows], n) for col in (e.precision, e.pull, e.square)), np.zeros(n))

    def split(self, attributes, rows, score):
        if len(rows) < 2 or len(attributes) >= self.plan.depth:
            return None
        side = np.sign(self.evidence.pull[rows].sum())
        better = None
        for at in self.plan.attributes:
            if at in attributes:
                continue
            finer = tuple(sorted((*attributes, at)))
            c = self.group(at, rows)
            s = self.scores(c, finer, side)
            some = s > 0
            rest = (c.precision > 0) & ~some
            if not some.any() or not rest.any():
                continue
            tot = s[some].sum()
            dr = c.pull[rest].sum() / c.precision[rest].sum()
            ds = c.pull[some].sum() / c.precision[some].sum()
            if tot > score and dr * side < REST * ds * side and (better is None or tot > better[0]):
                k = int(s.argmax())
                better = (tot, finer, rows[self.leaves.codes[at][rows] == k], float(s[k]))
        return better

    def refresh(self, i, side):
        c = self.cuboids[i]
        while c.taken < len(self.removed):
            take_out(c, self.leaves, self.evidence, self.removed[c.taken], self.plan)
            c.taken += 1
        s = self.scores(c, c.attributes, side)
        k = int(s.argmax())
        self.best[i] = (float(s[k]), k)

    def run(self, top):
        side = 0
        found = 0
        state = "new"
        while found < top:
            if state == "new":
                for i in range(len(self.cuboids)):
                    self.refresh(i, side)
                fresh = [True] * len(self.cuboids)
                state = "old"
            if not self.cuboids:
                return
            while True:
                i = max(range(len(self.cuboids)), key=lambda i: self.best[i][0])
                if fresh[i]:
                    break
                self.refresh(i, side)
                fresh[i] = True
            score, k = self.best[i]
            if not score > 0:
                return
            c = self.cuboids[i]
            attributes = c.attributes
            rows = self.rows_of(attributes, int(c.row[k]))
            while (finer := self.split(attributes, rows, score)) is not None:
                _, attributes, rows, score = finer
            if not side:
                side = np.sign(self.evidence.pull[rows].sum())
                decoy = 0.0
                for c in self.cuboids:
                    s = self.scores(c, c.attributes, -side)
                    decoy = max(decoy, s.max())
                if self.trace: print('side', side, 'decoy', decoy)
                state = "new"
                continue
            if score <= decoy:
                return
            if self.trace:
                print(round(score,1), self.leaves.where(attributes, int(rows[0])), 'shift', (self.evidence.pull[rows].sum()/self.evidence.precision[rows].sum()).round(2), len(rows))
            yield attributes, rows, score
            found += 1
            self.alive[rows] = False
            self.removed.append(rows)
            fresh = [False] * len(self.cuboids)
            if self.drift == 0 and self.drifts():
                self.read()
                state = "new"

    def rows_of(self, attributes, row):
        m = self.alive.copy()
        for at in attributes:
            m &= self.leaves.codes[at] == self.leaves.codes[at][row]
        return np.flatnonzero(m)
