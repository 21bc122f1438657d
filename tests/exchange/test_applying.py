"""What an apply does: adds, changes field by field, adjusts agreed goals, prunes when asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okapi.base import scope
from okapi.base.models import Change, Outbox
from okapi.core.errors import Refusals
from okapi.exchange import telling
from okapi.exchange.applying import apply_files
from okapi.exchange.plan import Way
from okapi.goals.models import Adjustment, Contribution, KeyResult, Moves, Objective
from okapi.kpis.models import (
    CatalogueEntry,
    Definition,
    Intake,
    Kpi,
    KpiStanding,
    Measurement,
    Target,
)
from okapi.orgs.models import Cycle, Membership, Organisation, Person, Team
from okapi.wording import speaking
from tests.exchange import folders
from tests.kpis.tallying import recounted, tallied

GOALS, KPIS, VALUES = "objectives/2026Q4.yaml", "kpis/service.yaml", "measurements/service.csv"


@pytest.fixture
def small(tmp_path):
    return folders.write(tmp_path / "small", folders.SMALL)


@pytest.fixture
def full(tmp_path):
    return folders.write(tmp_path / "full", folders.FULL)


@pytest.fixture
def acme(db, monday, small):
    """The small organisation, applied, with its scope open."""
    apply_files(small, "acme")
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        yield small


def newest(kind: str) -> Change:
    return Change.objects.filter(kind=kind).latest("id")


def test_a_new_organisation_is_founded_with_a_change_record(acme):
    organisation = Organisation.objects.get(slug="acme")
    assert (organisation.name, organisation.time_zone) == ("Acme", "Europe/London")
    change = Change.objects.get(kind="organisation")
    assert (change.verb, change.door, change.after["slug"]) == ("found", "files", "acme")


def test_each_thing_leaves_one_change_record_with_its_parts(acme):
    counts = {
        kind: Change.objects.filter(kind=kind).count() for kind in ("team", "kpi", "objective")
    }
    assert counts == {"team": 2, "kpi": 2, "objective": 2}
    change = newest("key_result")
    assert (change.verb, change.before) == ("add", {})
    assert change.after["moves"] == {
        "answer-time": {
            "kpi": "answer-time",
            "start": "30",
            "start_reason": "the month before",
            "target": "20",
        }
    }


def test_measurements_go_in_by_one_intake_and_standings_follow(acme):
    intake = Intake.objects.get()
    assert (intake.door, intake.received, intake.new) == ("files", 4, 4)
    assert Measurement.objects.count() == 4
    standing = KeyResult.objects.get(key="KR-1").standing
    assert standing.current == 27
    assert standing.progress == pytest.approx(0.3)
    assert Objective.objects.get(key="O-1").standing.progress == pytest.approx(0.3)
    assert KpiStanding.objects.get(kpi__key="answer-time").value == 27


def test_a_new_key_result_is_agreed_with_its_objective(acme):
    key_result = KeyResult.objects.get(key="KR-1")
    assert (key_result.state, key_result.agreed_on) == ("agreed", date(2026, 10, 1))
    assert Objective.objects.get(key="O-2").state == "draft"


def test_a_changed_field_is_changed_alone_and_recorded_before_and_after(acme):
    team = Team.objects.get(key="service")
    folders.edit(acme, "teams.yaml", "name: Service", "name: Care")
    applied = apply_files(acme, "acme")
    assert [(step.name, step.fields) for step in applied.plan.changed] == [
        ("service", {"name": ("Service", "Care")})
    ]
    changed = Team.objects.get(key="service")
    assert (changed.pk, changed.name, changed.version) == (team.pk, "Care", team.version + 1)
    assert (newest("team").before, newest("team").after) == ({"name": "Service"}, {"name": "Care"})


def test_the_catalogue_follows_a_changed_name(acme):
    kpi = Kpi.objects.exclude(entry=None).earliest("key")
    folders.edit(acme, KPIS, f"name: {kpi.name}", "name: Another name")
    apply_files(acme, "acme")
    assert CatalogueEntry.objects.get(kpi=kpi).name == "Another name"


def test_open_pages_are_told(acme):
    last = Outbox.objects.latest("id").pk
    folders.edit(acme, "teams.yaml", "name: Service", "name: Care")
    apply_files(acme, "acme")
    assert "organisation" in set(Outbox.objects.filter(pk__gt=last).values_list("kind", flat=True))


def test_absence_never_removes(acme):
    for name in ("objectives/2026Q4.yaml", "people.csv", "kpis/service.yaml", VALUES):
        (acme / name).unlink()
    folders.edit(acme, "teams.yaml", "  lead: mia@acme.example\n", "")
    assert apply_files(acme, "acme").is_nothing
    assert Team.objects.get(key="service").lead.name == "Mia"


def test_an_empty_value_empties_the_field(acme):
    folders.edit(acme, "teams.yaml", "lead: mia@acme.example", "lead:")
    folders.edit(acme, KPIS, "owner: mia@acme.example", "owner: null")
    apply_files(acme, "acme")
    assert Team.objects.get(key="service").lead is None
    assert Kpi.objects.get(key="answer-time").owner is None


def test_a_dry_run_says_what_would_be_and_writes_nothing(acme):
    folders.edit(acme, "teams.yaml", "name: Service", "name: Care")
    folders.edit(acme, "people.csv", "Mia,", "Mia,\ntom@acme.example,Tom,")
    folders.edit(acme, VALUES, "2026-10,27,first month", "2026-10,26,first month")
    before = (Change.objects.count(), Intake.objects.count())
    applied = apply_files(acme, "acme", dry_run=True)
    assert (applied.new, applied.revised) == (0, 1)
    assert [step.name for step in applied.plan.added] == ["tom@acme.example"]
    with speaking("en"):
        lines = [*telling.lines(applied.plan), *telling.summary(applied)]
    assert lines == [
        "+ person tom@acme.example",
        "~ team service: name “Service” → “Care”",
        "Nothing was written. An apply would do this:",
        "Added: person 1",
        "Changed: team 1",
        "Measurements: 4 in the files, 0 new, 1 revised",
    ]
    assert (Change.objects.count(), Intake.objects.count()) == before
    assert Team.objects.get(key="service").name == "Service"


def test_a_dry_run_leaves_no_new_organisation(db, monday, small):
    applied = apply_files(small, "acme", dry_run=True)
    assert (applied.is_new, applied.new) == (True, 4)
    assert Organisation.objects.count() == 0


def test_a_change_of_an_agreed_goal_is_an_adjustment(acme):
    folders.edit(acme, GOALS, "target: 20", "target: 18")
    folders.edit(acme, GOALS, "Customers hear from us", "They hear from us")
    applied = apply_files(acme, "acme")
    assert applied.adjusted == 2
    of_goal = Adjustment.objects.get(key_result__isnull=True)
    of_result = Adjustment.objects.get(key_result__key="KR-1")
    assert (of_result.reason, of_result.door) == ("From files", "files")
    assert of_result.before == {"moves": {"answer-time": {"target": "20"}}}
    assert of_result.after == {"moves": {"answer-time": {"target": "18"}}}
    assert of_goal.before == {"title": "Customers hear from us the same day"}
    assert Moves.objects.get(key_result__key="KR-1").target == 18


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Grow in the east", "title: Grow everywhere"),  # a draft
        ("state: agreed", "state: agreed\n  visibility: team"),  # who may read it
        ("state: agreed", "state: closed\n  closed_on: 2026-11-20\n  grade: 0.4"),  # its life
    ],
)
def test_what_changes_no_agreement_is_no_adjustment(acme, old, new):
    if "visibility" in new:
        folders.edit(acme, GOALS, "  contributes_to:\n  - objective: O-1\n", "")
    folders.edit(acme, GOALS, old, new)
    applied = apply_files(acme, "acme")
    assert not applied.is_nothing
    assert applied.adjusted == 0


def test_a_key_result_added_to_an_agreed_goal_is_an_adjustment(acme):
    more = "  - key: KR-2\n    title: Said so\n    kind: yes_no\n- key: O-2"
    folders.edit(acme, GOALS, "- key: O-2", more)
    assert apply_files(acme, "acme").adjusted == 1
    assert Adjustment.objects.get().after["key_result"]["KR-2"]["kind"] == "yes_no"
    assert KeyResult.objects.get(key="KR-2").position == 1


def test_a_changed_definition_makes_the_next_version(acme):
    folders.edit(acme, KPIS, "unit: h", "unit: min")
    apply_files(acme, "acme")
    first, second = Definition.objects.filter(kpi__key="answer-time").order_by("number")
    assert (first.unit, second.unit, second.direction) == ("h", "min", "down")
    assert Kpi.objects.get(key="answer-time").definition == second
    assert Moves.objects.get().definition == first  # the version agreed on
    assert apply_files(acme, "acme").is_nothing


def test_order_in_the_file_is_the_order_of_the_organisation(db, monday, full):
    apply_files(full, "acme")
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        keys = KeyResult.objects.filter(objective__key="O-1").order_by("position")
        assert list(keys.values_list("key", flat=True)) == [f"KR-{n}" for n in range(1, 7)]
        text = (full / GOALS).read_text()
        start, last = text.index("  - key: KR-6"), text.index("- key: O-2")
        moved = text[start:last]
        text = text.replace(moved, "").replace("  - key: KR-1\n", f"{moved}  - key: KR-1\n")
        (full / GOALS).write_text(text)
        applied = apply_files(full, "acme")
        assert keys.first().key == "KR-6"
        assert applied.adjusted == 0
    assert apply_files(full, "acme").is_nothing


def test_prune_archives_what_the_files_do_not_name_and_says_so(acme):
    folders.edit(acme, "people.csv", "ada@acme.example,Ada,administrator\n", "")
    text = (acme / GOALS).read_text()
    (acme / GOALS).write_text(text[: text.index("- key: O-2")])
    (acme / VALUES).unlink()
    told = []
    applied = apply_files(acme, "acme", prune=True, announce=told.append)
    assert told == [applied.plan]
    assert {(step.table, step.name, step.way) for step in applied.plan.removed} == {
        ("person", "ada@acme.example", Way.ARCHIVE),
        ("objective", "O-2", Way.ARCHIVE),
    }
    assert Person.objects.get(name="Ada").archived_at is not None
    assert Objective.objects.get(key="O-2").archived_at is not None
    assert Contribution.objects.count() == 1  # with the archived one
    assert Measurement.objects.count() == 4
    assert newest("person").verb == "archive"
    assert apply_files(acme, "acme", prune=True).is_nothing


def test_tallies_of_teams_follow_files(acme):
    assert tallied() == recounted()
    folders.edit(acme, KPIS, "team: service", "team: company")
    apply_files(acme, "acme")
    company = Team.objects.get(key="company").pk
    assert tallied() == recounted()
    assert tallied().keys() == {company, None}
    text = (acme / KPIS).read_text()
    (acme / KPIS).write_text(text[: text.index("- key: revenue")])
    (acme / VALUES).unlink()
    apply_files(acme, "acme", prune=True)
    assert Kpi.objects.get(key="revenue").archived_at is not None
    assert tallied() == recounted()
    assert tallied().keys() == {company}


def test_prune_leaves_kinds_alone_that_the_files_do_not_hold(acme):
    for name in ("objectives/2026Q4.yaml", "people.csv", "kpis/service.yaml", "cycles.yaml"):
        (acme / name).unlink()
    assert apply_files(acme, "acme", prune=True).is_nothing


def test_prune_takes_away_parts_of_things_that_are_named(db, monday, full):
    apply_files(full, "acme")
    folders.edit(full, GOALS, "  - kpi: conversion\n    broken_at_start: true\n", "")
    folders.edit(full, GOALS, "    - key: m2\n      title: Second\n", "")
    folders.edit(full, "targets/all.csv", "answer-time,,2026-10,month,24,26,,,,,,,,,\n", "")
    folders.edit(full, "memberships.csv", "ada@acme.example,company,,,yes,,\n", "")
    applied = apply_files(full, "acme", prune=True)
    assert {(step.table, step.way) for step in applied.plan.removed} == {
        ("guard", Way.DELETE),
        ("milestone", Way.DELETE),
        ("target", Way.DELETE),
        ("membership", Way.END),
    }
    assert applied.adjusted == 2
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        assert not Target.objects.filter(kpi__key="answer-time").exists()
        membership = Membership.objects.get(person__name="Ada")
        assert membership.ends == date(2026, 11, 23)
        before = newest("kpi").before["target"]
        assert [one["value"] for one in before.values()] == ["24"]


def test_prune_refuses_what_is_still_used(acme):
    text = (acme / KPIS).read_text()
    (acme / KPIS).write_text(text[text.index("- key: revenue") :])
    (acme / GOALS).unlink()
    (acme / VALUES).unlink()
    with pytest.raises(Refusals) as refused:
        apply_files(acme, "acme", prune=True)
    (error,) = refused.value.errors
    assert (error.code, error.data["found"]) == ("prune.in_use", "answer-time")
    assert Kpi.objects.get(key="answer-time").archived_at is None


def test_what_was_archived_comes_back_when_it_is_named_again(acme):
    line = "ada@acme.example,Ada,administrator\n"
    folders.edit(acme, "people.csv", line, "")
    apply_files(acme, "acme", prune=True)
    folders.edit(acme, "people.csv", "mia@", f"{line}mia@")
    apply_files(acme, "acme")
    assert Person.objects.get(name="Ada").archived_at is None


def test_a_revised_measurement_is_an_intake_of_its_own(acme):
    folders.edit(acme, VALUES, "2026-10,27,first month", "2026-10,25,first month")
    applied = apply_files(acme, "acme")
    assert (applied.new, applied.revised) == (0, 1)
    assert Intake.objects.count() == 2
    assert KeyResult.objects.get(key="KR-1").standing.progress == pytest.approx(0.5)


def test_targets_and_their_breakdown_are_stored(db, monday, full):
    apply_files(full, "acme")
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        year = Target.objects.get(kpi__key="revenue", frequency="year")
        assert (year.value, year.amber, year.spread.method) == (1200, Decimal("1100.5"), "typed")
        assert set(year.spread.parts.values_list("label", flat=True)) == {"2026Q3", "2026Q4"}


def test_a_broken_down_target_can_be_changed(db, monday, full):
    apply_files(full, "acme")
    folders.edit(full, "targets/all.csv", "0.5|0.5", "0.4|0.6")
    folders.edit(full, "targets/all.csv", "2026Q3,quarter,600", "2026Q3,quarter,480")
    apply_files(full, "acme")
    assert apply_files(full, "acme").is_nothing
    with scope.organisation(Organisation.objects.get(slug="acme").pk):
        year = Target.objects.get(kpi__key="revenue", frequency="year")
        assert year.spread.shares == ["0.4", "0.6"]
        assert year.spread.parts.count() == 2


def test_two_organisations_may_have_the_same_keys(acme, tmp_path):
    rival = folders.write(tmp_path / "rival", folders.SMALL)
    folders.edit(rival, "teams.yaml", "name: Service", "name: Rivals")
    apply_files(rival, "rival")
    assert Team.objects.get(key="service").name == "Service"
    assert Cycle.objects.count() == 2


def test_a_calendar_of_a_country_without_days_is_filled_in(acme):
    (acme / "calendars.yaml").write_text(
        "- key: cn\n  country: CN\n  first_year: 2026\n  last_year: 2026\n  default: true\n"
    )
    apply_files(acme, "acme")
    from okapi.orgs.models import CalendarDay

    assert CalendarDay.objects.filter(is_working=True).exists()
    assert CalendarDay.objects.filter(is_working=False, day=date(2026, 10, 1)).exists()
    assert apply_files(acme, "acme").is_nothing


def test_files_of_measurements_may_have_no_rows_yet(db, monday, small):
    (small / VALUES).write_text("kpi,period,value\n")
    assert apply_files(small, "acme").received == 0


def test_the_fiscal_year_moves_while_no_number_lies_on_its_periods(acme):
    zone = "time_zone: Europe/London"
    folders.edit(acme, "organisation.yaml", zone, f"{zone}\nfiscal_month: 4")
    apply_files(acme, "acme")
    assert Organisation.objects.get(slug="acme").fiscal_month == 4


def test_a_fiscal_year_on_whose_quarters_numbers_lie_stays(db, monday, full):
    apply_files(full, "acme")
    folders.edit(full, "organisation.yaml", "fiscal_month: 4", "fiscal_month: 7")
    with pytest.raises(Refusals) as refused:
        apply_files(full, "acme")
    [error] = refused.value.errors
    assert (error.code, error.field, error.data["found"]) == ("periods.in_use", "fiscal_month", 7)
    assert error.data["file"] == "organisation.yaml"
