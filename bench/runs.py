"""One run on one database: set up, seed, measure, print."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterable

from bench.sizes import SMALL, TODAY, Size
from bench.timing import Line, wall


def here(objectives: int, database: str | None) -> int:
    """Measure in this process; 1 when a limit is missed."""
    _prepare(database)
    from datetime import UTC, datetime

    from okapi.base import clock

    noon = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC)
    with clock.at(noon):
        missed = [line for line in _lines(objectives) if line.verdict == "MISSED"]
    return 1 if missed else 0


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
    print(f"\n{database} · Python {platform.python_version()} · {os.cpu_count()} cores", flush=True)


def _make_database(url: str) -> None:
    """A fresh cluster has only its own databases."""
    import psycopg

    name = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url.replace(f"/{name}", "/postgres", 1), autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(f'CREATE DATABASE "{name}"')


def _lines(objectives: int) -> list[Line]:
    from bench import history, ingest, one, pages, seed
    from okapi.base import clock, scope
    from okapi.goals import standings as goal_standings
    from okapi.kpis import standings as kpi_standings
    from okapi.kpis.models import Kpi

    size = Size(objectives)
    made = {}

    def seed_one(slug: str, wanted: Size) -> None:
        made[slug] = seed.organisation(slug, wanted)

    def renew(slug: str) -> None:
        with scope.organisation(made[slug].pk):
            kpis = list(Kpi.objects.values_list("pk", flat=True))
            for start in range(0, len(kpis), 5_000):
                kpi_standings.renew(kpis[start : start + 5_000], at=clock.now(), today=TODAY)
            goal_standings.renew_everything(made[slug].pk)

    lines: list[Line] = []

    def show(found: Iterable[Line]) -> None:
        for line in found:
            print(line, flush=True)
            lines.append(line)

    def step(what: str, work: Callable[[], object]) -> None:
        show([Line(what, wall(work), "s")])

    step("seed 100 objectives", lambda: seed_one("small", SMALL))
    step("all standings of 100 objectives", lambda: renew("small"))
    step(f"seed {objectives:,} objectives", lambda: seed_one("large", size))
    step(f"all standings of {objectives:,} objectives", lambda: renew("large"))
    show(one.measure(made["small"], made["large"]))
    show(pages.measure(made["large"]))
    show(history.measure())
    show(ingest.measure(made["large"], size.weeks))
    return lines


if __name__ == "__main__":
    sys.exit("python -m bench")
