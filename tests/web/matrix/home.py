"""Home and the check-in."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row, people

CHECKS_IN = {"lea": 200, "mia": 200}

ROWS: dict[str, Row] = {
    "home:home": Row({"GET": READ}),
    "home:looked": Row({"POST": people(204)}),
    "home:seen": Row({"POST": people(302)}, data={"until": "2026-11-23T03:00:00+00:00"}),
    # Who may read a thing may follow it, viewers too.
    "home:follow": Row(
        {"POST": people(302)},
        args={"kind": "objective", "key": "O-1"},
        private={"kind": "objective", "key": "O-2"},
        data={"on": "1"},
    ),
    "home:check_in": Row(
        {
            "GET": people(403, **CHECKS_IN),
            "POST": people(403, **dict.fromkeys(CHECKS_IN, 302)),
        },
        args={"key": "O-1.1"},
        private={"key": "O-2.1"},
        data={"confidence": "7", "happened": "Air freight starts."},
    ),
}
