"""Goals and what is said about them."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

EDITS = {"lea": 200, "mia": 200}
NEW = {"kind": "committed", "weight": "1", "visibility": "everyone"}

ROWS: dict[str, Row] = {
    "goals:list": Row({"GET": READ}),
    "goals:export": Row({"GET": READ}),
    "goals:objective": Row({"GET": READ}, args={"key": "O-1"}, private={"key": "O-2"}),
    "goals:new": Row(
        {
            "GET": people(200, vic=403),
            # For a team of others nobody makes objectives: that is told at the field.
            "POST": people(422, lea=302, mia=302, vic=403),
        },
        data={"title": "Quicker", "cycle": "2026Q4", "team": "service", **NEW},
    ),
    "goals:edit": Row(
        {
            "GET": people(403, **EDITS),
            "POST": people(403, **dict.fromkeys(EDITS, 302)),
        },
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"why": "Every second visit costs twice."},
    ),
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
