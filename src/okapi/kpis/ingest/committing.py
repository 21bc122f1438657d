"""The commit: chunks, each one transaction with all that follows from it, journaled in the intake.

A commit that was killed goes on where it stopped; two processes that commit the same intake take
turns, since each chunk is taken under a lock on the intake's row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import repeat
from operator import itemgetter
from typing import Any

from django.db import transaction

from okapi.base import changes, clock, idempotency, outbox, statements
from okapi.base.actor import Actor
from okapi.base.telling import Tell, nobody
from okapi.base.upserts import insert_one, update_one
from okapi.core.errors import Conflict
from okapi.kpis import standings
from okapi.kpis.choices import IntakeState
from okapi.kpis.ingest import later, merging, slices
from okapi.kpis.ingest.dialects import StageRow
from okapi.kpis.ingest.results import IntakeResult
from okapi.kpis.ingest.spreading import spread
from okapi.kpis.ingest.staging import Chunk, Stage, slices_of
from okapi.kpis.models import Intake
from okapi.orgs.queries import Settings

MOST_KPI_NEWS = 500
MOST_SLICES_KEPT = 500
ANSWERED = 200
STORING = "storing"


_COLUMNS = tuple(field.attname for field in Intake._meta.concrete_fields if not field.primary_key)
_COMMITTED = ("state", "new", "revised", "unchanged", "chunks_done", "slices", "committed_at")


@dataclass(frozen=True, slots=True)
class Commit:
    """One intake on its way: who, what, and the request that waits for its answer."""

    actor: Actor
    settings: Settings
    stage: Stage
    request: idempotency.Request | None = None
    tell: Tell = nobody

    @property
    def is_bulk(self) -> bool:
        """Whether those above are renewed after the commit."""
        return self.stage.chunks > 1 or self.is_quiet

    @property
    def is_quiet(self) -> bool:
        """Whether the intake is told of at its end instead of each KPI."""
        return self.stage.kpis > MOST_KPI_NEWS


@transaction.atomic(savepoint=False)
def begin(commit: Commit, intake: Intake) -> None:
    """Write the intake and reserve its request: from now on it goes on by itself."""
    if commit.request is not None:
        pending = {"intake": str(intake.uid)}
        idempotency.reserve(commit.actor.organisation_id, commit.request, pending)
    with statements.together():  # with the beginning of the transaction
        intake.id = insert_one(Intake, _COLUMNS, [getattr(intake, name) for name in _COLUMNS])


def go_on(commit: Commit, intake_id: int) -> Intake:
    """Commit all chunks that are left; answers with the intake as it is in the end.

    `Conflict` (`intake.not_loading`) when somebody took the intake back meanwhile.
    """
    while True:
        intake = _next(commit, intake_id)
        commit.tell(STORING, intake.chunks_done, intake.chunks)
        if intake.state == IntakeState.COMMITTED:
            return intake
        if intake.state != IntakeState.LOADING:
            raise Conflict("intake.not_loading", ref=str(intake.uid), state=intake.state)


@transaction.atomic
def _next(commit: Commit, intake_id: int) -> Intake:
    intake: Intake = Intake.objects.select_for_update().get(pk=intake_id)
    if intake.state == IntakeState.LOADING:
        take_chunk(commit, intake)
    return intake


def take_chunk(commit: Commit, intake: Intake) -> None:
    """The next chunk of an intake whose row is locked, and the end of it after the last."""
    at = clock.now()
    _merge(commit, intake, commit.stage.chunk(intake.chunks_done), at)
    intake.chunks_done += 1
    with statements.together():
        if intake.chunks_done == intake.chunks:
            _finish(commit, intake, at)
        _save(intake)


def _save(intake: Intake) -> None:
    """What a commit changes of an intake."""
    update_one(Intake, _COMMITTED, [getattr(intake, name) for name in _COMMITTED], intake.pk)


def _merge(commit: Commit, intake: Intake, chunk: Chunk, at: datetime) -> None:
    organisation = commit.actor.organisation_id
    slice_places = slices_of(chunk.rows.places)
    refs = {place: chunk.slices[place] for place in set(slice_places)}
    with statements.together():
        standings.lock_kpis({ref.kpi_id for ref in refs.values()})
        known = slices.find(refs.values())
    ids = slices.ids_of(organisation, refs, known)
    rows = _stage_rows(chunk, slice_places, ids)
    # What fits into one transaction begins and ends in it.
    late = later.give_way(intake, rows) if intake.staging else later.Late()
    if late.keys:
        rows = [row for row in rows if row[:4] not in late.keys]
    merged = merging.merge(organisation, intake.pk, rows)
    intake.new += merged.new
    intake.revised += merged.revised + late.superseded
    intake.slices = _slices_kept(intake, {*merged.touched, *(key[0] for key in late.keys)})
    kpi_of = {ids[place]: ref.kpi_id for place, ref in refs.items()}
    touched = {one: (kpi_of[one], days) for one, days in merged.touched.items()}
    spread(commit.settings, touched, at, through_renewer=commit.is_bulk, quiet=commit.is_quiet)


def _finish(commit: Commit, intake: Intake, at: datetime) -> None:
    intake.state = IntakeState.COMMITTED
    intake.committed_at = at
    # Equal rows of one batch are one; the others say nothing new.
    intake.unchanged = intake.received - intake.new - intake.revised
    changes.record(
        commit.actor, "measure", "intake", intake.uid, after=told_of(intake), is_first=True
    )
    if commit.is_quiet:
        news = outbox.News("intake", intake.uid, intake.chunks_done)
        outbox.tell(commit.actor.organisation_id, [news])
    if commit.request is not None:
        idempotency.answer(commit.request, ANSWERED, IntakeResult.of(intake).as_json())


def told_of(intake: Intake) -> dict[str, Any]:
    """What the change record says of an intake."""
    return {
        "source": intake.source,
        "file": intake.file_name,
        "hash": intake.content_hash,
        "received": intake.received,
        "new": intake.new,
        "revised": intake.revised,
        "unchanged": intake.unchanged,
    }


def _slices_kept(intake: Intake, touched: Iterable[int]) -> list[int] | None:
    """The slices that a small intake touched, so that an undo need not look for them."""
    if intake.slices is None:
        return None
    kept = sorted({*intake.slices, *touched})
    return kept if len(kept) <= MOST_SLICES_KEPT else None


def _stage_rows(
    chunk: Chunk, slice_places: Sequence[int], ids: Mapping[int, int]
) -> Sequence[StageRow]:
    """Rows as the merge takes them, by slice: so lies the tables' primary key."""
    rows = chunk.rows
    columns: list[Iterable[Any]] = [
        map(ids.__getitem__, slice_places),
        *zip(*map(chunk.labels.__getitem__, rows.labels), strict=True),
        rows.values,
        map(float, rows.values),
    ]
    optional = (rows.numerators, rows.denominators, rows.notes)
    if any(column is not None for column in optional):
        columns += [repeat(None) if column is None else column for column in optional[:2]]
        columns.append(repeat("") if rows.notes is None else rows.notes)
    lined_up = list(zip(*columns, strict=False))
    lined_up.sort(key=itemgetter(0))
    return lined_up
