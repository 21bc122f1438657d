"""Workbooks that mean harm, or are broken: refused before they do any."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from okapi.core.errors import OkapiError
from okapi.exchange.tables import open_table, preview
from tests.exchange.tables import books
from tests.exchange.tables.known import KPIS, SETTING

ROWS = [["kpi", "period", "value"], ["nps", "2025-01", 45]]
LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>&b;</v></c></row></sheetData></worksheet>
"""
SHEET = "xl/worksheets/sheet1.xml"


def code_of(path: Path) -> str:
    with pytest.raises(OkapiError) as raised:
        preview(open_table(path), KPIS, SETTING)
    return raised.value.code


def replaced(path: Path, **parts: str | bytes | None) -> Path:
    """The workbook with some parts (named by the ends of their paths) changed or taken out."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            stem = Path(name).stem
            if stem not in parts:
                archive.writestr(name, content)
            elif (new := parts[stem]) is not None:
                archive.writestr(name, new)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return books.write(tmp_path / "book.xlsx", [{"name": "S", "rows": ROWS}])


@pytest.mark.parametrize("part", ["sheet1", "sharedStrings", "styles", "workbook"])
def test_entities_are_refused_wherever_they_stand(book: Path, part: str):
    assert code_of(replaced(book, **{part: LAUGHS})) == "tables.xlsx.doctype"


def test_a_bomb_is_refused_before_it_is_unpacked(book: Path):
    assert code_of(replaced(book, sheet1=b" " * (60 << 20))) == "tables.xlsx.bomb"


def test_more_entries_than_any_workbook_has(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "many.xlsx", "w") as archive:
        for number in range(20_001):
            archive.writestr(f"x{number}", "")
    assert code_of(tmp_path / "many.xlsx") == "tables.xlsx.bomb"


def test_an_archive_of_something_else(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "photos.xlsx", "w") as archive:
        archive.writestr("photo.jpg", b"x")
    assert code_of(tmp_path / "photos.xlsx") == "tables.xlsx.no_workbook"


def test_a_broken_archive(book: Path):
    book.write_bytes(book.read_bytes()[:-60])
    assert code_of(book) == "tables.xlsx.unreadable"


@pytest.mark.parametrize("xml", ["<worksheet><sheetData>", "", "no xml", "<a>\x00</a>"])
def test_a_broken_sheet(book: Path, xml: str):
    assert code_of(replaced(book, sheet1=xml)) == "tables.xlsx.unreadable"


@pytest.mark.parametrize("digits", ["²", "９", "9" * 5_000])
@pytest.mark.parametrize(
    "cell",
    [
        '<row r="{}"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" s="{}"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>{}</v></c></row>',
        '<row r="1"><c r="A1"><v>{}</v></c></row>',
        '<row r="1"><c r="A1"><v>1E+9999{}</v></c></row>',
    ],
)
def test_digits_that_are_none(book: Path, cell: str, digits: str):
    """What is a digit to Python, and no number; or a number that is too long to be one."""
    sheet = f'<worksheet xmlns="{books.MAIN}"><sheetData>{cell}</sheetData></worksheet>'
    assert code_of(replaced(book, sheet1=sheet.format(digits))).startswith("tables.")


def test_missing_styles_and_texts_are_borne(book: Path):
    found = preview(open_table(replaced(book, styles=None)), KPIS, SETTING)
    assert found.counts.read == 1
    assert code_of(replaced(book, sharedStrings=None)) == "tables.header.missing"


def test_places_beyond_the_limits(book: Path):
    far = '<worksheet><sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData></worksheet>'
    assert code_of(replaced(book, sheet1=far)) == "tables.many_columns"
    low = '<worksheet><sheetData><row r="1048577"><c><v>1</v></c></row></sheetData></worksheet>'
    assert code_of(replaced(book, sheet1=low)) == "tables.many_rows"
    cell = f'<c t="str"><v>{"x" * 32_768}</v></c>'
    long = f"<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>"
    assert code_of(replaced(book, sheet1=long)) == "tables.cell.too_long"


def test_more_sheets_than_anybody_reads(tmp_path: Path):
    sheets = [{"name": f"S{number}", "rows": [["x"]]} for number in range(501)]
    assert code_of(books.write(tmp_path / "b.xlsx", sheets)) == "tables.many_sheets"


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "tables.file.old_excel"),
        (b"%PDF-1.7", "tables.file.other"),
        (b"\x00\x01\x02\x03" * 50, "tables.file.binary"),
    ],
)
def test_other_kinds_of_files(tmp_path: Path, head: bytes, code: str):
    path = tmp_path / "report.xls"
    path.write_bytes(head + bytes(range(200, 256)))
    assert code_of(path) == code


def test_texts_may_be_written_into_the_cells(tmp_path: Path):
    path = books.write(tmp_path / "b.xlsx", [{"name": "S", "rows": ROWS}], shared=False)
    assert preview(open_table(path), KPIS, SETTING).counts.read == 1


def test_names_may_have_prefixes_and_cells_no_places(book: Path):
    sheet = (
        f'<x:worksheet xmlns:x="{books.MAIN}"><x:sheetData>'
        '<x:row><x:c t="str"><x:v>kpi</x:v></x:c><x:c t="str"><x:v>period</x:v></x:c>'
        '<x:c t="str"><x:v>value</x:v></x:c></x:row>'
        '<x:row><x:c t="str"><x:v>nps</x:v></x:c><x:c t="str"><x:v>2025-01</x:v></x:c>'
        "<x:c><x:v>45</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert preview(open_table(replaced(book, sheet1=sheet)), KPIS, SETTING).counts.read == 1


def test_a_line_without_end_does_not_come_into_memory(tmp_path: Path):
    path = tmp_path / "line.csv"
    path.write_bytes(b"kpi,period,value\n" + b"x" * (1 << 20))
    assert code_of(path) == "csv.long_line"


def test_a_table_wider_than_a_sheet(tmp_path: Path):
    path = tmp_path / "wide.csv"
    path.write_text("kpi,period,value\n" + ",1" * 16_385 + "\n")
    assert code_of(path) == "tables.many_columns"
