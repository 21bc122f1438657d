"""Taking a change back: the toast's button, and a page for browsers without a script."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.base.changes import Record
from okapi.core.errors import NotFound
from okapi.goals import actions as goals
from okapi.kpis import actions as kpis
from okapi.web import http
from okapi.web.components import Toast
from okapi.web.editing import told
from okapi.web.editing.form import Form, show
from okapi.web.editing.sent import number as read_number
from okapi.web.http import OrgRequest
from okapi.wording import has, say


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: OrgRequest, number: str) -> HttpResponse:
    """Ask whether a change of one's own is taken back; a post does it."""
    change = _change(request, number)
    if request.method != "POST":
        return show(request, _form(request, change), place=_place(change), crumbs=())
    onward = _take_back(request, change)
    toast = Toast(say("editing.taken_back"))
    return told.told(toast) if request.htmx else HttpResponseRedirect(onward)


def _change(request: OrgRequest, number: str) -> Record:
    read = read_number(number)
    if read is None:
        raise NotFound("access.not_found", kind="change", ref=number)
    return changes.own(request.actor, read)


def _take_back(request: OrgRequest, change: Record) -> str:
    """Do it; the address of what it was about."""
    at = http.at(request)
    if change.kind == "kpi":
        return at.kpi(kpis.take_back(request.actor, change.number).key)
    return at.objective(goals.take_back(request.actor, change.number).key)


def _form(request: HttpRequest, change: Record) -> Form:
    return Form(
        id="undo-form",
        title=say("editing.undo"),
        action=request.path,
        save=say("editing.undo"),
        sections=(),
        cancel=http.safe_next(request, fallback="../../"),
        intro=say("editing.undo_asks", fields=[field_word(name) for name in change.after]),
    )


def field_word(name: str) -> str:
    """A field of a change record, as people call it."""
    code = f"field.{name}"
    return say(code) if has(code) else name


def _place(change: Record) -> str:
    return "kpis" if change.kind == "kpi" else "goals"
