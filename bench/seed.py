"""A seeded organisation of a given size, written in bulk: eight levels deep, two parents each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench import bare
from bench.sizes import CYCLE, LAST_WEEK_ENDS, Size
from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.goals.models import Contribution, KeyResult, Moves, Objective
from okapi.kpis.models import Definition, Intake, Kpi, Slice
from okapi.orgs.actions import organisations
from okapi.orgs.models import Cycle, Membership, Organisation, Person, Team, User

BATCH = 5_000
PASSWORD = "only for the benchmark"


def organisation(slug: str, size: Size) -> Organisation:
    """Write an organisation of this size, but for its standings; the same each time."""
    chance = random.Random(slug)
    found = organisations.found(slug=slug, name=slug, language="en", door=Door.COMMAND)
    with scope.organisation(found.pk), transaction.atomic():
        people = _people(found, size)
        teams = _teams(size, people)
        cycle = Cycle.objects.create(
            key="2026Q4", title="2026 Q4", starts=CYCLE[0], ends=CYCLE[1], state="running"
        )
        kpis = _kpis(size, people, teams)
        slices = list(Slice.objects.order_by("id").values_list("pk", "kpi_id"))
        _measurements(found, size, [pk for pk, _ in slices], chance)
        objectives = _objectives(size, cycle, people, teams)
        _contributions(size, objectives)
        _key_results(
            size, objectives, people, kpis, {kpi: slice_id for slice_id, kpi in slices}, chance
        )
    return found


def _save(model: Any, rows: Iterable[Any]) -> None:
    iterator = iter(rows)
    while batch := list(islice(iterator, BATCH)):
        model.objects.bulk_create(batch, batch_size=1_000)


def _made(model: Any, n: int, make: Callable[[int], Any]) -> list[Any]:
    rows = [make(i) for i in range(n)]
    _save(model, rows)
    return rows


def _people(found: Organisation, size: Size) -> list[UUID]:
    people = _made(
        Person, size.people, lambda i: Person(email=f"p{i}@bench.example", name=f"Person {i}")
    )
    first: Person = people[0]
    first.user = User.objects.create_user(f"{found.slug}@bench.example", PASSWORD, name="First")
    first.is_strategist = True
    first.save()
    return [person.pk for person in people]


def _teams(size: Size, people: list[UUID]) -> list[UUID]:
    departments = max(size.teams // 20, 1)
    teams: list[Team] = []
    for i in range(size.teams):
        parent = None if i == 0 else teams[0] if i <= departments else teams[1 + i % departments]
        kind = "company" if parent is None else "team"
        teams.append(Team(key=f"team-{i}", name=f"Team {i}", kind=kind, parent=parent, position=i))
    for level in (teams[:1], teams[1 : departments + 1], teams[departments + 1 :]):
        _save(Team, level)
    ids = [team.pk for team in teams]
    _save(
        Membership,
        (
            Membership(person_id=person, team_id=ids[i % len(ids)], is_home=True)
            for i, person in enumerate(people)
        ),
    )
    return ids


def _kpis(size: Size, people: list[UUID], teams: list[UUID]) -> list[tuple[UUID, UUID]]:
    kpis = _made(
        Kpi,
        size.kpis,
        lambda i: Kpi(
            key=f"kpi-{i:06}",
            name=f"KPI {i}",
            team_id=teams[i % len(teams)],
            owner_id=people[i % len(people)],
        ),
    )
    definitions = [Definition(kpi=kpi, frequency="week", aggregation="last") for kpi in kpis]
    _save(Definition, definitions)
    for kpi, definition in zip(kpis, definitions, strict=True):
        kpi.definition = definition
    for start in range(0, len(kpis), BATCH):
        Kpi.objects.bulk_update(kpis[start : start + BATCH], ["definition"], batch_size=400)
    _save(Slice, (Slice(kpi=kpi) for kpi in kpis))
    return [(kpi.pk, kpi.definition_id) for kpi in kpis]


def _measurements(
    found: Organisation, size: Size, slices: list[int], chance: random.Random
) -> None:
    intake = Intake.objects.create(door="command", state="committed", created_at=clock.now())
    bare.merge(measurements(found, size.weeks, slices, intake.pk, chance))


def measurements(
    found: Organisation, weeks: int, slices: list[int], intake: int, chance: random.Random
) -> Iterator[bare.Row]:
    """So many weekly values of each slice, the newest last Sunday's, as the database takes them."""
    organisation = as_kept(found.pk)
    ends = [LAST_WEEK_ENDS - timedelta(weeks=back) for back in reversed(range(weeks))]
    periods = [
        (end.isoformat(), (end - timedelta(days=6)).isoformat(), week_label(end)) for end in ends
    ]
    for slice_id in slices:
        for week, (last, first, label) in enumerate(periods):
            value = 100 - (weeks - week) // 2 + chance.randrange(-9, 10)
            yield organisation, slice_id, last, first, "", label, str(value), float(value), intake


def as_kept(one: UUID) -> Any:
    """An id as the database holds it."""
    return one.hex if connection.vendor == "sqlite" else one


def week_label(day: date) -> str:
    """As `2026-W47`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _objectives(size: Size, cycle: Cycle, people: list[UUID], teams: list[UUID]) -> list[UUID]:
    made = _made(
        Objective,
        size.objectives,
        lambda i: Objective(
            key=f"O-{i:06}",
            title=f"Objective {i}",
            cycle=cycle,
            team_id=teams[i % len(teams)],
            owner_id=people[i % len(people)],
            state="agreed",
            agreed_on=CYCLE[0],
        ),
    )
    return [objective.pk for objective in made]


def _contributions(size: Size, objectives: list[UUID]) -> None:
    def links() -> Iterator[Contribution]:
        for above, level in zip(size.levels, size.levels[1:], strict=False):
            for i in level:
                ups = {above.start + i % len(above), above.start + (i * 7 + 3) % len(above)}
                for up in ups:
                    yield Contribution(child_id=objectives[i], parent_id=objectives[up])

    _save(Contribution, links())


def _key_results(
    size: Size,
    objectives: list[UUID],
    people: list[UUID],
    kpis: list[tuple[UUID, UUID]],
    slices: dict[UUID, int],
    chance: random.Random,
) -> None:
    made = _made(
        KeyResult,
        size.key_results,
        lambda i: KeyResult(
            key=f"KR-{i:06}",
            objective_id=objectives[i // 3],
            title=f"Key result {i}",
            owner_id=people[i % len(people)],
            state="agreed",
            agreed_on=CYCLE[0],
            mode="reach",
            position=i % 3,
        ),
    )

    def moves() -> Iterator[Moves]:
        for i, key_result in enumerate(made):
            kpi, definition = kpis[i % len(kpis)]
            yield Moves(
                key_result=key_result,
                kpi_id=kpi,
                definition_id=definition,
                slice_id=slices[kpi],
                start=Decimal(80),
                is_start_typed=True,
                start_reason="seeded",
                target=Decimal(chance.randrange(105, 140)),
            )

    _save(Moves, moves())
