"""One measurement: to its key results and objectives stored, and to the branches above."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

from bench.seed import week_label
from bench.sizes import LAST_WEEK_ENDS
from bench.timing import Line, median_ms
from okapi.base import actor as actors
from okapi.base import scope
from okapi.base.actor import Door
from okapi.goals import renewer
from okapi.kpis import ingest
from okapi.orgs.models import Organisation

TIMES = 60
LIMIT = {"sqlite": 15.0, "postgresql": 10.0}
BRANCHES = 300.0
GROWTH = 1.5


def measure(small: Organisation, large: Organisation) -> Iterator[Line]:
    """The cost at 100 and at 100,000 objectives, and their ratio."""
    little, much = _stored(small), _stored(large)
    limit = LIMIT[connection.vendor]
    yield Line("one measurement stored with KR and objective, 100", little, "ms", limit)
    yield Line("one measurement stored with KR and objective, 100,000", much, "ms", limit)
    yield Line("its growth from 100 to 100,000 objectives", much / little, "x", GROWTH)
    yield Line("branches above, 8 levels, two parents each", _branches(large), "ms", BRANCHES)


def _take(found: Organisation, number: int) -> None:
    row: dict[str, Any] = {
        "kpi": f"kpi-{number % 10:06}",
        "period": week_label(LAST_WEEK_ENDS),
        "value": 200 + number,
    }
    ingest.take(actors.system(found.pk, Door.API), [row])


def _stored(found: Organisation) -> float:
    with scope.organisation(found.pk):
        _take(found, 0)
        return median_ms(lambda number: _take(found, number), TIMES)


def _branches(found: Organisation) -> float:
    """The renewer's time after a value that takes its objectives from one health to another."""
    taken = []
    with scope.organisation(found.pk):
        renewer.drain(found.pk)
        for number in range(20):
            value = 1_000_000 if number % 2 else 1
            row = {
                "kpi": "kpi-000003",
                "period": week_label(LAST_WEEK_ENDS),
                "value": value + number,
            }
            ingest.take(actors.system(found.pk, Door.API), [row])
            taken.append(median_ms(lambda _: renewer.drain(found.pk), 1))
    return sorted(taken)[len(taken) // 2]
