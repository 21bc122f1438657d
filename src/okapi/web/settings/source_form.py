"""The form of a source: where it is, its plan; tried out, cell by cell, before it is kept."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.core.errors import Forbidden, NotFound, OkapiError, Refusals, Refused
from okapi.exchange.sources import actions, fetching, queries
from okapi.exchange.sources.drafts import SourceDraft
from okapi.exchange.sources.fetching import Trial
from okapi.exchange.sources.kinds import PLACES, SourceKind, Tls
from okapi.exchange.sources.queries import SourceLine
from okapi.exchange.tables import ColumnMapping
from okapi.web import http
from okapi.web.components import Choice, Crumb, Segmented
from okapi.web.http import OrgRequest
from okapi.web.kpis import files_shown
from okapi.web.kpis.files import mapping_of
from okapi.web.settings import place, source_shown
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.wording import say

TEMPLATE = "settings/source_edit.html"
_OWN = "own"
_POWERS = 12  # named at most
_AREA = "settings.sources"


@require_http_methods(["GET", "HEAD", "POST"])
def new_source(request: OrgRequest) -> HttpResponse:
    """A new source; `kind` says of which kind, and a post with `do=try` only tries it."""
    place.require(request, Role.STEWARD)
    kind = _kind(request)
    if request.method != "POST":
        return _page(request, kind, None, Answer())
    sent = Sent(request.POST)
    if sent.text("do") == "try":
        return _try(request, kind, None, sent)
    made: list[str] = []
    wrong = tried(
        sent, lambda: made.append(actions.create(request.actor, _draft(sent, kind, None)).key)
    )
    if wrong:
        return _page(request, kind, None, wrong)
    return place.on(request, "source", "added", key=made[0])


@require_http_methods(["GET", "HEAD", "POST"])
def edit_source(request: OrgRequest, key: str) -> HttpResponse:
    """Change a source, or try out what was changed."""
    line = queries.source(request.actor, key)
    if request.method != "POST":
        return _page(request, line.kind, line, Answer())
    sent = Sent(request.POST)
    if sent.text("do") == "try":
        return _try(request, line.kind, line, sent)
    wrong = tried(
        sent,
        lambda: actions.edit(
            request.actor, line.id, _draft(sent, line.kind, line), version=sent.version
        ),
    )
    if wrong:
        return _page(request, line.kind, line, wrong)
    return place.on(request, "source", "saved", key=key)


def _kind(request: OrgRequest) -> SourceKind:
    asked = request.POST if request.method == "POST" else request.GET
    return http.member(SourceKind, asked.get("kind", "")) or SourceKind.WEB


def _draft(sent: Sent, kind: SourceKind, line: SourceLine | None) -> SourceDraft:
    """What was typed. An empty secret leaves a kept one as it is, unless its box is ticked."""
    secret: str | None = sent.text("secret")
    if not secret and line is not None and line.has_secret and not sent.flag("no_secret"):
        secret = None
    plan = sent.text("plan")
    return SourceDraft(
        name=sent.text("name"),
        kind=kind.value,
        place={name: sent.text(name) for name in PLACES[kind]},
        query=sent.text("query"),
        secret=secret,
        cron=sent.text("cron") if plan == _OWN else plan,
        mapping=_mapping(sent),
    )


def _mapping(sent: Sent) -> ColumnMapping | None:
    """How columns are read: as chosen below the trial, else as it was kept."""
    if sent.flag("mapped"):
        mapping = mapping_of(sent.query)
        return None if mapping == ColumnMapping() else mapping
    kept = sent.long_text("mapping")
    if not kept:
        return None
    try:
        return ColumnMapping.of_json(json.loads(kept))
    except (ValueError, AttributeError, RecursionError):
        raise Refused("tables.mapping.unreadable", field="mapping", found=kept[:60]) from None


def _try(
    request: OrgRequest, kind: SourceKind, line: SourceLine | None, sent: Sent
) -> HttpResponse:
    """What it would bring: below the form where htmx asks, else with the form."""
    try:
        draft = _draft(sent, kind, line)
        held = None if line is None else line.id
        trial = fetching.try_out(request.actor, draft, held)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        told = _refused(refused, sent, kind)
        return _tried(request, kind, line, Answer.refused(sent, refused), told)
    shown = _shown(request, trial, draft.mapping)
    return _tried(request, kind, line, Answer(sent), shown)


def _tried(
    request: OrgRequest,
    kind: SourceKind,
    line: SourceLine | None,
    answer: Answer,
    trial: dict[str, Any],
) -> HttpResponse:
    if request.htmx:
        status = answer.status
        return http.part(request, f"{TEMPLATE}#trial", {"trial": trial}, status=status)
    return _page(request, kind, line, answer, trial)


def _refused(refused: OkapiError, sent: Sent, kind: SourceKind) -> dict[str, Any]:
    """What was refused below the form: at its cell, or by the name of its field."""
    errors = refused.errors if isinstance(refused, Refusals) else (refused,)
    wrong = [
        replace(told, place=told.place or _label(error.field or "", kind))
        for told, error in zip(files_shown.refusals_of(refused), errors, strict=False)
    ]
    return {"wrong": wrong, "kept": sent.long_text("mapping")}


def _label(field: str, kind: SourceKind) -> str:
    """How the form names a field; empty for what it has no field of."""
    if field == "secret":
        return _secret_label(kind)
    is_named = field in ("name", "query", "cron", *PLACES[kind])
    return say(f"{_AREA}.{field}") if is_named else ""


def _secret_label(kind: SourceKind) -> str:
    return say(f"settings.sources.secret_{'web' if kind is SourceKind.WEB else 'password'}")


def _shown(request: OrgRequest, trial: Trial, mapping: ColumnMapping | None) -> dict[str, Any]:
    found = trial.preview
    if found is None:
        nothing = {"nothing": say("settings.sources.no_rows"), "kept": _kept(mapping)}
        return nothing | {"powers": _powers(trial)}
    counts, names = found.counts, files_shown.names_of(request)
    return {
        "is_good": counts.read > 0 and not found.refusals,
        "said": say(
            "settings.sources.tried",
            values=say("kpis.count_irregular", n=counts.read),
            cells=say("settings.sources.cells", n=counts.refused),
        ),
        "cut": say("settings.sources.cut", n=trial.rows or 0) if trial.is_cut else "",
        "powers": _powers(trial),
        "wrong": files_shown.told(found.refusals) if found.refusals else [],
        "cells": files_shown.cells_of(found, names),
        "columns": list(files_shown.columns_of(names, mapping, found.layouts)),
        "whole": list(files_shown.whole_of(mapping, ())),
    }


def _powers(trial: Trial) -> str:
    """That the database's user may do more than read, where it may."""
    powers = ", ".join(trial.powers[:_POWERS])
    return say("settings.sources.powers", powers=powers) if powers else ""


