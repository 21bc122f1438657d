"""Sources: listed with how they run, one with its runs and what it brings, run, paused, removed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from okapi.base import clock
from okapi.base.actor import Role
from okapi.exchange.sources import actions, queries
from okapi.exchange.sources.queries import SourceLine
from okapi.web import http
from okapi.web.components import Button, Crumb, Empty
from okapi.web.editing.told import CHANGED
from okapi.web.http import OrgRequest
from okapi.web.kpis import files_shown
from okapi.web.settings import place, source_shown
from okapi.web.settings.forms import Answer, Form, Sent
from okapi.wording import ago, moment, period, say

SECTION = "sources"


@dataclass(frozen=True, slots=True)
class Row:
    """A source in the list: what it is, how its newest run ended, when it runs next."""

    line: SourceLine
    href: str
    where: str
    status: str
    state: str
    at: str


@require_safe
def sources(request: OrgRequest) -> HttpResponse:
    """The sources; who is no data steward is told who may see them."""
    at = place.at(request)
    if not place.may(request, Role.STEWARD):
        context: dict[str, Any] = {"who": say("settings.sources.who")}
        return place.page(request, SECTION, "settings/sources.html", context)
    rows = [_row(request, line) for line in queries.sources(request.actor)]
    new = Button(
        say("settings.sources.new"), href=at.page("new_source"), icon="plus", kind="primary"
    )
    empty = Empty(say("settings.sources.empty.title"), say("settings.sources.empty.text"), (new,))
    context = {
        "note": say("settings.sources.note"),
        "buttons": (new,) if rows else (),
        "rows": rows,
        "empty": None if rows else empty,
    }
    return place.page(request, SECTION, "settings/sources.html", context)


def _row(request: OrgRequest, line: SourceLine) -> Row:
    newest = line.newest
    return Row(
        line=line,
        href=place.at(request).page("source", key=line.key),
        where=source_shown.where(line),
        status="amber" if line.paused else source_shown.status_of(newest),
        state=say("settings.sources.paused") if line.paused else source_shown.state_of(newest),
        at=""
        if newest is None
        else ago(newest.ended_at or newest.started_at or newest.due_at, clock.now()),
    )


@require_safe
def source(request: OrgRequest, key: str) -> HttpResponse:
    """One source; `?fragment=body` is its live region."""
    return _page(request, key)


def _page(request: OrgRequest, key: str) -> HttpResponse:
    line = queries.source(request.actor, key)
    at = place.at(request)
    runs = queries.runs(request.actor, key, most=30)
    context = {
        "line": line,
        "here": f"{at.page('source', key=line.key)}?fragment=body",
        "changed": CHANGED,
        "edit": at.page("edit_source", key=line.key),
        "run": at.page("run_source", key=line.key),
        "switch": at.page("resume_source" if line.paused else "pause_source", key=line.key),
        "is_busy": line.newest is not None and line.newest.state.value == "running",
        "notice": source_shown.notice_of(line),
        "pairs": tuple(source_shown.pairs(request, line)),
        "runs": source_shown.runs(request, runs, line.key) if runs else None,
        "feeds": source_shown.feeds(request, queries.feeds(request.actor, key)),
        "away": Form(
            action=at.page("remove_source", key=line.key),
            rows=(),
            button=say("settings.sources.remove_do"),
            answer=Answer(),
            version=line.version,
            danger=True,
        ),
    }
    return place.page(request, SECTION, "settings/source.html", context, title=line.name)


@require_safe
def source_run(request: OrgRequest, key: str, uid: UUID) -> HttpResponse:
    """One run: when, how long, what it read, and every cell that was refused."""
    line = queries.source(request.actor, key)
    run = queries.one_run(request.actor, key, uid)
    at = place.at(request)
    begun = run.started_at or run.due_at
    refused = queries.refusals_of(run)
    context = {
        "run": run,
        "facts": tuple(source_shown.facts(run)),
        "pairs": tuple(source_shown.run_pairs(request, run)),
        "wrong": [] if refused is None else files_shown.refusals_of(refused),
        "more": max(0, run.refused - len(run.refusals)),
        "intake": http.at(request).intake(run.intake) if run.intake else "",
        "covered": period(run.covered) if run.covered else "",
        "status": source_shown.status_of(run),
        "state": source_shown.state_of(run),
    }
    up = (Crumb(line.name, at.page("source", key=key)),)
    title = say("settings.sources.run_at", at=moment(begun, short=True))
    return place.page(request, SECTION, "settings/source_run.html", context, title=title, up=up)


@require_POST
def run_source(request: OrgRequest, key: str) -> HttpResponse:
    """Let it run now."""
    actions.run_now(request.actor, key)
    return place.on(request, "source", "asked", key=key)


@require_POST
def pause_source(request: OrgRequest, key: str) -> HttpResponse:
    """Let it no longer run by its plan."""
    actions.pause(request.actor, key, version=Sent(request.POST).version)
    return place.on(request, "source", "paused", key=key)


@require_POST
def resume_source(request: OrgRequest, key: str) -> HttpResponse:
    """Let it run by its plan again."""
    actions.resume(request.actor, key, version=Sent(request.POST).version)
    return place.on(request, "source", "resumed", key=key)


@require_POST
def remove_source(request: OrgRequest, key: str) -> HttpResponse:
    """Put it away."""
    actions.remove(request.actor, key, version=Sent(request.POST).version)
    return place.on(request, "sources", "removed")
