import csv
import gzip
import json
import math
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.signals import detect_stream
from okapi.core.signals.stream import ALARM

NAB = Path(__file__).parents[2] / "data" / "nab-dev"
START = datetime.fromisoformat("2026-03-02")
NAN = math.nan
HOUR = 12  # rows
DAY = 24 * HOUR


def times(count, minutes=5):
    return [START + timedelta(minutes=minutes * at) for at in range(count)]


def daily(count, seed=1, size=0.3):
    wave = 10 * np.sin(2 * np.pi * np.arange(count) / DAY)
    return wave + size * np.random.default_rng(seed).normal(size=count)


def alarms(scores):
    return np.flatnonzero(scores >= ALARM).tolist()


def read(name):
    with gzip.open(NAB / "data" / f"{name}.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    stamps = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    return stamps, [float(row["value"]) for row in rows]


def test_a_score_for_each_value_and_few_alarms_in_what_is_ordinary():
    scores = detect_stream(times(14 * DAY), daily(14 * DAY))
    assert scores.shape == (14 * DAY,)
    assert ((scores >= 0) & (scores <= 1)).all()
    assert len(alarms(scores)) <= 14 * DAY / 200 * 1.5
    assert (scores[: DAY + 64] == 0).all()


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        (lambda wave, at: wave + 6 * (at == 3000), 1),  # a value that only its hour makes odd
        (lambda wave, at: wave + 5 * (at >= 3000), 2),
        (lambda wave, at: np.where(at >= 3000, 0.0, wave), HOUR * 4),  # the wave stops
        (lambda wave, at: np.where((at >= 3000) & (at < 3100), -wave, wave), HOUR * 4),
    ],
)
def test_what_is_unlike_the_days_before_is_told(change, rows):
    at = np.arange(14 * DAY)
    scores = detect_stream(times(14 * DAY), change(daily(14 * DAY), at))
    assert scores[3000 : 3000 + rows].max() > 0.9


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_new_level_is_told_when_it_comes_and_not_again_as_long_as_it_is_no_news(seed):
    values = daily(14 * DAY, seed) + 20 * (np.arange(14 * DAY) >= 3000)
    told = [at for at in alarms(detect_stream(times(14 * DAY), values)) if at >= 3000]
    assert told[0] == 3000
    assert len([at for at in told if at < 3000 + DAY]) <= DAY / 40


@pytest.mark.parametrize(
    "name",
    [
        "artificialNoAnomaly/art_flatline.csv",
        "artificialNoAnomaly/art_daily_no_noise.csv",
        "artificialNoAnomaly/art_daily_perfect_square_wave.csv",
    ],
)
def test_nothing_is_told_where_nothing_happens(name):
    assert alarms(detect_stream(*read(name))) == []


@pytest.mark.parametrize(
    "name",
    [
        "artificialWithAnomaly/art_daily_jumpsdown.csv",
        "artificialWithAnomaly/art_daily_nojump.csv",
        "artificialWithAnomaly/art_increase_spike_density.csv",
        "realAWSCloudwatch/rds_cpu_utilization_e47b3b.csv",
        "realKnownCause/nyc_taxi.csv",
    ],
)
def test_labelled_windows_are_found(name):
    stamps, values = read(name)
    windows = json.loads((NAB / "windows.json").read_text("utf-8"))[name]
    told = [stamps[at] for at in alarms(detect_stream(stamps, values))]
    for window in windows:
        first, last = (datetime.fromisoformat(end) for end in window)
        assert any(first <= one <= last for one in told), window
    assert len(told) <= len(values) / 100


@pytest.mark.parametrize("value", [0.0, 45.0, -1 / 3, 1e100])
def test_a_constant_scores_nothing_until_it_changes(value):
    values = np.full(5 * DAY, value)
    assert not detect_stream(times(5 * DAY), values).any()
    values[4 * DAY] += 1 + abs(value)
    scores = detect_stream(times(5 * DAY), values)
    assert alarms(scores) == [4 * DAY]


