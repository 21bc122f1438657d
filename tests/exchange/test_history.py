"""An export comes back whole, whatever was done to the organisation since its KPIs were made."""

from __future__ import annotations

from decimal import Decimal

import pytest

from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Door
from okapi.core.errors import Refusals, Refused
from okapi.exchange.applying import apply_files
from okapi.exchange.exporting import export_files
from okapi.goals import actions as goals
from okapi.goals.actions import LevelDraft
from okapi.kpis import actions as kpis
from okapi.kpis.actions import DefinitionDraft, KpiDraft, TargetDraft
from okapi.orgs import access, queries
from okapi.orgs.models import Organisation
from tests.exchange import folders


def as_week(actor):
    kpis.redefine_kpi(actor, "answer-time", DefinitionDraft(direction="down", frequency="week"))


def as_band(actor):
    kpis.set_targets(actor, "answer-time", [TargetDraft(period="2026-10", value="24", amber="26")])
    kpis.redefine_kpi(actor, "answer-time", DefinitionDraft(direction="band"))


def as_ratio(actor):
    kpis.redefine_kpi(actor, "answer-time", DefinitionDraft(aggregation="ratio"))


def as_formula(actor):
    kpis.create_kpi(actor, KpiDraft("Parts", key="parts"))
    kpis.redefine_kpi(actor, "answer-time", DefinitionDraft(formula="[parts] * 2"))


def with_another_dimension(actor):
    how = {"aggregation": "sum", "slice_aggregation": "sum"}
    east = TargetDraft(period="2026-10", value="50", slice={"region": "East"})
    kpis.set_targets(actor, "revenue", [east])
    kpis.redefine_kpi(actor, "revenue", DefinitionDraft(dimensions=("region", "shop"), **how))


def without_dimensions(actor):
    kpis.redefine_kpi(actor, "revenue", DefinitionDraft(aggregation="sum"))


def without_a_total(actor):
    how = DefinitionDraft(aggregation="sum", dimensions=("region",), has_total=False)
    kpis.redefine_kpi(actor, "revenue", how)


def retired(actor):
    kpis.retire_kpi(actor, "revenue")


def seen_by_the_owner_alone(actor):
    ada = "ada@acme.example"
    kpis.create_kpi(actor, KpiDraft("Private", owner=ada, visibility="named"))
    goals.create_objective(actor, title="P", cycle="2026Q4", owner=ada, visibility="named")


def with_texts_that_nobody_typed(actor):
    why = "a\u2028b\x85c\x00\r\nd"
    goals.create_objective(
        actor, title="T\u2028t", title_other="a\nb", why=why, cycle="2026Q4", team="service"
    )
    kpis.create_kpi(actor, KpiDraft("K", description=why, name_other="a\nb"))


EDITS = [
    as_week,
    as_band,
    as_ratio,
    as_formula,
    with_another_dimension,
    without_dimensions,
    without_a_total,
    retired,
    seen_by_the_owner_alone,
    with_texts_that_nobody_typed,
]


@pytest.fixture
def acme(db, monday, tmp_path):
    apply_files(folders.write(tmp_path / "in", folders.SMALL), "acme")
    organisation = Organisation.objects.get(slug="acme")
    with scope.organisation(organisation.pk):
        yield actors.system(organisation.pk, Door.COMMAND)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_an_edited_organisation_comes_back_the_same(acme, tmp_path, edit):
    edit(acme)
    export_files(tmp_path / "one", "acme")
    assert apply_files(tmp_path / "one", "acme").is_nothing
    apply_files(tmp_path / "one", "copy")
    export_files(tmp_path / "two", "copy")
    assert folders.tree(tmp_path / "two") == folders.tree(tmp_path / "one")


def test_files_do_not_give_a_kpi_values_that_fit_no_definition(acme, tmp_path):
    as_week(acme)
    export_files(tmp_path / "out", "acme")
    folders.edit(tmp_path / "out", "measurements/answer-time.csv", "2026-09", "2026Q3")
    with pytest.raises(Refusals) as caught:
        apply_files(tmp_path / "out", "copy")
    (error,) = caught.value.errors
    assert (error.code, error.data["line"], error.field) == ("period.other_frequency", 2, "period")


def test_by_other_doors_a_retired_kpi_is_not_measured(acme):
    retired(acme)
    with pytest.raises(Refusals, match=r"kpi\.not_active"):
        kpis.record_measurements(acme, [{"kpi": "revenue", "period": "2026-10", "value": "1"}])


def test_a_level_that_a_check_in_names_stays(acme):
    drafts = [LevelDraft(key, key, Decimal(value)) for key, value in (("fail", 0), ("target", 1))]
    made = goals.add_key_result(
        acme, "O-1", title="How good", kind="levels", levels=drafts, reason="more"
    )
    person = _as_person(acme)
    goals.check_in(person, made.key, level="target")
    with pytest.raises(Refused, match=r"level\.in_use"):
        goals.edit_key_result(acme, made.key, levels=drafts[:1], reason="less")
    again = [drafts[0], LevelDraft("target", "better", Decimal("0.9"))]
    goals.edit_key_result(acme, made.key, levels=again, reason="other words")


def _as_person(system):
    person = access.person_by_email(system, "mia@acme.example")
    today = queries.settings_of(system.organisation_id).today
    return queries.actor_for_person(person, Door.COMMAND, today=today)


def test_a_key_that_files_cannot_hold_is_refused(acme):
    for make in (
        lambda key: kpis.create_kpi(acme, KpiDraft("K", key=key)),
        lambda key: goals.create_objective(
            acme, title="T", cycle="2026Q4", team="service", key=key
        ),
    ):
        for key in ("a b", "a/b", "\u200ba"):
            with pytest.raises(Refused, match=r"value\.key"):
                make(key)
