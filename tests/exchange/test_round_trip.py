"""Export, then apply into an empty home, gives the same organisation; and the same files."""

from __future__ import annotations

from datetime import date

import pytest

from okapi.base import clock, scope
from okapi.base.models import Change
from okapi.core.errors import Refusals
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.kpis.models import Intake, Measurement, ProcessMark, SignalDue
from okapi.orgs.models import Organisation
from tests.exchange import folders


@pytest.fixture(params=["small", "full"])
def files(request, tmp_path):
    return folders.write(
        tmp_path / "in", folders.SMALL if request.param == "small" else folders.FULL
    )


def test_an_export_applied_and_exported_again_is_the_same(db, monday, files, tmp_path):
    apply_files(files, "acme")
    export_files(tmp_path / "first", "acme")
    apply_files(tmp_path / "first", "other")
    export_files(tmp_path / "second", "other")
    assert folders.tree(tmp_path / "first") == folders.tree(tmp_path / "second")


def test_an_export_changes_nothing_when_applied_where_it_came_from(db, monday, files, tmp_path):
    apply_files(files, "acme")
    export_files(tmp_path / "out", "acme")
    applied = apply_files(tmp_path / "out", "acme")
    assert [(step.name, step.fields, step.position) for step in applied.plan.changed] == []
    assert applied.is_nothing


def test_applying_twice_changes_nothing(db, monday, files):
    apply_files(files, "acme")
    organisation = Organisation.objects.get(slug="acme")
    with scope.organisation(organisation.pk):
        before = (Change.objects.count(), Intake.objects.count())
    applied = apply_files(files, "acme")
    with scope.organisation(organisation.pk):
        assert (Change.objects.count(), Intake.objects.count()) == before
    assert applied.is_nothing


def test_exports_say_everything_that_the_files_said(db, monday, tmp_path):
    files = folders.write(tmp_path / "in", folders.FULL)
    apply_files(files, "acme")
    export_files(tmp_path / "out", "acme")
    out = folders.tree(tmp_path / "out")
    told = "".join(out.values())
    for text in (
        "first_weekday: sunday",
        "guard_at_once: true",
        "2026-11-02T09:30:00.123456Z",
        "12345678901234567.89",
        "2003-05 = 2003 to 2005",
        "1990-1994 (baseline)",
        "Note 5",
        "archived_at: '2026-05-01T10:00:00Z'",
        "amber_low: -80.5",
        "start_period: 2026-09",
        "against: true",
        "state: cancelled",
        "broken_at_start: true",
        "screens_ranges: true",
        "A year without trouble.",
    ):
        assert text in told, text


def test_values_are_exact_and_labels_as_given(db, monday, tmp_path):
    apply_files(folders.write(tmp_path, folders.FULL), "acme")
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        rows = {row.label: row for row in Measurement.objects.all()}
    assert str(rows["2026-10"].label) == "2026-10"
    assert rows["2003-05"].first.year == 2003
    assert rows["2003-05"].last.year == 2005
    assert rows["2018-20"].note == "Note 5"


def test_an_export_leaves_other_files_alone_but_not_files_split_otherwise(db, monday, tmp_path):
    apply_files(folders.write(tmp_path / "in", folders.SMALL), "acme")
    out = tmp_path / "in"
    (out / "README.md").write_text("mine")
    with pytest.raises(Exception, match=r"kpis/service\.yaml"):
        export_files(out, "acme")
    assert (out / "kpis/service.yaml").exists()
    export_files(out, "acme", replace=True)
    assert not (out / "kpis/service.yaml").exists()
    assert (out / "README.md").read_text() == "mine"
    assert apply_files(out, "acme").is_nothing


def test_a_mark_from_a_file_is_judged_by_and_one_that_was_taken_back_stays_out(
    db, monday, tmp_path
):
    files = folders.write(tmp_path / "in", folders.FULL)
    apply_files(files, "acme")
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        marks = {mark.label: mark for mark in ProcessMark.objects.select_related("kpi", "person")}
        assert marks["2026-03"].person.email == "ada@acme.example"
        assert marks["2025-01"].last == date(2025, 12, 31)
        kpi = marks["2026-03"].kpi
        assert kpi.screens_ranges
        assert SignalDue.objects.filter(kpi_id=kpi.pk).exists()
        ProcessMark.objects.filter(pk=marks["2026-03"].pk).update(removed_at=clock.now())
    export_files(tmp_path / "out", "acme")
    told = "".join(folders.tree(tmp_path / "out").values())
    assert "A year without trouble." in told
    assert "The new desk opened." not in told


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("{first: 2026-03-01, label: 2026-03}", "field.missing"),
        ("{first: 2026-03-01, label: 2026-03, last_label: 2026-05, reason: a}", "field.missing"),
        ("{first: 2026-03-01, label: a, last: 2026-05-01, reason: a}", "field.missing"),
        ("{first: 2026-03-01, label: a, last: 2026-02-28, last_label: b, reason: a}", "mark.order"),
    ],
)
def test_a_mark_that_says_too_little_is_told_with_its_place(db, monday, tmp_path, mark, code):
    text = folders.SMALL["kpis/service.yaml"]
    at = text.index("        - key: revenue")
    marks = f"          marks: [{mark}]\n"
    files = {**folders.SMALL, "kpis/service.yaml": text[:at] + marks + text[at:]}
    with pytest.raises(Refusals) as refused:
        apply_files(folders.write(tmp_path, files), "acme")
    [error] = refused.value.errors
    assert error.code == code
    assert error.data["file"] == "kpis/service.yaml"
    assert error.data["line"]
