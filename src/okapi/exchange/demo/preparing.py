"""Making the demo ready: both examples, the people who sign in, and the data up to today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from okapi.base import actor as actors
from okapi.base import clock, scope
from okapi.base.actor import Actor, Door
from okapi.exchange.applying import apply_files
from okapi.exchange.demo import people, story
from okapi.exchange.demo.anchor import Anchor
from okapi.exchange.demo.moving import Move, check_in_files, move_check_ins, move_files
from okapi.exchange.demo.people import Visitor
from okapi.exchange.demo.places import example
from okapi.exchange.demo.story import Story
from okapi.exchange.demo.values import Generator, Row
from okapi.goals import renewer
from okapi.goals.models import CheckIn, KeyResult
from okapi.kpis.actions import record_measurements
from okapi.kpis.choices import KpiState
from okapi.kpis.models import Kpi
from okapi.orgs import access, queries
from okapi.orgs.choices import CycleKind
from okapi.orgs.queries import Settings

QIJU, UK = "demo", "sdg-uk"
_CHINA = ZoneInfo("Asia/Shanghai")


class Tell(Protocol):
    """Shows a line of progress: the code of a phrase and its data."""

    def __call__(self, code: str, /, **data: Any) -> None:
        """Show it."""


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the demo, and who can sign in to it."""

    settings: Settings
    doors: tuple[people.Door, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """The demo as it is ready: `rows` new measurements; `is_over` once its quarter has ended."""

    houses: tuple[House, ...]
    rows: int
    is_over: bool


def prepare(tell: Tell) -> Prepared:
    """Load what is missing and add what has come since the last start.

    Every step does only what is not done yet: the next start makes an interrupted one good.
    """
    known = {one.slug for one in queries.all_organisations("what a demo has already")}
    if UK not in known:
        tell("demo.applying", name=UK)
        apply_files(example(UK), UK)
    if QIJU not in known:
        tell("demo.applying", name=QIJU)
        _found()
    houses = (
        _open(QIJU, people.QIJU),
        _open(UK, people.UK),
    )
    rows, is_over = _go_on(houses[0].settings, tell)
    return Prepared(houses, rows, is_over)


def _found() -> None:
    """Apply the files of examples/demo, moved to the quarter that runs today."""
    now = clock.now()
    with TemporaryDirectory(prefix="okapi-demo-") as folder:
        move_files(example(QIJU), Path(folder), Anchor.around(now.astimezone(_CHINA).date()), now)
        apply_files(Path(folder), QIJU)


def _open(slug: str, visitors: tuple[Visitor, ...]) -> House:
    settings = queries.settings_by_slug(slug)
    with scope.organisation(settings.organisation_id):
        system = actors.system(settings.organisation_id, Door.DEMO)
        return House(settings, tuple(people.open_doors(system, visitors)))


def _go_on(settings: Settings, tell: Tell) -> tuple[int, bool]:
    """Bring the data and the words of the demo up to today."""
    with scope.organisation(settings.organisation_id):
        actor = actors.system(settings.organisation_id, Door.DEMO)
        anchor = _anchor(actor)
        if anchor is None:
            return 0, False
        told = Story.around(anchor)
        story.tell(actor, told, clock.now())
        rows = _measure(actor, anchor, told, settings.today, tell)
        _check_in(settings, anchor)
    renewer.drain(settings.organisation_id)
    return rows, settings.today >= anchor.quarter(1)


def _anchor(actor: Actor) -> Anchor | None:
    """The quarter around which this demo was made: the second of its quarters."""
    quarters = access.visible_cycles(actor).filter(kind=CycleKind.QUARTER.value)
    first = quarters.order_by("starts").values_list("starts", flat=True).first()
    return None if first is None else Anchor(Anchor.around(first).quarter(1))


def _measure(actor: Actor, anchor: Anchor, told: Story, today: date, tell: Tell) -> int:
    """Add the measurements that are missing since the newest of each KPI.

    Only of KPIs that still are what the files made them.
    """
    kept = Kpi.objects.filter(state=KpiState.ACTIVE.value, archived_at=None, definition__number=1)
    since = dict(kept.values_list("key", "standing__last"))
    rows = [row for row in Generator(anchor).rows(today, since) if row["kpi"] in since]
    if not rows:
        return 0
    tell("demo.measuring", n=len(rows))
    first, later = told.corrections(rows) if not any(since.values()) else (rows, [])
    sources = dict(kept.values_list("key", "definition__source"))
    for some in (first, later):
        for source, of_source in _by_source(some, sources):
            record_measurements(actor, of_source, source=source)
    return len(rows)


def _by_source(rows: list[Row], sources: Mapping[str, str]) -> list[tuple[str, list[Row]]]:
    """The rows of each system that they are said to come from: an intake each."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(sources[row["kpi"]], []).append(row)
    return list(found.items())


def _check_in(settings: Settings, anchor: Anchor) -> None:
    """Add the check-ins that have been said since the last start."""
    known = set(KeyResult.objects.filter(archived_at=None).values_list("key", flat=True))
    said = set(CheckIn.objects.values_list("key_result__key", "at"))

    def is_new(row: Row) -> bool:
        at = datetime.fromisoformat(row["at"])
        return row["key_result"] in known and (row["key_result"], at) not in said

    with TemporaryDirectory(prefix="okapi-demo-") as folder:
        files = check_in_files(example(QIJU))
        if move_check_ins(files, Path(folder), Move(anchor), clock.now(), wanted=is_new):
            apply_files(Path(folder), settings.slug)
