"""What a table is read with does not grow with its rows, whatever is wrong in them."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from okapi.exchange.tables import open_table, preview
from tests.exchange.tables.known import KPIS, SETTING

WRONG = {
    "kpi": "nobody,2026-01,,1\n",
    "period": "nps,when,,1\n",
    "slice": "stock,2026-01,colour=red,1\n",
}


@pytest.mark.parametrize("what", WRONG)
def test_rows_that_are_wrong_in_the_same_way_are_not_kept(tmp_path: Path, what: str) -> None:
    def grown(rows: int) -> int:
        file = tmp_path / f"{rows}.csv"
        file.write_text("kpi,period,slice,value\n" + WRONG[what] * rows, encoding="utf-8")
        tracemalloc.start()
        found = preview(open_table(file), KPIS, SETTING, most_refusals=10)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert found.counts.refused == rows
        return peak

    grown(500)
    assert grown(5_000) - grown(1_000) < 200_000
