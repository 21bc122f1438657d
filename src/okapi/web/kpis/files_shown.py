"""How a file is read, as the page shows it: in words and numbers, cell by cell, to be mapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from okapi.core.errors import OkapiError, Refusals
from okapi.exchange import measurement_files
from okapi.exchange.tables import Cell, Column, ColumnMapping, Layout, Outcome, Preview, Role
from okapi.exchange.tables.cells import letters
from okapi.exchange.uploads import Upload
from okapi.web.components import Cell as TableCell
from okapi.web.components import Choice, DataTable, Field
from okapi.web.components import Column as TableColumn
from okapi.web.http import OrgRequest
from okapi.wording import current_language, number, period, refusal_sentence, say

MOST_CELLS = 120
MOST_REFUSALS = 50
MOST_KPIS = 400
_ROLES = tuple(role for role in Role if role is not Role.DIMENSION)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refusal with its place in the file; `cell` where it is one that can be put right."""

    place: str
    text: str
    cell: str = ""
    found: str = ""


def refusals_of(refused: OkapiError) -> list[Wrong]:
    """What was refused, each with its place."""
    return told(refused.errors if isinstance(refused, Refusals) else (refused,))


def told(errors: Sequence[OkapiError]) -> list[Wrong]:
    """The first refusals, and how many there are beyond."""
    found = [
        Wrong(
            _place(one), sentence_of(one),
            cell=_place(one) if one.data.get("cell") else "",
            found=str(one.data.get("found", ""))[:60],
        )
        for one in errors[:MOST_REFUSALS]
    ]  # fmt: skip
    if len(errors) > MOST_REFUSALS:
        found.append(Wrong("", say("file.more_refusals", n=len(errors) - MOST_REFUSALS)))
    return found


def sentence_of(error: OkapiError) -> str:
    """What was refused, without its place."""
    return refusal_sentence(error)


def _place(error: OkapiError) -> str:
    sheet, cell, line = (error.data.get(name) for name in ("sheet", "cell", "line"))
    where = str(cell or (say("file.row", n=line) if line else ""))
    return f"{sheet}!{where}" if sheet and where else where


def another() -> tuple[Field, Field]:
    """Where any cell is put right: its place, and what is to stand there."""
    return (
        Field("place", say("file.correct_place"), placeholder="B5"),
        Field("text", say("file.correct_text")),
    )


def read(request: OrgRequest, upload: Upload, found: Preview) -> dict[str, Any]:
    """All that the page says of a file that can be read."""
    counts = found.counts
    names = names_of(request)
    reasons = [note for layout in found.layouts for note in layout.reasons]
    return {
        "notes": [say(note.code, **note.told) for note in (*found.notes, *reasons)],
        "facts": (
            (say("file.read"), number(counts.read)),
            (say("file.nothing"), number(counts.nothing)),
            (say("file.repeated"), number(counts.repeated)),
            (say("file.refused"), number(counts.refused)),
        ),
        "left_out": counts.totals + counts.remarks,
        "can_take": counts.read > 0 and not found.refusals,
        "cells": cells_of(found, names),
        "columns": list(columns_of(names, upload.mapping, found.layouts)),
        "whole": list(whole_of(upload.mapping, _sheets(upload))),
    }


@dataclass(frozen=True, slots=True)
class Names:
    """What a file may mean: KPIs by key, as their reader calls them, and dimensions."""

    kpis: dict[str, str]
    dimensions: tuple[str, ...]


def names_of(request: OrgRequest) -> Names:
    """What files of the reader may mean."""
    known = measurement_files.known_kpis(request.actor)
    language = current_language()
    called = request.organisation.in_language
    return Names(
        {kpi.key: called(kpi.name, kpi.name_other, language) for kpi in known.all},
        known.dimensions.names,
    )


def unread(upload: Upload) -> dict[str, Any]:
    """What the page offers for a file whose table was not found: to say where it is."""
    return {"notes": [], "facts": (), "can_take": False, "whole": _unread(upload)}


def _unread(upload: Upload) -> list[Field]:
    return list(whole_of(upload.mapping, _sheets(upload)))


