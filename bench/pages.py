"""Pages: server time of this process and statements, in a small organisation and in a large one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.sizes import Size
from bench.timing import Line, runs_ms
from okapi.orgs.models import Organisation, User

TIMES = 40
MS = 12.0
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
}


@dataclass(frozen=True, slots=True)
class _Cost:
    """What one page costs: CPU milliseconds of this process, and statements."""

    median: float
    fastest: float
    statements: int


def measure(sizes: Sequence[tuple[Organisation, Size]]) -> Iterator[Line]:
    """Each page in each organisation, the smallest first; then how much more the largest costs."""
    for name, address in PAGES.items():
        costs = []
        for found, size in sizes:
            cost = _cost(found, f"/o/{found.slug}/{address.format(objective=size.objectives // 2)}")
            note = f"fastest {cost.fastest:.1f}"
            yield Line(f"{name}, {size.objectives:,}: CPU", cost.median, "ms", MS, note=note)
            costs.append(cost)
        yield Line(f"{name}: growth", costs[-1].median / costs[0].median, "x", GROWTH)
        most = max(cost.statements for cost in costs)
        yield Line(f"{name}: statements", most, "", STATEMENTS)


def _cost(found: Organisation, path: str) -> _Cost:
    """The cost of a page for its organisation's first person; the first request is not counted."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=f"{found.slug}@bench.example"))
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(path)
        statements = len(asked)  # every later request begins the record anew
    taken = runs_ms(lambda _: client.get(path), TIMES, cpu=True)
    return _Cost(taken.median, taken.fastest, statements)
