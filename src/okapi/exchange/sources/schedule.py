"""When a source runs: five fields of cron, in the organisation's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter

from okapi.core.errors import Refused

OFTENEST = timedelta(minutes=5)
_FIELDS, _HOUR = 5, 1
_LOOKED_AT = 60  # times in a row, to find how often it is
_LONGEST = 100
_NAMES = "mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec"


def checked_cron(text: str) -> str:
    """The plan as it is kept; empty for none. `Refused` (`source.cron`, `source.too_often`)."""
    cron = " ".join(text.split())
    if not cron:
        return ""
    if len(cron) > _LONGEST or len(cron.split(" ")) != _FIELDS or set(cron.upper()) & set("HR@"):
        names = set(cron.upper()) & set("HR")
        if not (names and _is_named(cron)):
            raise Refused("source.cron", field="cron", found=cron[:60])
    try:
        times = croniter(cron, datetime(2026, 1, 1))  # noqa: DTZ001 - any days show how often it is
        days = [times.get_next(datetime) for _ in range(_LOOKED_AT)]
    except (CroniterError, ValueError, KeyError) as wrong:
        raise Refused("source.cron", field="cron", found=cron[:60]) from wrong
    if min(later - earlier for earlier, later in pairwise(days)) < OFTENEST:
        raise Refused("source.too_often", field="cron", most=int(OFTENEST.total_seconds() // 60))
    return cron


def _is_named(cron: str) -> bool:
    """Whether its letters are those of days and months: `MON-FRI`, `MAR`."""
    left = cron.lower()
    for name in _NAMES.split():
        left = left.replace(name, "")
    return left.isascii() and not any(letter.isalpha() for letter in left)


def next_after(cron: str, zone: str, moment: datetime) -> datetime | None:
    """The first time after a moment, in UTC; None without a plan.

    Counted by the clock on the wall there: where it is put forward a time that it leaps over is
    taken as much later, where it is put back a time that comes twice counts once. A plan for every
    hour goes on through both.
    """
    if not cron:
        return None
    place = ZoneInfo(zone)
    if cron.split(" ")[_HOUR] == "*" and (on := _going_on(cron, place, moment)) is not None:
        return on
    times = croniter(cron, moment.astimezone(place).replace(tzinfo=None))
    while True:
        wall: datetime = times.get_next(datetime)
        found = wall.replace(tzinfo=place).astimezone(UTC)
        if found > moment:
            return found


def _going_on(cron: str, place: ZoneInfo, moment: datetime) -> datetime | None:
    """The next time if the clock there stayed as it is now; None where it is then no such time."""
    here = moment.astimezone(place)
    wall: datetime = croniter(cron, here.replace(tzinfo=None)).get_next(datetime)
    found = wall.replace(tzinfo=timezone(here.utcoffset() or timedelta())).astimezone(UTC)
    is_time: bool = croniter.match(cron, found.astimezone(place).replace(tzinfo=None))
    return found if is_time else None
