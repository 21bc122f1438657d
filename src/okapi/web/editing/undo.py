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
from okapi.wording import has, period, say


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: OrgRequest, number: str) -> HttpResponse:
    """Ask whether a change of one's own is taken back; a post does it."""
    change = _change(request, number)
    if request.method != "POST":
        return show(request, _form(request, change), place=_place(change), crumbs=())
    with changes.gather() as made:
        onward = _take_back(request, change)
    if change.verb in _OF_TARGETS:  # their page begins anew: its form knows what was taken back
        return told.saved(request, made, onward=onward, code="done.kpi.taken_back", leave=True)
    toast = Toast(say("editing.taken_back"))
    return told.told(toast) if request.htmx else HttpResponseRedirect(onward)


_OF_TARGETS = ("set_targets", "remove_targets")


def _change(request: OrgRequest, number: str) -> Record:
    read = read_number(number)
    if read is None:
        raise NotFound("access.not_found", kind="change", ref=number)
    return changes.own(request.actor, read)


def _take_back(request: OrgRequest, change: Record) -> str:
    """Do it; the address of what it was about."""
    at = http.at(request)
    if change.kind == "kpi":
        page = at.kpi(kpis.take_back(request.actor, change.number).key)
        return f"{page}targets" if change.verb in _OF_TARGETS else page
    return at.objective(goals.take_back(request.actor, change.number).key)


def _form(request: HttpRequest, change: Record) -> Form:
    return Form(
        id="undo-form",
        title=say("editing.undo"),
        action=request.path,
        save=say("editing.undo"),
        sections=(),
        cancel=http.safe_next(request, fallback="../../"),
        intro=say("editing.undo_asks", fields=_fields(change)),
    )


def _fields(change: Record) -> list[str]:
    """What becomes what it was: fields by name, targets by their periods."""
    if change.verb not in _OF_TARGETS:
        return [field_word(name) for name in change.after]
    labels = [
        row["label"] for side in (change.before, change.after) for row in side.get("targets", ())
    ]
    return [say("kpi.target.of_period", period=period(label)) for label in dict.fromkeys(labels)]


def field_word(name: str) -> str:
    """A field of a change record, as people call it."""
    code = f"field.{name}"
    return say(code) if has(code) else name


def _place(change: Record) -> str:
    return "kpis" if change.kind == "kpi" else "goals"
