"""Why a rate moved: because rates moved, or because more came where the rate is another.

A rate of a whole is the mean of its slices' rates, weighted by their shares of the denominator. Its
change is split by the Shapley value of the two (the mean over both orders), slice by slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from okapi.core.columns import Floats, divided
from okapi.core.errors import Refused
from okapi.core.slices.leaves import column_of, of_length, weights_of


@dataclass(frozen=True, slots=True)
class MixAndRate:
    """What each slice adds to the change of the whole's rate, in the rate's unit."""

    rate: Floats
    mix: Floats

    @property
    def change(self) -> float:
        """The change of the whole's rate: the sum of all effects."""
        return float(self.rate.sum() + self.mix.sum())


def mix_and_rate(
    before: npt.ArrayLike,
    after: npt.ArrayLike,
    weights_before: npt.ArrayLike,
    weights_after: npt.ArrayLike,
) -> MixAndRate:
    """Split the change of Σ numerators ÷ Σ denominators over slices, into rate and mix effects.

    ``before`` and ``after`` are numerators. The mix effect of a slice compares its rate with that
    of the whole: a larger share of a slice no better than the whole has none. A slice that appears
    or disappears has a mix effect alone. All effects add up to the change.

    Refused: ``slices.no_weight`` (a denominator of 0 for the whole), and as in ``read_leaves``.
    """
    old, new = column_of("before", before), column_of("after", after)
    of_length("after", new, len(old))
    weight_old, weight_new = (weights_of(w, len(old)) for w in (weights_before, weights_after))
    if not (weight_old.sum() > 0 and weight_new.sum() > 0):
        raise Refused("slices.no_weight", field="weights")
    rate_old, rate_new = divided(old, weight_old), divided(new, weight_new)
    rate_old, rate_new = (
        np.where(np.isnan(rate_old), np.where(np.isnan(rate_new), 0.0, rate_new), rate_old),
        np.where(np.isnan(rate_new), np.where(np.isnan(rate_old), 0.0, rate_old), rate_new),
    )
    share_old, share_new = weight_old / weight_old.sum(), weight_new / weight_new.sum()
    whole = (old.sum() / weight_old.sum() + new.sum() / weight_new.sum()) / 2
    return MixAndRate(
        rate=(share_old + share_new) / 2 * (rate_new - rate_old),
        mix=(share_new - share_old) * ((rate_old + rate_new) / 2 - whole),
    )
