"""Messy files, each read as a person would read it or refused at the cell.

A case is a TOML file in `corpus/`: the expected reading, and the file itself beside it (`NAME.csv`,
`NAME.jsonl`, kept in UTF-8 and written in the `encoding` that the case names) or, for a workbook,
its sheets. `read` has a line for each measurement (cell, KPI and slice, period, value), `refused`
one for each refusal (cell and code).
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from okapi.core.errors import OkapiError
from okapi.core.periods import Period, written
from okapi.exchange.tables import Cell, ColumnMapping, Outcome, Preview, open_table, preview
from okapi.wording import refusal_lines, say
from tests.exchange.tables import books
from tests.exchange.tables.known import KPIS, SETTING

CORPUS = Path(__file__).parent / "corpus"
CASES = sorted(path.stem for path in CORPUS.glob("*.toml"))
COUNTED = ("nothing", "repeated", "totals", "remarks")


def made(case: dict[str, Any], name: str, folder: Path) -> Path:
    """The file of a case."""
    if "sheet" in case:
        path = folder / case.get("file", f"{name}.xlsx")
        return books.write(path, case["sheet"], since_1904=case.get("since_1904", False))
    source = next(path for path in CORPUS.glob(f"{name}.*") if path.suffix != ".toml")
    path = folder / case.get("file", source.name)
    path.write_bytes(source.read_bytes().decode().encode(case.get("encoding", "utf-8")))
    return path


def reading(case: dict[str, Any], name: str, folder: Path) -> Preview:
    mapping = ColumnMapping.of_json(case["mapping"]) if "mapping" in case else None
    return preview(open_table(made(case, name, folder)), KPIS, SETTING, mapping, first=10_000)


def line(cell: Cell) -> str:
    """`C2 revenue{region=East} 2025-01 12.5`."""
    measured = cell.measured
    assert measured is not None
    period = measured.period
    label = written(Period(period.first, period.last, "", period.mark))
    inside = ",".join(f"{name}={value}" for name, value in measured.slice)
    part = f"{{{inside}}}" if inside else ""
    value = f"{measured.numerator:f}/{measured.denominator:f}" if measured.numerator else ""
    value = value if measured.value is None else f"{measured.value:f}"
    told = f" ({measured.note})" if measured.note else ""
    return f"{at(cell)} {measured.kpi}{part} {label} {value}{told}"


def at(cell: Cell) -> str:
    return f"{cell.spot.sheet}!{cell.spot.a1}" if cell.spot.sheet else cell.spot.a1


def refused(error: OkapiError) -> str:
    sheet = error.data.get("sheet", "")
    cell = error.data.get("cell") or f"line {error.data.get('line', '')}".strip()
    return f"{sheet}!{cell} {error.code}" if sheet else f"{cell} {error.code}"


def test_there_are_enough_cases():
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_file_is_read_as_a_person_would(name: str, tmp_path: Path):
    case = tomllib.loads((CORPUS / f"{name}.toml").read_text("utf-8"))
    if "whole" in case:
        with pytest.raises(OkapiError) as raised:
            reading(case, name, tmp_path)
        assert raised.value.code == case["whole"]
        assert_can_be_said([], [raised.value])
        return
    found = reading(case, name, tmp_path)
    cells = [cell for row in found.rows for cell in row.cells]
    assert [line(cell) for cell in cells if cell.outcome is Outcome.READ] == case.get("read", [])
    assert [refused(error) for error in found.refusals] == case.get("refused", [])
    for count in COUNTED:
        if count in case:
            assert getattr(found.counts, count) == case[count], count
    told = [*found.notes, *(note for layout in found.layouts for note in layout.reasons)]
    told += [note for cell in cells for note in cell.notes]
    if "form" in case:
        assert [layout.form.value for layout in found.layouts] == [case["form"]]
    assert set(case.get("told", [])) <= {note.code for note in told}
    assert_can_be_said([(note.code, note.told) for note in told], list(found.refusals))


def assert_can_be_said(notes: list[tuple[str, dict[str, Any]]], errors: list[OkapiError]) -> None:
    """Everything told has its sentence, with all that the sentence wants, in both languages."""
    for language in ("en", "zh"):
        for code, data in notes:
            assert "{" not in say(code, language=language, **data)
        for error in errors:
            assert refusal_lines(error, language=language)
