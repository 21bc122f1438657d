"""Days, moments, ages and periods as people of the language write them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

from okapi.wording.languages import current_language, zone

_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS = tuple(name[:3] for name in _MONTH_NAMES)

_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
_PERIOD = re.compile(
    r"(?P<year>\d{4})"
    r"(?:H(?P<half>[12])|Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2])|-W(?P<week>[0-5]\d))?"
)
_PARTS = {
    "en": {"half": "H{}", "quarter": "Q{}", "week": "W{:02}"},
    "zh": {"quarter": "第{}季度", "month": "{}月", "week": "第{}周"},
}

_AGES_EN = {"minute": ("minute", "minutes"), "hour": ("hour", "hours"), "day": ("day", "days")}
_AGES_ZH = {"minute": "分钟", "hour": "小时", "day": "天"}
_NEAR = {
    "en": {"now": "just now", 0: "today", 1: "yesterday", -1: "tomorrow"},
    "zh": {"now": "刚刚", 0: "今天", 1: "昨天", -1: "明天"},
}
# Beyond a month an age says less than the day itself.
_OLD = 31


def day(value: date | None, *, language: str | None = None, short: bool = False) -> str:
    """A day, `23 Nov 2026` or `2026年11月23日`; `short` leaves the year out.

    A moment is told by its day in the context's zone (`ValueError` where it has no zone itself).
    """
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = _local(value)
    if current_language(language) == "zh":
        month = f"{value.month}月{value.day}日"
        return month if short else f"{value.year}年{month}"
    month = f"{value.day} {_MONTHS[value.month - 1]}"
    return month if short else f"{month} {value.year}"


def moment(value: datetime | None, *, language: str | None = None, short: bool = False) -> str:
    """A day with its time in the context's zone: `23 Nov 2026, 14:05` or `2026年11月23日 14:05`.

    Raises:
        ValueError: the moment has no time zone of its own.
    """
    if value is None:
        return "—"
    local = _local(value)
    joint = " " if current_language(language) == "zh" else ", "
    return f"{day(local, language=language, short=short)}{joint}{local:%H:%M}"


def ago(then: date | datetime, now: datetime, *, language: str | None = None) -> str:
    """How long since `then`: `just now`, `5 minutes ago`, `yesterday`; beyond a month, the day.

    A plain date is counted in days; days are those of the context's time zone.
    """
    spoken = current_language(language)
    if isinstance(then, datetime):
        passed = now - then
        if timedelta() <= passed < timedelta(days=1):
            return _age(passed, spoken)
        then = _local(then).date()
    days = (_local(now).date() - then).days
    if abs(days) > _OLD:
        return day(then, language=spoken)
    return _NEAR[spoken].get(days) or _count(abs(days), "day", spoken, past=days > 0)


def period(label: str, *, language: str | None = None, short: bool = False) -> str:
    """A period by its label: `2026Q4` is `Q4 2026` or `2026年第4季度`; `short` leaves the year out.

    Labels that are not of our own form (`1998/99`, `2018-20`) stay as they came in.
    """
    return _period(label, current_language(language), short)


@lru_cache(maxsize=4_096)
def _period(label: str, spoken: str, short: bool) -> str:
    """There are few of them, and each stands on many pages."""
    if _DAY.fullmatch(label):
        return day(date.fromisoformat(label), language=spoken, short=short)
    found = _PERIOD.fullmatch(label)
    if found is None or found.lastgroup is None:
        return label
    year = found["year"] if spoken == "en" else f"{found['year']}年"
    if found.lastgroup == "year":
        return year
    part = _part(found.lastgroup, int(found[found.lastgroup]), spoken)
    if short:
        return part
    return f"{part} {year}" if spoken == "en" else f"{year}{part}"


def month(number: int, *, language: str | None = None) -> str:
    """A month of any year in full: `January`, `1月`."""
    if current_language(language) == "zh":
        return _PARTS["zh"]["month"].format(number)
    return _MONTH_NAMES[number - 1]


def _part(kind: str, number: int, language: str) -> str:
    """A part of a year: `Q4`, `第4季度`."""
    if kind == "month" and language == "en":
        return _MONTHS[number - 1]
    if kind == "half" and language == "zh":
        return "上半年" if number == 1 else "下半年"
    return _PARTS[language][kind].format(number)


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be told")
    return value.astimezone(zone.get())


def _age(passed: timedelta, language: str) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return _NEAR[language]["now"]
    if minutes < 60:
        return _count(minutes, "minute", language, past=True)
    return _count(minutes // 60, "hour", language, past=True)


def _count(n: int, what: str, language: str, *, past: bool) -> str:
    if language == "zh":
        return f"{n} {_AGES_ZH[what]}{'前' if past else '后'}"
    words = f"{n} {_AGES_EN[what][n != 1]}"
    return f"{words} ago" if past else f"in {words}"
