"""What can be asked about sources; and, for readers of a KPI, which one brings its values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, UUIDField

from okapi.base.actor import Actor, Role
from okapi.base.given import Given
from okapi.base.prepared import Part, Question
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.core.periods import Period
from okapi.exchange.models import Source, SourceFeed, SourceRun
from okapi.exchange.sources import access
from okapi.exchange.sources.kinds import Paused, RunState, SourceKind
from okapi.kpis import access as kpis_access
from okapi.orgs import access as orgs_access

MOST = 500
# Suggests names of KPIs that only the owner may be able to read.
_NEAR, _UNKNOWN = "tables.kpi.unknown_near", "tables.kpi.unknown"


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run: when, how long, what it read; `trouble` is what was refused, told to this reader."""

    id: UUID
    state: RunState
    slot: datetime | None
    person: str
    person_other: str
    due_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempt: int
    received: int
    new: int
    revised: int
    unchanged: int
    intake: UUID | None
    covered: str
    trouble: OkapiError | None
    refusals: tuple[OkapiError, ...]
    refused: int

    @property
    def seconds(self) -> float | None:
        """How long it took, with all its tries; None while it runs."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A KPI that a source brings, and the newest period that it covered."""

    key: str
    name: str
    name_other: str
    period: Period
    read_at: datetime


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source as a list shows it; the secret is only told to be there."""

    id: UUID
    key: str
    name: str
    kind: SourceKind
    place: Mapping[str, str]
    query: str
    has_secret: bool
    mapping: Mapping[str, Any] | None
    cron: str
    owner: str
    owner_other: str
    owner_id: UUID | None
    paused: str
    failures: int
    next_at: datetime | None
    version: int
    created_at: datetime
    newest: RunLine | None


def sources(actor: Actor, *, after: str = "", most: int = MOST) -> tuple[SourceLine, ...]:
    """At most so many, by key, each with its newest run; two statements. `Forbidden`."""
    access.require(actor)
    rows = access.visible(actor).select_related("owner").order_by("key")
    if after:
        rows = rows.filter(key__gt=after)
    return _lines(actor, list(rows[:most]))


def source(actor: Actor, ref: UUID | str) -> SourceLine:
    """The source with this id or key: `NotFound`."""
    return _lines(actor, [access.get(actor, ref)])[0]


def runs(
    actor: Actor, ref: UUID | str, *, before: UUID | None = None, most: int = 50
) -> tuple[RunLine, ...]:
    """The runs of a source, newest first."""
    found = access.get(actor, ref)
    rows = SourceRun.objects.filter(source=found).select_related("person").order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    is_owner = actor.person_id == found.owner_id
    return tuple(_run(row, is_owner=is_owner) for row in rows[:most])


def one_run(actor: Actor, ref: UUID | str, run: UUID) -> RunLine:
    """One run: `NotFound` where it is no run of this source."""
    found = access.get(actor, ref)
    row = SourceRun.objects.filter(source=found, pk=run).select_related("person").first()
    if row is None:
        raise orgs_access.missing("source_run", run)
    return _run(row, is_owner=actor.person_id == found.owner_id)


def feeds(actor: Actor, ref: UUID | str) -> tuple[FeedLine, ...]:
    """The KPIs that a source brings, those that the actor may read, by key."""
    found = access.get(actor, ref)
    readable = kpis_access.visible(actor).values("pk")
    rows = SourceFeed.objects.filter(source=found, kpi_id__in=readable).order_by("kpi__key")
    names = ("kpi__key", "kpi__name", "kpi__name_other", "first", "last", "label", "read_at")
    return tuple(
        FeedLine(key, name, other, Period(first, last, label), read_at)
        for key, name, other, first, last, label, read_at in rows.values_list(*names)[:MOST]
    )


@dataclass(frozen=True, slots=True)
class PausedLine:
    """A source that was paused by itself, and why (`kinds.Paused`)."""

    key: str
    name: str
    paused: str


def paused_of(actor: Actor) -> tuple[PausedLine, ...]:
    """The actor's sources that failed too often, and those that nobody may run any more.

    For data stewards one statement; nothing is asked for others.
    """
    if actor.person_id is None or not actor.has(Role.STEWARD):
        return ()
    mine = Q(owner_id=actor.person_id, paused=Paused.FAILURES.value)
    rows = access.visible(actor).filter(mine | Q(paused=Paused.OWNER.value)).order_by("key")
    return tuple(PausedLine(*row) for row in rows.values_list("key", "name", "paused")[:5])


@dataclass(frozen=True, slots=True)
class Feeding:
    """Which source brings a KPI's values, for those who read the KPI: no more than its name."""

    name: str
    read_at: datetime
    label: str
    is_paused: bool


