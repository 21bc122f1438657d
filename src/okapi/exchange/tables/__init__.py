"""Files of measurements as spreadsheets really are: read as a person would, or refused at the cell.

Pure but for the file that is read: which KPIs there are, and how the organisation counts time, is
told by the caller. `open_table` → `layouts_of` → `read_rows`; `preview` does all three.
"""

from okapi.exchange.tables.cells import Note, Spot
from okapi.exchange.tables.corrected import Corrected, spot_of
from okapi.exchange.tables.files import open_table
from okapi.exchange.tables.known import LEFT_OUT, KnownKpi, Kpis, Setting
from okapi.exchange.tables.layouts import Column, ColumnMapping, Form, Layout
from okapi.exchange.tables.proposing import Proposed, proposed
from okapi.exchange.tables.reading import LEAVABLE
from okapi.exchange.tables.results import (
    Cell,
    Counts,
    Measured,
    Outcome,
    Preview,
    RowKind,
    RowRead,
)
from okapi.exchange.tables.sources import Source
from okapi.exchange.tables.survey import layouts_of
from okapi.exchange.tables.table import preview, read_rows, refusals_of
from okapi.exchange.tables.words import Role

__all__ = [
    "LEAVABLE",
    "LEFT_OUT",
    "Cell",
    "Column",
    "ColumnMapping",
    "Corrected",
    "Counts",
    "Form",
    "KnownKpi",
    "Kpis",
    "Layout",
    "Measured",
    "Note",
    "Outcome",
    "Preview",
    "Proposed",
    "Role",
    "RowKind",
    "RowRead",
    "Setting",
    "Source",
    "Spot",
    "layouts_of",
    "open_table",
    "preview",
    "proposed",
    "read_rows",
    "refusals_of",
    "spot_of",
]
