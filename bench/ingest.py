"""Bulk ingest against the bare merge into the same tables, in the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from bench import bare
from bench.seed import as_kept, week_label
from bench.timing import Line, peak_mb, wall
from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Door
from okapi.kpis import ingest
from okapi.kpis.models import Intake, Measurement, Slice
from okapi.orgs.models import Organisation

KPIS = 5_000
WEEKS = 200
"""A million rows a pass: weeks before all that are there, so that they are new."""
MEMORY = 500.0


def measure(found: Organisation) -> Iterator[Line]:
    """New and revised rows, bare and through the ingest, each on KPIs of its own."""
    with scope.organisation(found.pk):
        rows = list(Slice.objects.order_by("id").values_list("pk", "kpi__key")[: 2 * KPIS])
        half = len(rows) // 2
        plain, ours = [pk for pk, _ in rows[:half]], [key for _, key in rows[half:]]
        weeks = weeks_before([pk for pk, _ in rows], WEEKS)
        for name, offset, at_least in (("new", 0, 40.0), ("revised", 1, 30.0)):
            bare_rate = _bare(found, plain, weeks, offset)
            rate = _ours(found, ours, weeks, offset)
            yield Line(f"ingest, {name}: bare merge", bare_rate, "rows/s")
            yield Line(f"ingest, {name}: ours, CSV to standings", rate, "rows/s")
            ratio = 100 * rate / bare_rate
            yield Line(f"ingest, {name}: ratio", ratio, "%", at_least, at_least=True)
    yield Line("ingest: peak memory of its process", peak_mb(), "MB", MEMORY)


def weeks_before(slices: Sequence[int], count: int) -> list[date]:
    """The ends of so many weeks before the oldest values of these slices, newest first."""
    oldest = Measurement.objects.filter(slice_id__in=slices[:1] + slices[-1:]).order_by("last")
    newest: date = oldest.values_list("last", flat=True)[0] - timedelta(weeks=1)
    return [newest - timedelta(weeks=back) for back in range(count)]


def _bare(found: Organisation, slices: list[int], weeks: Sequence[date], offset: int) -> float:
    intake = Intake.objects.create(door="command", state="committed", created_at=clock.now())
    organisation = as_kept(found.pk)
    rows = (
        (
            organisation, slice_id, end.isoformat(), (end - timedelta(days=6)).isoformat(), "",
            week_label(end), str(value), float(value), intake.pk,
        )
        for slice_id in slices
        for end in weeks
        for value in [(slice_id + end.toordinal()) % 97 + offset]
    )  # fmt: skip
    return len(slices) * len(weeks) / bare.merge(rows)


def _ours(found: Organisation, keys: list[str], weeks: Sequence[date], offset: int) -> float:
    labels = [week_label(end) for end in weeks]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", delete=False) as file:
        file.write("kpi,period,value\n")
        for number, key in enumerate(keys):
            for week, label in enumerate(labels):
                file.write(f"{key},{label},{(number + week) % 97 + offset}\n")
    path = Path(file.name)
    system = actors.system(found.pk, Door.COMMAND)
    seconds = wall(lambda: ingest.take(system, ingest.from_csv(path)))
    path.unlink()
    return len(keys) * len(labels) / seconds
