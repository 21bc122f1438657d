"""What days are like for a shop, a service and a plant in China: weekdays, festivals, sales."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import assert_never

# The first day of the lunar year; beyond the last of them the demo has no Spring Festival.
SPRING_FESTIVALS = {
    first.year: first
    for first in (
        date(2023, 1, 22),
        date(2024, 2, 10),
        date(2025, 1, 29),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 3),
        date(2031, 1, 23),
        date(2032, 2, 11),
        date(2033, 1, 31),
        date(2034, 2, 19),
        date(2035, 2, 8),
        date(2036, 1, 28),
    )
}
SATURDAY = 5


class Season(StrEnum):
    """Whose days they are."""

    SHOP = "shop"
    SERVICE = "service"
    PLANT = "plant"
    FLAT = "flat"


@cache
def busy(season: Season, day: date) -> float:
    """How busy a day is; an ordinary one is about 1."""
    match season:
        case Season.SHOP:
            return _shop(day)
        case Season.SERVICE:
            return _service(day)
        case Season.PLANT:
            return _plant(day)
        case Season.FLAT:
            return 1.0
        case _:
            assert_never(season)


def days_from_festival(day: date) -> int | None:
    """Days since the first day of the lunar year nearest by, negative before it."""
    first = SPRING_FESTIVALS.get(day.year)
    return None if first is None else (day - first).days


def festival(day: date) -> float:
    """How much of the country is on its way home: 1 in the week of the festival."""
    distance = days_from_festival(day)
    if distance is None or not -8 <= distance <= 16:
        return 0.0
    if -2 <= distance <= 7:
        return 1.0
    return (distance + 8) / 6 if distance < -2 else (16 - distance) / 9


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= SATURDAY


def _shop(day: date) -> float:
    weekday = (0.93, 0.94, 0.95, 0.97, 1.03, 1.10, 1.08)[day.weekday()]
    summer_lull = 0.94 if day.month in (7, 8) else 1.0
    return weekday * summer_lull * _sales(day) * (1 - 0.6 * festival(day))


def _sales(day: date) -> float:
    """618, Double Eleven (双11), Double Twelve (双12) and the shopping holidays."""
    when = (day.month, day.day)
    single = {(6, 18): 3.4, (6, 17): 2.0, (6, 16): 1.9, (11, 11): 3.6, (11, 10): 2.2, (11, 1): 2.1}
    if when in single:
        return single[when]
    spans = (
        ((5, 28), (6, 20), 1.35),
        ((10, 21), (11, 13), 1.45),
        ((12, 10), (12, 13), 1.4),
        ((5, 1), (5, 4), 1.2),
        ((10, 1), (10, 6), 1.12),
        ((12, 28), (12, 31), 1.15),
    )
    return next((times for first, last, times in spans if first <= when <= last), 1.0)


def _service(day: date) -> float:
    weekday = (1.18, 1.08, 1.04, 1.0, 0.98, 0.9, 0.82)[day.weekday()]
    cold = 1.08 if day.month in (12, 1, 2) else 1.0
    return weekday * cold * (1 - 0.5 * festival(day))


def _plant(day: date) -> float:
    weekday = (1.15, 1.16, 1.16, 1.15, 1.12, 0.9, 0.36)[day.weekday()]
    return weekday * (1 - 0.92 * festival(day))
