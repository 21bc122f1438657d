"""Signing in and out."""

from __future__ import annotations

from tests.web.matrix.row import Row, people

ROWS: dict[str, Row] = {
    # Somebody can sign in, so there is nothing to set up, whoever asks and with whatever key.
    "begin": Row({"GET": people(404, nobody=404), "POST": people(404, nobody=404)}),
    "people:entry": Row({"GET": people(302, stranger=302)}),
    "people:sign_in": Row(
        {
            "GET": people(302, stranger=302, nobody=200),
            "POST": people(302, stranger=302, nobody=422),
        }
    ),
    # Only in a demo; elsewhere there is nobody to choose.
    "people:sign_in_demo": Row({"POST": people(404, nobody=404)}),
    "people:sign_out": Row({"POST": people(302, stranger=302)}),
    # A link that opens nothing says so to everybody.
    "people:invitation": Row({"GET": people(404, nobody=404), "POST": people(404, nobody=404)}),
    "people:language": Row({"POST": people(302, stranger=302)}, data={"language": "en"}),
}