def test_gaps_repeated_times_and_uneven_steps_are_no_trouble():
    generator = np.random.default_rng(3)
    stamps = [one + timedelta(seconds=int(generator.integers(0, 200))) for one in times(10 * DAY)]
    stamps[500] = stamps[501]
    values = daily(10 * DAY)
    values[::97] = NAN
    keep = [at for at in range(10 * DAY) if not 1500 <= at < 1900]
    values[2500] += 15
    scores = detect_stream([stamps[at] for at in keep], values[keep])
    assert np.isfinite(scores).all()
    assert scores[keep.index(2500)] > 0.9
    assert not scores[np.isnan(values[keep])].any()
    assert len(alarms(scores)) < 30


def test_without_anything_comparable_there_is_no_score():
    values = [*daily(6 * DAY), 500.0, 500.0]
    stamps = [*times(6 * DAY), START + timedelta(days=30), START + timedelta(days=30, minutes=5)]
    assert detect_stream(stamps, values)[-2:].tolist() == [0, 0]
    assert detect_stream(times(6 * DAY + 2), values)[-2] > 0.9


@pytest.mark.parametrize(
    ("stamps", "values", "size"),
    [([], [], 0), (times(1), [1], 1), (times(2), [1, None], 2), (times(600), [NAN] * 600, 600)],
)
def test_next_to_nothing_scores_nothing(stamps, values, size):
    assert detect_stream(stamps, values).tolist() == [0] * size


def test_a_time_zone_changes_nothing():
    stamps, values = times(8 * DAY), daily(8 * DAY)
    plain = detect_stream(stamps, values)
    east = timezone(timedelta(hours=8))
    aware = [one.replace(tzinfo=UTC).astimezone(east) for one in stamps]
    np.testing.assert_array_equal(detect_stream(aware, values), plain)
    array = np.array(stamps, dtype="datetime64[s]")
    np.testing.assert_array_equal(detect_stream(array, values), plain)


@pytest.mark.parametrize(
    ("stamps", "code", "position"),
    [
        ([START, START + timedelta(hours=2), START + timedelta(hours=1)], "not_in_order", 3),
        ([START, "2026-03-02 01:00", START], "not_a_time", 2),
        ([START, date(2026, 3, 3), START], "not_a_time", 2),
        ([START, START.replace(tzinfo=UTC), START], "not_a_time", 2),
        (np.array(["2026-01-01", "NaT", "2026-01-02"], dtype="datetime64[s]"), "not_a_time", 2),
    ],
)
def test_bad_times_are_refused_with_their_place(stamps, code, position):
    with pytest.raises(Refused) as error:
        detect_stream(stamps, [1, 2, 3])
    assert error.value.code == f"signals.{code}"
    assert error.value.data["position"] == position


def test_bad_values_and_lengths_are_refused():
    with pytest.raises(Refused) as error:
        detect_stream(times(3), [1, math.inf, 3])
    assert error.value.code == "signals.not_a_number"
    with pytest.raises(Refused) as error:
        detect_stream(times(3), [1, 2])
    assert error.value.code == "signals.lengths"
    assert error.value.data == {"found": 3, "expected": 2}


series = st.tuples(
    st.integers(0, 1000), st.sampled_from([5, 15, 60]), st.floats(0, 0.2), st.floats(0, 3)
)


def made(of, days=6):
    """Hours or minutes with spikes, gaps and uneven steps."""
    seed, minutes, gaps, spikes = of
    generator = np.random.default_rng(seed)
    count = days * 24 * 60 // minutes
    values = 5 * np.sin(2 * np.pi * np.arange(count) * minutes / 1440)
    values += generator.normal(size=count) + spikes * generator.standard_cauchy(size=count)
    values[generator.random(count) < gaps] = NAN
    keep = generator.random(count) > gaps / 2
    stamps = [one for one, is_kept in zip(times(count, minutes), keep, strict=True) if is_kept]
    return stamps, values[keep]


@settings(max_examples=30, deadline=None)
@given(series, st.floats(0, 1))
def test_a_longer_series_does_not_change_earlier_scores(of, part):
    stamps, values = made(of)
    count = int(part * len(values))
    whole = detect_stream(stamps, values)
    np.testing.assert_array_equal(detect_stream(stamps[:count], values[:count]), whole[:count])


@settings(max_examples=20, deadline=None)
@given(series)
def test_neither_unit_nor_sign_matters(of):
    stamps, values = made(of)
    whole = detect_stream(stamps, values)
    np.testing.assert_allclose(detect_stream(stamps, values * 1024), whole, atol=1e-9)
    np.testing.assert_allclose(detect_stream(stamps, -values), whole, atol=1e-9)
