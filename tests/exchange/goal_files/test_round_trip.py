"""Whatever stands in goals goes out and comes back as it was; and hostile files are refused."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okapi.core.errors import OkapiError
from okapi.core.quantities import canonical
from okapi.exchange.goal_files.columns import FIELDS, Thing
from okapi.exchange.goal_files.known import CycleSpan, Known, Names
from okapi.exchange.goal_files.now import Goal, Now
from okapi.exchange.goal_files.plan import Clashing, plan_of
from okapi.exchange.goal_files.reading import read
from okapi.exchange.goal_files.values import one_line, tidy
from okapi.exchange.goal_files.workbook import book_of
from okapi.exchange.tables.cells import quoted, unquoted
from okapi.wording import speaking

SPAN = CycleSpan("2026Q4", date(2026, 10, 1), date(2026, 12, 31), is_open=True)
KNOWN = Known(
    cycles=Names.of("cycle", [("2026Q4", "Autumn"), ("2026", "Autumn")]),
    teams=Names.of("team", [("service", "Service"), ("sales", "2026-11-23")]),
    people=Names.of("person", [("lea@acme.example", "Lea"), ("leo@acme.example", "Lea")]),
    pillars=Names.of("pillar", [("loved", "=Loved")]),
    kpis=Names.of("kpi", [("returns", "Returns"), ("visits", "1.5")]),
    units={"returns": "%", "visits": ""},
    spans=(SPAN,),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
like_formulas = st.sampled_from(
    ["=1+1", "＝1+1", "@SUM(A1)", "'=x", "''-y", "_x0041_", "+1", "-", "1e5", "TRUE"]
)
titles = (texts | like_formulas).map(one_line).map(lambda text: text or "Something")
numbers = st.just("") | st.decimals(-(10**20), 10**20, allow_nan=False, places=6).map(
    lambda number: canonical(Decimal(number))
)
weights = st.integers(0, 999_999_999).map(lambda n: canonical(Decimal(n) / 10_000))
days = st.just("") | st.dates(date(2000, 1, 1), date(2100, 1, 1)).map(date.isoformat)
moves = st.fixed_dictionaries(
    {
        "kpi": st.sampled_from(["returns", "visits", "retired-one"]),
        "slice": st.sampled_from(["", "region=East"]),
        "start": numbers,
        "start_reason": texts.map(tidy),
        "target": numbers,
        "low": numbers,
        "high": numbers,
    }
)
objectives = st.fixed_dictionaries(
    {
        "title": titles,
        "title_other": texts.map(one_line),
        "text": (texts | like_formulas).map(tidy),
        "parents": st.sampled_from(["", "A", "A, KR:B"]),
        "cycle": st.sampled_from(["2026Q4", "2026", "long-gone"]),
        "team": st.sampled_from(["", "service", "sales"]),
        "owner": st.sampled_from(["", "lea@acme.example", "left@acme.example"]),
        "pillar": st.sampled_from(["", "loved"]),
        "kind": st.sampled_from(["committed", "aspirational"]),
        "weight": weights,
    }
)
key_results = st.fixed_dictionaries(
    {
        "title": titles,
        "title_other": texts.map(one_line),
        "text": texts.map(tidy),
        "owner": st.sampled_from(["", "leo@acme.example"]),
        "measured": st.sampled_from(["metric", "milestone", "levels", "yes_no"]),
        "weight": weights,
        "due": days,
    }
)


@st.composite
def goals(draw: st.DrawFn) -> Now:
    found: Now = {}
    for at in range(draw(st.integers(1, 3))):
        made = Goal(Thing.OBJECTIVE, f"O-{at}", "", draw(objectives), version=at + 1)
        found[made.thing, made.key] = made
        if draw(st.booleans()):
            values = {**draw(key_results), **draw(moves)}
            below = Goal(Thing.KEY_RESULT, f"O-{at}-KR", made.key, values, version=3)
            found[below.thing, below.key] = below
    return found


@settings(max_examples=60, deadline=None)
@given(found=goals(), language=st.sampled_from(["en", "zh"]), other=st.sampled_from(["en", "zh"]))
def test_what_goes_out_comes_back_as_it_was(found: Now, language: str, other: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "goals.xlsx"
        with speaking(language):
            path.write_bytes(book_of(found, KNOWN))
        with speaking(other):
            back = read(path, "goals.xlsx")
            plan = plan_of(back, KNOWN, found, Clashing.STOP)
            assert (plan.errors, plan.items, plan.unchanged) == ([], [], len(found))
            back.base.clear()
            for entry in back.entries:
                entry.is_broken = False
            again = plan_of(back, KNOWN, found, Clashing.STOP)
    assert (again.errors, again.items) == ([], [])


@settings(max_examples=60, deadline=None)
@given(found=goals(), data=st.data())
def test_what_is_written_over_it_is_what_changes(found: Now, data: st.DataObject) -> None:
    """An edited cell is one change, whatever else stands in the file."""
    place = data.draw(st.sampled_from(list(found)))
    written = data.draw(titles)
    edited = {
        at: Goal(goal.thing, goal.key, goal.above, dict(goal.values), goal.version)
        for at, goal in found.items()
    }
    edited[place].values["title"] = written
    with TemporaryDirectory() as folder, speaking("en"):
        path = Path(folder) / "goals.xlsx"
        path.write_bytes(book_of(edited, KNOWN))
        back = read(path, "goals.xlsx")
        back.base = {at: dict(goal.values) for at, goal in found.items()}
        plan = plan_of(back, KNOWN, found, Clashing.STOP)
    before = found[place].values["title"]
    expected = [] if before == written else [{"title": (before, written)}]
    assert (plan.errors, [item.fields for item in plan.items]) == ([], expected)


@given(text=texts | like_formulas)
def test_a_text_in_csv_is_no_formula_and_comes_back(text: str) -> None:
    written = quoted(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unquoted(written) == text


def test_every_thing_says_which_columns_it_has() -> None:
    assert set(FIELDS) == set(Thing)


NO_TABLES = (
    b"",
    b"PK\x03\x04",
    b"%PDF-1.7",
    b"\xd0\xcf\x11\xe0" + b"x" * 99,
    b"<html></html>",
    b"\x00\x01\x02" * 50,
    b"ID,Action\n\xff",
)


@pytest.mark.parametrize("content", NO_TABLES)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "goals.xlsx"
    path.write_bytes(content)
    with pytest.raises(OkapiError):
        read(path, "goals.xlsx")


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "goals.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>" + b" " * 300_000_000)
    with pytest.raises(OkapiError, match=r"tables\.xlsx"):
        read(path, "goals.xlsx")


@pytest.mark.parametrize("text", ["not json", "[1]", "{}"])
def test_a_damaged_hidden_sheet_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    from tests.exchange.goal_files import books

    path = tmp_path / "goals.xlsx"
    sheets = {"Goals": [["ID", "Action", "Title"], ["O-1", "", "New"]],
              "okapi": [["objective", "O-1", text]]}  # fmt: skip
    books.book(path, sheets, hidden={"okapi"})
    back = read(path, "goals.xlsx")
    assert [entry.key for entry in back.entries] == ["O-1"]
    assert back.has_base == (text == "{}")
