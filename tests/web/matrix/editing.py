"""What all forms use: finding things by a few letters, and taking one's own changes back."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

ROWS: dict[str, Row] = {
    "editing:people": Row({"GET": READ}),
    "editing:kpis": Row({"GET": READ}),
    "editing:goals": Row({"GET": READ}),
    "editing:undo": Row(
        {"GET": people(404, mia=200), "POST": people(404, mia=302)},
        args={"number": "<change>"},
        private={"number": "<private change>"},
    ),
    "editing:undo_several": Row(
        {"GET": people(404, mia=200), "POST": people(404, mia=200)},
        args={"numbers": "<change>"},
        private={"numbers": "<private change>"},
    ),
}
