"""Several KPIs changed at once; each by its own rights, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST

from okapi.kpis import actions
from okapi.kpis.queries import finding
from okapi.kpis.queries.asking import Asking
from okapi.orgs import access as orgs_access
from okapi.web import http
from okapi.web.components.base import Component
from okapi.web.editing import chosen as choosing
from okapi.web.editing import several
from okapi.web.editing.chosen import Chosen
from okapi.web.editing.filling import Filling
from okapi.web.editing.several import Bar, Do, Several
from okapi.web.http import OrgRequest
from okapi.web.kpis.kpi_fields import Around, pillar_field, team_field
from okapi.wording import say

KPIS = choosing.Kind(
    box="kpi",
    codes="kpi.bulk",
    place="kpis",
    back="nav.kpis",
    does=("owner", "team", "pillar", "retire"),
    ends="retire",
)


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
    chosen = choosing.asked(request, KPIS)
    if "apply" not in request.POST:
        return _ask(request, who, chosen, choosing.beginning(who, chosen))
    filling = choosing.filled(request, who, "team", "pillar", "reason")
    if wrong := choosing.lacking(chosen, filling):
        return _ask(request, who, chosen, replace(filling, errors=wrong), came_back=True)
    rows, made = several.each(
        chosen.keys,
        finding.names_of(who, chosen.keys),
        lambda key: _change(who, key, chosen.does, filling),
        at.kpi,
        stays=not chosen.ends,
    )
    back = (say("nav.kpis"), at.kpis)
    return several.answer(request, Several(chosen.title, rows, made, "kpis", back))


def _change(who: Asking, key: str, does: str, filling: Filling) -> None:
    if does == "retire":
        actions.retire_kpi(who.actor, key, reason=filling.of("reason"))
    else:
        given: dict[str, Any] = {does: filling.of(does) or None}
        actions.edit_kpi(who.actor, key, **given)


def _ask(
    request: OrgRequest, who: Asking, chosen: Chosen, filling: Filling, *, came_back: bool = False
) -> HttpResponse:
    filling = choosing.named(who, chosen, filling)
    return choosing.ask(
        request,
        chosen,
        filling,
        _fields(request, who, chosen.does, filling),
        save=say("kpi.retire.do" if chosen.ends else f"kpi.bulk.{chosen.does}.do"),
        back=http.at(request).kpis,
        came_back=came_back,
    )


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
