"""The one way by which measurements come in: check, then commit; and taking an intake back."""

from okapi.kpis.ingest.known import Known, Shape
from okapi.kpis.ingest.lines import Lines, from_csv
from okapi.kpis.ingest.rehearsing import rehearse
from okapi.kpis.ingest.results import IntakeResult, UndoResult
from okapi.kpis.ingest.rows import Listed, Rows, from_json
from okapi.kpis.ingest.taking import resume_intakes, take
from okapi.kpis.ingest.undoing import undo

__all__ = [
    "IntakeResult",
    "Known",
    "Lines",
    "Listed",
    "Rows",
    "Shape",
    "UndoResult",
    "from_csv",
    "from_json",
    "rehearse",
    "resume_intakes",
    "take",
    "undo",
]
