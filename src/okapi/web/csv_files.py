"""CSV that people open in a spreadsheet: said to be UTF-8, with no cell that would be computed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from okapi.exchange.tables.cells import quoted

MARK = b"\xef\xbb\xbf"
"""Excel takes a file for UTF-8 only by this."""


def line(cells: Iterable[str]) -> bytes:
    """One line of the file."""
    written = io.StringIO()
    csv.writer(written).writerow([_plain(cell) for cell in cells])
    return written.getvalue().encode()


def _plain(cell: str) -> str:
    """Text that no spreadsheet computes; numbers stay numbers."""
    try:
        float(cell)
    except ValueError:
        return quoted(cell)
    return cell