def cells_of(found: Preview, names: Names) -> DataTable:
    """The first cells: where, what stood there, and as what it was read."""
    cells = [cell for row in found.rows for cell in row.cells]
    columns = (
        TableColumn(say("file.cell"), whole=True),
        TableColumn(say("file.found")),
        TableColumn(say("file.kpi")),
        TableColumn(say("chart.period"), whole=True),
        TableColumn(say("chart.value"), figures=True),
    )
    shown = cells[:MOST_CELLS]
    wrong = frozenset(at for at, cell in enumerate(shown) if cell.refusal is not None)
    return DataTable(
        say("file.cells"), columns, [_row(cell, names) for cell in shown], marked=wrong
    )


def _row(cell: Cell, names: Names) -> list[TableCell]:
    read = cell.measured
    place = f"{cell.spot.sheet}!{cell.spot.a1}" if cell.spot.sheet else cell.spot.a1
    parts = "" if read is None else " · ".join(f"{name}: {value}" for name, value in read.slice)
    is_read = cell.outcome is Outcome.READ and read is not None
    return [
        TableCell(place, quiet=True),
        TableCell(cell.found[:80], note=_remark(cell)),
        TableCell("" if read is None else names.kpis.get(read.kpi, read.kpi), note=parts),
        TableCell("" if read is None else period(read.period.label)),
        TableCell(_value(cell) if is_read else "—", strong=is_read),
    ]


def _value(cell: Cell) -> str:
    read = cell.measured
    if read is None:
        return ""
    if read.value is None:
        return f"{number(read.numerator)} / {number(read.denominator)}"
    return number(read.value)


def _remark(cell: Cell) -> str:
    if cell.refusal is not None:
        return sentence_of(cell.refusal)
    if cell.outcome in (Outcome.NOTHING, Outcome.REPEATED):
        return say(f"file.outcome_{cell.outcome.value}")
    return " ".join(say(note.code, **note.told) for note in cell.notes)


def columns_of(
    names: Names, said: ColumnMapping | None, layouts: Iterable[Layout]
) -> Iterator[Field]:
    """A choice for each column of the first table."""
    layout = next(iter(layouts), None)
    if layout is None:
        return
    kpis = islice(names.kpis.items(), MOST_KPIS)
    offered = [
        *((role.value, say(f"file_role.{role.value}")) for role in _ROLES),
        *((f"slice:{name}", say("file.slice", name=name)) for name in names.dimensions),
        *((f"kpi:{key}", say("file.of_kpi", name=name)) for key, name in kpis),
    ]
    mapping = said or ColumnMapping()
    for column in layout.columns:
        named = letters(column.index)
        target = mapping.target_of(column.header, column.index)
        as_found = say("file.as_found", role=_held_by(column))
        yield Field(
            f"column-{named}",
            f"{named} · {column.header or say('file.no_header')}",
            kind="select",
            choices=(
                Choice("", as_found, not target),
                *(Choice(value, text, value == target) for value, text in offered),
            ),
        )


def _held_by(column: Column) -> str:
    """What a column holds, as found."""
    if column.dimension:
        return say("file.slice", name=column.dimension)
    return say(f"file_role.{column.role.value}")


def _sheets(upload: Upload) -> tuple[str, ...]:
    try:
        return measurement_files.sheets(upload.path, name=upload.name)
    except OkapiError:
        return ()


def whole_of(said: ColumnMapping | None, sheets: Sequence[str]) -> Iterator[Field]:
    """What may be said of the whole sheet."""
    mapping = said or ColumnMapping()
    if len(sheets) > 1:
        yield Field(
            "sheet",
            say("file.sheet"),
            kind="select",
            choices=(
                Choice("", say("file.first_sheet"), not mapping.sheet),
                *(Choice(one, one, one == mapping.sheet) for one in sheets),
                Choice("*", say("file.all_sheets"), mapping.sheet == "*"),
            ),
        )
    row = str(mapping.header_row or "")
    yield Field("header_row", say("file.header_row"), value=row, kind="number")
    yield Field("kpi", say("file.whole_kpi"), value=mapping.kpi)
    yield Field("period", say("file.whole_period"), value=mapping.period)
    yield Field("unit", say("file.whole_unit"), value=mapping.unit)
