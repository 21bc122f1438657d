"""Checked rows in the order of their places, each place once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import Any

from okapi.core.errors import Refused
from okapi.kpis.ingest.checking import Checked
from okapi.kpis.ingest.findings import Findings


def in_order(rows: Checked, findings: Findings) -> Checked:
    """The rows by place; of equal rows the first stays, different ones go to `findings`."""
    places = rows.places
    if all(map(lt, places, places[1:])):
        return rows
    lines = sorted(rows.lined_up(), key=_by_place)
    if len({line[0] for line in lines}) < len(lines):
        lines = _once(lines, findings)
    return Checked.of_lines(lines)


def _by_place(line: tuple[Any, ...]) -> tuple[int, int]:
    return line[0], line[1]


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
