"""One run on one database: set up, seed, measure, print."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING

from bench.sizes import MIDDLE, SMALL, TODAY, Size
from bench.timing import Line, wall

if TYPE_CHECKING:
    from okapi.orgs.models import Organisation


PARTS = ["one", "pages", "search", "history", "posting", "charts", "ingest"]
ALONE = {"ingest"}
"""Parts in a process of their own, so that their memory is theirs."""


def here(
    objectives: int, database: str | None, parts: Collection[str], *, alone: bool = False
) -> int:
    """Measure in this process, or, once all is seeded, in one for each that wants it.

    1 when a limit is missed. `alone` is this process for such a part.
    """
    _prepare(database)
    from datetime import UTC, datetime

    from okapi.base import clock

    own = [part for part in parts if alone or part not in ALONE]
    if not alone:
        print(f"\n{database} · {_machine()}", flush=True)
    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)
    with clock.at(noon):
        missed = any(line.verdict == "MISSED" for line in _lines(objectives, own))
    for part in parts if not alone else ():
        if part in ALONE:
            command = [sys.executable, "-m", "bench", "--here", "--alone", "--parts", part]
            command += ["--only", str(database), "--objectives", str(objectives)]
            missed |= subprocess.run(command, check=False).returncode != 0
    return int(missed)


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()} · {os.cpu_count()} cores · load {load:.1f}"


def _prepare(database: str | None) -> None:
    if database == "postgresql":
        url = os.environ.get("OKAPI_BENCH_DATABASE_URL") or os.environ["OKAPI_TEST_DATABASE_URL"]
        os.environ["OKAPI_DATABASE_URL"] = url
        _make_database(url)
    else:
        os.environ.pop("OKAPI_DATABASE_URL", None)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okapi.config.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from okapi.cli import serve
    from okapi.config import memory

    serve.lay_out_static_files()
    memory.keep()


def _make_database(url: str) -> None:
    """A fresh cluster has only its own databases."""
    import psycopg

    place, mark, rest = url.partition("?")
    server_of, _, name = place.rpartition("/")
    with psycopg.connect(f"{server_of}/postgres{mark}{rest}", autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')


def _lines(objectives: int, parts: Collection[str]) -> list[Line]:
    from bench import charts, finding, history, ingest, one, pages, posting
    from okapi.base.frames import roomy
    from okapi.config import memory

    lines: list[Line] = []

    @roomy  # as a server
    def show(found: Iterable[Line]) -> None:
        for line in found:
            print(line, flush=True)
            lines.append(line)

    sizes = {"small": SMALL, "middle": MIDDLE, "large": Size(objectives)}

    @cache
    def found(slug: str) -> Organisation:
        return _organisation(slug, sizes[slug], show)

    measures = {
        "one": lambda: one.measure(found("small"), found("large")),
        "pages": lambda: pages.measure([(found(one), sizes[one]) for one in ("middle", "large")]),
        "search": lambda: finding.measure(found("large")),
        "history": history.measure,
        "posting": lambda: posting.measure(found("large")),
        "charts": lambda: charts.measure(found("large")),
        "ingest": lambda: ingest.measure(found("large")),
    }
    memory.settle()  # as a server
    for part in parts:
        show(measures[part]())
    return lines


def _organisation(slug: str, size: Size, show: Callable[[list[Line]], None]) -> Organisation:
    """An organisation of this size with its standings, seeded unless an earlier run did it."""
    from django.db import connection

    from bench import seed
    from okapi.orgs.models import Organisation

    if found := Organisation.objects.filter(slug=slug).first():
        return found
    seconds = wall(lambda: seed.organisation(slug, size))
    show([Line(f"seed {size.objectives:,} objectives", seconds, "s")])
    found = Organisation.objects.get(slug=slug)
    seconds = wall(lambda: _renew(found))
    show([Line(f"all standings of {size.objectives:,} objectives", seconds, "s")])
    with connection.cursor() as cursor:
        # As after an organisation's years: the database knows how its tables are filled.
        cursor.execute("ANALYZE")
    return found


def _renew(found: Organisation) -> None:
    from django.db import transaction

    from okapi.base import clock, scope
    from okapi.goals import standings as goal_standings
    from okapi.kpis import standings as kpi_standings
    from okapi.kpis.models import Kpi

    with scope.organisation(found.pk):
        kpis = list(Kpi.objects.values_list("pk", flat=True))
        for start in range(0, len(kpis), 5_000):
            with transaction.atomic():
                kpi_standings.renew(kpis[start : start + 5_000], at=clock.now(), today=TODAY)
        goal_standings.renew_everything(found.pk)


if __name__ == "__main__":
    sys.exit("python -m bench")
