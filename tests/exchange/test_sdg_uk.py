"""examples/sdg-uk: a real organisation goes in, and its figures come out as counted by hand.

The figures are counted here once more, straight from the rows of the files and without any of
Okapi's own arithmetic.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from okapi.base import scope
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.goals.models import KeyResult, Objective
from okapi.kpis.models import Kpi, KpiStanding, Measurement
from okapi.orgs.models import Organisation
from tests.exchange import folders

EXAMPLE = Path(__file__).parents[2] / "examples" / "sdg-uk"
REACH = {"KR-1.2-1": "-0.2771", "KR-3.6-5": "0.5109", "KR-10.c-6": "0.2584"}
KEEP = {
    "KR-3.1-2": (1, 1),
    "KR-3.2-3": (6, 6),
    "KR-3.2-4": (5, 5),
    "KR-14.5-7": (5, 5),
    "KR-17.2-8": (2, 6),
}


@pytest.fixture
def uk(db, monday):
    """The example, applied, with its scope open."""
    apply_files(EXAMPLE, "sdg-uk")
    with scope.organisation(Organisation.objects.get(slug="sdg-uk").pk):
        yield


def key_results() -> dict[str, dict]:
    content = yaml.safe_load((EXAMPLE / "objectives/agenda-2030.yaml").read_text("utf-8"))
    return {
        one["key"]: one
        for objective in content["objectives"]
        for one in objective.get("key_results", ())
    }


def last_day(period: str) -> date:
    """The last day of a year, a quarter, or a range of years: all that the eight need."""
    text = period.rpartition(" = ")[2]
    if found := re.fullmatch(r"(\d{4}) Q([1-4])", text):
        month, day = {"1": (3, 31), "2": (6, 30), "3": (9, 30), "4": (12, 31)}[found[2]]
        return date(int(found[1]), month, day)
    if found := re.fullmatch(r"(\d{2})\d{2}-(\d{2})", text):
        return date(int(found[1] + found[2]), 12, 31)
    return date(int(re.findall(r"\d{4}", text)[-1]), 12, 31)


def values_in_span(key_result: dict) -> list[tuple[date, Decimal]]:
    """The values of the moved slice whose periods end in the key result's span."""
    (move,) = key_result["moves"]
    with (EXAMPLE / f"measurements/{move['kpi']}.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kpi"] == str(move["kpi"])]
    wanted = move.get("slice", {})
    rows = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    dated = sorted((last_day(row["period"]), Decimal(row["value"])) for row in rows)
    first, last = key_result["agreed_on"], key_result["due"]
    return [(day, value) for day, value in dated if first <= day <= last]


def test_the_example_holds_what_the_source_had(uk):
    assert Objective.objects.count() == 17
    assert KeyResult.objects.count() == 8
    assert Kpi.objects.count() == 248
    assert Measurement.objects.count() == 4093
    assert KpiStanding.objects.count() == 248


@pytest.mark.parametrize(("key", "expected"), REACH.items())
def test_a_reach_is_the_share_of_its_way(uk, key, expected):
    told = key_results()[key]
    (move,) = told["moves"]
    start, target = Decimal(str(move["start"])), Decimal(str(move["target"]))
    _, current = values_in_span(told)[-1]
    progress = (current - start) / (target - start)
    assert f"{progress:.4f}" == expected
    standing = KeyResult.objects.get(key=key).standing
    assert standing.current == current
    assert standing.progress == pytest.approx(float(progress), abs=1e-12)


@pytest.mark.parametrize(("key", "expected"), KEEP.items())
def test_a_keep_is_the_share_of_periods_inside(uk, key, expected):
    told = key_results()[key]
    (move,) = told["moves"]
    start, target = Decimal(str(move["start"])), Decimal(str(move["target"]))
    is_rising = key in ("KR-14.5-7", "KR-17.2-8")
    assert start >= target if is_rising else start <= target
    values = [value for _, value in values_in_span(told)]
    inside = [value for value in values if (value >= target if is_rising else value <= target)]
    assert (len(inside), len(values)) == expected
    assert target not in values or key == "KR-17.2-8"  # "<" or "<=" is one here
    standing = KeyResult.objects.get(key=key).standing
    assert (standing.inside, standing.ended) == expected
    assert standing.progress == pytest.approx(len(inside) / len(values), abs=1e-12)


def test_the_span_begins_after_the_start_period_and_ends_with_the_deadline():
    spans = {
        key: (one["agreed_on"].isoformat(), one["due"].isoformat())
        for key, one in key_results().items()
    }
    assert spans["KR-1.2-1"] == ("2016-01-01", "2030-12-31")
    assert spans["KR-3.1-2"] == ("2018-01-01", "2030-12-31")
    assert spans["KR-3.6-5"] == ("2011-01-01", "2020-12-31")
    assert spans["KR-10.c-6"] == ("2015-04-01", "2030-12-31")


def test_an_indicator_with_several_series_is_one_kpi_without_a_total(uk):
    several = Kpi.objects.get(key="3.1.1")
    assert several.definition.dimensions == ["series"]
    assert not several.definition.has_total
    assert several.slices.exclude(key="").count() == 2
    assert not Measurement.objects.filter(slice__kpi=several, slice__key="").exists()


def test_periods_have_their_days_and_the_labels_of_the_source(uk):
    def days(kpi, label):
        row = Measurement.objects.filter(slice__kpi__key=kpi, label=label).first()
        return (row.first.isoformat(), row.last.isoformat(), row.mark)

    assert days("1.a.2", "2000/01") == ("2000-04-01", "2001-03-31", "")
    assert days("3.1.1", "2003-05") == ("2003-01-01", "2005-12-31", "")
    assert days("4.c.1", "2010 to 2011") == ("2010-01-01", "2011-12-31", "")
    assert days("10.1.1", "2002/03-2007/08") == ("2002-04-01", "2008-03-31", "")
    assert days("10.c.1", "2013 Q1") == ("2013-01-01", "2013-03-31", "")
    assert days("5.5.1", "1974a") == ("1974-01-01", "1974-12-31", "a")
    assert days("6.6.1", "1990-1994 (baseline)") == ("1990-01-01", "1994-12-31", "baseline")


def test_notes_of_the_source_are_told(uk):
    noted = Measurement.objects.exclude(note="").values_list("slice__kpi__key", "note").distinct()
    assert list(noted) == [("8.8.1", "Note 5")]


def test_nothing_is_claimed_that_the_source_does_not_say(uk):
    moved = set(KeyResult.objects.values_list("moves__kpi__key", flat=True))
    claimed = set(Kpi.objects.exclude(definition__direction="band").values_list("key", flat=True))
    assert claimed == moved
    statuses = set(KpiStanding.objects.values_list("status", flat=True))
    assert statuses == {"no_target", "no_data"}


def test_the_example_is_written_as_an_export_would_be(uk, tmp_path):
    export_files(tmp_path, "sdg-uk")
    exported = folders.tree(tmp_path)
    standings = exported.pop("standings.csv")
    committed = folders.tree(EXAMPLE)
    documents = {name for name in committed if name.endswith(".md") or name == "LICENSE"}
    assert exported == {name: committed[name] for name in committed.keys() - documents}
    rows = {row["key"]: row for row in csv.DictReader(standings.splitlines())}
    assert len(rows) == 8 + 17 + 248
    assert f"{float(rows['KR-1.2-1']['progress']):.4f}" == "-0.2771"
    assert rows["KR-1.2-1"]["health"] == "no_data"  # stale, and the progress told all the same
