"""Taking an intake back: what it made goes, what it superseded comes back.

A value that a later intake revised stays. What comes back is the last value that stood before and
whose own intake was not taken back; it is a further revision, and the value that goes is kept in
the history. A large undo is journaled like a commit: the intake is *undone* from the first
transaction on, and its chunks are counted again when nothing of it is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Min

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.core.errors import Conflict, NotFound
from okapi.kpis import access, standings
from okapi.kpis.choices import IntakeState
from okapi.kpis.ingest.merging import MOST_REVISIONS
from okapi.kpis.ingest.results import UndoResult
from okapi.kpis.ingest.spreading import spread
from okapi.kpis.models import Intake, Measurement, MeasurementHistory, Slice
from okapi.orgs.queries import Settings, settings_of

CHUNK_ROWS = 15_000
CHUNK_SLICES = 500
MOST_KPI_NEWS = 500

_FIELDS = "label, value, number, numerator, denominator, note"
_KEY = "organisation_id, slice_id, last, first, mark"
_OURS = "organisation_id = %s AND intake_id = %s AND slice_id IN ({slices})"
_SAME = " AND ".join(f"c.{name} = m.{name}" for name in _KEY.split(", "))
_KEEP = f"""
INSERT INTO kpis_measurementhistory ({_KEY}, {_FIELDS}, revision, intake_id, superseded_by_id)
SELECT {_KEY}, {_FIELDS}, revision, intake_id, intake_id FROM kpis_measurement WHERE {_OURS}
"""
_RESTORE = f"""
UPDATE kpis_measurement AS m SET
    {", ".join(f"{name} = h.{name}" for name in _FIELDS.split(", "))}, intake_id = h.intake_id,
    revision = CASE WHEN m.revision < {MOST_REVISIONS} THEN m.revision + 1 ELSE m.revision END
FROM kpis_measurementhistory h
WHERE m.organisation_id = %s AND m.intake_id = %s AND m.slice_id IN ({{slices}})
AND h.id = (
    SELECT max(c.id) FROM kpis_measurementhistory c JOIN kpis_intake i ON i.id = c.intake_id
    WHERE {_SAME} AND i.state <> '{IntakeState.UNDONE.value}'
)
"""
_REMOVE = f"DELETE FROM kpis_measurement WHERE {_OURS}"
_KEPT = f"""
SELECT count(*) FROM (
    SELECT DISTINCT {_KEY} FROM kpis_measurementhistory WHERE {_OURS}
) c JOIN kpis_measurement m ON {_SAME} AND m.intake_id <> %s
"""


@dataclass(slots=True)
class _Undo:
    """One intake on its way back."""

    actor: Actor
    settings: Settings
    intake_id: int
    is_bulk: bool
    removed: int = 0
    restored: int = 0
    kept: int = 0


def undo(actor: Actor, uid: UUID) -> UndoResult:
    """Take an intake back as one.

    `NotFound` for one that the actor may not see; `Conflict` (`intake.undone`,
    `intake.not_committed`).
    """
    pk = _begin(actor, uid)
    return go_on(actor, pk)


@transaction.atomic
def _begin(actor: Actor, uid: UUID) -> int:
    intake = access.visible_intakes(actor).select_for_update().filter(uid=uid).first()
    if intake is None:
        raise NotFound("access.not_found", kind="intake", ref=str(uid))
    if intake.state == IntakeState.UNDONE:
        raise Conflict("intake.undone", ref=str(uid))
    if intake.state != IntakeState.COMMITTED:
        raise Conflict("intake.not_committed", ref=str(uid))
    intake.state = IntakeState.UNDONE
    intake.undone_at, intake.undone_by_id = clock.now(), actor.person_id
    intake.chunks_done = 0
    intake.save(update_fields=["state", "undone_at", "undone_by", "chunks_done"])
    return int(intake.pk)


def go_on(actor: Actor, intake_id: int) -> UndoResult:
    """Take back what is left of an undone intake."""
    intake: Intake = Intake.objects.get(pk=intake_id)
    parts = list(_parts(intake))
    work = _Undo(actor, settings_of(actor.organisation_id), intake_id, is_bulk=len(parts) > 1)
    for part in parts:
        _take_back(work, part)
    _finish(work)
    return UndoResult(intake.uid, work.removed, work.restored, work.kept)


def _parts(intake: Intake) -> Iterator[list[int]]:
    """The slices to go through, in lots of bounded size."""
    counts: dict[int, int] = {}
    for table in (Measurement, MeasurementHistory):
        rows = table.objects.filter(intake_id=intake.pk)
        if intake.slices is not None:
            rows = rows.filter(slice_id__in=intake.slices)
        for slice_id in rows.values_list("slice_id", flat=True).iterator(chunk_size=10_000):
            counts[slice_id] = counts.get(slice_id, 0) + 1
    part: list[int] = []
    size = 0
    for slice_id in sorted(counts):
        if part and (size + counts[slice_id] > CHUNK_ROWS or len(part) == CHUNK_SLICES):
            yield part
            part, size = [], 0
        part.append(slice_id)
        size += counts[slice_id]
    if part:
        yield part


@transaction.atomic
def _take_back(work: _Undo, part: Sequence[int]) -> None:
    at = clock.now()
    kpi_of = dict(Slice.objects.filter(pk__in=part).values_list("pk", "kpi_id"))
    standings.lock_kpis(kpi_of.values())
    ours = Measurement.objects.filter(intake_id=work.intake_id, slice_id__in=part)
    ends = ours.order_by().values("slice_id").annotate(first=Min("last"), newest=Max("last"))
    touched = {
        one: (kpi_of[one], (first, newest))
        for one, first, newest in ends.values_list("slice_id", "first", "newest")
    }
    _restore(work, part)
    spread(
        work.settings,
        touched,
        at,
        through_renewer=work.is_bulk,
        quiet=work.is_bulk,
    )


def _restore(work: _Undo, part: Sequence[int]) -> None:
    organisation: Any = work.actor.organisation_id
    if connection.vendor == "sqlite":
        organisation = organisation.hex
    slices = ", ".join(map(str, part))
    ours = [organisation, work.intake_id]
    with connection.cursor() as cursor:
        cursor.execute(_KEPT.format(slices=slices), [*ours, work.intake_id])
        work.kept += cursor.fetchone()[0]
        cursor.execute(_KEEP.format(slices=slices), ours)
        cursor.execute(_RESTORE.format(slices=slices), ours)
        work.restored += cursor.rowcount
        cursor.execute(_REMOVE.format(slices=slices), ours)
        work.removed += cursor.rowcount


@transaction.atomic
def _finish(work: _Undo) -> None:
    intake: Intake = Intake.objects.select_for_update().get(pk=work.intake_id)
    if intake.chunks_done == intake.chunks:
        return
    intake.chunks_done = intake.chunks
    intake.save(update_fields=["chunks_done"])
    told = {"removed": work.removed, "restored": work.restored, "kept": work.kept}
    changes.record(work.actor, "undo", "intake", intake.uid, after=told)
    if work.is_bulk:
        news = outbox.News("intake", intake.uid, intake.chunks + 1)
        outbox.tell(work.actor.organisation_id, [news])
