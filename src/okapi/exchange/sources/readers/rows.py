"""Rows of a query as JSON Lines, so that they are read as every file is; within the limits."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

from okapi.core.errors import Refused, TooLarge
from okapi.exchange.sources.readers.reader import Brought, Limits

Rows: TypeAlias = Iterable[Sequence[Any]]
_MIDNIGHT = time()
_LONGEST_NUMBER = 60  # digits; the tables refuse more than 38


def write_rows(
    names: Sequence[str], rows: Rows, into: Path, limits: Limits, zone: tzinfo
) -> Brought:
    """Write the rows, one JSON object a line, numbers digit by digit.

    `Refused` (`source.column_twice`), `TooLarge` (`source.many_rows`, `fetch.too_large`).
    """
    heads = [f"{json.dumps(name, ensure_ascii=False)}: " for name in _once(names)]
    text = _writer(zone)
    count = size = 0
    with into.open("wb") as stream:
        for row in rows:
            if count == limits.rows:
                if limits.is_sample:
                    return Brought({}, rows=count, is_cut=True)
                raise TooLarge("source.many_rows", field="query", most=limits.rows)
            parts = [head + text(value) for head, value in zip(heads, row, strict=True)]
            size += stream.write(f"{{{', '.join(parts)}}}\n".encode())
            if size > limits.size:
                raise TooLarge("fetch.too_large", most=max(1, limits.size // 1024**2))
            count += 1
    return Brought({}, rows=count)


def _once(names: Sequence[str]) -> Sequence[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise Refused("source.column_twice", field="query", found=str(name)[:60])
        seen.add(name)
    return names


def _writer(zone: tzinfo) -> Callable[[Any], str]:
    """How a value of a database is written."""

    def text(value: Any) -> str:
        match value:
            case None | bool() | int() | Decimal() | float():
                return _number(value)
            case datetime():
                return json.dumps(_moment(value, zone))
            case date():
                return json.dumps(value.isoformat())
            case bytes():
                return json.dumps(_bytes(value), ensure_ascii=False)
            case list() | dict() | tuple():
                return json.dumps(value, default=str, ensure_ascii=False)
            case _:
                return json.dumps(str(value), ensure_ascii=False)

    return text


def _bytes(value: bytes) -> str:
    """Text in a binary column is text; other bytes are refused at their cell, as what they are."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        text = ""
    return text if (text.isprintable() and text) or not value else f"0x{value.hex()}"


def _number(value: bool | float | Decimal | None) -> str:
    """Digit by digit; what is no finite number becomes a text, to be refused at its cell."""
    if isinstance(value, Decimal):
        is_plain = value.is_finite() and abs(value.adjusted()) < _LONGEST_NUMBER
        return f"{value:f}" if is_plain else json.dumps(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(str(value))
    return json.dumps(value)


def _moment(value: datetime, zone: tzinfo) -> str:
    """A moment where the organisation is; at midnight, the day that begins."""
    local = value if value.tzinfo is None else value.astimezone(zone).replace(tzinfo=None)
    if local.time() == _MIDNIGHT:
        return local.date().isoformat()
    return local.isoformat(sep=" ", timespec="seconds")
