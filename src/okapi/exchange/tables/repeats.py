"""The same measurement twice in one file: once is enough, and two values are a contradiction."""

from __future__ import annotations

from dataclasses import dataclass, field

from okapi.exchange.tables.cells import Spot
from okapi.exchange.tables.results import Measured

MOST_KEPT = 400_000  # beyond these the ingest's own check, which works on disk, finds repetitions


@dataclass(slots=True)
class Repeats:
    """Remembers what was measured, up to `MOST_KEPT` measurements."""

    _seen: dict[tuple[object, ...], tuple[object, ...]] = field(default_factory=dict)

    def first(self, measured: Measured, spot: Spot) -> tuple[Spot, str, bool] | None:
        """The earlier cell of the same KPI, period and slice; None for the first of its kind.

        Beside the spot: the value read there, and whether it is the same.
        """
        period = measured.period
        identity = (measured.kpi, period.first, period.last, period.mark, measured.slice)
        parts = (measured.value, measured.numerator, measured.denominator)
        known = self._seen.get(identity)
        if known is None:
            if len(self._seen) < MOST_KEPT:
                self._seen[identity] = (*parts, spot)
            return None
        *earlier, place = known
        is_same = tuple(earlier) == parts
        if not isinstance(place, Spot):
            raise TypeError("a spot is the last of what is kept")
        return place, str(known[0] if known[0] is not None else known[1]), is_same
