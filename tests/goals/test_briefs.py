"""A line of the list says in brief what the whole rows of its key results say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from okapi.base import clock
from okapi.core.calendars import WorkingCalendar
from okapi.goals.models import Milestone, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.standings import renew_objectives
from okapi.kpis.models import Slice, Target
from okapi.orgs.queries import settings_of
from tests.cast import TODAY, Cast
from tests.goals.making import add_move, make_key_result, make_kpi, make_objective, measure


def _asking(cast: Cast) -> Asking:
    return Asking(
        actor=cast.actor(cast.mia),
        organisation=settings_of(cast.organisation.pk),
        language="en",
        calendar=WorkingCalendar(),
        today=TODAY,
    )


def _with_all_kinds(cast: Cast) -> Objective:
    """An objective with a linear, a planned, a kept, a milestone and a yes/no key result."""
    goal = make_objective(cast, key="O-1")
    linear, planned, kept = (make_kpi(cast, name, frequency="month") for name in "abc")
    for kpi in (linear, planned, kept):
        measure(cast, kpi, {"2026-09": 80, "2026-10": 84})
    first = make_key_result(goal, linear, start=80, target=100, mode="reach", weight=Decimal(2))
    add_move(first, kept, start=80, target=90)
    make_key_result(goal, planned, start=80, target=100, mode="reach", curve="plan")
    Target.objects.create(
        organisation=cast.organisation,
        kpi=planned,
        slice=Slice.objects.get(kpi=planned, key=""),
        frequency="month",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        label="2026-10",
        value=Decimal(95),
    )
    make_key_result(goal, kept, target=80, mode="keep")
    steps = make_key_result(goal, kind="milestone")
    for at, due in enumerate((date(2026, 10, 15), date(2026, 12, 15))):
        Milestone.objects.create(
            organisation=cast.organisation,
            key_result=steps,
            key=str(at),
            title=str(at),
            due=due,
            weight=Decimal(at + 1),
            done_on=due if at == 0 else None,
        )
    make_key_result(goal, kind="yes_no", weight=Decimal(0))
    return goal


def test_it_says_the_same(cast: Cast, django_assert_num_queries: Any) -> None:
    goals = [_with_all_kinds(cast), make_objective(cast, key="O-2")]
    ids = [goal.pk for goal in goals]
    renew_objectives(ids, at=clock.now(), today=TODAY)
    asking = _asking(cast)
    whole = objectives_of(asking, ids)
    with django_assert_num_queries(3):
        brief = objectives_of(asking, ids, in_brief=True)
    assert whole[0].expected is not None
    assert whole[0].key_result_count == 5
    assert whole[0].kpis == 3
    assert brief == [replace(row, key_results=()) for row in whole]
