"""A file of measurements from beginning to end: its layouts, its rows, a preview of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from okapi.core.errors import OkapiError
from okapi.exchange.tables.known import Kpis, Setting
from okapi.exchange.tables.layouts import ColumnMapping, Layout
from okapi.exchange.tables.reading import TableReader
from okapi.exchange.tables.repeats import Repeats
from okapi.exchange.tables.results import Cell, Counts, Outcome, Preview, RowKind, RowRead
from okapi.exchange.tables.sources import Source
from okapi.exchange.tables.survey import layouts_of


def read_rows(
    source: Source, layouts: Sequence[Layout], kpis: Kpis, setting: Setting
) -> Iterator[RowRead]:
    """The rows of all layouts, one by one; nothing is kept but what finds repetitions.

    A measurement that contradicts an earlier one is refused at its own cell; the refusal's `first`
    names the earlier cell, which `contradicted` tells again in its own place.
    """
    repeats = Repeats()
    for layout in layouts:
        yield from TableReader(source, layout, kpis, setting, repeats).rows()


def preview(
    source: Source,
    kpis: Kpis,
    setting: Setting,
    mapping: ColumnMapping | None = None,
    *,
    first: int = 50,
    most_refusals: int = 1_000,
    most: int | None = None,
) -> Preview:
    """How the file will be read: its first rows, and all of it, or `most` rows, in numbers."""
    layouts = layouts_of(source, kpis, setting, mapping)
    kept: list[RowRead] = []
    refusals: list[OkapiError] = []
    outcomes: Counter[Outcome] = Counter()
    kinds: Counter[RowKind] = Counter()
    rows = read_rows(source, layouts, kpis, setting)
    for row in islice(rows, most):
        if len(kept) < first:
            kept.append(row)
        kinds[row.kind] += 1
        for cell in row.cells:
            outcomes[cell.outcome] += 1
            if cell.refusal is not None and len(refusals) < most_refusals:
                refusals.extend(refusals_of(cell))
    is_whole = most is None or next(rows, None) is None
    counts = Counts.of(outcomes, kinds)
    return Preview(layouts, tuple(kept), counts, tuple(refusals), source.notes, is_whole)


def refusals_of(cell: Cell) -> list[OkapiError]:
    """The refusals that a cell stands for: a contradiction is told at both of its cells."""
    if cell.refusal is None:
        return []
    if cell.refusal.code != "tables.contradicted":
        return [cell.refusal]
    data = dict(cell.refusal.data)
    sheet, _, place = str(data["first"]).rpartition("!")
    row = int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    here = f"{data['sheet']}!{cell.spot.a1}" if data["sheet"] else cell.spot.a1
    earlier = {
        **data,
        "line": row,
        "sheet": sheet,
        "cell": place if data["cell"] else "",
        "first": here,
        "value": cell.found,
        "found": data["value"],
    }
    return [type(cell.refusal)(cell.refusal.code, **earlier), cell.refusal]
