from datetime import date, timedelta
from uuid import UUID

from okapi.core.came_before import MOST, Before, Begun, came_before
from okapi.core.signals import Side

MINE, OTHER, THIRD = (UUID(int=at) for at in (1, 2, 3))
DAY = date(2026, 9, 14)


def begun(kpi, back, days=7, side=Side.UP):
    first = DAY - timedelta(days=back)
    return Begun(kpi, first, first + timedelta(days=days - 1), side)


def test_the_nearest_earlier_one_counts_once_for_each():
    own = [begun(MINE, 0), begun(MINE, 70)]
    others = [
        begun(OTHER, 14, side=Side.DOWN),
        begun(OTHER, 21),
        begun(OTHER, 77),
        begun(THIRD, 7),
    ]
    assert came_before(own, others, 90) == [
        Before(OTHER, 2, 7, Side.DOWN),
        Before(THIRD, 1, 7, Side.UP),
    ]


def test_what_is_later_too_early_or_not_to_be_told_apart_is_none():
    others = [
        begun(OTHER, -7),
        begun(OTHER, 0),
        begun(OTHER, 98),
        begun(THIRD, 10, days=30),  # a month that holds the week
    ]
    assert came_before([begun(MINE, 0)], others, 92) == []
    assert came_before([], others, 92) == []
    assert came_before([begun(MINE, 0)], [], 92) == []


def test_few_are_told():
    others = [begun(UUID(int=100 + at), 7 * (at + 1)) for at in range(10)]
    found = came_before([begun(MINE, 0)], others, 92)
    assert [one.days for one in found] == [7 * (at + 1) for at in range(MOST)]
