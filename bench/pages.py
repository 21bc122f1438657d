"""Pages: server time of this process and statements, on the large organisation."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.timing import Line, median_ms
from okapi.orgs.models import Organisation, User

TIMES = 40
MS = 12.0
STATEMENTS = 12.0
PAGES = {
    "goals list": "goals/?cycle=2026Q4",
    "goals list, at risk, with key results": "goals/?cycle=2026Q4&health=at_risk&key_results=1",
    "objective": "goals/O-050000/",
    "KPI catalogue": "kpis/",
    "KPI": "kpis/kpi-000003/",
}


def measure(large: Organisation) -> Iterator[Line]:
    """Each page, signed in; the first request of each is not counted."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=f"{large.slug}@bench.example"))
    for name, address in PAGES.items():
        path = f"/o/{large.slug}/{address}"
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
            statements = len(asked)  # every later request begins the record anew
        took = median_ms(lambda _, path=path: client.get(path), TIMES, cpu=True)  # type: ignore[misc]
        is_list = name.startswith("goals list") or name == "objective"
        yield Line(f"{name}: server CPU", took, "ms", MS if is_list else None)
        yield Line(f"{name}: statements", statements, "", STATEMENTS)
