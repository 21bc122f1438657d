"""Days, moments, ages and periods as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from okapi.wording import ago, day, moment, period, speaking

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def test_day() -> None:
    assert day(date(2026, 11, 3), language="en") == "3 Nov 2026"
    assert day(date(2026, 11, 3), language="en", short=True) == "3 Nov"
    assert day(date(2026, 11, 3), language="zh") == "2026年11月3日"
    assert day(date(2026, 11, 3), language="zh", short=True) == "11月3日"
    assert day(None) == "—"


def test_moment_is_told_in_the_zone_of_the_organisation() -> None:
    late = datetime(2026, 11, 23, 20, 5, tzinfo=UTC)
    assert moment(late, language="en") == "23 Nov 2026, 20:05"
    with speaking("zh", time_zone=ZoneInfo("Asia/Shanghai")):
        assert moment(late) == "2026年11月24日 04:05"
    assert moment(None) == "—"


def test_the_day_of_a_moment_is_that_of_the_organisation() -> None:
    late = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
    assert day(late) == "23 Nov 2026"
    with speaking("en", time_zone=ZoneInfo("Asia/Shanghai")):
        assert day(late) == "24 Nov 2026"
    with pytest.raises(ValueError, match="time zone"):
        day(datetime(2026, 11, 23, 17, 5))  # noqa: DTZ001 - the point of the test


def test_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 11, 23, 6, 0))  # noqa: DTZ001 - that is the question


@pytest.mark.parametrize(
    ("passed", "english", "chinese"),
    [
        (timedelta(seconds=30), "just now", "刚刚"),
        (timedelta(minutes=1), "1 minute ago", "1 分钟前"),
        (timedelta(minutes=59), "59 minutes ago", "59 分钟前"),
        (timedelta(hours=5), "5 hours ago", "5 小时前"),
        (timedelta(hours=30), "yesterday", "昨天"),
        (timedelta(days=9), "9 days ago", "9 天前"),
        (timedelta(days=60), "24 Sep 2026", "2026年9月24日"),
    ],
)
def test_ago(passed: timedelta, english: str, chinese: str) -> None:
    assert ago(NOW - passed, NOW, language="en") == english
    assert ago(NOW - passed, NOW, language="zh") == chinese


@pytest.mark.parametrize(
    ("on", "english", "chinese"),
    [
        (date(2026, 11, 23), "today", "今天"),
        (date(2026, 11, 24), "tomorrow", "明天"),
        (date(2026, 11, 26), "in 3 days", "3 天后"),
        (date(2027, 11, 26), "26 Nov 2027", "2027年11月26日"),
    ],
)
def test_ago_of_days_and_of_what_is_to_come(on: date, english: str, chinese: str) -> None:
    assert ago(on, NOW, language="en") == english
    assert ago(on, NOW, language="zh") == chinese


@pytest.mark.parametrize(
    ("label", "english", "english_short", "chinese", "chinese_short"),
    [
        ("2026", "2026", "2026", "2026年", "2026年"),
        ("2026H1", "H1 2026", "H1", "2026年上半年", "上半年"),
        ("2026H2", "H2 2026", "H2", "2026年下半年", "下半年"),
        ("2026Q4", "Q4 2026", "Q4", "2026年第4季度", "第4季度"),
        ("2026-11", "Nov 2026", "Nov", "2026年11月", "11月"),
        ("2026-W07", "W07 2026", "W07", "2026年第7周", "第7周"),
        ("2026-11-23", "23 Nov 2026", "23 Nov", "2026年11月23日", "11月23日"),
        ("1998/99", "1998/99", "1998/99", "1998/99", "1998/99"),
        ("2018-20", "2018-20", "2018-20", "2018-20", "2018-20"),
        ("2001 to 2003", "2001 to 2003", "2001 to 2003", "2001 to 2003", "2001 to 2003"),
    ],
)
def test_period(
    label: str, english: str, english_short: str, chinese: str, chinese_short: str
) -> None:
    assert period(label, language="en") == english
    assert period(label, language="en", short=True) == english_short
    assert period(label, language="zh") == chinese
    assert period(label, language="zh", short=True) == chinese_short
