"""Commands alone: what a server's renewer and ticker do is done by them, or before an export."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.cli.measure import measure, undo
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.goals import renewer, standings
from okapi.goals.models import Dirty
from okapi.kpis import actions
from okapi.kpis.ingest import committing, staging
from okapi.kpis.models import Intake
from okapi.orgs.models import Organisation
from tests.exchange import folders

ROWS = "kpi,period,value\nanswer-time,2026-09,31\nanswer-time,2026-10,25\nrevenue,2026-09,3\n"


@pytest.fixture
def acme(db, monday, tmp_path, monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """An organisation of files, where three rows are as many as a server's renewer gets."""
    monkeypatch.setattr(staging, "CHUNK_ROWS", 1)
    monkeypatch.setattr(staging, "IN_MEMORY", 1)
    apply_files(folders.write(tmp_path / "in", folders.SMALL), "acme")
    return Organisation.objects.get(slug="acme")


def told(folder: Path) -> dict[str, dict[str, str]]:
    """What an export tells of goals, by key."""
    export_files(folder, "acme")
    with (folder / "standings.csv").open() as file:
        return {row["key"]: row for row in csv.DictReader(file)}


def dirty(organisation: Organisation) -> int:
    with scope.organisation(organisation.pk):
        return Dirty.objects.count()


def test_a_large_file_and_its_undo_move_what_is_above(acme: Organisation, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_text(ROWS)
    done = CliRunner().invoke(measure, [str(file), "--org", "acme"])
    assert (done.exit_code, dirty(acme)) == (0, 0)
    assert told(tmp_path / "out")["KR-1"]["current"] == "25"
    intake = done.output.partition("okapi undo ")[2].split()[0]
    assert CliRunner().invoke(undo, [intake, "--org", "acme"]).exit_code == 0
    assert dirty(acme) == 0
    assert told(tmp_path / "out")["KR-1"]["current"] == "27"


def test_a_file_that_was_killed_goes_in_before_the_next_one(
    acme: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed, corrected = tmp_path / "killed.csv", tmp_path / "corrected.csv"
    killed.write_text(ROWS)
    corrected.write_text(ROWS.replace(",25", ",24"))
    with monkeypatch.context() as patch:
        patch.setattr(committing, "_merge", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            CliRunner().invoke(measure, [str(killed), "--org", "acme"], catch_exceptions=False)
    assert CliRunner().invoke(measure, [str(corrected), "--org", "acme"]).exit_code == 0
    with scope.organisation(acme.pk):
        intakes = Intake.objects.filter(file_name__in=["killed.csv", "corrected.csv"])
        assert list(intakes.order_by("committed_at").values_list("file_name", "state")) == [
            ("killed.csv", "committed"),
            ("corrected.csv", "committed"),
        ]
    assert told(tmp_path / "out")["KR-1"]["current"] == "24"


def test_an_export_waits_for_no_renewer(acme: Organisation, tmp_path: Path) -> None:
    rows = [
        {"kpi": key, "period": period, "value": value}
        for key, period, value in (line.split(",") for line in ROWS.splitlines()[1:])
    ]
    with scope.organisation(acme.pk):
        actions.record_measurements(actors.system(acme.pk, Door.API), rows)
    assert dirty(acme) > 0
    assert told(tmp_path / "out")["KR-1"]["current"] == "25"


def test_an_export_tells_how_it_stands_today(acme: Organisation, tmp_path: Path) -> None:
    """Half a year later, and nothing has turned to the new days."""
    before = told(tmp_path / "out")["KR-1"]
    with clock.at(clock.now() + timedelta(days=180)):
        later = told(tmp_path / "out")["KR-1"]
        with scope.organisation(acme.pk):
            standings.renew_everything(acme.pk)
        assert told(tmp_path / "out")["KR-1"] == later
    assert (later["health"], later["reason"]) != (before["health"], before["reason"])


def test_bringing_up_to_date_twice_changes_nothing(acme: Organisation, tmp_path: Path) -> None:
    renewer.bring_up_to_date(acme.pk)
    before = told(tmp_path / "out")
    renewer.bring_up_to_date(acme.pk)
    assert told(tmp_path / "out") == before
