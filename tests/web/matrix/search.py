"""Search and the palette."""

from __future__ import annotations

from tests.web.matrix.row import READ, Row

ROWS: dict[str, Row] = {
    "search:search": Row({"GET": READ}, query={"GET": "q=first"}),
    "search:palette": Row({"GET": READ}, query={"GET": "q=first"}),
}
