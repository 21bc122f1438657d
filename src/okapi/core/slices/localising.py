"""Which combinations of attribute values explain why a figure is not as expected.

Ideas from Adtributor (Bhagwan et al., 2014: explanatory power), Squeeze (Li et al., 2019: the
generalised ripple effect) and RiskLoc (Kalander, 2022: deviation scores, noise from the quiet
side); the search itself is a likelihood scan with a description-length price, as of Kulldorff's
(1997) scan statistic and Rissanen's (1978) principle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Floats
from okapi.core.slices.evidence import telling, with_mean_rate
from okapi.core.slices.leaves import Column, Leaves, Weights, read_leaves
from okapi.core.slices.search import Cause, Search

_PLAIN = (1e-100, 1e100)


@dataclass(frozen=True, slots=True)
class Finding:
    """One combination that explains a part of the deviation.

    ``where`` are its values by attribute; ``score`` how much better the data are explained with it
    than without, net of its name, in nats; ``share`` the part of the total deviation that it
    explains, 0 to 1. ``expected`` and ``actual`` are its figures (for rates: numerators),
    ``weight`` its denominator if there are any. ``excess`` is by how much it is above what all
    cells together let expect: their difference, unless all cells drifted together.
    """

    where: Mapping[str, Any]
    score: float
    share: float
    expected: float
    actual: float
    excess: float
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Findings, best first; and the share of their size by which all cells moved together."""

    findings: tuple[Finding, ...]
    drift: float


def localise(
    cells: Mapping[str, Column],
    expected: npt.ArrayLike,
    actual: npt.ArrayLike,
    weights: Weights | None = None,
    top: int = 3,
) -> list[Finding]:
    """Up to ``top`` combinations of values that explain the deviation, best first.

    ``cells`` maps an attribute's name to its value in each leaf cell; ``expected`` and ``actual``
    are the cells' figures. For rates they are numerators and ``weights`` the denominators; with a
    pair of weights, expected and actual ones, only the change of rates counts, not that of the mix
    (see ``mix_and_rate``). Findings do not overlap: what one explains is not counted again. What
    remains is left unexplained when it looks like noise, so there may be fewer, or none; a large
    ``top`` therefore costs no precision, and a small one leaves causes out: of the sample that
    ``python -m bench trust`` judges by, whose cases have up to eight causes, no method can pass F1
    0.83 at ``top=3`` (this one: 0.79); asked for as many as there are, or for eight, it is 0.94.

    Refused: see ``read_leaves``.
    """
    return list(explain(cells, expected, actual, weights, top).findings)


def explain(
    cells: Mapping[str, Column],
    expected: npt.ArrayLike,
    actual: npt.ArrayLike,
    weights: Weights | None = None,
    top: int = 3,
) -> Explanation:
    """As ``localise``, and whether all cells moved together."""
    whole = read_leaves(cells, expected, actual, weights)
    seldom = _seldom(whole)
    learned = with_mean_rate(seldom)
    tell = telling(learned)
    if not tell.any() or top < 1:
        return Explanation((), 0.0)
    leaves, search = whole.only(tell), Search(_of_plain_size(learned.only(tell)))
    causes = list(islice(search.causes(), top))
    size = (np.abs(seldom.expected) + np.abs(seldom.actual))[tell] / 2
    drifted = (search.drift if seldom is whole else -search.drift) * size
    found = [_finding(leaves, cause, drifted) for cause in causes]
    found.sort(key=lambda finding: -finding.score)
    return Explanation(tuple(found), search.drift)


def _seldom(leaves: Leaves) -> Leaves:
    """Rates above one half as what is missing to the whole: there a small change is large."""
    whole = leaves.weights
    if whole is None or (np.minimum(leaves.expected, leaves.actual) < 0).any():
        return leaves
    if (np.maximum(leaves.expected, leaves.actual) > whole).any():
        return leaves
    if 2 * leaves.expected.sum() <= whole.sum():
        return leaves
    return replace(leaves, expected=whole - leaves.expected, actual=whole - leaves.actual)


def _of_plain_size(leaves: Leaves) -> Leaves:
    """Figures whose squares a float can hold."""
    largest = float(max(np.abs(leaves.expected).max(), np.abs(leaves.actual).max()))
    if _PLAIN[0] < largest < _PLAIN[1]:
        return leaves
    expected, actual = leaves.expected / largest, leaves.actual / largest
    weights = leaves.weights
    if weights is not None:
        # A weight that is beyond all measure beside its figures is only held within it.
        weights = np.minimum(weights, largest * _PLAIN[1]) / largest
    return replace(leaves, expected=expected, actual=actual, weights=weights)


def _finding(leaves: Leaves, cause: Cause, drifted: Floats) -> Finding:
    rows = cause.rows
    with np.errstate(over="ignore"):
        total = float((leaves.actual - leaves.expected).sum())
    expected, actual = float(leaves.expected[rows].sum()), float(leaves.actual[rows].sum())
    excess = actual - expected - float(drifted[rows].sum())
    share = excess / total if total else 0.0
    return Finding(
        where=leaves.where(cause.attributes, int(rows[0])),
        score=cause.score,
        share=min(max(share, 0.0), 1.0),
        expected=expected,
        actual=actual,
        excess=excess,
        weight=None if leaves.weights is None else float(leaves.weights[rows].sum()),
    )
