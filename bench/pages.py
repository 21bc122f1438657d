"""Pages: what they cost in a small organisation and in a large one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.sizes import Size
from bench.timing import Line, Taken, taken
from okapi.orgs.models import Organisation, User

TIMES = 60
MS = 12.0
P95 = 60.0
GROWTH = 1.5
STATEMENTS = 12.0
PAGES = {
    "Home": "",
    "goals list": "goals/?cycle=2026Q4",
    "goals list, at risk, with key results": "goals/?cycle=2026Q4&health=at_risk&kr=1",
    "goals tree": "goals/?cycle=2026Q4&view=tree",
    "goals tree, one level": "goals/?cycle=2026Q4&view=tree&fragment=level&under=team-2",
    "alignment map": "goals/?cycle=2026Q4&view=map",
    "alignment map, one level": ("goals/?cycle=2026Q4&view=map&fragment=level&under=goal:O-000001"),
    "objective": "goals/O-{objective:06}/",
    "KPI catalogue": "kpis/",
    "KPI": "kpis/kpi-000003/",
    "team page": "teams/team-1/",
}


def measure(sizes: Sequence[tuple[Organisation, Size]]) -> Iterator[Line]:
    """Each page in each organisation, the smallest first; then how much more the largest costs.

    Its cost is what this process computes for it: what PostgreSQL does elsewhere is told beside.
    """
    for name, address in PAGES.items():
        costs, most = [], 0
        for found, size in sizes:
            path = f"/o/{found.slug}/{address.format(objective=size.objectives // 2)}"
            cost, statements = _cost(found, path)
            what = f"{name}, {size.objectives:,}: server CPU"
            yield Line(what, cost.own, "ms", MS, best=cost.own_least, note=cost.note)
            costs.append(cost)
            most = max(most, statements)
        small, large = costs[0], costs[-1]
        growth, best = large.own / small.own, large.own_least / small.own_least
        yield Line(f"{name}: growth", growth, "x", GROWTH, best=best)
        yield Line(f"{name}: p95 of the whole answer", large.p95, "ms", P95)
        yield Line(f"{name}: statements", most, "", STATEMENTS)


def _cost(found: Organisation, path: str) -> tuple[Taken, int]:
    """What a page costs its organisation's first person, and its statements; after warming up."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=f"{found.slug}@bench.example"))
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
        statements = len(asked)  # every later request begins the record anew
    return taken(lambda _: client.get(path), TIMES), statements
