"""The tallies follow whatever changes of KPIs, their data and the day, and say what pages count."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from okapi.core.errors import OkapiError
from okapi.core.quality import RemarkKind
from okapi.kpis import actions, standings
from okapi.kpis.actions import DefinitionDraft, KpiDraft, TargetDraft
from okapi.kpis.models import CatalogueEntry, DataRemark, Kpi, TeamTally
from okapi.kpis.queries.catalogue import Filter, Sort, counted_by_team, counts
from okapi.kpis.queries.health import health
from okapi.kpis.queries.remarks import Wanted
from okapi.kpis.queries.rows import ATTENTION, Shown
from okapi.kpis.queries.tallies import NAMES
from okapi.kpis.standings import tallies
from tests.cast import TODAY, Cast
from tests.goals.test_together import together
from tests.kpis.making import take
from tests.kpis.tallying import recounted, tallied
from tests.kpis.test_queries_page import asking
from tests.kpis.test_remarks import SLIP
from tests.kpis.test_signals import QUIET, look, weeks

GAP = [*QUIET[:20], None, None, *QUIET[22:]]
SERIES: tuple[list[Any], ...] = (QUIET, SLIP, GAP, QUIET[:-3], [], [50] * 40)


class Life:
    """KPIs with which anything may happen, one thing after the other."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)
        cast.sten.is_strategist = True
        cast.sten.save()
        self.sten = cast.actor(cast.sten)
        self.intakes: list[Any] = []
        self.today = TODAY
        for at in range(4):
            self.making(f"k{at}")

    def some(self) -> Kpi:
        found: Kpi = self.dice.choice(list(Kpi.objects.order_by("pk")))
        return found

    def making(self, key: str = "") -> None:
        draft = KpiDraft(
            name="A number",
            key=key,
            team=self.dice.choice([None, "service", "repairs", "sales"]),
            owner=self.cast.sten.pk,
            visibility=self.dice.choice(["everyone", "everyone", "team"]),
            definition=DefinitionDraft(frequency="week", direction="down"),
        )
        actions.create_kpi(self.sten, draft)

    def measuring(self) -> None:
        rows = weeks(self.some().key, [*self.dice.choice(SERIES)])
        if rows:
            self.intakes.append(take(self.sten, rows).uid)

    def undoing(self) -> None:
        actions.undo_intake(self.sten, self.dice.choice(self.intakes))

    def looking(self) -> None:
        look(self.cast)

    def hiding(self) -> None:
        shown = self.dice.choice(["everyone", "team", "named"])
        actions.edit_kpi(self.sten, self.some().pk, visibility=shown)

    def moving(self) -> None:
        team = self.dice.choice([None, "service", "repairs", "sales"])
        actions.edit_kpi(self.sten, self.some().pk, team=team)

    def renaming(self) -> None:
        actions.edit_kpi(self.sten, self.some().pk, name=f"N {self.dice.randint(1, 99)}")

    def retiring(self) -> None:
        actions.retire_kpi(self.sten, self.some().pk, reason="Enough.")

    def reviving(self) -> None:
        actions.revive_kpi(self.sten, self.some().pk)

    def aiming(self) -> None:
        target = Decimal(self.dice.choice([49, 60]))
        actions.set_targets(self.sten, self.some().pk, [TargetDraft("2026", value=target)])

    def turning(self) -> None:
        draft = DefinitionDraft(frequency="week", direction=self.dice.choice(["up", "down"]))
        actions.redefine_kpi(self.sten, self.some().pk, draft)

    def waiting(self) -> None:
        self.today += timedelta(days=self.dice.choice([1, 8]))
        standings.renew_due(self.cast.organisation.pk, self.today)

    def accepting(self) -> None:
        one = self.dice.choice(list(DataRemark.objects.order_by("pk")))
        actions.accept_remark(self.sten, one.kpi_id, one.pk, reason="So it was.")

    def reopening(self) -> None:
        one = self.dice.choice(list(DataRemark.objects.order_by("pk")))
        actions.reopen_remark(self.sten, one.kpi_id, one.pk)


EVENTS = (
    *("making", "measuring", "measuring", "measuring", "undoing", "looking", "looking", "hiding"),
    *("moving", "renaming", "retiring", "reviving", "aiming", "turning", "waiting", "accepting"),
    *("accepting", "reopening"),
)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_they_say_what_there_is(cast: Cast, seed: int) -> None:
    life, done = Life(cast, seed), Counter[str]()
    for _ in range(50):
        name = life.dice.choice(EVENTS)
        try:
            with transaction.atomic():
                getattr(life, name)()
        except (OkapiError, IndexError):
            continue
        done[name] += 1
        assert tallied() == recounted(), name
    look(cast)
    assert tallied() == recounted()
    assert TeamTally.objects.count() <= 4
    assert len(done) > 8
    _pages_count_the_same(cast)


