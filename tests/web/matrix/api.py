"""The API."""

from __future__ import annotations

from tests.web.matrix.row import OWN, PUBLIC, Row, people

MEASURES = {"sten": 200, "lea": 200, "mia": 200}

ROWS: dict[str, Row] = {
    "api:openapi-json": Row({"GET": PUBLIC}),
    "api:api-root": Row({"GET": people(404, nobody=401)}),
    "api:kpis": Row({"GET": OWN}),
    "api:why": Row({"GET": OWN}, args={"key": "kpi-O-1"}),
    "api:objectives": Row({"GET": OWN}),
    "api:key_results": Row({"GET": OWN}),
    # A KPI that one may not measure is told as a bad row; a stranger's is their own of that key.
    "api:measurements": Row(
        {"POST": people(422, stranger=200, nobody=401, **MEASURES)},
        data=[{"kpi": "kpi-O-1", "period": "2026-W45", "value": 81}],
    ),
}
