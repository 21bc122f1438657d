"""The incremental way and the one pass over everything give the same figures, to the last bit."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okapi.base import clock
from okapi.base.events import publish
from okapi.goals import renewer, standings
from okapi.goals.choices import Dirt
from okapi.goals.models import (
    BranchLink,
    BranchMember,
    BranchStanding,
    CheckIn,
    Contribution,
    Dirty,
    KeyResult,
    KeyResultStanding,
    Milestone,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis.events import MeasurementsChanged
from okapi.kpis.models import Slice
from tests.cast import TODAY, Cast
from tests.goals.making import (
    add_move,
    link,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    renewed,
)

FREQUENCIES = {
    "day": [(date(2026, 9, 20) + timedelta(days=n)).isoformat() for n in range(64)],
    "week": [f"2026-W{n}" for n in range(33, 49)],
    "month": [f"2026-{n:02}" for n in range(5, 13)],
}


def snapshot() -> dict[str, Any]:
    """All stored figures, without the numbers of states."""
    tables: dict[str, Any] = {}
    for model, without in (
        (KeyResultStanding, {"number_of_state"}),
        (ObjectiveStanding, {"number_of_state"}),
        (BranchMember, set()),
        (BranchLink, {"id"}),
    ):
        names = [
            field.attname for field in model._meta.concrete_fields if field.attname not in without
        ]
        tables[model.__name__] = sorted(map(repr, model.objects.values_list(*names)))
    rows = BranchStanding.objects.values_list(
        "kind", "object_id", "cycle_id", "on_track", "at_risk", "off_track", "no_data", "none",
        "measured", "total", "progress",
    )  # fmt: skip
    tables["BranchStanding"] = sorted(repr(row) for row in rows if any(row[3:8]))
    return tables


class World:
    """A random organisation, and random things that happen in it."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.dice = cast, random.Random(seed)
        self.kpis = [self.make_kpi() for _ in range(6)]
        self.objectives = [self.make_objective() for _ in range(self.dice.randint(6, 12))]
        for at, child in enumerate(self.objectives):
            for parent in self.dice.sample(range(at), min(at, self.dice.randint(0, 2))):
                link(child, self.objectives[parent])
        standings.renew_everything(cast.organisation.pk)

    def make_kpi(self) -> Any:
        dice = self.dice
        kpi = make_kpi(
            self.cast,
            frequency=dice.choice(list(FREQUENCIES)),
            aggregation=dice.choice(["last", "sum", "mean", "min", "max"]),
            direction=dice.choice(["up", "down"]),
            delay_days=dice.choice([0, 5]),
        )
        self.measure(kpi, dice.randint(0, 12))
        return kpi

    def measure(self, kpi: Any, n: int) -> None:
        labels = FREQUENCIES[kpi.definition.frequency]
        chosen = self.dice.sample(labels, min(n, len(labels)))
        measure(self.cast, kpi, {label: self.dice.randint(-30, 90) / 4 for label in chosen})

    def make_objective(self) -> Objective:
        dice, cast = self.dice, self.cast
        objective = make_objective(
            cast,
            team=dice.choice([cast.service, cast.repairs, cast.sales, cast.company, None]),
            owner=dice.choice([cast.mia, cast.rob, cast.tom]),
            cycle=dice.choice([cast.quarter, cast.quarter, cast.year]),
            state=dice.choice(["agreed", "agreed", "agreed", "draft", "closed", "cancelled"]),
            kind=dice.choice(["committed", "aspirational"]),
            visibility=dice.choice(["everyone"] * 4 + ["team"]),
        )
        for _ in range(dice.randint(0, 4)):
            self.make_key_result(objective)
        if dice.random() < 0.4:
            make_guard(objective, dice.choice(self.kpis), low=0, amber_low=5)
        return objective

    def make_key_result(self, objective: Objective) -> None:
        dice = self.dice
        kind = dice.choice(["metric", "metric", "metric", "milestone", "levels", "yes_no"])
        key_result = make_key_result(
            objective, kind=kind, weight=dice.choice([0, 1, 1, 2]), position=dice.randint(0, 3)
        )
        if kind == "metric":
            for kpi in dice.sample(self.kpis, dice.choice([1, 1, 2])):
                start = dice.choice([None, dice.randint(-20, 40)])
                add_move(key_result, kpi, start=start, target=dice.randint(-20, 40) + 0.5)
        for n in range(dice.randint(1, 3) if kind == "milestone" else 0):
            Milestone.objects.create(
                organisation_id=objective.organisation_id, key_result=key_result, key=str(n),
                title=str(n), due=TODAY + timedelta(days=dice.randint(-40, 30)),
                done_on=dice.choice([None, TODAY]),
            )  # fmt: skip

    def happen(self) -> None:
        """One random thing, by the way that actions go."""
        dice, organisation = self.dice, self.cast.organisation
        event = dice.choice(["measure", "measure", "check_in", "link", "unlink", "archive", "move"])
        objective = dice.choice(self.objectives)
        if event == "measure":
            kpi = dice.choice(self.kpis)
            self.measure(kpi, 2)
            touched = {kpi.pk: frozenset({Slice.objects.get(kpi=kpi).pk})}
            publish(MeasurementsChanged(organisation.pk, touched, clock.now(), dice.random() < 0.3))
            return
        if event == "check_in":
            key_results = list(KeyResult.objects.filter(objective=objective))
            if key_results:
                one = dice.choice(key_results)
                CheckIn.objects.create(
                    organisation=organisation, key_result=one, person=self.cast.mia,
                    at=clock.now() - timedelta(days=dice.randint(0, 30)),
                    confidence=dice.randint(0, 10), is_done=dice.choice([None, True, False]),
                )  # fmt: skip
                standings.renew([one.pk], at=clock.now(), today=TODAY)
            return
        self.change(event, objective)

    def change(self, event: str, objective: Objective) -> None:
        dice, organisation = self.dice, self.cast.organisation
        touched = [objective.pk]
        if event == "link":
            at = self.objectives.index(objective)
            if at and (parent := self.objectives[dice.randrange(at)]):
                Contribution.objects.get_or_create(
                    organisation_id=organisation.pk, child=objective, parent=parent
                )
        elif event == "unlink":
            rows = Contribution.objects.filter(child=objective)
            touched += list(rows.values_list("parent_id", flat=True))
            rows.delete()
        elif event == "archive":
            Objective.objects.filter(pk=objective.pk).update(archived_at=clock.now())
            touched += list(
                Contribution.objects.filter(child=objective).values_list("parent_id", flat=True)
            )
        else:
            Objective.objects.filter(pk=objective.pk).update(
                team=dice.choice([self.cast.sales, self.cast.repairs]),
                cycle=dice.choice([self.cast.quarter, self.cast.year]),
            )
        renewed([objective])
        standings.leave(organisation.pk, Dirt.ABOVE, touched)


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_both_ways_give_the_same_figures(cast: Cast, seed: int) -> None:
    Objective.objects.all().delete()
    BranchStanding.objects.all().delete()
    world = World(cast, seed)
    for _ in range(12):
        world.happen()
        if world.dice.random() < 0.4:
            renewer.drain(cast.organisation.pk)
    renewer.drain(cast.organisation.pk)
    assert not Dirty.objects.exists()
    incremental = snapshot()
    standings.renew_everything(cast.organisation.pk)
    assert snapshot() == incremental
    for model in (KeyResultStanding, ObjectiveStanding, BranchMember, BranchLink, BranchStanding):
        model.objects.all().delete()
    standings.renew_everything(cast.organisation.pk)
    assert snapshot() == incremental
