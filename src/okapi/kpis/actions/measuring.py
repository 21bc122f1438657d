"""The one door by which measurements come in and go out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from okapi.base import idempotency
from okapi.base.actor import Actor
from okapi.base.telling import Tell, nobody
from okapi.kpis import ingest
from okapi.kpis.ingest import IntakeResult, Rows, UndoResult


def record_measurements(
    actor: Actor,
    rows: Sequence[Mapping[str, Any]] | Rows,
    *,
    source: str = "",
    file_name: str = "",
    content_hash: str = "",
    request: idempotency.Request | None = None,
    tell: Tell = nobody,
) -> IntakeResult:
    """Take measurements in: pages, API, command line, files and the demo all come through here.

    A row has `kpi` (its key), `period`, `value`, perhaps `slice` (dimension → value), `note`,
    `numerator` and `denominator`. `Refusals` tells every bad row; then nothing was written.
    """
    return ingest.take(
        actor,
        rows,
        source=source,
        file_name=file_name,
        content_hash=content_hash,
        request=request,
        tell=tell,
    )


def undo_intake(actor: Actor, uid: UUID) -> UndoResult:
    """Take an intake back as one; what a later one revised stays, and is counted as kept.

    A person may undo an own intake, a data steward every one. `NotFound`, `Conflict`.
    """
    return ingest.undo(actor, uid)
