"""HTML under the name of a workbook that means harm, or is broken: read or refused, in no time."""

from __future__ import annotations

from pathlib import Path

import pytest

from okapi.core.errors import OkapiError
from okapi.exchange.tables import open_table
from okapi.exchange.tables.cells import MOST_COLUMNS, shown


def rows(folder: Path, text: str | bytes) -> list[list[str]]:
    path = folder / "export.xls"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [[shown(cell) for cell in cells] for _, cells in open_table(path).rows("")]


def code_of(folder: Path, text: str | bytes) -> str:
    with pytest.raises(OkapiError) as raised:
        rows(folder, text)
    return raised.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html><body>Please sign in</body></html>", "tables.file.web_page"),
        ("<table><tr><td><!--" + "x" * 400_000, "tables.cell.too_long"),
        ("<table><tr><td>" + "<b>xxxxxxxx</b>" * 40_000, "tables.cell.too_long"),
        ("<table><tr><td>" + "x" * 40_000 + "</table>", "tables.cell.too_long"),
        ("<table><tr><td>" * 60, "tables.many_columns"),
        ("<table><tr>" + "<td>x" * (MOST_COLUMNS + 1) + "</table>", "tables.many_columns"),
        ("<table><tr>" + "<td colspan=1000>x" * 17 + "</table>", "tables.many_columns"),
    ],
    ids=["sign-in", "comment", "pieces", "cell", "nested", "columns", "spans"],
)
def test_what_is_over_the_limits_is_refused(tmp_path: Path, text: str, code: str):
    assert code_of(tmp_path, text) == code


def test_entities_are_characters_and_no_more(tmp_path: Path):
    declared = '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    read = rows(tmp_path, f"{declared}<table><tr><td>&b;</td><td>&lt;b&gt;&yen;5</td></tr></table>")
    assert ["&b;", "<b>¥5"] in read


def test_scripts_styles_and_comments_say_nothing(tmp_path: Path):
    text = (
        "<table><tr><td>1<script>document.write('<td>2</td>')</script></td>"
        "<td><!-- <td>3</td> -->4<style>td {}</style></td></tr></table>"
    )
    assert rows(tmp_path, text) == [["1", "4"]]


def test_spans_are_filled_and_ends_may_be_missing(tmp_path: Path):
    text = "<table><tr><th rowspan=2>A<th colspan=2>B<tr><th>C<th>D<tr><td>1<td>2<td>3"
    assert rows(tmp_path, text) == [["A", "B", "B"], ["A", "C", "D"], ["1", "2", "3"]]


def test_spans_without_end_take_no_more_than_the_sheet(tmp_path: Path):
    assert rows(tmp_path, "<table><tr><td colspan=99999999 rowspan=-5>A</table>") == [["A"] * 1000]


def test_tables_in_a_table_stand_before_what_holds_them(tmp_path: Path):
    text = "<table><tr><td>out<table><tr><td>in</td></tr></table></td><td>side</td></tr></table>"
    assert rows(tmp_path, text) == [["in"], ["out", "side"]]


def test_parts_of_a_file_meet_in_the_middle_of_a_cell(tmp_path: Path):
    many = [[f"名称{n}", str(n)] for n in range(20_000)]
    text = "".join(f"<tr><td>{name}</td><td>{number}</td></tr>" for name, number in many)
    assert rows(tmp_path, f"<table>{text}</table>".encode("gb18030")) == many


BOOK = """<?xml version="1.0"?>{declared}
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name=""><Table>{rows}</Table></Worksheet>{more}</Workbook>"""


def book(rows: str, declared: str = "", more: str = "") -> str:
    return BOOK.format(rows=rows, declared=declared, more=more)


def cell(text: str, **given: int) -> str:
    told = "".join(f' ss:{name}="{value}"' for name, value in given.items())
    return f'<Cell{told}><Data ss:Type="String">{text}</Data></Cell>'


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (book(f"<Row>{cell('&b;')}</Row>", LAUGHS), "tables.xlsx.doctype"),
        (book("<Row>")[:-30], "tables.xlsx.unreadable"),
        (book(f"<Row>{cell('x', Index=99_999)}</Row>"), "tables.many_columns"),
        (book(f"<Row>{cell('x', MergeAcross=99_999)}</Row>"), "tables.many_columns"),
        (book('<Row ss:Index="9999999"/>'), "tables.many_rows"),
        (book(f"<Row>{cell('x' * 40_000)}</Row>"), "tables.cell.too_long"),
        (book("", more='<Worksheet ss:Name="x"/>' * 600), "tables.many_sheets"),
        (book("").replace("Worksheet", "Other"), "tables.xlsx.no_workbook"),
    ],
    ids=["entities", "broken", "column", "merged", "row", "cell", "sheets", "none"],
)
def test_workbooks_in_xml_keep_to_the_limits(tmp_path: Path, text: str, code: str):
    assert code_of(tmp_path, text) == code


def test_merged_cells_in_xml_are_filled(tmp_path: Path):
    first = f"<Row>{cell('A', MergeDown=1)}{cell('B', MergeAcross=1)}</Row>"
    read = rows(tmp_path, book(f"{first}<Row>{cell('C')}{cell('D', Index=3)}</Row>"))
    assert read == [["A", "B", "B"], ["A", "C", "D"]]
