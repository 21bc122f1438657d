"""Whatever people do, in whatever order, what is stored is what a reckoning of everything gives.

All of it goes through the actions that pages, API and commands call; `test_one_pass` moves rows
beneath them. Each seed is one random organisation, a random life of it, and then both figures.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Q

from okapi.base import clock
from okapi.core.errors import OkapiError
from okapi.goals import actions as goal_actions
from okapi.goals import renewer, standings
from okapi.goals.actions import MilestoneDraft, MoveDraft
from okapi.goals.models import (
    BranchLink,
    BranchMember,
    BranchStanding,
    KeyResult,
    KeyResultStanding,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis import actions as kpi_actions
from okapi.kpis import standings as kpi_standings
from okapi.kpis.actions import DefinitionDraft, KpiDraft, TargetDraft
from okapi.kpis.models import Kpi, KpiStanding
from okapi.orgs.actions import calendars, memberships, teams
from okapi.orgs.models import CalendarDay, Membership
from tests.cast import TODAY, Cast
from tests.goals.test_one_pass import snapshot

PERIODS = {
    "day": [(date(2026, 9, 25) + timedelta(days=n)).isoformat() for n in range(59)],
    "week": [f"2026-W{n}" for n in range(36, 48)],
    "month": [f"2026-{n:02}" for n in range(1, 11)],
}
FIGURES = (
    BranchLink,
    BranchMember,
    BranchStanding,
    KeyResultStanding,
    ObjectiveStanding,
    KpiStanding,
)
REASON = "So it was decided."


def stored() -> dict[str, Any]:
    """All stored figures that still move, without the numbers of states.

    What was given up or taken out stands as it stood then.
    """
    gone = Q(key_result__archived_at__isnull=False) | Q(key_result__state="cancelled")
    KeyResultStanding.objects.filter(gone).delete()
    without = {"number_of_state", "learned_at"}
    columns = [one.attname for one in KpiStanding._meta.concrete_fields]
    rows = KpiStanding.objects.values_list(*(name for name in columns if name not in without))
    return {**snapshot(), "KpiStanding": sorted(map(repr, rows))}


class Life:
    """An organisation in which anybody may do anything, by one who may do everything."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)
        cast.lea.is_strategist = cast.lea.is_steward = cast.lea.is_administrator = True
        cast.lea.save()
        for team in (cast.company, cast.repairs, cast.sales):
            team.lead = cast.lea
            team.save()
        self.lea = cast.actor(cast.lea)
        self.done: Counter[str] = Counter()
        self.intakes: list[Any] = []
        self.kpis = [self.make_kpi() for _ in range(5)]
        self.objectives = [self.make_objective() for _ in range(self.dice.randint(5, 9))]

    # What there is.

    def make_kpi(self) -> Kpi:
        dice = self.dice
        draft = KpiDraft(
            name="A number",
            team="company",
            definition=DefinitionDraft(
                direction=dice.choice(["up", "down"]),
                frequency=dice.choice(list(PERIODS)),
                aggregation=dice.choice(["last", "sum", "mean", "max"]),
                delay_days=dice.choice([0, 5]),
            ),
        )
        kpi = kpi_actions.create_kpi(self.lea, draft)
        kpi.refresh_from_db()
        self.measure(kpi, dice.randint(0, 10))
        return kpi

    def measure(self, kpi: Kpi, n: int) -> None:
        labels = PERIODS[kpi.definition.frequency]
        rows = [
            {"kpi": kpi.key, "period": label, "value": self.number()}
            for label in self.dice.sample(labels, min(n, len(labels)))
        ]
        if rows:
            self.intakes.append(kpi_actions.record_measurements(self.lea, rows).uid)

    def number(self) -> str:
        return str(Decimal(self.dice.randint(-40, 160)) / 4)

    def make_objective(self) -> Objective:
        dice, cast = self.dice, self.cast
        objective = goal_actions.create_objective(
            self.lea,
            title="Better",
            cycle=dice.choice(["2026Q4", "2026Q4", "2026"]),
            kind=dice.choice(["committed", "aspirational"]),
            team=dice.choice([cast.service, cast.repairs, cast.sales, cast.company]).key,
            owner=dice.choice([cast.mia, cast.rob, cast.tom]).email,
        )
        for _ in range(dice.randint(1, 3)):
            self.attempt(lambda: self.add_key_result(objective))
        if dice.random() < 0.8:
            self.attempt(lambda: goal_actions.agree(self.lea, objective.pk))
        return objective

    def add_key_result(self, objective: Objective) -> None:
        dice = self.dice
        kind = dice.choice(["metric", "metric", "milestone", "yes_no"])
        moves = [
            MoveDraft(
                kpi.key,
                start=dice.choice([None, Decimal(dice.randint(-20, 40))]),
                start_reason="The year before.",
                target=Decimal(dice.randint(-20, 40)) + Decimal("0.5"),
            )
            for kpi in dice.sample(self.kpis, dice.choice([1, 1, 2]) if kind == "metric" else 0)
        ]
        steps = [
            MilestoneDraft(str(n), key=str(n), due=TODAY + timedelta(days=dice.randint(-20, 20)))
            for n in range(dice.randint(1, 3) if kind == "milestone" else 0)
        ]
        goal_actions.add_key_result(
            self.lea, objective.pk, title="So much", kind=kind, moves=moves, milestones=steps,
            weight=dice.choice([0, 1, 1, 2]), reason=REASON,
        )  # fmt: skip

    # What happens.

    def attempt(self, what: Callable[[], object]) -> bool:
        """Do it, unless the rules refuse it."""
        try:
            what()
        except OkapiError:
            return False
        return True

    def go_on(self) -> None:
        name = self.dice.choice(EVENTS)
        self.done[name] += self.attempt(getattr(self, name))

    def some_kpi(self) -> Kpi:
        return self.dice.choice(self.kpis)

    def some_objective(self) -> Objective:
        one = self.dice.choice(self.objectives)
        one.refresh_from_db()
        return one

    def some_key_result(self, **which: Any) -> KeyResult:
        rows = list(KeyResult.objects.filter(**which).order_by("pk"))
        if not rows:
            raise OkapiError("nothing.there")
        return self.dice.choice(rows)

    def measuring(self) -> None:
        self.measure(self.some_kpi(), self.dice.randint(1, 3))

    def undoing(self) -> None:
        kpi_actions.undo_intake(self.lea, self.dice.choice(self.intakes))

    def checking_in(self) -> None:
        one = self.some_key_result(state="agreed", archived_at=None)
        said: dict[str, Any] = {"confidence": self.dice.randint(0, 10)}
        if one.kind == "yes_no":
            said["is_done"] = self.dice.choice([True, False])
        if one.kind == "milestone":
            said["milestones"] = {"0": self.dice.choice([True, False])}
        goal_actions.check_in(self.lea, one.pk, **said)

    def linking(self) -> None:
        below, above = self.dice.sample(self.objectives, 2)
        of_above = list(KeyResult.objects.filter(objective=above).order_by("pk"))
        if of_above and self.dice.random() < 0.3:
            to = self.dice.choice(of_above).pk
            goal_actions.contribute(self.lea, below.pk, to_key_result=to)
        else:
            goal_actions.contribute(self.lea, below.pk, to_objective=above.pk)

    def unlinking(self) -> None:
        links = list(self.some_objective().contributes_to.order_by("pk"))
        if not links:
            raise OkapiError("nothing.there")
        one = self.dice.choice(links)
        to_key_result = one.parent_key_result_id
        to = {"to_key_result": to_key_result} if to_key_result else {"to_objective": one.parent_id}
        goal_actions.withdraw(self.lea, one.child_id, **to)

    def weighing(self) -> None:
        weight = Decimal(self.dice.choice([0, 1, 3]))
        if self.dice.random() < 0.5:
            one = self.some_objective()
            goal_actions.edit_objective(self.lea, one.pk, weight=weight, reason=REASON)
        else:
            key_result = self.some_key_result()
            goal_actions.edit_key_result(self.lea, key_result.pk, weight=weight, reason=REASON)

    def cancelling(self) -> None:
        goal_actions.cancel(self.lea, self.some_objective().pk, reason=REASON)

    def closing(self) -> None:
        goal_actions.close(self.lea, self.some_objective().pk, reason=REASON)

    def removing(self) -> None:
        goal_actions.remove_key_result(self.lea, self.some_key_result().pk, reason=REASON)

    def moving(self) -> None:
        given = self.dice.choice(
            [{"team": "sales"}, {"team": "repairs"}, {"cycle": "2026"}, {"cycle": "2026Q4"},
             {"owner": self.cast.tom.email}, {"kind": "aspirational"}]
        )  # fmt: skip
        goal_actions.edit_objective(self.lea, self.some_objective().pk, reason=REASON, **given)

    def hiding(self) -> None:
        chosen = self.dice.choice(["team", "everyone"])
        goal_actions.edit_objective(self.lea, self.some_objective().pk, visibility=chosen)

    def guarding(self) -> None:
        limits = {"low": Decimal(0), "amber_low": Decimal(self.dice.choice([0, 5]))}
        one, kpi = self.some_objective(), self.some_kpi()
        if self.dice.random() < 0.3:
            goal_actions.unguard(self.lea, one.pk, kpi.key, reason=REASON)
        else:
            own = self.dice.choice([limits, None])
            goal_actions.guard(self.lea, one.pk, kpi.key, limits=own, reason=REASON)

    def aiming(self) -> None:
        kpi = self.some_kpi()
        period = self.dice.choice([self.dice.choice(PERIODS[kpi.definition.frequency]), "2026"])
        up = 1 if kpi.definition.direction == "up" else -1
        target = Decimal(self.dice.randint(-10, 40))
        draft = TargetDraft(period, value=target, amber=target - up * 5)
        kpi_actions.set_targets(self.lea, kpi.pk, [draft])

    def moving_the_target(self) -> None:
        one = self.some_key_result(kind="metric")
        links = one.moves.select_related("kpi").order_by("pk")
        moves = [
            MoveDraft(link.kpi.key, start=link.start if link.is_start_typed else None,
                      start_reason="The year before.",
                      target=Decimal(self.dice.randint(-20, 40)) + Decimal("0.25"))
            for link in links
        ]  # fmt: skip
        goal_actions.set_moves(self.lea, one.pk, moves, reason=REASON)

    def resting(self) -> None:
        day = TODAY + timedelta(days=self.dice.randint(-50, 30))
        if CalendarDay.objects.filter(day=day, is_typed=True).exists():
            calendars.forget_day(self.lea, day)
        else:
            calendars.set_day(self.lea, day, is_working=self.dice.choice([True, False]))

    def changing_home(self) -> None:
        person = self.dice.choice([self.cast.mia, self.cast.rob, self.cast.tom])
        team = self.dice.choice([self.cast.service, self.cast.sales, self.cast.repairs])
        if (there := Membership.objects.filter(person=person, team=team).first()) is not None:
            memberships.edit(self.lea, there.pk, is_home=True)
        else:
            memberships.join(self.lea, person.email, team.key, is_home=True)

    def changing_teams(self) -> None:
        above = self.dice.choice([self.cast.service, self.cast.sales, self.cast.company])
        teams.edit(self.lea, self.cast.repairs.pk, parent=above.key)


