"""What is written in any form, encoding and kind of file is read as the same."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from okapi.core.quantities import canonical
from okapi.exchange.tables import Outcome, open_table, preview
from tests.exchange.tables import books
from tests.exchange.tables.known import KPIS, SETTING

NAMES = {"nps": "净推荐值", "orders": "订单数", "answer-time": "Time to answer"}
months = st.tuples(st.integers(2001, 2025), st.integers(1, 12))
values = st.decimals(-(10**9), 10**9, places=3, allow_nan=False).map(lambda x: x + 0)
tables = st.dictionaries(
    st.tuples(st.sampled_from(sorted(NAMES)), months), values, min_size=1, max_size=15
)
Table = dict[tuple[str, tuple[int, int]], Decimal]


def read(path: Path) -> Table:
    found = preview(open_table(path), KPIS, SETTING, first=1000)
    assert not found.refusals
    cells = [cell for row in found.rows for cell in row.cells if cell.outcome is Outcome.READ]
    return {
        (cell.measured.kpi, (cell.measured.period.first.year, cell.measured.period.first.month)): (
            cell.measured.value
        )
        for cell in cells
        if cell.measured is not None and cell.measured.value is not None
    }


def as_csv(rows: list[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def wide(table: Table) -> list[list[str]]:
    dated = sorted({month for _, month in table})
    rows = [["指标", *(f"{year}年{month}月" for year, month in dated)]]
    for kpi in sorted({kpi for kpi, _ in table}):
        cells = (table.get((kpi, month)) for month in dated)
        rows.append([NAMES[kpi], *("" if cell is None else canonical(cell) for cell in cells)])
    return rows


def turned(rows: list[list[str]]) -> list[list[str]]:
    return [list(row) for row in zip(*rows, strict=True)]


def long(table: Table) -> list[list[str]]:
    rows = [["KPI", "Month", "Value"]]
    for (kpi, (year, month)), value in table.items():
        rows.append([kpi, f"{year}-{month:02}", canonical(value)])
    return rows


@given(
    tables,
    st.sampled_from([long, wide]),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
)
def test_csv(table, form, delimiter, encoding):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        # A value that proves the point, so that semicolons do not make 1.234 doubtful.
        table[("nps", (2000, 1))] = Decimal("0.5")
        path.write_bytes(as_csv(form(table), delimiter).encode(encoding))
        assert read(path) == table


@given(tables)
def test_periods_in_the_rows(table):
    rows = turned(wide(table))
    rows[0][0] = "月份"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_text(as_csv(rows, ","), encoding="utf-8")
        assert read(path) == table


@given(tables, st.booleans())
def test_workbooks(table, shared):
    rows = [["KPI", "Month", "Value"]]
    rows += [[k, f"{y}-{m:02}", {"raw": repr(float(v))}] for (k, (y, m)), v in table.items()]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        assert read(books.write(path, [{"name": "S", "rows": rows}], shared=shared)) == table


@given(tables)
def test_json_lines(table):
    lines = [
        json.dumps({"kpi": k, "period": f"{y}-{m:02}", "value": canonical(v)})
        for (k, (y, m)), v in table.items()
    ]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.jsonl"
        path.write_text("\n".join(lines))
        assert read(path) == table
