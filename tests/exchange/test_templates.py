"""The examples: whole, well defined, in both languages; and what becomes of the chosen ones."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from okapi.core.errors import Forbidden, OkapiError, Refused
from okapi.core.quantities import Direction
from okapi.exchange import templates
from okapi.exchange.templates import adopting
from okapi.goals.models import KeyResult, Moves, Objective
from okapi.kpis.models import Kpi, Target
from okapi.orgs import queries
from okapi.orgs.actions import organisations
from tests.cast import Cast

HAN = re.compile(r"[\u4e00-\u9fff]")
KPIS = templates.kpi_templates()
OBJECTIVES = templates.objective_templates()


def test_there_are_enough_of_them() -> None:
    assert len(KPIS) == sum(len(area.kpis) for area in templates.areas()) >= 60
    assert len(OBJECTIVES) == sum(len(area.objectives) for area in templates.areas()) >= 20


@pytest.mark.parametrize("key", sorted(KPIS))
def test_every_kpi_is_well_defined(key: str) -> None:
    one = KPIS[key]
    for words in (one.name, one.defined, one.why):
        assert words.en.strip()
        assert words.zh.strip()
        assert not HAN.search(words.en)
        assert HAN.search(words.zh)
    assert one.defined.en.endswith(".")
    assert one.defined.zh.endswith("。")
    assert one.guard in KPIS
    assert one.guard != key


@pytest.mark.parametrize("key", sorted(OBJECTIVES))
def test_every_objective_moves_what_is_there(key: str) -> None:
    one = OBJECTIVES[key]
    assert any(row.kpi for row in one.key_results)
    for row in one.key_results:
        assert HAN.search(row.title.zh)
        assert not HAN.search(row.title.en)
        if row.kpi:
            assert Direction(KPIS[row.kpi].direction)
            assert Decimal(row.target) > 0


def test_all_of_them_can_be_taken_at_once(cast: Cast) -> None:
    made = adopting.adopt(
        cast.system, kpis=KPIS, objectives=OBJECTIVES, team="service", cycle="2026Q4"
    )
    assert {kpi.key for kpi in made.kpis} == set(KPIS)
    assert len(made.objectives) == len(OBJECTIVES)
    assert set(Objective.objects.values_list("state", flat=True)) == {"draft"}
    assert not Target.objects.exists()
    moved = sum(bool(row.kpi) for one in OBJECTIVES.values() for row in one.key_results)
    assert Moves.objects.count() == moved
    assert adopting.adopted_keys(cast.system) == set(KPIS)


def test_titles_are_in_the_organisations_language_and_money_in_its_currency(cast: Cast) -> None:
    organisations.edit(cast.actor(cast.ada), currency="EUR")
    adopting.adopt(cast.actor(cast.sten), kpis=["cost-per-order"], team="service")
    kpi = Kpi.objects.get()
    assert kpi.definition is not None
    assert (kpi.name, kpi.name_other, kpi.state) == ("Cost per order", "单均履约成本", "active")
    assert kpi.definition.unit == "EUR"
    assert kpi.definition.text == KPIS["cost-per-order"].defined.en
    assert queries.settings_of(cast.organisation.pk).language == "en"


def test_an_objective_brings_its_kpis_and_uses_those_that_are_there(cast: Cast) -> None:
    lea = cast.actor(cast.lea)
    adopting.adopt(lea, kpis=["first-response"], team="service")
    Kpi.objects.update(name="Our own name for it")
    made = adopting.adopt(lea, objectives=["same-day"], team="service", cycle="2026Q4")
    assert [kpi.key for kpi in made.kpis] == ["backlog"]
    assert Kpi.objects.get(key="first-response").name == "Our own name for it"
    targets = dict(Moves.objects.values_list("kpi__key", "target"))
    assert targets == {"first-response": Decimal(4), "backlog": Decimal(60)}
    assert KeyResult.objects.filter(objective=made.objectives[0]).count() == 2


def test_rights_are_those_of_the_ordinary_actions(cast: Cast) -> None:
    adopting.adopt(cast.actor(cast.mia), kpis=["csat"], team="service")
    assert Kpi.objects.get().state == "proposed"
    with pytest.raises(Forbidden):
        adopting.adopt(cast.actor(cast.vic), kpis=["backlog"])
    with pytest.raises(Forbidden):
        adopting.adopt(
            cast.actor(cast.tom), objectives=["same-day"], team="service", cycle="2026Q4"
        )
    assert Kpi.objects.count() == 1  # nothing stays of what was refused


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "templates.nothing"),
        ({"kpis": ["nonsense"]}, "templates.unknown"),
        ({"objectives": ["nonsense"], "cycle": "2026Q4"}, "templates.unknown"),
        ({"objectives": ["same-day"]}, "templates.no_cycle"),
        ({"kpis": ["csat"], "team": "nowhere"}, "reference.unknown"),
    ],
)
def test_what_is_refused(cast: Cast, given: dict[str, list[str]], code: str) -> None:
    with pytest.raises(OkapiError) as refused:
        adopting.adopt(cast.system, **given)  # type: ignore[arg-type]  # texts, as a form sends them
    assert isinstance(refused.value, Refused)
    assert refused.value.code == code