EVENTS = (
    *("measuring",) * 4, "undoing", "checking_in", "linking", "linking", "unlinking", "weighing",
    "cancelling", "closing", "removing", "moving", "hiding", "guarding", "guarding", "aiming",
    "aiming", "moving_the_target", "resting", "changing_home", "changing_teams",
)  # fmt: skip


def everything_anew(cast: Cast) -> None:
    """Forget what is stored and reckon it from what was measured, said and decided."""
    for model in FIGURES:
        model.objects.all().delete()
    ids = list(Kpi.objects.values_list("pk", flat=True))
    kpi_standings.renew(ids, at=clock.now(), today=TODAY)
    standings.renew_everything(cast.organisation.pk)


def live(cast: Cast, seed: int, steps: int) -> Counter[str]:
    """One random life; what happened in it, once its figures were found to be right."""
    life = Life(cast, seed)
    for _ in range(steps):
        life.go_on()
        if life.dice.random() < 0.2:
            renewer.drain(cast.organisation.pk)
    renewer.drain(cast.organisation.pk)
    before = stored()
    everything_anew(cast)
    after = stored()
    for name in before:
        assert set(after[name]) ^ set(before[name]) == set(), name
        assert len(after[name]) == len(before[name]), name
    return life.done


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3, 107, 207])
def test_any_life_leaves_what_a_reckoning_of_everything_gives(cast: Cast, seed: int) -> None:
    """Calendars move in 107 and 207 while drafts are read that add up over working days."""
    done = live(cast, seed, 60)
    assert sum(done.values()) > 25
