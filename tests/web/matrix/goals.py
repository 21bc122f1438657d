"""Goals and what is said about them."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

ROWS: dict[str, Row] = {
    "goals:list": Row({"GET": READ}),
    "goals:export": Row({"GET": READ}),
    "goals:objective": Row({"GET": READ}, args={"key": "O-1"}, private={"key": "O-2"}),
    "goals:comment": Row(
        {"POST": people(302, vic=403)},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"text": "Well done."},
    ),
    "goals:change_comment": Row(
        {"POST": people(403, mia=302)},
        args={"key": "O-1", "comment": "<comment>"},
        private={"key": "O-2", "comment": "<private comment>"},
        data={"text": "Very well done.", "version": "1"},
    ),
}
