"""Teams and people."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row

ROWS: dict[str, Row] = {
    "teams:list": Row({"GET": READ}),
    "teams:team": Row({"GET": READ}, args={"key": "service"}),
    "teams:person": Row({"GET": READ}, args={"person": "<mia>"}),
}