def _kept(mapping: ColumnMapping | None) -> str:
    return "" if mapping is None else json.dumps(mapping.as_json(), ensure_ascii=False)


def _page(
    request: OrgRequest,
    kind: SourceKind,
    line: SourceLine | None,
    answer: Answer,
    trial: dict[str, Any] | None = None,
) -> HttpResponse:
    at = place.at(request)
    action = at.page("new_source") if line is None else at.page("edit_source", key=line.key)
    kept = "" if line is None or line.mapping is None else json.dumps(line.mapping)
    if answer.sent is not None and trial is None:
        kept = answer.sent.long_text("mapping") or _sent_mapping(answer.sent)
    context = {
        "form": _form(request, kind, line, answer, action),
        "trial": trial or {"kept": kept},
        "kinds": None if line is not None else _kinds(request, kind),
        "kind": kind.value,
        "note": say(f"settings.sources.{kind.value}_note"),
    }
    if line is None:
        up: tuple[Crumb, ...] = ()
        title = say("settings.sources.new")
    else:
        up = (Crumb(line.name, at.page("source", key=line.key)),)
        title = say("settings.sources.edit")
    return place.page(
        request, "sources", TEMPLATE, context, title=title, up=up, status=answer.status
    )


def _sent_mapping(sent: Sent) -> str:
    """What was chosen below a trial, for the form that comes back without one."""
    try:
        return _kept(_mapping(sent))
    except Refused:
        return ""


