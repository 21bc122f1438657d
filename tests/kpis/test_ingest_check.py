"""The check of an intake: what is read how, and every bad row told at its place."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.base import scope
from okapi.core.errors import OkapiError, Refusals, Refused, TooLarge
from okapi.kpis import ingest
from okapi.kpis.ingest import Lines, findings
from okapi.kpis.ingest import lines as csv_lines
from okapi.kpis.models import Intake, KpiStanding, Measurement, Slice
from tests.cast import Cast
from tests.kpis.making import counts, make_kpi, refusals, row, stored, take

LONG = "12345678901234567.89"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (0.1, "0.1"),
        (0.30000000000000004, "0.30000000000000004"),
        (1e22, "10000000000000000000000"),
        (1.5e-7, "0.00000015"),
        ("0012.50", "12.5"),
        ("-3", "-3"),
        ("１２．５", "12.5"),
        (LONG, LONG),
        (Decimal(LONG), LONG),
        ("9" * 38, "9" * 38),
        (10**30 + 1, str(10**30 + 1)),
    ],
)
def test_values_keep_every_digit(cast: Cast, given: Any, kept: str) -> None:
    make_kpi(cast)
    take(cast.system, [row("returns", "2026-10", given)])
    assert stored() == {("returns", "", "2026-10"): Decimal(kept)}
    assert KpiStanding.objects.get().value == Decimal(kept)
    # Mixed with values of other types, it is read by another way.
    assert counts(
        take(cast.system, [row("returns", "2026-10", given), row("returns", "2026-09", "1")])
    ) == (2, 1, 0, 1)


def test_a_json_body_keeps_every_digit(cast: Cast) -> None:
    make_kpi(cast)
    body = f'[{{"kpi": "returns", "period": "2026-10", "value": {LONG}}}]'.encode()
    take(cast.system, ingest.from_json(body))
    assert stored() == {("returns", "", "2026-10"): Decimal(LONG)}


BAD = [
    (row("nowhere", "2026-10", 1), "kpi.unknown", "kpi"),
    (row("", "2026-10", 1), "kpi.missing", "kpi"),
    (row(None, "2026-10", 1), "kpi.missing", "kpi"),  # type: ignore[arg-type]  # as JSON may have it
    (row("a\0b", "2026-10", 1), "kpi.unknown", "kpi"),
    (row("x" * 300, "2026-10", 1), "kpi.unknown", "kpi"),
    (row("theirs", "2026-10", 1), "kpi.not_yours", "kpi"),
    (row("retired", "2026-10", 1), "kpi.not_active", "kpi"),
    (row("returns", "soon", 1), "period.unreadable", "period"),
    (row("returns", "", 1), "period.unreadable", "period"),
    (row("returns", "2026-13", 1), "period.unreadable", "period"),
    (row("returns", "2026", 1), "period.other_frequency", "period"),
    (row("returns", "2026-10-05", 1), "period.other_frequency", "period"),
    (row("returns", "2026-12", 1), "period.future", "period"),
    (row("returns", "2026-10", "1,5"), "number.unreadable", "value"),
    (row("returns", "2026-10", "NaN"), "number.unreadable", "value"),
    (row("returns", "2026-10", float("inf")), "number.unreadable", "value"),
    (row("returns", "2026-10", True), "number.unreadable", "value"),
    (row("returns", "2026-10", [1]), "number.unreadable", "value"),
    (row("returns", "2026-10", "1" * 39), "number.too_long", "value"),
    (row("returns", "2026-10", None), "value.missing", "value"),
    (row("returns", "2026-10", ""), "value.missing", "value"),
    (row("returns", "2026-10", 1, note="x" * 501), "note.unfit", "note"),
    (row("returns", "2026-10", 1, note="a\0"), "note.unfit", "note"),
    (row("returns", "2026-10", 1, note="\ud800"), "note.unfit", "note"),
    (row("returns", "2026-10", 1, note=5), "note.no_text", "note"),
    (row("returns", "2026-10", 1, slice={"city": "Oslo"}), "slice.unknown_dimension", "slice"),
    (row("parts", "2026-10", 1), "slice.no_total", "slice"),
    (row("parts", "2026-10", 1, slice={"region": "East"}), "slice.missing_dimension", "slice"),
    (row("parts", "2026-10", 1, slice={"region": 1, "product": "A"}), "slice.unreadable", "slice"),
    (row("parts", "2026-10", 1, slice=["East"]), "slice.unreadable", "slice"),
    (row("parts", "2026-10", 1, slice={"region": [], "product": ""}), "slice.unreadable", "slice"),
    (row("quota", "2026-10", 1), "ratio.part_missing", "numerator"),
    (row("quota", "2026-10", 1, numerator=1), "ratio.part_missing", "denominator"),
    (row("quota", "2026-10", 1, numerator="x", denominator=2), "number.unreadable", "numerator"),
    (row("quota", "2026-10", None, numerator=1, denominator=0), "value.missing", "value"),
    ({**row("returns", "2026-10", 1), "vaule": 2}, "row.unknown_field", "vaule"),
    ("returns", "row.no_object", None),
    (7, "row.no_object", None),
]


@pytest.fixture
def kpis(cast: Cast) -> Cast:
    make_kpi(cast)
    make_kpi(cast, "parts", dimensions=("region", "product"), has_total=False)
    make_kpi(cast, "quota", aggregation="ratio", unit="%")
    theirs = make_kpi(cast, "theirs")
    theirs.owner, theirs.team = cast.tom, cast.sales
    theirs.save()
    retired = make_kpi(cast, "retired")
    retired.state = "retired"
    retired.save()
    return cast


@pytest.mark.parametrize(("bad", "code", "field"), BAD)
def test_a_bad_row_is_told_and_nothing_is_written(
    kpis: Cast, bad: Any, code: str, field: str | None
) -> None:
    good = row("returns", "2026-09", 1)
    with pytest.raises(Refusals) as caught:
        take(kpis.actor(kpis.mia), [good, bad])
    told = [(one.code, one.field, one.data.get("line")) for one in caught.value.errors]
    assert (code, field, 2) in told
    assert (Measurement.objects.count(), Intake.objects.count()) == (0, 0)


def test_all_bad_rows_are_told_together_in_their_order(kpis: Cast) -> None:
    rows_ = [bad for bad, _, _ in BAD]
    with pytest.raises(Refusals) as caught:
        take(kpis.actor(kpis.mia), rows_, file_name="many.json")
    lines = [one.data["line"] for one in caught.value.errors]
    assert sorted(lines) == lines
    assert set(lines) == set(range(1, len(BAD) + 1))
    assert {one.data["file"] for one in caught.value.errors} == {"many.json"}


def test_beyond_a_limit_bad_rows_are_only_counted(
    kpis: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST_TOLD", 3)
    with pytest.raises(Refusals) as caught:
        take(kpis.system, [row("nowhere", "2026-10", 1)] * 8)
    *told, more = caught.value.errors
    assert [one.code for one in told] == ["kpi.unknown"] * 3
    assert (more.code, more.data["count"]) == ("intake.more_refusals", 5)


def test_equal_rows_of_one_batch_are_one(kpis: Cast) -> None:
    same = [row("returns", "2026-10", 5), row("returns", "2026年10月", "5.0")]
    assert counts(take(kpis.system, same)) == (2, 1, 0, 1)
    assert list(stored().values()) == [Decimal(5)]


def test_different_rows_of_one_place_are_refused_with_both(kpis: Cast) -> None:
    with pytest.raises(Refusals) as caught:
        take(kpis.system, [row("returns", "2026-10", 5), row("returns", "2026年10月", 6)])
    (only,) = caught.value.errors
    assert (only.code, only.data["line"], only.data["first_line"]) == ("row.twice", 2, 1)
    assert (only.data["found"], only.data["first"]) == ("6", "5")


def test_a_ratio_without_value_gets_the_quotient_of_its_parts(kpis: Cast) -> None:
    take(kpis.system, [row("quota", "2026-10", None, numerator=1, denominator=8)])
    kept = Measurement.objects.get()
    assert (kept.value, kept.numerator, kept.denominator) == (Decimal("12.5"), 1, 8)


def test_notes_beside_a_period_are_told_with_the_value(kpis: Cast) -> None:
    take(
        kpis.system,
        [
            row("returns", "2026-08 [Note 9]", 1),
            row("returns", "2026-09 [Note 9]", 1, note="counted anew"),
            row("returns", "2026-10 [Note 9]", 1, note="see Note 9"),
        ],
    )
    notes = dict(Measurement.objects.values_list("label", "note"))
    assert notes == {
        "2026-08": "Note 9",
        "2026-09": "counted anew; Note 9",
        "2026-10": "see Note 9",
    }


def test_slices_are_one_whatever_the_order_of_dimensions(kpis: Cast) -> None:
    parts = [{"region": "East|1", "product": "A"}, {"product": "A", "region": "East|1"}]
    for part in parts:
        take(kpis.system, [row("parts", "2026-10", 4, slice=part)])
    assert list(stored()) == [("parts", "product=A|region=East\\|1", "2026-10")]
    made = Slice.objects.get(kpi__key="parts")
    assert made.values == parts[1]


def test_an_irregular_kpi_takes_any_period(cast: Cast) -> None:
    make_kpi(cast, "rolling", frequency="irregular")
    given = ["2018-20", "2001 to 2003", "1998/99", "2013a", "2010/11-2012/13"]
    take(cast.system, [row("rolling", text, 1) for text in given])
    assert {label for _, _, label in stored()} == set(given)


def test_each_label_stays_as_its_own_row_wrote_it(cast: Cast) -> None:
    make_kpi(cast, "a", frequency="quarter")
    make_kpi(cast, "b", frequency="quarter")
    take(cast.system, [row("a", "2025 Q1", 1), row("b", "2025Q1", 1)])
    assert set(stored()) == {("a", "", "2025 Q1"), ("b", "", "2025Q1")}


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("mia", True),  # owns it
        ("lea", True),  # leads its team
        ("sten", True),  # data steward
        ("rob", False),
        ("tom", False),
        ("stella", False),
        ("ada", False),
        ("vic", False),
    ],
)
def test_who_may_measure(cast: Cast, who: str, may: bool) -> None:
    make_kpi(cast)
    actor = cast.actor(getattr(cast, who))
    if may:
        assert take(actor, [row("returns", "2026-10", 1)]).new == 1
    else:
        with pytest.raises(Refusals) as caught:
            take(actor, [row("returns", "2026-10", 1)])
        assert [one.code for one in caught.value.errors] == ["kpi.not_yours"]


def test_a_hidden_kpi_is_as_unknown_as_a_missing_one(cast: Cast, strangers: Cast) -> None:
    kpi = make_kpi(cast, "secret")
    kpi.visibility, kpi.owner = "named", cast.lea
    kpi.save()
    for of, person in ((cast, cast.tom), (strangers, strangers.sten)):
        with scope.organisation(of.organisation.pk), pytest.raises(Refusals) as caught:
            take(of.actor(person), [row("secret", "2026-10", 1)])
        assert refusals(caught.value) == ["kpi.unknown line=1 field=kpi found=secret"]


# --- Files ---


def lines(text: str | bytes) -> Lines:
    content = text.encode() if isinstance(text, str) else text
    return Lines(io.BytesIO(content), "values.csv")


def test_a_long_form_file_is_read(kpis: Cast) -> None:
    text = (
        "\ufeffkpi,period,value,region,product,note\r\n"
        'returns,2026-10,5,,,"two\nlines"\r\n'
        "\r\n"
        "parts,2026-10,7,East,A,\r\n"
    )
    source = lines(text)
    assert counts(take(kpis.system, source)) == (2, 2, 0, 0)
    assert stored() == {
        ("returns", "", "2026-10"): Decimal(5),
        ("parts", "product=A|region=East", "2026-10"): Decimal(7),
    }
    intake = Intake.objects.get()
    assert (intake.file_name, len(intake.content_hash)) == ("values.csv", 64)


def test_a_column_of_whole_slices_is_read(kpis: Cast) -> None:
    take(kpis.system, lines("kpi,period,value,slice\nparts,2026-10,7,product=A|region=East\n"))
    assert list(stored()) == [("parts", "product=A|region=East", "2026-10")]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", "csv.empty file=values.csv"),
        ("kpi,value\n", "csv.missing_column file=values.csv line=1 field=period expected=period"),
        ("kpi,period,value,a,a\n", "csv.column_twice file=values.csv line=1 field=a"),
        (b"kpi,period,value\nk,2026,\xff\n", "file.encoding file=values.csv line=2 found=0xff"),
        (
            "kpi,period,value\nreturns,2026-10,1\nreturns,2026-09\n",
            "csv.cells file=values.csv line=3 found=2 expected=3",
        ),
        (
            'kpi,period,value,note\nreturns,2026-10,1,"a\nb"\nreturns,2026-09,x,\n',
            "number.unreadable file=values.csv line=4 field=value found=x",
        ),
        ('kpi,period,value\n"returns"x,2026-10,1\n', "csv.unreadable file=values.csv line=2"),
        ('kpi,period,value\n"' + "x\n" * 200_000, "csv.unreadable file=values.csv line="),
    ],
)
def test_a_bad_file_is_told_at_its_line(kpis: Cast, text: str | bytes, error: str) -> None:
    with pytest.raises(OkapiError) as caught:
        take(kpis.system, lines(text))
    assert refusals(caught.value)[0].startswith(error)
    assert Measurement.objects.count() == 0


def test_a_line_without_end_does_not_come_into_memory(kpis: Cast) -> None:
    with pytest.raises(TooLarge):
        take(
            kpis.system,
            lines("kpi,period,value\n" + "x" * (csv_lines.BLOCK + csv_lines.LONGEST_LINE)),
        )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json.unreadable"),
        (b"[{", "json.unreadable"),
        (b"\xff", "json.unreadable"),
        (b'{"kpi": "a"}', "json.no_array"),
        (b"[" * 100_000, "json.unreadable"),
        (b'[{"value": 1e99999999999999999999999}]', "json.unreadable"),
    ],
)
def test_a_bad_body_is_told(body: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        ingest.from_json(body)
    assert caught.value.code == code


def test_a_body_is_told_as_it_was_written() -> None:
    with pytest.raises(Refused) as caught:
        ingest.from_json(b'{"kpi": null}')
    assert caught.value.data["found"] == '{"kpi": null}'
    (problem,) = next(ingest.from_json(b'["x"]').batches()).problems
    assert problem.data["found"] == '"x"'


@pytest.mark.parametrize(
    ("value", "code", "found"),
    [
        ("1e999", "number.too_long", None),
        ("NaN", "number.unreadable", "NaN"),
        ("true", "number.unreadable", "true"),
        ('["1"]', "number.unreadable", '["1"]'),
    ],
)
def test_a_value_that_is_no_number_is_told_at_its_row(
    kpis: Cast, value: str, code: str, found: str | None
) -> None:
    body = f'[{{"kpi": "returns", "period": "2026-10", "value": {value}}}]'
    with pytest.raises(Refusals) as caught:
        take(kpis.system, ingest.from_json(body.encode()))
    (error,) = caught.value.errors
    assert (error.code, error.data["line"], error.field) == (code, 1, "value")
    assert found is None or error.data["found"] == found


CELLS = st.text(st.sampled_from('ab",\n é'), max_size=4)
TABLES = st.integers(3, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=12)
)


@given(table=TABLES, block=st.integers(1, 60), ends=st.sampled_from(["\n", "\r\n"]))
def test_a_file_is_read_the_same_in_blocks_of_any_size(
    table: list[list[str]], block: int, ends: str
) -> None:
    header = ["kpi", "period", "value", "note", "numerator"][: len(table[0]) if table else 3]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ends)
    writer.writerow(header)
    writer.writerows(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_lines, "BLOCK", block)
        batches = list(lines(out.getvalue()).batches())
    for at, name in enumerate(("kpis", "periods", "values")):
        read = [cell for batch in batches for cell in getattr(batch, name)]
        assert read == [row[at] for row in table]
    starts = 2
    told = [line for batch in batches for line in batch.lines]
    for line, cells in zip(told, table, strict=True):
        assert line == starts
        starts += 1 + sum(cell.count("\n") for cell in cells)
