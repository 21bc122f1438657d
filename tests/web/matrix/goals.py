"""Goals and what is said about them."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

EDITS = {"lea": 200, "mia": 200}
DECIDES = {"lea": 200, "stella": 200}
NEW = {"kind": "committed", "weight": "1", "visibility": "everyone"}

ROWS: dict[str, Row] = {
    "goals:list": Row({"GET": READ}),
    "goals:export": Row({"GET": READ}),
    "goals:workbook": Row({"GET": READ}),
    "goals:file_new": Row({"GET": people(200, vic=403), "POST": people(422, vic=403)}),
    # A file that waits is its person's alone.
    "goals:file": Row(
        {
            "GET": people(404, mia=200, vic=403),
            "POST": people(404, mia=302, vic=403),
        },
        args={"uid": "<upload>"},
        data={"leave": "1"},
    ),
    # Who took a file in, and strategists: they answer for the goals of all.
    "goals:import": Row(
        {
            "GET": people(404, mia=200, stella=200),
            "POST": people(404, mia=200, stella=200),
        },
        args={"uid": "<import>"},
    ),
    "goals:objective": Row({"GET": READ}, args={"key": "O-1"}, private={"key": "O-2"}),
    "goals:new": Row(
        {
            "GET": people(200, vic=403),
            # For a team of others nobody makes objectives: that is told at the field.
            "POST": people(422, lea=302, mia=302, vic=403),
        },
        data={"title": "Quicker", "cycle": "2026Q4", "team": "service", **NEW},
    ),
    # Everybody but viewers may ask; what each objective allows is told one by one.
    "goals:bulk": Row(
        {"POST": people(200, vic=403)}, data={"do": "pillar", "apply": "1", "goal": ["O-1"]}
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
    # Of an agreed goal what was agreed on changes by those who may adjust it.
    "goals:add_key_result": Row(
        {"GET": people(403, lea=200), "POST": people(403, lea=302)},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"title": "It is live", "kind": "yes_no", "reason": "Two are not enough."},
    ),
    "goals:edit_key_result": Row(
        {"GET": people(403, **EDITS), "POST": people(403, **dict.fromkeys(EDITS, 302))},
        args={"key": "O-1.1"},
        private={"key": "O-2.1"},
        data={"description": "Counted on the first visit."},
    ),
    "goals:adjust_key_result": Row(
        {"GET": people(403, lea=200, stella=200), "POST": people(403, lea=302, stella=302)},
        args={"key": "O-1.1"},
        private={"key": "O-2.1"},
        data={"target": "90", "reason": "More repairs than planned."},
    ),
    "goals:remove_key_result": Row(
        {"GET": people(403, lea=200), "POST": people(403, lea=302)},
        args={"key": "O-1.1"},
        private={"key": "O-2.1"},
        data={"reason": "Measured twice."},
    ),
    "goals:links": Row(
        {"GET": people(403, **EDITS), "POST": people(403, **dict.fromkeys(EDITS, 302))},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"do": "inform", "link": "", "link_text": "cost-O-1"},
    ),
    # Both goals are agreed: they are not agreed on again, and closed by those who may.
    "goals:agree": Row(
        {"GET": people(403, lea=422), "POST": people(403, lea=422)},
        args={"key": "O-1"},
        private={"key": "O-2"},
    ),
    "goals:cancel": Row(
        {"GET": people(403, **DECIDES), "POST": people(403, **dict.fromkeys(DECIDES, 302))},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"reason": "The market is gone."},
    ),
    "goals:close": Row(
        {"GET": people(403, **DECIDES), "POST": people(403, **dict.fromkeys(DECIDES, 302))},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"reason": "Parts came late."},
    ),
    "goals:archive": Row(
        {"GET": people(403, lea=200), "POST": people(403, lea=302)},
        args={"key": "O-1"},
        private={"key": "O-2"},
        data={"reason": "Written twice."},
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
