"""Checked rows in the order of their places, each place once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from okapi.core.errors import Refused
from okapi.kpis.ingest.checking import Checked
from okapi.kpis.ingest.findings import Findings


def in_order(rows: Checked, findings: Findings) -> Checked:
    """The rows by place; of equal rows the first stays, different ones go to `findings`.

    Rows of one place stand in the order of their lines.
    """
    places = np.asarray(rows.places, dtype=np.int64)
    steps = np.diff(places)
    if (steps > 0).all():
        return rows
    if (steps < 0).any():
        order = np.argsort(places, kind="stable")
        steps = np.diff(places[order])
        rows = _taken(rows, order.tolist())
    if (steps > 0).all():
        return rows
    return Checked.of_lines(_once(list(rows.lined_up()), findings))


def _taken(rows: Checked, order: Sequence[int]) -> Checked:
    """The rows in another order."""
    take = itemgetter(*order)
    return Checked(
        *(None if column is None else list(take(column)) for column in rows.columns)  # type: ignore[arg-type]  # the first four are never None
    )


def _once(lines: Sequence[tuple[Any, ...]], findings: Findings) -> list[tuple[Any, ...]]:
    kept = [lines[0]]
    for line in lines[1:]:
        first = kept[-1]
        if line[0] != first[0]:
            kept.append(line)
        elif line[3:] != first[3:]:
            findings.add(_twice(first, line), line[1])
    return kept


def _twice(first: tuple[Any, ...], again: tuple[Any, ...]) -> Refused:
    """Two rows of one place that differ, both told."""
    return Refused("row.twice", field="value", found=again[3], first=first[3], first_line=first[1])
