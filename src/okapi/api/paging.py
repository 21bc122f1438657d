"""Pages by cursor: the cursor is opaque to the client and stays right while rows are added."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias, TypeVar

from pydantic import Field

from okapi.core.errors import Refused

T = TypeVar("T")
MOST = 500

Limit: TypeAlias = Annotated[int, Field(ge=1, le=MOST)]
"""How many rows a page has at the most."""


def key_of(cursor: str) -> str:
    """The key after which the page begins; `Refused` (`request.cursor`) for no cursor of ours."""
    try:
        return base64.b64decode(cursor, altchars=b"-_", validate=True).decode("utf-8")
    except (ValueError, binascii.Error) as wrong:
        raise Refused("request.cursor", field="cursor", found=cursor[:60]) from wrong


def cut(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """A page out of `limit` + 1 rows that were asked for, and the cursor of the next one."""
    if len(rows) <= limit:
        return rows, None
    page = rows[:limit]
    return page, base64.urlsafe_b64encode(key(page[-1]).encode("utf-8")).decode("ascii")
