"""KPIs, their measurements and intakes."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

MEASURES = {"sten": 200, "lea": 200, "mia": 200}

ROWS: dict[str, Row] = {
    "kpis:list": Row({"GET": READ}),
    "kpis:export": Row({"GET": READ}),
    "kpis:kpi": Row({"GET": READ}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:measurements": Row({"GET": READ}, args={"key": "kpi-O-1"}, private={"key": "kpi-O-2"}),
    "kpis:measure": Row(
        {
            "GET": people(403, **MEASURES),
            "POST": people(403, **dict.fromkeys(MEASURES, 302)),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"period": "2026-W45", "value": "81"},
    ),
    # The formula belongs to the definition: stewards and the team's lead.
    "kpis:formula": Row(
        {
            "GET": people(403, sten=200, lea=200),
            "POST": people(403, sten=302, lea=302),
        },
        args={"key": "kpi-O-1"},
        private={"key": "kpi-O-2"},
        data={"formula": ""},
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
