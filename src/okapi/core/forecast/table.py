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
    weights=(-0.11, 0.041, 0.349, -0.202, 0.068, 0.176, -0.117, 0.789, 1.057),
    shape=(0.0, 0.24, 0.49, 0.738, 1.03, 1.413, 2.1, 3.13, 4.164, 9.435),
    lean=0.0,
    rise=0.06,
    stays=0.6,
)

# Without a season.
PLAIN = Calibration(
    weights=(-0.385, -0.126, 0.605, -0.023, 0.246, 1.075, 0.0, 0.431, 0.232),
    shape=(0.0, 0.249, 0.522, 0.804, 1.08, 1.464, 2.045, 2.627, 3.495, 7.448),
    lean=0.25,
    rise=0.06,
    stays=0.6,
)

# Seasons of up to six places, as of quarters.
SHORT = Calibration(
    weights=(-0.323, 0.252, 0.396, -0.114, 0.188, 0.865, 0.277, 0.639, 0.07),
    shape=(0.0, 0.242, 0.5, 0.785, 1.1, 1.513, 2.142, 2.705, 3.732, 6.395),
    lean=0.0,
    rise=0.06,
    stays=0.5,
)

# Longer seasons, as of months.
LONG = Calibration(
    weights=(-0.501, 0.129, 0.387, -0.096, 0.177, 0.098, -0.135, 0.444, 0.303),
    shape=(0.0, 0.251, 0.525, 0.81, 1.132, 1.526, 2.105, 2.686, 3.56, 5.92),
    lean=0.0,
    rise=0.06,
    stays=0.5,
)
