"""The files of examples/demo, and moving them to another quarter."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from okapi.base import clock
from okapi.exchange.applying import apply_files
from okapi.exchange.demo.anchor import REFERENCE, Anchor
from okapi.exchange.demo.moving import Move, cycles, move_files
from okapi.exchange.demo.places import example

DEMO = example("demo")
NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def rows_of(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def objectives() -> list[dict[str, Any]]:
    return [
        {"cycle": document["cycle"], **objective}
        for file in sorted(DEMO.glob("objectives/*.yaml"))
        for document in [yaml.safe_load(file.read_text(encoding="utf-8"))]
        for objective in document["objectives"]
    ]


def test_the_company_is_as_large_as_a_company() -> None:
    people = rows_of(DEMO / "people.csv")
    teams = yaml.safe_load((DEMO / "teams.yaml").read_text(encoding="utf-8"))
    assert 110 <= len(people) <= 130
    assert len(teams) == 14
    assert [team["key"] for team in teams if team.get("kind") == "project"] == ["h3-squad"]
    at_home = [row["person"] for row in rows_of(DEMO / "memberships.csv") if row["home"]]
    assert sorted(at_home) == sorted(person["email"] for person in people)


def test_goals_are_in_both_languages_and_of_every_kind() -> None:
    found = objectives()
    results = [result for one in found for result in one.get("key_results", [])]
    assert 40 <= len(found) <= 50
    assert all(one["title_other"] for one in [*found, *results])
    assert {one.get("kind", "metric") for one in results} >= {"milestone", "levels", "yes_no"}
    assert {one["cycle"] for one in found} == {"2026", "2026Q3", "2026Q4", "2027Q1"}
    assert sum(one.get("visibility") == "named" for one in found) == 1
    assert sum("team" not in one for one in found) >= 2
    assert max(len(one.get("contributes_to", [])) for one in found) == 2
    assert max(len(one["title"]) for one in found) >= 50


def test_good_and_bad_goals_stand_side_by_side() -> None:
    by_key = {one["key"]: one for one in objectives()}
    assert all(result["mode"] == "keep" for result in by_key["hold-margin"]["key_results"])
    tasks = by_key["field-to-do"]["key_results"]
    assert not any("moves" in result or "informs" in result for result in tasks)
    assert len(by_key["everything-app"]["key_results"]) > 5
    assert "guards" not in by_key["page-sells"]
    assert "key_results" not in by_key["someday"]


def test_cycles_in_the_file_are_those_that_are_written_for_its_quarter() -> None:
    written = yaml.safe_load((DEMO / "cycles.yaml").read_text(encoding="utf-8"))
    assert [{"cadence_days": 7, **one} for one in written] == [
        {"cadence_days": 7, **one} for one in cycles(REFERENCE)
    ]


def test_in_their_own_quarter_files_stay_as_they_are(tmp_path: Path) -> None:
    move_files(DEMO, tmp_path, REFERENCE, NIGHT)
    for file in [*DEMO.rglob("*.yaml"), *DEMO.rglob("*.csv")]:
        if file.parent.name != "check_ins" and file.name != "cycles.yaml":
            assert (tmp_path / file.relative_to(DEMO)).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2026-11-23", "2027-02-22"),  # still a Monday
        ("2026-11-23T09:30:00+08:00", "2027-02-22T09:30:00+08:00"),
        ("cycle: 2026Q3", "cycle: 2026Q4"),
        ("kpi,2026-W40,week", "kpi,2026-W53,week"),
        ("kpi,2026-11,1", "kpi,2027-02,1"),
        ("10 月 2.23%", "1 月 2.23%"),
        ("固件 2.4.1、2026 台、1-2 天", "固件 2.4.1、2026 台、1-2 天"),
    ],
)
def test_what_has_a_date_moves_by_a_quarter(text: str, moved: str) -> None:
    assert Move(Anchor(date(2027, 1, 1))).text(text) == moved


def test_what_is_told_for_the_year_moves_by_years() -> None:
    move = Move(Anchor(date(2028, 4, 1)))
    assert move.text("revenue,2026-01,460000000,2026", by_year=True) == (
        "revenue,2028-01,460000000,2028"
    )
    assert move.text("due: 2026-03-31", by_year=True) == "due: 2028-03-31"


def test_what_is_still_to_come_is_left_out(tmp_path: Path) -> None:
    move_files(DEMO, tmp_path, REFERENCE, NIGHT - timedelta(days=30))
    for file in tmp_path.rglob("*.yaml"):
        done = re.findall(r"done_on: ([\d-]+)", file.read_text(encoding="utf-8"))
        assert all(day <= "2026-10-24" for day in done)
    rows = rows_of(tmp_path / "check_ins" / "all.csv")
    assert rows
    assert max(row["at"] for row in rows) < "2026-10-25"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "now",
    [
        NIGHT,
        datetime(2027, 1, 1, 1, tzinfo=UTC),
        datetime(2027, 5, 20, 8, tzinfo=UTC),
        datetime(2029, 9, 30, 8, tzinfo=UTC),
    ],
)
def test_they_apply_in_any_quarter(now: datetime, tmp_path: Path) -> None:
    move_files(DEMO, tmp_path, Anchor.around(now.date()), now)
    with clock.at(now):
        applied = apply_files(tmp_path, "moved", dry_run=True)
    assert len(applied.plan.added) > 900


@pytest.mark.django_db
def test_they_apply_as_they_are() -> None:
    with clock.at(NIGHT):
        assert apply_files(DEMO, "as-they-are").is_new
        assert apply_files(DEMO, "as-they-are").is_nothing
