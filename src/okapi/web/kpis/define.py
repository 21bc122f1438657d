"""The definition editor: a change makes a new version; the earlier ones stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.kpis import actions
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import KpiToEdit, kpi_to_edit
from okapi.kpis.queries.page import kpi_page
from okapi.web import errors, http
from okapi.web.components import Crumb, Notice
from okapi.web.editing import form as forms
from okapi.web.editing import saving, told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section
from okapi.web.editing.saving import Outcome
from okapi.web.editing.sent import Now, Sent
from okapi.web.http import OrgRequest
from okapi.web.kpis import kpi_fields as fields
from okapi.web.kpis.kpi import Defined
from okapi.wording import say

TEMPLATE = "kpis/define.html"


@require_http_methods(["GET", "HEAD", "POST"])
def define(request: OrgRequest, key: str) -> HttpResponse:
    """Put a new version in force; what others decided meanwhile is put together with it."""
    who = http.asking(request)
    found = kpi_to_edit(who, key, "define")
    now = _now(found)
    ask = partial(_ask, request, who, found)
    if request.method != "POST":
        return ask(Filling(now.texts), began=now)
    sent = fields.read_defined(request.POST)
    filling = Filling({**now.texts, **sent.texts, "reason": sent.reason})
    again = partial(ask, began=sent.began(now), came_back=True)
    try:
        with changes.gather() as made:
            outcome = _save(who, found, sent)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        return again(replace(filling, errors=errors.by_field(refused)))
    if not outcome.is_saved:
        filling = filling.with_clashes(outcome, "kpi", found.id)
        return again(filling, began=outcome.now, notice=forms.met_others())
    onward = http.at(request).kpi(found.key)
    return told.saved(request, made, onward=onward, kept=bool(outcome.kept))


def _save(who: Asking, found: KpiToEdit, sent: Sent) -> Outcome:
    latest = found

    def act(_changed: Mapping[str, str], values: Mapping[str, str], version: int) -> None:
        draft = fields.definition_of(values)
        actions.redefine_kpi(who.actor, found.id, draft, version=version, reason=sent.reason)

    def reload() -> Now:
        nonlocal latest
        latest = kpi_to_edit(who, found.id, "define")
        return _now(latest)

    return saving.save(sent, _now(found), act, reload=reload)


def _now(found: KpiToEdit) -> Now:
    return Now(found.version, fields.defined_texts(found.definition))


def _ask(
    request: OrgRequest,
    who: Asking,
    found: KpiToEdit,
    filling: Filling,
    *,
    began: Now,
    came_back: bool = False,
    notice: Notice | None = None,
) -> HttpResponse:
    at, number = http.at(request), found.definition.number
    reason = filling.text("reason", say("kpi.define.reason"), help=say("kpi.define.reason_help"))
    form = Form(
        id="definition-form",
        title=say("kpi.define.title", name=found.title(who)),
        action=request.path,
        save=say("kpi.define.save", n=number + 1),
        sections=(
            Section(tuple(fields.measured(filling))),
            fields.computed(filling, at, kpi=found.key),
            Section((*fields.details(filling), reason)),
        ),
        cancel=at.kpi(found.key),
        draft=f"definition:{found.id}",
        intro=say("kpi.define.intro", n=number),
        error=filling.rest((*fields.DEFINED, "has_total", "reason")),
        notice=notice,
        came_back=came_back,
        **forms.beginning(began),
    )
    crumbs = (Crumb(say("nav.kpis"), at.kpis), Crumb(found.title(who), at.kpi(found.key)))
    page = kpi_page(who, found.id)
    versions = [Defined(one, page.row.measure, page) for one in page.versions]
    return forms.show(
        request,
        form,
        place="kpis",
        crumbs=crumbs,
        template=TEMPLATE,
        beside={"versions": versions, "definition": versions[0]},
    )
