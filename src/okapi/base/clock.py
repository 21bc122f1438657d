"""The only door to the time. Code asks here; tests and the demo set the hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo

_hands: ContextVar[Callable[[], datetime] | None] = ContextVar("okapi_clock", default=None)


def now() -> datetime:
    """This moment, in UTC."""
    hands = _hands.get()
    return hands() if hands else datetime.now(UTC)  # noqa: TID251 - this is the door


def today(zone: tzinfo = UTC) -> date:
    """The day that it is in a time zone."""
    return now().astimezone(zone).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stand still at a moment within the block.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    fixed = moment.astimezone(UTC)
    token = _hands.set(lambda: fixed)
    try:
        yield
    finally:
        _hands.reset(token)
