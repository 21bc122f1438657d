"""Pages: what they cost in a small organisation and in a large one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import shown
from bench.sizes import Size
from bench.timing import Line, Taken, taken
from okapi.base import scope
from okapi.orgs.models import Organisation, Person, User

TIMES = 60
GROWTH = 1.5
STATEMENTS = 12.0
P95 = 60.0
MAP_MS = 1_000.0
"""Until the map's first answer, by the wall: it looks for what stands above nothing."""
LIST_MS = 12.0
"""Processor time of lists, and of an objective; the other pages hold as many rows as they show."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its address in the organisation, and its limits besides those of all pages."""

    name: str
    address: str
    processor: float | None = None
    p95: float = P95
    growth: float | None = GROWTH


PAGES = (
    Page("Home", ""),
    Page("goals list", "goals/?cycle=2026Q4", LIST_MS),
    Page("goals list, at risk, with key results", "goals/?cycle=2026Q4&health=at_risk&kr=1"),
    Page("goals tree", "goals/?cycle=2026Q4&view=tree"),
    Page("tree level", "goals/?cycle=2026Q4&view=tree&fragment=level&under=team-2", LIST_MS),
    Page("map, first answer", "goals/?cycle=2026Q4&view=map", p95=MAP_MS, growth=None),
    Page("map level", "goals/?cycle=2026Q4&view=map&fragment=level&under=goal:{above}", LIST_MS),
    Page("objective", "goals/{objective}/", LIST_MS),
    Page("KPI catalogue", "kpis/", LIST_MS),
    Page("KPI", "kpis/{kpi}/"),
    Page("data health", "kpis/health"),
    Page("team", "teams/team-1/"),
    Page("person", "people/{person}/"),
)


def measure(sizes: Sequence[tuple[Organisation, Size]]) -> Iterator[Line]:
    """Each page in each organisation, the smallest first; then how much more the largest costs.

    Its cost is what this process computes for it: what PostgreSQL does elsewhere is told beside.
    """
    for found, size in sizes:
        shown.prepare(found, size)
    for page in PAGES:
        costs, most = [], 0
        for found, size in sizes:
            cost, statements = _cost(found, size, page)
            what = f"{page.name}, {size.objectives:,}: server CPU"
            yield Line(what, cost.own, "ms", page.processor, best=cost.own_least, note=cost.note)
            costs.append(cost)
            most = max(most, statements)
        small, large = costs[0], costs[-1]
        growth, best = large.own / small.own, large.own_least / small.own_least
        yield Line(f"{page.name}: growth of CPU", growth, "x", page.growth, best=best)
        whole = f"{page.name}: p95 of the whole answer"
        yield Line(whole, large.p95, "ms", page.p95, best=large.least)
        yield Line(f"{page.name}: statements", most, "", STATEMENTS)


def _cost(found: Organisation, size: Size, page: Page) -> tuple[Taken, int]:
    """What a page costs its organisation's first person, and its statements; after warming up."""
    user = User.objects.get(email=f"{found.slug}@bench.example")
    with scope.organisation(found.pk):
        person = Person.objects.get(user=user).pk
    address = page.address.format(
        objective=shown.objective_of(size),
        above=shown.above_of(found),
        kpi=shown.kpi_of(size),
        person=person,
    )
    path = f"/o/{found.slug}/{address}"
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
        statements = len(asked)  # every later request begins the record anew
    return taken(lambda _: client.get(path), TIMES), statements
