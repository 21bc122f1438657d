"""What was learnt of how far forecasts are off: one row for each kind of history.

Learnt from public series (M1, M3, Tourism) by ``bench/forecast``, which also says how well a table
that is learnt from half of them does on the other half; docs/reference/numbers.md has the figures.
"""

from dataclasses import dataclass

# The normal scores of ``shape``: the middle, then the quantiles that are asked for and some more.
HALF_SCORES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.2816, 1.645, 1.96, 2.33, 3.0)
SCORES = (*(-one for one in reversed(HALF_SCORES[1:])), *HALF_SCORES)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A row of the table.

    ``weights``: of the figures of width (``combining.figures_of_width``). ``shape``: how many
    widths off the values come at ``HALF_SCORES``, on both sides alike. ``lean``, ``rise``: how much
    the middle goes with a trend, and up for what is never below 0 (down for what is never above).
    ``stays``: how much of a surprise stays (``paths``).
    """

    weights: tuple[float, ...]
    shape: tuple[float, ...]
    lean: float
    rise: float
    stays: float


# Written by `python -m bench.forecast --learn`, from here on.

# Fewer than ten values.
FEW = Calibration(
    weights=(-0.018, 0.041, 0.374, -0.234, 0.009, 0.04, 0.113, 0.992, 1.18),
    shape=(0.0, 0.23, 0.519, 0.79, 1.048, 1.445, 2.133, 2.824, 3.656, 9.043),
    lean=0.1,
    rise=0.06,
    stays=0.6,
)

# Without a season.
PLAIN = Calibration(
    weights=(-0.419, -0.132, 0.561, 0.056, 0.345, 1.246, 0.0, 0.283, 0.233),
    shape=(0.0, 0.262, 0.523, 0.808, 1.088, 1.461, 2.071, 2.681, 3.471, 7.842),
    lean=0.1,
    rise=0.06,
    stays=0.6,
)

# Seasons of up to six places, as of quarters.
SHORT = Calibration(
    weights=(-0.29, 0.294, 0.392, -0.131, 0.164, 0.926, 0.305, 0.636, 0.055),
    shape=(0.0, 0.246, 0.499, 0.786, 1.109, 1.512, 2.124, 2.697, 3.614, 6.267),
    lean=0.05,
    rise=0.06,
    stays=0.5,
)

# Longer seasons, as of months.
LONG = Calibration(
    weights=(-0.477, 0.139, 0.385, -0.118, 0.17, 0.098, -0.144, 0.42, 0.3),
    shape=(0.0, 0.25, 0.521, 0.809, 1.136, 1.534, 2.122, 2.679, 3.571, 5.891),
    lean=0.0,
    rise=0.06,
    stays=0.5,
)
