"""Making or proposing a KPI, and changing what it is called and whose it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.goals.queries import finding
from okapi.kpis import access, actions
from okapi.kpis.actions import KpiDraft
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import KpiToEdit, kpi_to_edit
from okapi.orgs import access as orgs_access
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
from okapi.web.kpis.kpi_fields import Around
from okapi.wording import say

_BEGINS = {
    "visibility": "everyone",
    "direction": "up",
    "frequency": "month",
    "aggregation": "last",
    "delay_days": "0",
    "has_total": "1",
}


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: OrgRequest) -> HttpResponse:
    """A new KPI: used at once from a data steward or the team's lead, else a proposal."""
    who = http.asking(request)
    orgs_access.require_member(who.actor)
    around = Around.of(who, http.at(request))
    if request.method != "POST":
        return _ask_new(request, around, _beginning(request, who))
    own, chosen = fields.read_own(who, request.POST)
    defined = fields.read_defined(request.POST)
    texts = {**own.texts, **defined.texts}
    filling = Filling(texts, picks=chosen, names=finding.people_named(who, texts))
    if filling.unclear:
        return _ask_new(request, around, filling, came_back=True)
    try:
        with changes.gather() as made:
            kpi = actions.create_kpi(who.actor, _draft(own, defined))
    except OkapiError as refused:
        filling = replace(filling, errors=_told(refused))
        return _ask_new(request, around, filling, came_back=True)
    code = "done.kpi.create" if kpi.state == KpiState.ACTIVE else "done.kpi.propose"
    return told.saved(request, made, onward=around.at.kpi(kpi.key), code=code, leave=True)


def _beginning(request: OrgRequest, who: Asking) -> Filling:
    me, home = finding.oneself(who), request.visit.home
    team = request.GET.get("team", "" if home is None else home.key)
    texts = {**_BEGINS, "team": team, "owner": me.value, "name": request.GET.get("name", "")[:300]}
    return Filling(texts, names={me.value: me.name})


def _draft(own: Sent, defined: Sent) -> KpiDraft:
    given = fields.own_given(own.texts)
    readers: Sequence[str] = given.pop("readers", ())
    return KpiDraft(
        name=given.pop("name", ""),
        definition=fields.definition_of(defined.texts),
        key=own.text("key"),
        readers=tuple(readers),
        **given,
    )


def _ask_new(
    request: OrgRequest, around: Around, filling: Filling, *, came_back: bool = False
) -> HttpResponse:
    at, actor = around.at, around.who.actor
    at_once = around.makes_at_once
    intro = "" if at_once else say("kpi.form.lead" if actor.leads else "kpi.form.proposal")
    key = filling.text("key", say("kpi.form.key"), help=say("kpi.form.key_help"))
    form = Form(
        id="kpi-form",
        title=say("kpi.new" if at_once or actor.leads else "kpi.propose"),
        action=request.path,
        save=say("kpi.create" if at_once or actor.leads else "kpi.propose"),
        sections=(
            Section(
                (
                    fields.name_field(filling),
                    *fields.measured(filling),
                    *fields.belongs(around, filling),
                )
            ),
            fields.computed(filling, at),
            fields.folded(
                say("kpi.form.details"),
                fields.details(filling),
                opened=filling.has(*fields.DETAILS),
            ),
            fields.folded(
                say("kpi.form.more"),
                (*fields.more(around, filling), key),
                opened=filling.has(*fields.MORE),
            ),
        ),
        cancel=at.kpis,
        draft="kpi:new",
        intro=intro,
        error=filling.rest((*fields.OWN, *fields.DEFINED, *fields.DETAILS, *fields.MORE, "owner")),
        came_back=came_back,
    )
    crumbs = (Crumb(say("nav.kpis"), at.kpis),)
    return forms.show(request, form, place="kpis", crumbs=crumbs)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OrgRequest, key: str) -> HttpResponse:
    """Change a KPI; what others changed meanwhile is put together with it."""
    who = http.asking(request)
    found = kpi_to_edit(who, key)
    around, now = Around.of(who, http.at(request)), _now(found)
    ask = partial(_ask, request, around, found)
    if request.method != "POST":
        return ask(Filling(now.texts, names=found.people), began=now)
    sent, chosen = fields.read_own(who, request.POST)
    texts = {**now.texts, **sent.texts}
    filling = Filling(
        texts, picks=chosen, names={**found.people, **finding.people_named(who, texts)}
    )
    again = partial(ask, began=sent.began(now), came_back=True)
    if filling.unclear:
        return again(filling)
    try:
        with changes.gather() as made:
            outcome = _save(who, found, sent)
    except OkapiError as refused:
        return again(replace(filling, errors=_told(refused)))
    if not outcome.is_saved:
        filling = filling.with_clashes(outcome, "kpi", found.id)
        names = {**filling.names, **finding.people_named(who, outcome.now.texts)}
        filling = replace(filling, names=names)
        return again(filling, began=outcome.now, notice=forms.met_others())
    leave = not _reads(who, found)
    onward = around.at.kpis if leave else around.at.kpi(found.key)
    return told.saved(request, made, onward=onward, kept=bool(outcome.kept), leave=leave)


def _save(who: Asking, found: KpiToEdit, sent: Sent) -> Outcome:
    def act(changed: Mapping[str, str], _all: Mapping[str, str], version: int) -> None:
        actions.edit_kpi(who.actor, found.id, version=version, **fields.own_given(changed))

    def reload() -> Now:
        return _now(kpi_to_edit(who, found.id))

    return saving.save(sent, _now(found), act, reload=reload)


def _now(found: KpiToEdit) -> Now:
    return Now(found.version, fields.own_texts(found))


def _reads(who: Asking, found: KpiToEdit) -> bool:
    try:
        access.get(who.actor, found.id)
    except NotFound:
        return False
    return True


def _told(refused: OkapiError) -> dict[str, str]:
    if isinstance(refused, NotFound | Forbidden):
        raise refused
    return errors.by_field(refused)


def _ask(
    request: OrgRequest,
    around: Around,
    found: KpiToEdit,
    filling: Filling,
    *,
    began: Now,
    came_back: bool = False,
    notice: Notice | None = None,
) -> HttpResponse:
    at, defines = around.at, found.may_define
    more: list[Any] = [*fields.more(around, filling, may_share=defines)]
    form = Form(
        id="kpi-form",
        title=say("kpi.edit"),
        action=request.path,
        save=say("editing.save"),
        sections=(
            Section(
                (fields.name_field(filling), *fields.belongs(around, filling, with_team=defines))
            ),
            fields.folded(say("kpi.form.more"), more, opened=filling.has(*fields.MORE)),
        ),
        cancel=at.kpi(found.key),
        draft=f"kpi:{found.id}",
        error=filling.rest((*fields.OWN, "owner", "readers")),
        notice=notice,
        came_back=came_back,
        **forms.beginning(began),
    )
    crumbs = (
        Crumb(say("nav.kpis"), at.kpis),
        Crumb(found.title(around.who), at.kpi(found.key)),
    )
    return forms.show(request, form, place="kpis", crumbs=crumbs)
