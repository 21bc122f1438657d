"""When a source runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from okapi.core.errors import Refused
from okapi.exchange.sources.schedule import checked_cron, next_after


def times(cron: str, zone: str, after: datetime, n: int) -> list[str]:
    found = []
    for _ in range(n):
        following = next_after(cron, zone, after)
        assert following is not None
        found.append(following.strftime("%d %H:%M"))
        after = following
    return found


@pytest.mark.parametrize(
    "cron",
    ["0 6 * * *", "*/5 * * * *", "30 6 * * 1-5", "0 6 1 * *", "0 6 * * MON-FRI", "15 3 L * *",
     "0 0 1 MAR,JUN *", ""],
)  # fmt: skip
def test_plans(cron: str) -> None:
    assert checked_cron(f"  {cron.replace(' ', '  ')} ") == cron


@pytest.mark.parametrize(
    ("cron", "code"),
    [
        ("* * * * *", "source.too_often"), ("*/4 * * * *", "source.too_often"),
        ("0,3 * * * *", "source.too_often"), ("0 6 * *", "source.cron"),
        ("0 6 * * * *", "source.cron"), ("61 6 * * *", "source.cron"), ("daily", "source.cron"),
        ("@daily", "source.cron"), ("R R * * *", "source.cron"), ("H 6 * * *", "source.cron"),
        ("0 6 31 2 *", "source.cron"), ("x y z a b", "source.cron"), ("1" * 101, "source.cron"),
        ("0 6 * * 1-", "source.cron"), ("0 0 0 * *", "source.cron"),
    ],
)  # fmt: skip
def test_what_is_no_plan(cron: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        checked_cron(cron)
    assert (refused.value.code, refused.value.field) == (code, "cron")


def test_by_the_clock_on_the_wall_there() -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
    assert times("0 6 * * *", "Asia/Shanghai", noon, 2) == ["23 22:00", "24 22:00"]
    assert next_after("", "Asia/Shanghai", noon) is None


def test_when_the_clock_is_put_forward() -> None:
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)  # on the 29th, 2:00 becomes 3:00 in Berlin
    assert times("30 2 * * *", "Europe/Berlin", before, 3) == ["29 01:30", "30 00:30", "31 00:30"]


def test_when_the_clock_is_put_back() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # on the 25th, 2:00 to 3:00 comes twice
    assert times("30 2 * * *", "Europe/Berlin", before, 3) == ["25 00:30", "26 01:30", "27 01:30"]
    hourly = times("0 * * * *", "Europe/Berlin", datetime(2026, 10, 24, 23, 30, tzinfo=UTC), 3)
    assert hourly == ["25 00:00", "25 01:00", "25 02:00"]


LEAPS = datetime(2026, 3, 29, 0, 50, tzinfo=UTC)  # ten minutes before either change in London
FALLS = datetime(2026, 10, 25, 0, 50, tzinfo=UTC)


@pytest.mark.parametrize("begin", [LEAPS, FALLS])
def test_a_plan_for_every_hour_goes_on_through_both(begin: datetime) -> None:
    """An hour without data would be told as old data; and none is read twice at once."""
    for cron, minutes in (("*/15 * * * *", 15), ("20 * * * *", 60), ("5-59/30 * * * *", 30)):
        moment = next_after(cron, "Europe/London", begin)
        for _ in range(12):
            assert moment is not None
            following = next_after(cron, "Europe/London", moment)
            assert following == moment + timedelta(minutes=minutes)
            moment = following


def test_a_plan_for_some_hours_runs_once_on_both_days() -> None:
    """In London 1:30 is missing on 29 March, and comes twice on 25 October; in Shanghai neither."""
    for month, day, expected in (
        (3, 28, ["29 01:30", "30 00:30"]),
        (10, 24, ["25 00:30", "26 01:30"]),
    ):
        noon = datetime(2026, month, day, 12, tzinfo=UTC)
        assert times("30 1 * * *", "Europe/London", noon, 2) == expected
        begin = datetime(2026, month, day, 18, tzinfo=UTC)
        shanghai = times("30 2 * * *", "Asia/Shanghai", begin, 2)
        assert shanghai == [f"{day} 18:30", f"{day + 1} 18:30"]


def test_every_hour_of_some_days_stays_on_them() -> None:
    """Clocks change on Sundays: what is planned for Sundays begins and ends with them."""
    found = times("0 * * * sun", "Europe/London", datetime(2026, 10, 24, 22, tzinfo=UTC), 26)
    assert (found[0], found[24], found[25]) == ("24 23:00", "25 23:00", "01 00:00")
