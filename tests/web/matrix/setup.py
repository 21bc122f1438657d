"""The steps of the first set-up: for administrators and strategists, while it is under way."""

from __future__ import annotations

from tests.web.matrix.row import Row, people

WHO = {"ada": 302, "stella": 302}

ROWS: dict[str, Row] = {
    "setup:steps": Row({"GET": people(403, ada=200, stella=200)}),
    "setup:time": Row(
        {"POST": people(403, ada=302)}, data={"fiscal_month": "1", "first_weekday": "0"}
    ),
    "setup:skip": Row({"POST": people(403, **WHO)}, data={"step": "people"}),
    # A member proposes KPIs; for who only reads there is nothing to choose.
    "gallery:templates": Row(
        {"GET": people(200), "POST": people(302, vic=403)}, data={"kpi": "win-rate"}
    ),
    "setup:finish": Row({"POST": people(403, **WHO)}),
}
