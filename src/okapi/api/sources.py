"""Sources: listed with how they run, their runs, and run now. They are set up on pages."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from okapi.api.answering import listed, one, ref
from okapi.api.middleware import TokenRequest
from okapi.api.paging import cut, id_of, id_page, key_of
from okapi.api.schemas.base import FORBIDS, WRITES, Asked, Page
from okapi.api.schemas.sources import RunOut, SourceOut
from okapi.exchange.sources import actions, queries

router = Router(tags=["Sources"])


@router.get("/sources", response={200: Page[SourceOut], **FORBIDS})
def sources(request: TokenRequest, asked: Query[Asked]) -> HttpResponse:
    """List the sources by key, for data stewards."""
    rows = queries.sources(request.actor, after=key_of(asked.cursor), most=asked.limit + 1)
    page, following = cut(rows, asked.limit, lambda line: line.key)
    return listed([SourceOut.of(line) for line in page], following, asked.fields, SourceOut)


@router.get("/sources/{key}", response={200: SourceOut, **FORBIDS})
def source(request: TokenRequest, key: str, fields: str = "") -> HttpResponse:
    """Read a source by key or id."""
    return one(SourceOut.of(queries.source(request.actor, ref(key))), fields=fields)


@router.get("/sources/{key}/runs", response={200: Page[RunOut], **FORBIDS})
def source_runs(request: TokenRequest, key: str, asked: Query[Asked]) -> HttpResponse:
    """List the runs of a source, newest first."""
    rows = queries.runs(request.actor, ref(key), before=id_of(asked.cursor), most=asked.limit + 1)
    page, following = id_page(rows, asked.limit)
    return listed([RunOut.of(run) for run in page], following, asked.fields, RunOut)


@router.post("/sources/{key}/run", response={202: RunOut, **WRITES})
def run_source(request: TokenRequest, key: str) -> HttpResponse:
    """Let a source run now; the answer is the run that waits for the worker."""
    run = actions.run_now(request.actor, ref(key))
    return one(RunOut.of(queries.one_run(request.actor, ref(key), run.pk)), status=202)
