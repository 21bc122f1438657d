"""XLSX files from a description: what a test says, and nothing that a library would mend."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from okapi.exchange.tables.cells import letters

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def write(
    path: Path,
    sheets: Sequence[Mapping[str, Any]],
    *,
    since_1904: bool = False,
    shared: bool = True,
    more: Mapping[str, str] | None = None,
) -> Path:
    """Write a workbook. A sheet has `name`, `rows`, perhaps `merges` (`A1:C1`) and `hidden`.

    A cell is a text, a number, a date, or a table: `v` (number) with `f` (its format), `d` (date)
    with `f`, `raw` (the number as it stands in the file), `e` (an error), `b`, `formula`.
    """
    book = _Book(since_1904=since_1904, shared=shared)
    parts = {
        f"xl/worksheets/sheet{number}.xml": book.sheet(sheet)
        for number, sheet in enumerate(sheets, start=1)
    }
    parts |= book.others(sheets) | dict(more or {})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


class _Book:
    def __init__(self, *, since_1904: bool, shared: bool) -> None:
        self.since_1904 = since_1904
        self.texts: list[str] | None = [] if shared else None
        self.formats: list[str] = []

    def sheet(self, sheet: Mapping[str, Any]) -> str:
        rows = "".join(
            f'<row r="{number}">{self.row(number, cells)}</row>'
            for number, cells in enumerate(sheet["rows"], start=1)
            if cells
        )
        merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.get("merges", ()))
        merges = f"<mergeCells>{merged}</mergeCells>" if merged else ""
        return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{merges}</worksheet>'

    def row(self, number: int, cells: Sequence[Any]) -> str:
        return "".join(
            self.cell(f"{letters(column)}{number}", cell)
            for column, cell in enumerate(cells)
            if cell != ""
        )

    def cell(self, ref: str, cell: Any) -> str:
        told = cell if isinstance(cell, Mapping) else {}
        form = told.get("f", "")
        if isinstance(cell, date) or "d" in told:
            day = told.get("d", cell)
            epoch = date(1904, 1, 1) if self.since_1904 else date(1899, 12, 30)
            told, form = {"raw": str((day - epoch).days)}, form or "yyyy-mm-dd"
        style = f' s="{self.style(form)}"' if form else ""
        if isinstance(cell, str):
            return self.text(ref, cell)
        if "e" in told:
            return f'<c r="{ref}" t="e"><v>{told["e"]}</v></c>'
        if "b" in told:
            return f'<c r="{ref}" t="b"><v>{int(told["b"])}</v></c>'
        if "formula" in told:
            return f'<c r="{ref}"><f>{escape(told["formula"])}</f></c>'
        return f'<c r="{ref}"{style}><v>{told.get("raw", told.get("v", cell))}</v></c>'

    def text(self, ref: str, text: str) -> str:
        if self.texts is None:
            return f'<c r="{ref}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        self.texts.append(text)
        return f'<c r="{ref}" t="s"><v>{len(self.texts) - 1}</v></c>'

    def style(self, form: str) -> int:
        if form not in self.formats:
            self.formats.append(form)
        return self.formats.index(form) + 1

    def others(self, sheets: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        listed, related = "", ""
        for number, sheet in enumerate(sheets, start=1):
            state = ' state="hidden"' if sheet.get("hidden") else ""
            name = quoteattr(sheet["name"])
            listed += f'<sheet name={name} sheetId="{number}"{state} r:id="r{number}"/>'
            related += relation(f"r{number}", "worksheet", f"worksheets/sheet{number}.xml")
        related += relation("styles", "styles", "styles.xml")
        related += relation("texts", "sharedStrings", "/xl/sharedStrings.xml")
        texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in self.texts or ())
        since = '<workbookPr date1904="1"/>' if self.since_1904 else "<workbookPr/>"
        formats = "".join(
            f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(form)}/>'
            for at, form in enumerate(self.formats)
        )
        styles = '<xf numFmtId="0"/>' + "".join(
            f'<xf numFmtId="{164 + at}"/>' for at in range(len(self.formats))
        )
        return {
            "_rels/.rels": relations(relation("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{since}'
            f"<sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(related),
            "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>',
            "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
            f"<cellStyleXfs><xf/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>",
        }


def relation(name: str, kind: str, target: str) -> str:
    """One relation of a part."""
    return f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def relations(inner: str) -> str:
    """A document of relations."""
    return f'{HEAD}<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'
