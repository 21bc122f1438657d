"""Taking measurements in: check, then commit; and going on with what was killed in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from okapi.base import clock, idempotency, scope
from okapi.base.actor import Actor, Door
from okapi.base.telling import Tell, nobody
from okapi.core.errors import Conflict
from okapi.kpis.choices import IntakeState
from okapi.kpis.ingest import committing, staging, undoing
from okapi.kpis.ingest.catalogue import Catalogue
from okapi.kpis.ingest.checking import checked
from okapi.kpis.ingest.committing import Commit
from okapi.kpis.ingest.findings import Findings
from okapi.kpis.ingest.results import IntakeResult
from okapi.kpis.ingest.rows import Listed, Rows
from okapi.kpis.ingest.staging import FileStage, MemoryStage
from okapi.kpis.models import Intake
from okapi.orgs import queries as orgs_queries
from okapi.orgs.models import Person


def take(
    actor: Actor,
    rows: Sequence[Mapping[str, Any]] | Rows,
    *,
    source: str = "",
    door: Door | None = None,
    file_name: str = "",
    content_hash: str = "",
    request: idempotency.Request | None = None,
    has_history: bool = False,
    tell: Tell = nobody,
) -> IntakeResult:
    """Take measurements in, all or none of them.

    With `has_history`, KPIs may be retired, and values may have the shape of earlier definitions:
    what a whole organisation's files say of the past. Who listens (`tell`) hears how many chunks
    are stored; how much is read, the rows tell.

    Raises `Refusals` with every bad row (nothing is written then); with a `request`, `Refused`
    (`idempotency.other_body`) and `Conflict` (`idempotency.in_progress`). A request that was
    answered before gets the same answer and writes nothing.
    """
    if request is not None and (answer := _answered(request)) is not None:
        return answer
    given = Listed(rows, file_name, content_hash) if isinstance(rows, Sequence) else rows
    findings = Findings(file_name or given.file_name)
    intake = _intake(actor, door, source, findings.file)
    settings = orgs_queries.settings_of(actor.organisation_id)
    catalogue = Catalogue(actor, settings, has_history=has_history)
    found = _check(actor, given, findings, intake, request, settings, catalogue)
    commit = replace(found, tell=tell)
    intake.content_hash = content_hash or given.content_hash
    intake.received, intake.chunks = commit.stage.received, commit.stage.chunks
    try:
        return _commit(commit, intake)
    except idempotency.TakenError:
        if isinstance(commit.stage, FileStage):
            commit.stage.drop()
        return _taken(request)


def _intake(actor: Actor, door: Door | None, source: str, file_name: str) -> Intake:
    return Intake(
        organisation_id=actor.organisation_id,
        door=(door or actor.door).value,
        person_id=actor.person_id,
        source=source[:300],
        file_name=file_name[:300],
        state=IntakeState.LOADING,
        slices=[],
        created_at=clock.now(),
    )


def _check(
    actor: Actor,
    rows: Rows,
    findings: Findings,
    intake: Intake,
    request: idempotency.Request | None,
    settings: orgs_queries.Settings,
    catalogue: Catalogue,
) -> Commit:
    parts: list[Any] = []
    stage: FileStage | None = None
    count = 0
    try:
        for part in checked(rows, catalogue, findings):
            count += len(part.places)
            parts.append(part)
            if count > staging.IN_MEMORY:
                stage = stage or FileStage.make(staging.path_of(intake.uid))
                stage.add_all(parts)
                parts = []
        if stage is None:
            small = MemoryStage(parts, catalogue, findings)
            findings.raise_any()
            if small.is_small:
                return Commit(actor, settings, small, request)
            stage = FileStage.make(staging.path_of(intake.uid))
            parts = [small.rows]
        stage.add_all(parts)
        stage.received = count
        stage.seal(catalogue, findings, _meta(request))
        findings.raise_any()
    except BaseException:
        if stage is not None:
            stage.drop()
        raise
    intake.staging = stage.path.name
    return Commit(actor, settings, stage, request)


def _commit(commit: Commit, intake: Intake) -> IntakeResult:
    if isinstance(commit.stage, MemoryStage):
        with transaction.atomic():
            committing.begin(commit, intake)
            committing.take_chunk(commit, intake)
        return IntakeResult.of(intake)
    committing.begin(commit, intake)
    return _go_on(commit, intake.pk)


def _go_on(commit: Commit, intake_id: int) -> IntakeResult:
    done = committing.go_on(commit, intake_id)
    if isinstance(commit.stage, FileStage):
        commit.stage.drop()
    return IntakeResult.of(done)


def _answered(request: idempotency.Request) -> IntakeResult | None:
    """The answer to a request sent before; what it began is brought to its end first."""
    known = idempotency.find(request)
    if known is None:
        return None
    if known.is_answered:
        return IntakeResult.of_json(known.answer)
    intake: Intake = Intake.objects.get(uid=UUID(str(known.answer["intake"])))
    result = _resume(intake)
    if result is None:
        raise Conflict("idempotency.in_progress", ref=str(intake.uid))
    return result


def _taken(request: idempotency.Request | None) -> IntakeResult:
    """What the same request, sent at the same moment, was answered."""
    answer = _answered(request) if request is not None else None
    if answer is None:
        raise Conflict("idempotency.in_progress", ref="")
    return answer


def resume_intakes() -> int:
    """Go on with all commits and undos that were killed; how many intakes that were.

    Called when a serving process or a worker starts. An intake whose file is on another machine
    is left to that one.
    """
    with scope.everywhere("resume intakes"):
        loading = list(Intake.objects.filter(state=IntakeState.LOADING))
        half_undone = list(
            Intake.objects.filter(state=IntakeState.UNDONE, chunks_done__lt=F("chunks"))
        )
    resumed = 0
    for intake in loading:
        with scope.organisation(intake.organisation_id):
            resumed += _resume(intake) is not None
    for intake in half_undone:
        with scope.organisation(intake.organisation_id):
            undoing.go_on(_actor(intake, intake.undone_by), intake.pk)
            resumed += 1
    staging.sweep({intake.uid for intake in loading})
    return resumed


def _resume(intake: Intake) -> IntakeResult | None:
    """Go on with one intake; None when its file is not here and it is not done either."""
    try:
        stage = FileStage.open(staging.path_of(intake.uid))
    except FileNotFoundError:
        intake.refresh_from_db()
        return IntakeResult.of(intake) if intake.state == IntakeState.COMMITTED else None
    settings = orgs_queries.settings_of(intake.organisation_id)
    meta = stage.meta()
    kept = meta["request"]
    request = None
    if kept is not None:
        request = idempotency.Request(UUID(kept["token_id"]), kept["key"], kept["body_hash"])
    commit = Commit(_actor(intake, intake.person), settings, stage, request)
    return _go_on(commit, intake.pk)


def _meta(request: idempotency.Request | None) -> dict[str, Any]:
    if request is None:
        return {"request": None}
    kept = {
        "token_id": str(request.token_id),
        "key": request.key,
        "body_hash": request.body_hash,
    }
    return {"request": kept}


def _actor(intake: Intake, person: Person | None) -> Actor:
    """Who began what is gone on with. Their rights were checked then."""
    return Actor(
        organisation_id=intake.organisation_id,
        door=Door(intake.door),
        person_id=None if person is None else person.pk,
        name="" if person is None else person.name,
    )
