"""Mappings: what a person says of a file, kept and used again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.exchange.tables import ColumnMapping, Role, layouts_of, open_table, preview
from tests.exchange.tables.known import KPIS, SETTING

targets = st.sampled_from(["kpi", "value", "ignored", "slice:region", "kpi:nps"])
mappings = st.builds(
    ColumnMapping,
    columns=st.lists(st.tuples(st.text(max_size=9), targets), max_size=4).map(tuple),
    form=st.sampled_from(["", "long", "by_kpi", "by_period"]),
    sheet=st.text(max_size=5),
    header_row=st.integers(0, 9),
    year=st.integers(0, 2030),
    marks=st.sampled_from(["", "point", "comma"]),
    order=st.sampled_from(["", "day_first"]),
)


@given(mappings)
def test_a_mapping_survives_being_kept(mapping):
    assert ColumnMapping.of_json(json.loads(json.dumps(mapping.as_json()))) == mapping


@pytest.mark.parametrize(
    "kept",
    [
        {"columns": [["A", "price"]]},
        {"columns": [["A", "slice:"]]},
        {"columns": ["A"]},
        {"columns": 3},
        {"form": "tall"},
        {"marks": "dot"},
        {"header_row": "1"},
        {"colour": "red"},
    ],
)
def test_what_is_no_mapping_is_refused(kept):
    with pytest.raises(Refused, match=r"tables\.mapping\.unreadable"):
        ColumnMapping.of_json(kept)


def test_the_header_may_be_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("kpi,period,value\nkpi,period,plan,value\nnps,2025-01,50,45\n")
    found = preview(open_table(path), KPIS, SETTING, ColumnMapping(header_row=2))
    assert [column.role for column in found.layouts[0].columns] == [
        Role.KPI,
        Role.PERIOD,
        Role.IGNORED,
        Role.VALUE,
    ]
    assert found.counts.read == 1


def test_the_year_the_period_and_the_kpi_may_be_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("month,value\nMar,45\n")
    mapping = ColumnMapping(kpi="NPS", year=2024)
    cell = preview(open_table(path), KPIS, SETTING, mapping).rows[0].cells[0]
    assert cell.measured is not None
    assert (cell.measured.kpi, cell.measured.period.label) == ("nps", "2024-03")
    path.write_text("kpi,value\nnps,45\n")
    mapping = ColumnMapping(period="2024-04")
    cell = preview(open_table(path), KPIS, SETTING, mapping).rows[0].cells[0]
    assert cell.measured is not None
    assert cell.measured.period.label == "2024-04"


def test_another_form_may_be_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text("kpi,period,value,NPS\nnps,2025-01,45,46\n")
    source = open_table(path)
    assert layouts_of(source, KPIS, SETTING)[0].form == "by_kpi"
    assert layouts_of(source, KPIS, SETTING, ColumnMapping(form="by_kpi"))[0].form == "by_kpi"
    told = ColumnMapping(columns=(("NPS", "ignored"),))
    assert layouts_of(source, KPIS, SETTING, told)[0].form == "long"


def test_encoding_and_separator_may_be_told(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_bytes("kpi^period^value\n净推荐值^2025-01^45\n".encode("gbk"))
    source = open_table(path, encoding="gbk", delimiter="^")
    assert preview(source, KPIS, SETTING).counts.read == 1
    with pytest.raises(Refused, match=r"tables\.file\.encoding_unknown"):
        open_table(path, encoding="klingon")
    with pytest.raises(Refused, match=r"tables\.file\.delimiter_unknown"):
        open_table(path, delimiter="::")
