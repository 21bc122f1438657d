"""KPIs, their measurements and intakes."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

MEASURES = {"sten": 200, "lea": 200, "mia": 200}

DEFINES = {"sten": 200, "lea": 200}
NEW = {"aggregation": "last", "unit": "%", "has_total": "1", "visibility": "everyone"}

ROWS: dict[str, Row] = {
    "kpis:list": Row({"GET": READ}),
    "kpis:health": Row({"GET": READ}),
    "kpis:health_export": Row({"GET": READ}),
    "kpis:remark_accept": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1", "remark": "<remark>"},
        private={"key": "kpi-O-2", "remark": "<private remark>"},
        data={"reason": "Prices are frozen."},
    ),
    "kpis:remark_reopen": Row(
        {"POST": people(403, **dict.fromkeys(MEASURES, 302))},
        args={"key": "kpi-O-1", "remark": "<remark>"},
        private={"key": "kpi-O-2", "remark": "<private remark>"},
    ),
    "kpis:grid": Row({"GET": READ}),
    "kpis:export": Row({"GET": READ}),
    "kpis:kpi": Row({"GET": READ}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:new": Row(
        {"GET": people(200, vic=403), "POST": people(302, vic=403)},
        data={"name": "Returns", "direction": "down", "frequency": "week", **NEW},
    ),
    # Everybody but viewers may ask; what each KPI allows is told one by one.
    "kpis:bulk": Row(
        {"POST": people(200, vic=403)}, data={"do": "pillar", "apply": "1", "kpi": ["kpi-O-1"]}
    ),
    "kpis:proposed": Row({"GET": READ}),
    "kpis:retired": Row({"GET": READ}),
    "kpis:edit": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"description": "Counted on the first visit."},
    ),
    "kpis:define": Row(
        {"GET": people(403, **DEFINES), "POST": people(403, **dict.fromkeys(DEFINES, 302))},
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"direction": "up", "frequency": "week", "text": "Other words", **NEW},
    ),
    "kpis:targets": Row(
        {"GET": people(403, **DEFINES), "POST": people(403, **dict.fromkeys(DEFINES, 302))},
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"period": "2026", "value": "90", "amber_is": "none"},
    ),
    # It is in use: there is nothing to adopt or revive, and a goal needs it.
    "kpis:adopt": Row(
        {"POST": people(403, sten=422, lea=422)},
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
    ),
    "kpis:retire": Row(
        {"GET": people(403, **DEFINES), "POST": people(403, sten=422, lea=422)},
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
    ),
    "kpis:revive": Row({"POST": people(404)}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:process": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"since": "2026-W45", "reason": "Another supplier."},
    ),
    "kpis:process_remove": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1", "mark": "<mark>"},
        private={"key": "kpi-O-2", "mark": "<private mark>"},
    ),
    "kpis:measurements": Row({"GET": READ}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:why": Row({"GET": READ}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:measure": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"period": "2026-W45", "value": "81"},
    ),
    "kpis:readings": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"readings": "2026-11-03 13:00, 81", "take": "1"},
    ),
    "kpis:file_new": Row({"GET": people(200, vic=403), "POST": people(422, vic=403)}),
    # A file that waits is its person's alone.
    "kpis:file": Row(
        {
            "GET": people(404, mia=200, vic=403),
            "POST": people(404, mia=302, vic=403),
        },
        args={"uid": "<upload>"},
        data={"leave": "1"},
    ),
    "kpis:formula_names": Row({"GET": READ}),
    "kpis:formula_preview": Row({"POST": READ}, data={"formula": "1 + 1"}),
    # Every number can be followed to its source by those who may read it; stewards see all sources.
    "kpis:intake": Row(
        {"GET": READ},
        args={"uid": "<intake>"},
        private={"uid": "<private intake>"},
        private_readers=("mia", "sten"),
    ),
    "kpis:undo": Row(
        {"POST": people(404, sten=302, mia=302)},
        args={"uid": "<intake>"},
        private={"uid": "<private intake>"},
        private_readers=("mia", "sten"),
    ),
}
