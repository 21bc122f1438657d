"""Values that are out by a factor of a unit (100, 1,000, 10,000) or have the wrong sign.

Judged on a logarithmic scale, where a slip is a fixed distance whatever the level: the level is the
median of the last values that were no slips, the usual distance from it the median absolute
deviation (× 1.4826; F. R. Hampel, 1974, The influence curve and its role in robust estimation). A
value is a slip when it misses its level by nearly exactly a power that people slip by, that is
`FAR` times as far as is usual, and no honest value of the series ever went `WILD` times as far. So
wild series (lognormal with a large sigma, crossing zero) give none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from okapi.core.quality.remark import Remark, RemarkKind, Severity

if TYPE_CHECKING:
    from okapi.core.columns import Floats

POWERS = (2, 3, 4)
"""Per cent for share, thousands for ones, 万 for ones."""
LEVEL = 8
"""The level is the median of so many values."""
LEAST = 8
FAR = 8.0
NEAREST, WIDEST = 0.05, 0.25
"""How near to a power a value must be, in powers of ten: 3 usual distances, within these."""
WILD = 0.4
"""An honest value that far out, as a share of the slip, shows that the series is wild."""
MOST_IN_A_ROW = 12
"""More slips in a row are another level: somebody changed the unit on purpose."""


@dataclass(frozen=True, slots=True)
class _Logs:
    """Values without zeros: their positions, sizes as powers of ten, distances from the level."""

    places: np.typing.NDArray[np.intp]
    sizes: Floats
    distances: Floats
    powers: np.typing.NDArray[np.int64]
    usual: float


def slips(values: Floats, season: int) -> list[Remark]:
    """Slips of the unit, oldest first; neighbouring ones by the same factor are one remark.

    `season`: a value like that of a season earlier is none.
    """
    logs = _logs(values, season)
    if logs is None:
        return []
    found: list[Remark] = []
    for at in np.flatnonzero(logs.powers):
        place, power = int(logs.places[at]), int(logs.powers[at])
        value = float(values[place])
        before = found[-1] if found else None
        factor = 10.0**power
        if before and before.numbers["factor"] == factor and logs.places[at - 1] == before.end:
            found[-1] = Remark(
                before.kind, before.severity, before.start, place, before.points + 1, before.numbers
            )
            continue
        usual = float(np.sign(value) * 10 ** (logs.sizes[at] - logs.distances[at]))
        numbers = {"factor": factor, "value": value, "usual": usual}
        found.append(Remark(RemarkKind.SCALE, Severity.HIGH, place, place, 1, numbers))
    return found


def signs(values: Floats, season: int) -> list[Remark]:
    """Values whose size fits and whose sign does not, where all others have the other sign.

    Told only of series that keep clear of zero: no other value is smaller than 0.3 of the median.
    """
    logs = _logs(values, season)
    if logs is None or logs.usual > 0.25:
        return []
    known = values[logs.places]
    usual = 1.0 if np.count_nonzero(known > 0) * 2 >= known.size else -1.0
    other = np.flatnonzero(np.sign(known) != usual)
    if not 0 < other.size <= max(1, known.size // 20) or (values == 0).any():
        return []
    sizes = np.abs(known)
    honest = np.delete(sizes, other)
    if honest.min() < 0.3 * np.median(honest):
        return []
    near = max(3 * logs.usual, NEAREST)
    return [
        Remark(
            *(RemarkKind.SIGN, Severity.HIGH, int(logs.places[at]), int(logs.places[at]), 1),
            {"value": float(known[at]), "usual": float(usual * np.median(honest))},
        )
        for at in other
        if abs(logs.distances[at]) <= near
    ]


def _logs(values: Floats, season: int) -> _Logs | None:
    places = np.flatnonzero(np.isfinite(values) & (values != 0))
    if places.size < LEAST:
        return None
    sizes = np.log10(np.abs(values[places]))
    usual = _usual(sizes)
    earlier = _season_earlier(values, places, season)
    distances = np.zeros(places.size)
    powers = np.zeros(places.size, dtype=np.int64)
    honest: list[float] = []
    in_a_row = 0
    for at in range(places.size):
        near = honest[-LEVEL:]
        # At the beginning the level is that of the first values, this one among them.
        level = float(np.median(near if len(near) == LEVEL else sizes[: LEVEL + 1]))
        distances[at] = sizes[at] - level
        power = _power(distances[at], usual)
        if power and abs(sizes[at] - earlier[at]) < abs(power) / 2:
            power = 0
        in_a_row = in_a_row + 1 if power else 0
        if power and in_a_row <= MOST_IN_A_ROW:
            powers[at] = power
            continue
        if in_a_row > MOST_IN_A_ROW:
            powers[at - MOST_IN_A_ROW : at] = 0
            honest, in_a_row = list(sizes[at - MOST_IN_A_ROW : at]), 0
        honest.append(float(sizes[at]))
    rest = np.abs(distances[powers == 0])
    if powers.any() and rest.size and rest.max() >= WILD * np.abs(powers[powers != 0]).min():
        powers[:] = 0  # it is a wild series: what looks like a slip is its manner
    return _Logs(places, sizes, distances, powers, usual)


def _usual(sizes: Floats) -> float:
    """How far values usually are from the median of those before them, in powers of ten."""
    windows = np.lib.stride_tricks.sliding_window_view(sizes, min(LEVEL, sizes.size))
    levels = np.median(windows, axis=1)
    apart = np.abs(sizes[LEVEL:] - levels[:-1]) if sizes.size > LEVEL else np.zeros(0)
    if apart.size < LEVEL:
        apart = np.concatenate((apart, np.abs(sizes[: LEVEL + 1] - levels[0])))
    return float(1.4826 * np.median(apart))


def _season_earlier(values: Floats, places: np.typing.NDArray[np.intp], season: int) -> Floats:
    """The size of the value a season earlier, far away where there is none."""
    sizes = np.full(places.size, np.inf)
    if season < 2:
        return sizes
    back = places - season
    inside = back >= 0
    earlier = np.abs(values[back[inside]])
    known = np.isfinite(earlier) & (earlier > 0)
    sizes[np.flatnonzero(inside)[known]] = np.log10(earlier[known])
    return sizes


def _power(distance: float, usual: float) -> int:
    """The power of ten that the distance is a slip by, 0 for none."""
    near = min(max(3 * usual, NEAREST), WIDEST)
    for power in POWERS:
        if abs(abs(distance) - power) <= near and power >= FAR * usual:
            return power if distance > 0 else -power
    return 0
