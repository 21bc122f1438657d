"""Pages by cursor: the cursor is opaque to the client and stays right while rows are added."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from okapi.core.errors import Refused

T = TypeVar("T")


def key_of(cursor: str) -> str:
    """The key after which the page begins; `Refused` (`request.cursor`) for no cursor of ours."""
    try:
        key = base64.b64decode(cursor, altchars=b"-_", validate=True).decode("utf-8")
    except (ValueError, binascii.Error) as wrong:
        raise Refused("request.cursor", field="cursor", found=cursor[:60]) from wrong
    if "\0" in key:  # no database keeps it, and PostgreSQL does not even compare it
        raise Refused("request.cursor", field="cursor", found=cursor[:60])
    return key


def id_of(cursor: str) -> UUID | None:
    """The id before which the page begins, None for the newest; `Refused` as `key_of`."""
    try:
        return UUID(key_of(cursor)) if cursor else None
    except ValueError as wrong:
        raise Refused("request.cursor", field="cursor", found=cursor[:60]) from wrong


def number_of(cursor: str) -> int:
    """The number after which the page begins, 0 for the first; `Refused` as `key_of`."""
    try:
        return int(key_of(cursor)) if cursor else 0
    except ValueError as wrong:
        raise Refused("request.cursor", field="cursor", found=cursor[:60]) from wrong


def cut(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """A page out of `limit` + 1 rows that were asked for, and the cursor of the next one."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, base64.urlsafe_b64encode(key(page[-1]).encode("utf-8")).decode("ascii")
