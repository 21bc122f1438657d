"""What belongs to no organisation."""

from __future__ import annotations

from tests.web.matrix.row import PUBLIC, Row

ROWS: dict[str, Row] = {
    "healthz": Row({"GET": PUBLIC}),
    "developers:docs": Row({"GET": PUBLIC}),
    "styleguide:guide": Row({"GET": PUBLIC}),  # in a demo and in development
}
