"""Where the next page of a list begins, as one text in its address."""

from __future__ import annotations

import json
import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from typing import Any, TypeAlias
from uuid import UUID

from okapi.core.errors import Refused

Part: TypeAlias = str | int | float | None
_LARGEST = 2**53


def written(place: Iterable[Part | UUID]) -> str:
    """A place in a list: what it is sorted by, then its id."""
    told = [str(part) if isinstance(part, UUID) else part for part in place]
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def read(cursor: str) -> list[Any]:
    """The parts again, ids as texts. `Refused` (`cursor.unreadable`) for what no list has written.

    Anybody can write an address: no part is one that a database would choke on.
    """
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        place = None
    if not isinstance(place, list) or not all(map(_is_fit, place)):
        raise Refused("cursor.unreadable", field="after")
    return place


def _is_fit(part: Any) -> bool:
    match part:
        case None:
            return True
        case str():
            return "\0" not in part and not any("\ud800" <= letter <= "\udfff" for letter in part)
        case bool():
            return False
        case int():
            return abs(part) <= _LARGEST
        case float():
            return math.isfinite(part)
        case _:
            return False
