"""How many rows of history a key result leaves in a year of weekly values and daily turns."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from bench.seed import week_label
from bench.timing import Line
from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.goals import standings as goal_standings
from okapi.goals.models import GoalHistory, KeyResult, Moves, Objective
from okapi.kpis import ingest
from okapi.kpis import standings as kpi_standings
from okapi.kpis.models import Definition, Kpi, Slice
from okapi.orgs.actions import organisations
from okapi.orgs.models import Cycle, Organisation, Team

EACH = 25
"""Key results of each kind of KPI in each quarter."""
MOST = 40.0
QUARTERS = [
    (date(2025, 1, 1), date(2025, 3, 31)),
    (date(2025, 4, 1), date(2025, 6, 30)),
    (date(2025, 7, 1), date(2025, 9, 30)),
    (date(2025, 10, 1), date(2025, 12, 31)),
]


def measure() -> Iterator[Line]:
    """Key results on weekly and on monthly KPIs, through the four quarters of 2025."""
    with clock.at(_noon(QUARTERS[0][0])):
        slug = f"history-{time.time_ns()}"
        found = organisations.found(slug=slug, name=slug, door=Door.COMMAND)
        with scope.organisation(found.pk):
            _fill()
    _live(found)
    with scope.organisation(found.pk):
        for frequency in ("week", "month"):
            ours = KeyResult.objects.filter(key__startswith=f"{frequency}-").values("pk")
            rows = GoalHistory.objects.filter(kind="key_result", object_id__in=ours).count()
            per_key_result = rows / (EACH * len(QUARTERS))
            yield Line(f"history rows a key result, KPI by {frequency}", per_key_result, "", MOST)


def _live(found: Organisation) -> None:
    """Every day of the year: its values come in, then the daily turn."""
    chance = random.Random(2)
    day, end = QUARTERS[0][0], QUARTERS[-1][1]
    while day <= end:
        with clock.at(_noon(day)), scope.organisation(found.pk):
            before = day - timedelta(days=1)
            if day.weekday() == 0:
                _send(found, "week", week_label(before), chance)
            if day.day == 1:
                _send(found, "month", f"{before:%Y-%m}", chance)
            kpi_standings.renew_due(found.pk, day)
            goal_standings.turn(found.pk, day)
        day += timedelta(days=1)


def _send(found: Organisation, frequency: str, period: str, chance: random.Random) -> None:
    rows = [
        {"kpi": f"{frequency}-{at}", "period": period, "value": 80 + chance.randrange(40)}
        for at in range(EACH)
    ]
    ingest.take(actors.system(found.pk, Door.API), rows)


def _fill() -> None:
    team = Team.objects.create(key="company", name="Company", kind="company")
    for frequency in ("week", "month"):
        for at in range(EACH):
            kpi = Kpi.objects.create(key=f"{frequency}-{at}", name=f"{frequency} {at}", team=team)
            kpi.definition = Definition.objects.create(kpi=kpi, frequency=frequency)
            kpi.save()
            Slice.objects.create(kpi=kpi)
    for number, (starts, ends) in enumerate(QUARTERS, start=1):
        cycle = Cycle.objects.create(
            key=f"2025Q{number}", title=f"2025 Q{number}", starts=starts, ends=ends, state="running"
        )
        objective = Objective.objects.create(
            key=f"O-{number}", title="O", cycle=cycle, team=team, state="agreed", agreed_on=starts
        )
        for kpi in Kpi.objects.order_by("key"):
            _key_result(objective, kpi, starts)


def _key_result(objective: Objective, kpi: Kpi, agreed_on: date) -> None:
    key_result = KeyResult.objects.create(
        key=f"{kpi.key}-{objective.key}",
        objective=objective,
        title=kpi.name,
        state="agreed",
        agreed_on=agreed_on,
        mode="reach",
    )
    Moves.objects.create(
        key_result=key_result,
        kpi=kpi,
        definition_id=kpi.definition_id,
        slice=Slice.objects.get(kpi=kpi),
        start=Decimal(80),
        is_start_typed=True,
        start_reason="seeded",
        target=Decimal(120),
    )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
