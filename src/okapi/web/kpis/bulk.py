"""Several KPIs changed at once; each by its own rights, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST

from okapi.goals.queries import finding as people_finding
from okapi.kpis import actions
from okapi.kpis.queries import finding
from okapi.kpis.queries.asking import Asking
from okapi.orgs import access as orgs_access
from okapi.web import http
from okapi.web.components import Crumb
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import picks, several
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section
from okapi.web.editing.sent import tidy
from okapi.web.editing.several import Bar, Do, Several
from okapi.web.http import OrgRequest
from okapi.web.kpis.kpi_fields import Around, pillar_field, team_field
from okapi.wording import say

DOES = ("owner", "team", "pillar", "retire")


def bar(request: OrgRequest) -> Bar:
    """What can be done to the chosen ones of the catalogue."""
    return Bar(
        f"{http.at(request).kpis}bulk",
        say("kpi.bulk.chosen"),
        get_token(request),
        (
            Do("owner", say("field.owner"), "user"),
            Do("team", say("field.team"), "users"),
            Do("pillar", say("field.pillar"), "flag"),
            Do("retire", say("kpi.retire.do"), "trash-2", danger=True),
        ),
    )


@require_POST
def bulk(request: OrgRequest) -> HttpResponse:
    """Ask what is to become of the chosen ones (`kpi`, `do`); with `apply` do it."""
    who, at = http.asking(request), http.at(request)
    orgs_access.require_member(who.actor)
    does, keys = several.asked(request, "kpi", DOES, codes="kpi.bulk")
    if "apply" not in request.POST:
        beginning = {"owner": people_finding.oneself(who).value} if does == "owner" else {}
        return _ask(request, who, does, keys, Filling(beginning))
    pick = picks.person(who, request.POST, "owner")
    texts = {name: tidy(request.POST.get(name, "")) for name in ("team", "pillar", "reason")}
    filling = Filling({**texts, "owner": pick.value}, picks={"owner": pick})
    lacks = "" if pick.value or does != "owner" else pick.error or say("text.empty")
    if lacks:
        filling = replace(filling, errors={"owner": lacks})
        return _ask(request, who, does, keys, filling, came_back=True)
    rows, made = several.each(
        keys,
        finding.names_of(who, keys),
        lambda key: _change(who, key, does, filling),
        at.kpi,
        stays=does != "retire",
    )
    back = (say("nav.kpis"), at.kpis)
    return several.answer(request, Several(_title(does, keys), rows, made, "kpis", back))


def _title(does: str, keys: Sequence[str]) -> str:
    return say(f"kpi.bulk.{does}", n=len(keys))


def _change(who: Asking, key: str, does: str, filling: Filling) -> None:
    if does == "retire":
        actions.retire_kpi(who.actor, key, reason=filling.of("reason"))
    else:
        given: dict[str, Any] = {does: filling.of(does) or None}
        actions.edit_kpi(who.actor, key, **given)


def _ask(
    request: OrgRequest,
    who: Asking,
    does: str,
    keys: Sequence[str],
    filling: Filling,
    *,
    came_back: bool = False,
) -> HttpResponse:
    at = http.at(request)
    if does == "owner" and not filling.names:
        owner = [filling.of("owner")]
        filling = replace(filling, names=people_finding.people_by_email(who, owner))
    form = Form(
        id="bulk-form",
        title=_title(does, keys),
        action=request.path,
        save=say("kpi.retire.do" if does == "retire" else f"kpi.bulk.{does}.do"),
        sections=(Section(tuple(_fields(request, who, does, filling))),),
        cancel=at.kpis,
        intro=say("kpi.bulk.intro"),
        error=filling.rest((*DOES, "reason")),
        hidden=(("do", does), ("apply", "1"), *(("kpi", key) for key in keys)),
        kind="danger" if does == "retire" else "primary",
        after="",
        target="#edit-body" if request.htmx else "",
        came_back=came_back,
    )
    crumbs = (Crumb(say("nav.kpis"), at.kpis),)
    return forms.show(request, form, place="kpis", crumbs=crumbs, afresh=True)


def _fields(request: OrgRequest, who: Asking, does: str, filling: Filling) -> Iterator[Component]:
    at = http.at(request)
    match does:
        case "owner":
            yield filling.pick("owner", say("field.owner"), at.find("people"))
        case "team":
            yield team_field(Around.of(who, at), filling)
        case "pillar":
            yield pillar_field(Around.of(who, at), filling)
        case _:
            why = say("objective.why_asked")
            yield filling.text("reason", why, kind="textarea", rows=2)
