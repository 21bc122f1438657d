"""The API."""

from __future__ import annotations

from tests.web.matrix.row import OWN, PUBLIC, Row, people

MEASURES = {"sten": 200, "lea": 200, "mia": 200}

ROWS: dict[str, Row] = {
    "api:openapi-json": Row({"GET": PUBLIC}),
    "api:api-root": Row({"GET": people(404, nobody=401)}),
    "api:kpis": Row({"GET": OWN}),
    "api:objectives": Row({"GET": OWN}),
    "api:key_results": Row({"GET": OWN}),
    # A KPI that one may not measure is told as a bad row; a stranger's is their own of that key.
    # Reading names KPIs in the query, which this table has not: tests/api/test_series.py does.
    "api:measurements": Row(
        {
            "GET": people(422, stranger=422, nobody=401),
            "POST": people(422, stranger=200, nobody=401, **MEASURES),
        },
        data=[{"kpi": "kpi-O-1", "period": "2026-W45", "value": 81}],
    ),
}