def _pages_count_the_same(cast: Cast) -> None:
    """With and without the tallies, for readers who may read more and less."""
    for person in (cast.sten, cast.mia, cast.vic):
        who = asking(cast, person)
        teams = (cast.service.pk, cast.repairs.pk)
        for wanted in (Filter(), Filter(teams=teams)):
            one_by_one = Counter[Shown]()
            by_team = Counter[Any]()
            due = 0
            for team, place, is_due, n in counted_by_team(who, wanted):
                one_by_one[ATTENTION[place]] += n
                by_team[team] += n
                due += n * is_due
            for sort in Sort:
                found = counts(who, wanted, sort=sort)
                assert {shown: n for shown, n in found.shown.items() if n} == one_by_one
                assert found.due == due
            found = counts(who, wanted, sort=Sort.TEAM)
            assert {team: n for team, n in found.groups.items() if n} == by_team
        whole, own = health(who, Wanted(), 61), health(who, Wanted(teams=teams), 61)
        assert whole.whole.total == sum(counts(who, Filter()).shown.values())
        for stands in (whole, own):
            columns = zip((0,) * 5, *stands.teams.values(), strict=True)
            assert stands.whole == tuple(map(sum, columns))
            assert stands.whole.remarks == sum(stands.by_kind.values())
        assert own.teams == {team: one for team, one in whole.teams.items() if team in teams}


def test_the_names_are_the_columns() -> None:
    columns = [one.name for one in TeamTally._meta.concrete_fields]
    assert set(columns) - {"id", "organisation", "team"} == set(NAMES)
    assert {kind.value for kind in RemarkKind} < set(NAMES)


def test_of_many_teams_those_are_told_of_that_need_most_work(cast: Cast) -> None:
    for team, remarks in ((cast.sales, 3), (cast.repairs, 5), (cast.service, 0), (None, 0)):
        pk = None if team is None else team.pk
        tallies.add({pk: {"green": 9, "scale": remarks, "stale": int(remarks == 3)}})
    found = health(asking(cast), Wanted(), 1)
    assert set(found.teams) == {cast.repairs.pk, None}
    assert (found.whole.total, found.whole.remarks) == (37, 8)


def test_a_team_that_is_not_among_the_worst_is_whole_where_the_reader_sees_more(
    cast: Cast,
) -> None:
    life = Life(cast, 1)
    Kpi.objects.all().update(team=cast.sales, visibility="everyone")
    standings.renew_entries(Kpi.objects.values_list("pk", flat=True), TODAY)
    one = life.some()
    actions.edit_kpi(life.sten, one.pk, visibility="named", owner=cast.mia.pk)
    tallies.add({cast.repairs.pk: {"scale": 4}})
    assert set(health(asking(cast, cast.vic), Wanted(), 1).teams) == {cast.repairs.pk}
    assert health(asking(cast, cast.mia), Wanted(), 1).teams[cast.sales.pk].total == 4


def test_they_are_filled_from_what_was_there_before(cast: Cast) -> None:
    life = Life(cast, 3)
    for _ in range(12):
        life.measuring()
    life.looking()
    expected, entries = tallied(), set(map(repr, CatalogueEntry.objects.values_list()))
    assert any(kind.value in one for one in expected.values() for kind in RemarkKind)
    TeamTally.objects.all().delete()
    CatalogueEntry.objects.update(remarks={})
    import_module("okapi.kpis.migrations.0014_tallies").count_all(apps, None)
    assert tallied() == expected == recounted()
    assert set(map(repr, CatalogueEntry.objects.values_list())) == entries


@pytest.mark.django_db(transaction=True)
def test_writers_at_the_same_moment_lose_nothing_and_wait_for_nobody(cast: Cast) -> None:
    drafts = [
        KpiDraft(name="A number", team="service", definition=DefinitionDraft(frequency="week"))
        for _ in range(6)
    ]
    kpis = actions.create_kpis(cast.system, drafts)

    def work(kpi: Kpi, since: int) -> None:
        for back in range(4):
            draft = TargetDraft("2026", value=Decimal(40 if (since + back) % 2 else 60))
            actions.set_targets(cast.system, kpi.pk, [draft])

    for kpi in kpis:
        take(cast.system, weeks(kpi.key, QUIET))
    together(*(lambda kpi=kpi, at=at: work(kpi, at) for at, kpi in enumerate(kpis)))
    assert tallied() == recounted()
    assert sum(tallied()[cast.service.pk].values()) == 6
    work(kpis[0], 1)
    work(kpis[0], 0)
    assert tallied() == recounted()
    assert TeamTally.objects.filter(team=cast.service).count() == 1
