"""The permission matrix: every address has a row in the file of its place."""

from __future__ import annotations

from tests.web.matrix import (
    api,
    api_house,
    editing,
    elsewhere,
    goals,
    home,
    kpis,
    people,
    search,
    settings,
    setup,
    teams,
)
from tests.web.matrix.row import INSIDE, PEOPLE, Row

__all__ = ["INSIDE", "PEOPLE", "TABLE", "Row"]

PLACES = (
    api, api_house, editing, elsewhere, goals, home, kpis, people, search, settings, setup, teams,
)  # fmt: skip
TABLE: dict[str, Row] = {name: row for place in PLACES for name, row in place.ROWS.items()}
