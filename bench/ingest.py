"""Bulk ingest against the bare merge into the same tables, in the same run."""

from __future__ import annotations

import random
import resource
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench import bare, seed
from bench.sizes import LAST_WEEK_ENDS
from bench.timing import Line, wall
from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.kpis import ingest
from okapi.kpis.models import Intake, Slice
from okapi.orgs.models import Organisation

KPIS = 5_000
WEEKS = 200
"""A million rows a pass: weeks before the seeded ones, so that they are new."""


def measure(found: Organisation, weeks_seeded: int) -> Iterator[Line]:
    """New and revised rows, bare and through the ingest, each on KPIs of its own."""
    with scope.organisation(found.pk):
        rows = list(Slice.objects.order_by("id").values_list("pk", "kpi__key")[: 2 * KPIS])
    half = len(rows) // 2
    for name, offset, at_least in (("new", 0, 40.0), ("revised", 1, 30.0)):
        bare_rate = _bare(found, [pk for pk, _ in rows[:half]], weeks_seeded, offset)
        ours = _ours(found, [key for _, key in rows[half:]], weeks_seeded, offset)
        yield Line(f"ingest, {name}: bare merge", bare_rate, "rows/s")
        yield Line(f"ingest, {name}: ours, CSV to standings", ours, "rows/s")
        yield Line(f"ingest, {name}: ratio", 100 * ours / bare_rate, "%", at_least, at_least=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Line("peak memory of this process, seeding included", peak, "MB")


def _ends(weeks_seeded: int) -> list[str]:
    newest = LAST_WEEK_ENDS - timedelta(weeks=weeks_seeded)
    return [seed.week_label(newest - timedelta(weeks=back)) for back in range(WEEKS)]


def _bare(found: Organisation, slices: list[int], weeks_seeded: int, offset: int) -> float:
    chance = random.Random(1)
    with scope.organisation(found.pk):
        intake = Intake.objects.create(door="command", state="committed", created_at=clock.now())
        shift = timedelta(weeks=weeks_seeded)
        rows = [
            _older(row, shift, offset)
            for row in seed.measurements(found, WEEKS, slices, intake.pk, chance)
        ]
        seconds = wall(lambda: bare.merge(rows))
    return len(rows) / seconds


def _older(row: bare.Row, shift: timedelta, offset: int) -> bare.Row:
    organisation, slice_id, last, first, mark, label, _, _, intake = row
    end, begin = (date.fromisoformat(day) - shift for day in (last, first))
    value = (slice_id + end.toordinal()) % 97 + offset
    return (
        organisation, slice_id, end.isoformat(), begin.isoformat(), mark, label,
        str(value), float(value), intake,
    )  # fmt: skip


def _ours(found: Organisation, keys: list[str], weeks_seeded: int, offset: int) -> float:
    labels = _ends(weeks_seeded)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
        file.write("kpi,period,value\n")
        for number, key in enumerate(keys):
            for week, label in enumerate(labels):
                file.write(f"{key},{label},{(number + week) % 97 + offset}\n")
    path = Path(file.name)
    system = actors.system(found.pk, Door.COMMAND)
    with scope.organisation(found.pk):
        seconds = wall(lambda: ingest.take(system, ingest.from_csv(path)))
    path.unlink()
    return len(keys) * len(labels) / seconds
