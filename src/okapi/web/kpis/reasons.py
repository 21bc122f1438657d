"""A form that asks no more than why, and does something to a KPI with the answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.http import HttpResponse

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import KpiToEdit
from okapi.web import errors, http
from okapi.web.components import Crumb
from okapi.web.editing import told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section, show
from okapi.web.editing.sent import tidy
from okapi.web.http import OrgRequest
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Question:
    """The words of the form; `draft` is the name under which the browser keeps what is typed."""

    id: str
    draft: str
    title: str
    intro: str
    why: str
    save: str
    help: str = ""
    kind: str = "primary"


def ask(
    request: OrgRequest,
    who: Asking,
    found: KpiToEdit,
    question: Question,
    act: Callable[[str], object],
) -> HttpResponse:
    """Show the form, or do it (`act`) with the reason that was sent and go on to the KPI's page."""
    here = http.at(request).kpi(found.key)
    filling = Filling({"reason": tidy(request.POST.get("reason", ""))})
    if request.method == "POST":
        try:
            with changes.gather() as made:
                act(filling.of("reason"))
        except (NotFound, Forbidden):
            raise
        except OkapiError as refused:
            filling = replace(filling, errors=errors.by_field(refused))
        else:
            return told.saved(request, made, onward=here)
    reason = filling.text("reason", question.why, help=question.help, rows=3, kind="textarea")
    form = Form(
        id=question.id,
        title=question.title,
        action=request.path,
        save=question.save,
        sections=(Section((reason,)),),
        cancel=here,
        draft=question.draft,
        intro=question.intro,
        error=filling.rest(("reason",)),
        kind=question.kind,
        came_back=bool(filling.errors),
    )
    return show(request, form, place="kpis", crumbs=crumbs(request, who, found))


def crumbs(request: OrgRequest, who: Asking, found: KpiToEdit) -> tuple[Crumb, ...]:
    """The way to a form about a KPI."""
    at = http.at(request)
    return (Crumb(say("nav.kpis"), at.kpis), Crumb(found.title(who), at.kpi(found.key)))
