"""What comes in, as columns: a source of rows, and the one that is in memory already.

Nothing is judged here but the form: every later step works on columns of some `BATCH` rows, so
that memory does not grow with the input.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import itemgetter
from typing import Any, Protocol

import orjson

from okapi.core.errors import OkapiError, Refused

BATCH = 20_000
FIELDS = ("kpi", "period", "value", "slice", "note", "numerator", "denominator")
# A number of so many digits and points is read by itself; they are found as a run of zeros.
_ZEROS = bytes.maketrans(b"123456789.", b"0" * 10)
_LONG_NUMBER = b"0" * 16


@dataclass(frozen=True, slots=True)
class Batch:
    """Some `BATCH` rows as columns of equal length.

    `lines` are the rows' places, counted from 1. Texts are still as they came. `slices` holds one
    hashable per row: pairs (dimension, value), or, where `dimensions` are named, their values in
    that order; None where no row has any. The optional columns are None where no row has one.
    """

    lines: Sequence[int]
    kpis: Sequence[str]
    periods: Sequence[str]
    values: Sequence[Any]
    slices: Sequence[tuple[Any, ...]] | None = None
    dimensions: tuple[str, ...] | None = None
    notes: Sequence[Any] | None = None
    numerators: Sequence[Any] | None = None
    denominators: Sequence[Any] | None = None
    problems: tuple[OkapiError, ...] = ()


class Rows(Protocol):
    """A source of batches; `content_hash` is known when all of them were read."""

    @property
    def file_name(self) -> str:
        """The file's name, for the places of errors; empty where there is no file."""

    @property
    def content_hash(self) -> str:
        """SHA-256 of the content as it came; empty where it is not known."""

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows that are in memory: a parsed JSON array, or what a page or a generator made."""

    rows: Sequence[Mapping[str, Any]]
    file_name: str = ""
    content_hash: str = ""

    def batches(self) -> Iterator[Batch]:
        """The rows, once."""
        for start in range(0, len(self.rows), BATCH):
            yield _columns(self.rows[start : start + BATCH], start + 1)


def from_json(body: bytes, file_name: str = "") -> Listed:
    """A JSON array of rows; numbers keep all their digits.

    `Refused`: `json.unreadable` with line and column, `json.no_array`.
    """
    try:
        rows = _parsed(body)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Refused(
            "json.unreadable",
            file=file_name,
            line=getattr(error, "lineno", None),
            column=getattr(error, "colno", None),
        ) from None
    if not isinstance(rows, list):
        raise Refused("json.no_array", file=file_name, found=_as_json(rows))
    return Listed(rows, file_name, hashlib.sha256(body).hexdigest())


def _parsed(body: bytes) -> Any:
    if _LONG_NUMBER in body.translate(_ZEROS):
        return _exact(body)
    try:
        return orjson.loads(body)
    except ValueError:
        return _exact(body)  # a number beyond every float is JSON too, and refused at its row


def _as_json(value: Any) -> str:
    """The beginning of a value as its sender wrote it."""
    return json.dumps(value, ensure_ascii=False, default=str)[:60]


def _exact(body: bytes) -> Any:
    """A float keeps 15 digits for sure; a body with longer numbers is read number by number."""
    text = body.decode("utf-8")
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=str)


def _columns(rows: Sequence[Any], first_line: int) -> Batch:
    lines: Sequence[int] = range(first_line, first_line + len(rows))
    problems: list[OkapiError] = []
    named: set[Any] = set()
    try:
        named = set().union(*rows)
        strange = any(type(row) is not dict for row in rows)
    except TypeError:
        strange = True
    if strange or not named.issubset(FIELDS):
        lines, rows, problems = _well_formed(lines, rows)
        named = set().union(*rows)
    kpis, periods, values = _usual(rows)
    return Batch(
        lines=lines,
        kpis=texts(kpis),
        periods=texts(periods),
        values=values,
        slices=_pairs([row.get("slice") for row in rows]) if "slice" in named else None,
        notes=[row.get("note") for row in rows] if "note" in named else None,
        numerators=[row.get("numerator") for row in rows] if "numerator" in named else None,
        denominators=[row.get("denominator") for row in rows] if "denominator" in named else None,
        problems=tuple(problems),
    )


_USUAL = ("kpi", "period", "value")


def _usual(rows: Sequence[Mapping[str, Any]]) -> Sequence[list[Any]]:
    """The columns that nearly every row has."""
    try:
        return [list(map(itemgetter(name), rows)) for name in _USUAL]
    except KeyError:
        return [[row.get(name) for row in rows] for name in _USUAL]


def _well_formed(
    lines: Sequence[int], rows: Sequence[Any]
) -> tuple[list[int], list[Mapping[str, Any]], list[OkapiError]]:
    kept: list[tuple[int, Mapping[str, Any]]] = []
    problems: list[OkapiError] = []
    for line, row in zip(lines, rows, strict=True):
        if not isinstance(row, Mapping):
            problems.append(Refused("row.no_object", line=line, found=_as_json(row)))
        elif unknown := [str(name) for name in row if name not in FIELDS]:
            problems.append(
                Refused(
                    "row.unknown_field",
                    line=line,
                    field=unknown[0][:60],
                    found=unknown[0][:60],
                    expected=", ".join(FIELDS),
                )
            )
        else:
            kept.append((line, row))
    return [line for line, _ in kept], [row for _, row in kept], problems


def texts(column: list[Any]) -> list[str]:
    """The column with every entry a text; numbers are written out, empty for None."""
    if set(map(type, column)) <= {str}:
        return column
    return [entry if isinstance(entry, str) else _text(entry) for entry in column]


def _text(entry: Any) -> str:
    if entry is None:
        return ""
    return str(entry)[:60] if isinstance(entry, int | float | Decimal) else repr(entry)[:60]


def _pairs(column: list[Any]) -> list[tuple[Any, ...]]:
    try:
        pairs = [tuple(entry.items()) if entry else () for entry in column]
        hash(tuple(pairs))
    except (AttributeError, TypeError):
        return [_hashable(entry) for entry in column]
    return pairs


def _hashable(entry: Any) -> tuple[Any, ...]:
    if not entry:
        return ()
    if not isinstance(entry, Mapping):
        return ((_as_json(entry), None),)
    return tuple((name, value if isinstance(value, str) else None) for name, value in entry.items())
