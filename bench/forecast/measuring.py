"""What our forecasts and the library's are worth, series by series, and all together."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bench.forecast.series import Row, Series
from okapi.core.forecast import Forecast, SpanSoFar, at_end, forecast
from okapi.core.forecast.distributions import normal_score, normal_share
from okapi.core.series import Aggregation

LEVELS = (0.5, 0.8, 0.95)
# Targets: quantiles of past changes on the last value, and the last value with some percent.
CHANGES = (0.1, 0.3, 0.5, 0.7, 0.9)
PERCENT = (-10.0, -5.0, 0.0, 5.0, 10.0)
BINS = 10
TIMES = 10
_Z80 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Answers:
    """Of targets at steps: how likely each way said they are reached, and whether they were."""

    ours: Row
    smoothing: Row
    changes: Row
    came: Row


@dataclass(frozen=True, slots=True)
class Result:
    """One series: errors by way in units of its naive error, coverage by level, chances, time.

    ``is_refused``: AutoETS took too few values for a series, and the last one stands in for it.
    """

    source: str
    kind: str
    errors: Mapping[str, float]
    covered: Row
    smoothing_covered: Row
    sum_covered: Row
    above: float
    answers: Answers
    milliseconds: float
    again: float
    is_refused: bool


def measure(series: Series) -> Result:
    """Forecast a series in all ways, and hold them against what came."""
    horizon = len(series.after)
    started = time.process_time()
    ours = forecast(series.values, horizon, series.season)
    taken = time.process_time() - started
    smoothing, theta = _smoothing(series, horizon), _theta(series, horizon)
    is_refused = smoothing is None
    if smoothing is None:
        smoothing = _unchanged(series.values, horizon)
    medians = {"ours": ours.median, "AutoETS": smoothing["mean"], "AutoTheta": theta["mean"]}
    return Result(
        source=series.source,
        kind=series.kind,
        errors={
            way: float(np.abs(series.after - row).mean()) / series.naive_error
            for way, row in medians.items()
        },
        covered=np.asarray([_inside(series.after, *ours.interval(one)) for one in LEVELS]),
        smoothing_covered=np.asarray(
            [
                _inside(
                    series.after,
                    smoothing[f"lo-{round(100 * one)}"],
                    smoothing[f"hi-{round(100 * one)}"],
                )
                for one in LEVELS
            ]
        ),
        sum_covered=_sums(ours, series.after),
        above=float(np.mean(series.after > ours.median)),
        answers=_answers(series, ours, smoothing),
        milliseconds=1e3 * taken,
        again=_again(ours, series),
        is_refused=is_refused,
    )


def _again(ours: Forecast, series: Series) -> float:
    """Milliseconds to read a stored forecast and say the chance of a sum, one value having come."""
    stored = ours.to_dict()
    span = SpanSoFar(last=len(series.after), arrived={1: float(series.after[0])})
    target = float(series.after.sum())
    started = time.process_time()
    for _ in range(TIMES):
        at_end(Forecast.from_dict(stored), Aggregation.SUM, span).probability(target, "up")
    return 1e3 * (time.process_time() - started) / TIMES


def _smoothing(series: Series, horizon: int) -> dict[str, Row] | None:
    """What AutoETS says; None where it refuses a series with too few values."""
    from statsforecast.models import AutoETS

    model = AutoETS(season_length=series.season)
    levels = [round(100 * one) for one in LEVELS]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found: dict[str, Row] = model.forecast(series.values, horizon, level=levels)
        except NotImplementedError:  # how the library says that the values are too few
            return None
    return found


def _theta(series: Series, horizon: int) -> dict[str, Row]:
    from statsforecast.models import AutoTheta

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, Row] = AutoTheta(season_length=series.season).forecast(
            series.values, horizon
        )
    return found


def _unchanged(values: Row, horizon: int) -> dict[str, Row]:
    """The last value, as wide as a walk of such steps (Hyndman and Athanasopoulos 2021, §5.5)."""
    row = np.full(horizon, values[-1])
    step = float(np.sqrt(np.mean(np.diff(values) ** 2)))
    wide = step * np.sqrt(np.arange(1, horizon + 1))
    found = {"mean": row}
    for level in LEVELS:
        off = normal_score(0.5 + level / 2) * wide
        found[f"lo-{round(100 * level)}"], found[f"hi-{round(100 * level)}"] = row - off, row + off
    return found


def _inside(came: Row, lower: Row, upper: Row) -> float:
    return float(np.mean((came >= lower) & (came <= upper)))


def _sums(ours: Forecast, came: Row) -> Row:
    total = at_end(ours, Aggregation.SUM, SpanSoFar(last=len(came)))
    return np.asarray([_inside(came.sum(), *total.interval(one)) for one in LEVELS])


def _answers(series: Series, ours: Forecast, smoothing: Mapping[str, Row]) -> Answers:
    rows = list(_each_target(series, ours, smoothing))
    return Answers(*np.asarray(rows, dtype=np.float64).T)


def _each_target(
    series: Series, ours: Forecast, smoothing: Mapping[str, Row]
) -> Iterator[tuple[float, float, float, float]]:
    newest = series.values[-1]
    spread = (smoothing["hi-80"] - smoothing["lo-80"]) / (2.0 * _Z80)
    for step in range(1, len(series.after) + 1):
        place = step - 1
        changes = _changes(series.values, step)
        targets = [newest + one for one in np.quantile(changes, CHANGES)]
        targets += [newest * (1.0 + one / 100.0) for one in PERCENT]
        mean = smoothing["mean"][place]
        distribution = ours.at(step)
        for target in targets:
            off = (
                (mean - target) / spread[place] if spread[place] > 0 else np.sign(mean - target) * 9
            )
            yield (
                distribution.probability(float(target), "up"),
                normal_share(float(off)) if np.isfinite(off) else 0.5,
                float(np.mean(newest + changes >= target)),
                float(series.after[place] >= target),
            )


def _changes(values: Row, step: int) -> Row:
    if len(values) > step + 3:
        return np.asarray(values[step:] - values[:-step])
    return np.diff(values) * np.sqrt(step)


def brier(said: Row, came: Row) -> float:
    """The mean squared difference of chances and what came (Brier 1950)."""
    return float(np.mean((said - came) ** 2))


def calibration_error(said: Row, came: Row) -> float:
    """The expected calibration error over ten bins of equal width."""
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(said[bins == one].mean() - came[bins == one].mean()) * np.mean(bins == one)
            for one in np.unique(bins)
        )
    )


def together(results: Sequence[Result], of: Callable[[Result], Row | float]) -> Row:
    """The mean over series of a figure."""
    return np.mean([of(one) for one in results], axis=0)


def chances(results: Iterable[Result]) -> Answers:
    """The answers of all, one after the other."""
    found = [one.answers for one in results]
    return Answers(
        *(
            np.concatenate([getattr(one, name) for one in found])
            for name in ("ours", "smoothing", "changes", "came")
        )
    )
