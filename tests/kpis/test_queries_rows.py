"""How late a KPI is, in periods."""

from __future__ import annotations

from datetime import date

import pytest

from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness
from okapi.core.quantities import Direction
from okapi.kpis.queries.rows import TargetRow, age_of, periods_late

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("newest", "frequency", "late"),
    [
        (date(2026, 11, 22), Frequency.WEEK, 0),
        (date(2026, 11, 15), Frequency.WEEK, 1),
        (date(2026, 11, 1), Frequency.WEEK, 3),
        (date(2026, 11, 22), Frequency.DAY, 0),
        (date(2026, 11, 20), Frequency.DAY, 2),
        (date(2026, 10, 31), Frequency.MONTH, 0),
        (date(2026, 9, 30), Frequency.MONTH, 1),
        (date(2026, 2, 28), Frequency.MONTH, 8),
        (date(2026, 9, 30), Frequency.QUARTER, 0),
        (date(2025, 12, 31), Frequency.QUARTER, 3),
        (date(2025, 12, 31), Frequency.HALF, 1),
        (date(2022, 12, 31), Frequency.YEAR, 3),
        # A year to 31 March is followed by one to 31 March.
        (date(2025, 3, 31), Frequency.YEAR, 1),
        (date(2026, 11, 29), Frequency.WEEK, 0),
        (date(1990, 1, 1), Frequency.IRREGULAR, 0),
    ],
)
def test_periods_late(newest: date, frequency: Frequency, late: int) -> None:
    assert periods_late(newest, frequency, MONDAY) == late


@pytest.mark.parametrize(
    ("due", "stale", "kind", "late"),
    [
        (date(2026, 11, 24), date(2026, 12, 1), Freshness.FRESH, 0),
        (date(2026, 11, 23), date(2026, 12, 1), Freshness.DUE, 1),
        (date(2026, 11, 16), date(2026, 11, 23), Freshness.STALE, 1),
        (None, None, Freshness.FRESH, 0),
    ],
)
def test_freshness_is_of_today(
    due: date | None, stale: date | None, kind: Freshness, late: int
) -> None:
    values = {
        "first": date(2026, 11, 9),
        "last": date(2026, 11, 15),
        "label": "2026-W46",
        "due_on": due,
        "stale_on": stale,
    }
    age = age_of(values, Frequency.WEEK, MONDAY)
    assert (age.freshness, age.late) == (kind, late)


def test_a_target_for_another_direction_judges_nothing() -> None:
    assert TargetRow.of(Direction.UP, {"value": "3", "amber": "5"}) is None
    assert TargetRow.of(Direction.BAND, {"value": "3"}) is None
    assert TargetRow.of(Direction.UP, {}) is None
    assert TargetRow.of(Direction.UP, {"amber": "5"}) is None
    found = TargetRow.of(Direction.DOWN, {"value": "3", "amber": "5", "label": "2026"})
    assert found is not None
    assert found.label == "2026"
