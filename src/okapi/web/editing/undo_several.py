"""Taking back what was done to several things at once: all that nobody changed since."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.base.changes import Record, TakenBack
from okapi.core.errors import NotFound
from okapi.goals import actions as goals
from okapi.goals.queries import finding as goal_finding
from okapi.kpis import actions as kpis
from okapi.kpis.queries import finding as kpi_finding
from okapi.web import errors, http
from okapi.web.components import Toast
from okapi.web.editing import several, told
from okapi.web.editing.form import Form, show
from okapi.web.editing.sent import number as read_number
from okapi.web.editing.several import Row, Several
from okapi.web.http import OrgRequest
from okapi.wording import say

MOST = several.MOST * 5
"""Change records at once; what is done to one thing leaves a few at most."""
_TOLD = 3
"""So many of those that stay are named in a toast."""


@require_http_methods(["GET", "HEAD", "POST"])
def undo_several(request: OrgRequest, numbers: str) -> HttpResponse:
    """Ask whether changes of one's own are taken back, by their numbers; a post does it."""
    made = _made(request, numbers)
    of_kpis = all(change.kind == "kpi" for change in made)
    at = http.at(request)
    place, back = ("kpis", at.kpis) if of_kpis else ("goals", at.goals)
    if request.method != "POST":
        form = Form(
            id="undo-form",
            title=say("editing.undo"),
            action=request.path,
            save=say("editing.undo"),
            sections=(),
            cancel=back,
            intro=say("bulk.undo_asks", n=len({change.object_id for change in made})),
        )
        return show(request, form, place=place, crumbs=())
    taken = _take_back(request, made, of_kpis=of_kpis)
    rows = _rows(request, made, taken, of_kpis=of_kpis)
    words = say("nav.kpis" if of_kpis else "nav.goals")
    found = Several(say("editing.undo"), rows, (), place, (words, back), code="bulk.undone")
    return _toast(found) if request.htmx else several.answer(request, found)


def _made(request: OrgRequest, numbers: str) -> list[Record]:
    """The changes, newest first; `NotFound` unless all of them are one's own."""
    read = [read_number(text) for text in numbers.split(",")]
    known = [one for one in read if one is not None]
    if len(known) != len(read) or len(read) > MOST:
        raise NotFound("access.not_found", kind="change", ref=numbers[:60])
    return changes.own_of(request.actor, known)


def _take_back(request: OrgRequest, made: Sequence[Record], *, of_kpis: bool) -> TakenBack:
    """Of agreed goals by adjustments, whose reason is read by everybody."""
    if of_kpis:
        return kpis.take_back_all(request.actor, made)
    reason = say("bulk.undo_reason", language=request.organisation.language)
    return goals.take_back_all(request.actor, made, reason=reason)


def _rows(
    request: OrgRequest, made: Sequence[Record], taken: TakenBack, *, of_kpis: bool
) -> list[Row]:
    """What became of each thing."""
    who = http.asking(request)
    ids = {change.object_id for change in made}
    names = (kpi_finding.names_by_id if of_kpis else goal_finding.titles_by_id)(who, ids)
    stays = {record.object_id: error for record, error in taken.kept}
    return [
        Row(
            names.get(one, ""),
            refused=" ".join(errors.lines_of(stays[one])) if one in stays else "",
        )
        for one in dict.fromkeys(change.object_id for change in reversed(made))
    ]


def _toast(found: Several) -> HttpResponse:
    stays = [row for row in found.rows if row.refused]
    if not stays:
        return told.told(Toast(say("editing.taken_back")), news=several.CLOSES)
    lines = [say("bulk.stays", title=row.title, why=row.refused) for row in stays[:_TOLD]]
    if len(stays) > _TOLD:
        lines.append(say("file.more_refusals", n=len(stays) - _TOLD))
    toast = Toast(" ".join([found.sentence, *lines]), kind="red")
    return told.told(toast, news=several.CLOSES)
