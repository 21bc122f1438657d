"""Sources: made, tried, changed, run, paused and removed; how they run, and what they bring."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import asked_version, listed, made, one, page_of, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import id_of, key_of
from okapi.api.schemas.base import CHANGES, FORBIDS, WRITES, Asked, Page
from okapi.api.schemas.sources import (
    FeedOut,
    RunOut,
    SourceEdit,
    SourceIn,
    SourceOut,
    TrialOut,
)
from okapi.exchange.sources import actions, fetching, queries
from okapi.exchange.sources.drafts import SourceDraft
from okapi.exchange.sources.queries import SourceLine
from okapi.exchange.tables import ColumnMapping

router = Router(tags=["Sources"])


@router.get("/sources", response={200: Page[SourceOut], **FORBIDS})
def sources(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List the sources by key, for data stewards."""
    rows = queries.sources(request.actor, after=key_of(asked.cursor), most=asked.limit + 1)
    return page_of(rows, asked, SourceOut, told=SourceOut.of)


@router.post("/sources", response={201: SourceOut, **WRITES})
def create_source(request: TokenRequest, body: SourceIn) -> HttpResponse:
    """Make a source; it first runs at its next planned time, or when it is asked to."""
    source = actions.create(request.actor, _draft(body), key=body.key)
    return made(_told(request, source.key), "sources", source.key)


@router.post("/source-trials", response={200: TrialOut, **WRITES})
def try_source(request: TokenRequest, body: SourceIn) -> HttpResponse:
    """Read a source as it would be, keep nothing, and tell what it would bring."""
    return one(TrialOut.of(fetching.try_out(request.actor, _draft(body))))


@router.get("/sources/{key}", response={200: SourceOut, **FORBIDS})
def source(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a source by key or id."""
    return one(_told(request, ref(key)), fields=fields)


@router.patch("/sources/{key}", response={200: SourceOut, **CHANGES})
def edit_source(request: TokenRequest, key: str, body: SourceEdit) -> HttpResponse:
    """Change what is sent; who changes what is read runs it with their own rights."""
    line, version = queries.source(request.actor, ref(key)), asked_version(request)
    actions.edit(request.actor, line.id, _changed(line, body), version=version)
    return one(_told(request, line.id))


@router.delete("/sources/{key}", response={204: None, **CHANGES})
def remove_source(request: TokenRequest, key: str) -> HttpResponse:
    """Put a source away; its secret is forgotten, and what it brought stays."""
    actions.remove(request.actor, ref(key), version=asked_version(request))
    return HttpResponse(status=204)


@router.post("/sources/{key}/try", response={200: TrialOut, **WRITES})
def try_change(request: TokenRequest, key: str, body: SourceEdit) -> HttpResponse:
    """Read a source as it would be with these changes, keep nothing, and tell what it brings."""
    line = queries.source(request.actor, ref(key))
    return one(TrialOut.of(fetching.try_out(request.actor, _changed(line, body), line.id)))


@router.post("/sources/{key}/pause", response={200: SourceOut, **CHANGES})
def pause_source(request: TokenRequest, key: str) -> HttpResponse:
    """Let a source no longer run by its plan."""
    source = actions.pause(request.actor, ref(key), version=asked_version(request))
    return one(_told(request, source.pk))


@router.post("/sources/{key}/resume", response={200: SourceOut, **CHANGES})
def resume_source(request: TokenRequest, key: str) -> HttpResponse:
    """Let a source run by its plan again."""
    source = actions.resume(request.actor, ref(key), version=asked_version(request))
    return one(_told(request, source.pk))


@router.get("/sources/{key}/feeds", response={200: Page[FeedOut], **FORBIDS})
def source_feeds(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """List the KPIs that a source brings, those that are yours to read."""
    rows = queries.feeds(request.actor, ref(key))
    told = [FeedOut(kpi=row.key, period=row.period.label, read_at=row.read_at) for row in rows]
    return listed(told, None, fields, FeedOut)


@router.get("/sources/{key}/runs", response={200: Page[RunOut], **FORBIDS})
def source_runs(request: TokenRequest, key: str, asked: Query[Asked]) -> HttpResponse:
    """List the runs of a source, newest first."""
    rows = queries.runs(request.actor, ref(key), before=id_of(asked.cursor), most=asked.limit + 1)
    return page_of(rows, asked, RunOut, told=RunOut.of, by="id")


@router.get("/sources/{key}/runs/{uuid:uid}", response={200: RunOut, **FORBIDS})
def source_run(request: TokenRequest, key: str, uid: UUID, fields: str = "") -> HttpResponse:
    """Read a run of a source."""
    return one(RunOut.of(queries.one_run(request.actor, ref(key), uid)), fields=fields)


@router.post("/sources/{key}/run", response={202: RunOut, **WRITES})
def run_source(request: TokenRequest, key: str) -> HttpResponse:
    """Let a source run now; the answer is the run that waits for the worker."""
    run = actions.run_now(request.actor, ref(key))
    return one(RunOut.of(queries.one_run(request.actor, ref(key), run.pk)), status=202)


def _told(request: TokenRequest, wanted: UUID | str) -> SourceOut:
    return SourceOut.of(queries.source(request.actor, wanted))


def _draft(body: SourceIn) -> SourceDraft:
    return SourceDraft(
        body.name,
        body.kind,
        body.place,
        query=body.query,
        secret=body.secret,
        cron=body.cron,
        mapping=None if body.mapping is None else ColumnMapping.of_json(body.mapping),
    )


def _changed(line: SourceLine, body: SourceEdit) -> SourceDraft:
    """The source as it is but for what was sent; without a secret, that stays as it is."""
    given = body.given()
    mapping = given.get("mapping", line.mapping)
    return SourceDraft(
        given.get("name", line.name),
        line.kind.value,
        {**line.place, **body.place},
        query=given.get("query", line.query),
        secret=given.get("secret"),
        cron=given.get("cron", line.cron),
        mapping=None if mapping is None else ColumnMapping.of_json(mapping),
    )