def _kinds(request: OrgRequest, kind: SourceKind) -> Segmented:
    here = place.at(request).page("new_source")
    return Segmented(
        say("settings.sources.kind"),
        tuple(
            Choice(
                one.value,
                say(f"settings.sources.short_{one.value}"),
                one is kind,
                href=f"{here}?kind={one.value}",
            )
            for one in SourceKind
        ),
    )


def _form(
    request: OrgRequest, kind: SourceKind, line: SourceLine | None, answer: Answer, action: str
) -> Form:
    stored = {} if line is None else _stored(line)
    draw = Drawer(_AREA, stored, answer)
    return Form(
        action=action,
        version=None if line is None else line.version,
        answer=answer,
        drawer=draw,
        button=say("form.add" if line is None else "form.save"),
        cancel=place.at(request).page("sources")
        if line is None
        else place.at(request).page("source", key=line.key),
        hidden=(("kind", kind.value),),
        rows=(
            (draw.text("name", required=True, note=say("settings.sources.name_note")),),
            *_of_place(draw, kind),
            *_of_secret(draw, kind, line),
            *_of_query(draw, kind),
            _of_plan(draw, request),
        ),
    )


def _stored(line: SourceLine) -> dict[str, Any]:
    plan = line.cron if not line.cron or line.cron in source_shown.PLANS else _OWN
    return {"name": line.name, "query": line.query, "cron": line.cron, "plan": plan, **line.place}


def _of_place(draw: Drawer, kind: SourceKind) -> tuple[tuple[Drawn, ...], ...]:
    match kind:
        case SourceKind.WEB:
            return ((draw.text("url", kind="url", required=True),),)
        case SourceKind.POSTGRESQL | SourceKind.MYSQL:
            port = "5432" if kind is SourceKind.POSTGRESQL else "3306"
            modes = [(mode.value, say(f"tls.{mode.value}")) for mode in Tls]
            return (
                (
                    draw.text("host", required=True, note=say("settings.sources.host_note")),
                    draw.text("port", kind="number", placeholder=port),
                ),
                (draw.text("database", required=True), draw.text("user", required=True)),
                (draw.select("tls", modes, note=say("settings.sources.tls_note")),),
            )
        case SourceKind.SQLITE | SourceKind.DUCKDB:
            note = say(f"settings.sources.file_{kind.value}")
            return ((draw.text("file", required=kind is SourceKind.SQLITE, note=note),),)


def _of_secret(
    draw: Drawer, kind: SourceKind, line: SourceLine | None
) -> tuple[tuple[Drawn, ...], ...]:
    if not kind.is_server and kind is not SourceKind.WEB:
        return ()
    is_kept = line is not None and line.has_secret
    note = say("settings.sources.secret_again" if is_kept else "settings.sources.secret_note")
    secret = draw.text(
        "secret", kind="password", label=_secret_label(kind), note=note, autocomplete="new-password"
    )
    header = draw.text(
        "header", placeholder="Authorization", note=say("settings.sources.header_note")
    )
    fields = (secret, header) if kind is SourceKind.WEB else (secret,)
    return (fields, (draw.flag("no_secret"),)) if is_kept else (fields,)


def _of_query(draw: Drawer, kind: SourceKind) -> tuple[tuple[Drawn, ...], ...]:
    if not kind.has_query:
        return ()
    note = say("settings.sources.query_note")
    return ((draw.text("query", kind="textarea", required=True, rows=10, note=note),),)


def _of_plan(draw: Drawer, request: OrgRequest) -> tuple[Drawn, ...]:
    zone = request.organisation.time_zone
    offered = [
        ("", say("settings.sources.by_hand")),
        *((cron, say(f"source_plan.{name}")) for cron, name in source_shown.PLANS.items()),
        (_OWN, say("settings.sources.own")),
    ]
    return (
        draw.select("plan", offered, note=say("settings.sources.plan_note", zone=zone)),
        draw.text("cron", placeholder="30 6 * * 1-5", note=say("settings.sources.cron_note")),
    )
