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
    weights=(-0.069, -0.004, 0.342, -0.159, 0.04, 0.104, 0.065, 0.936, 0.931),
    shape=(0.0, 0.233, 0.498, 0.765, 1.06, 1.49, 2.164, 3.01, 3.696, 9.251),
    lean=0.0,
    rise=0.06,
    stays=0.6,
)

# Without a season.
PLAIN = Calibration(
    weights=(-0.394, -0.112, 0.595, -0.005, 0.266, 1.21, 0.0, 0.34, 0.218),
    shape=(0.0, 0.248, 0.514, 0.788, 1.064, 1.439, 2.049, 2.626, 3.587, 7.887),
    lean=0.3,
    rise=0.06,
    stays=0.6,
)

# Seasons of up to six places, as of quarters.
SHORT = Calibration(
    weights=(-0.302, 0.285, 0.38, -0.124, 0.173, 0.898, 0.26, 0.656, 0.05),
    shape=(0.0, 0.246, 0.498, 0.783, 1.109, 1.51, 2.11, 2.702, 3.655, 6.476),
    lean=0.05,
    rise=0.06,
    stays=0.5,
)

# Longer seasons, as of months.
LONG = Calibration(
    weights=(-0.478, 0.142, 0.387, -0.111, 0.17, 0.09, -0.142, 0.418, 0.309),
    shape=(0.0, 0.249, 0.521, 0.807, 1.134, 1.531, 2.119, 2.684, 3.604, 5.922),
    lean=0.0,
    rise=0.06,
    stays=0.5,
)