def feeding(kpi_id: UUID) -> Part[tuple[Feeding, ...]]:
    """The sources of a KPI that the caller may read, the newest reading first."""
    return _FEEDING.part(kpi=kpi_id).to(
        lambda rows: tuple(
            Feeding(name, read_at, label, bool(paused)) for name, read_at, label, paused in rows
        )
    )


def _feeding() -> QuerySet[SourceFeed, Any]:
    rows: QuerySet[SourceFeed, Any] = SourceFeed.objects.filter(
        kpi_id=Given("kpi", UUIDField()), source__archived_at__isnull=True
    )
    names = ("source__name", "read_at", "label", "source__paused")
    return rows.order_by("-read_at", "source__key").values_list(*names)[:3]


_FEEDING = Question(_feeding)


def _lines(actor: Actor, rows: Sequence[Source]) -> tuple[SourceLine, ...]:
    newest = _newest(rows)
    return tuple(
        SourceLine(
            id=row.pk,
            key=row.key,
            name=row.name,
            kind=SourceKind(row.kind),
            place=row.place,
            query=row.query,
            has_secret=bool(row.secret),
            mapping=row.mapping,
            cron=row.cron,
            owner="" if row.owner is None else row.owner.name,
            owner_other="" if row.owner is None else row.owner.name_other,
            owner_id=row.owner_id,
            paused=row.paused,
            failures=row.failures,
            next_at=row.next_at,
            version=row.version,
            created_at=row.created_at,
            newest=None
            if row.pk not in newest
            else _run(newest[row.pk], is_owner=row.owner_id == actor.person_id),
        )
        for row in rows
    )


def _newest(rows: Iterable[Source]) -> dict[UUID, SourceRun]:
    """The newest run of each source; one statement."""
    ids = [row.pk for row in rows]
    newest = SourceRun.objects.filter(source=OuterRef("source")).order_by("-id").values("pk")[:1]
    found = SourceRun.objects.filter(source_id__in=ids, pk=Subquery(newest))
    return {run.source_id: run for run in found.select_related("person")}


def _run(row: SourceRun, *, is_owner: bool) -> RunLine:
    trouble = _told({"code": row.code, "data": row.data}, is_owner=is_owner) if row.code else None
    return RunLine(
        id=row.pk,
        state=RunState(row.state),
        slot=row.slot,
        person="" if row.person is None else row.person.name,
        person_other="" if row.person is None else row.person.name_other,
        due_at=row.due_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempt=row.attempt,
        received=row.received,
        new=row.new,
        revised=row.revised,
        unchanged=row.unchanged,
        intake=row.intake,
        covered=row.covered,
        trouble=trouble,
        refusals=tuple(_told(one, is_owner=is_owner) for one in row.refusals),
        refused=row.refused,
    )


def _told(kept: Mapping[str, Any], *, is_owner: bool) -> OkapiError:
    code, data = str(kept["code"]), dict(kept["data"])
    if code == _NEAR and not is_owner:
        code = _UNKNOWN
        data.pop("expected", None)
    return Refused(code, **data)


def refusals_of(run: RunLine) -> OkapiError | None:
    """What was refused, as one error: every cell that is kept, or the whole."""
    return Refusals(run.refusals) if run.refusals else run.trouble
