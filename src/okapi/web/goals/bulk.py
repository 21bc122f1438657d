"""Several objectives changed at once; each by its own rights, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_POST

from okapi.goals import actions
from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.web import http
from okapi.web.components import Choice, Crumb
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import picks, several
from okapi.web.editing.filling import Filling, choices_of
from okapi.web.editing.form import Form, Section
from okapi.web.editing.sent import tidy
from okapi.web.editing.several import Bar, Do, Several
from okapi.web.goals.objective_fields import Around
from okapi.web.http import OrgRequest
from okapi.wording import say

DOES = ("owner", "cycle", "pillar", "archive")


def bar(request: OrgRequest) -> Bar:
    """What can be done to the chosen ones of a list."""
    return Bar(
        f"{http.at(request).goals}bulk",
        say("bulk.chosen"),
        get_token(request),
        (
            Do("owner", say("field.owner"), "user"),
            Do("cycle", say("field.cycle"), "calendar"),
            Do("pillar", say("field.pillar"), "flag"),
            Do("archive", say("objective.do.archive"), "trash-2", danger=True),
        ),
    )


@require_POST
def bulk(request: OrgRequest) -> HttpResponse:
    """Ask what is to become of the chosen ones (`goal`, `do`); with `apply` do it."""
    who, at = http.asking(request), http.at(request)
    orgs_access.require_member(who.actor)
    does, keys = several.asked(request, "goal", DOES, codes="bulk")
    if "apply" not in request.POST:
        return _ask(request, who, does, keys, Filling(_beginning(who, does)))
    pick = picks.person(who, request.POST, "owner")
    texts = {name: tidy(request.POST.get(name, "")) for name in ("cycle", "pillar", "reason")}
    filling = Filling({**texts, "owner": pick.value}, picks={"owner": pick})
    wrong = _wrong(does, filling)
    if wrong:
        return _ask(request, who, does, keys, replace(filling, errors=wrong), came_back=True)
    rows, made = several.each(
        keys,
        finding.titles(who, keys),
        lambda key: _change(who, key, does, filling),
        at.objective,
        stays=does != "archive",
    )
    title = say(f"bulk.{does}", n=len(keys))
    back = (say("nav.goals"), at.goals)
    return several.answer(request, Several(title, rows, made, "goals", back))


def _beginning(who: Asking, does: str) -> dict[str, str]:
    """Nothing is chosen before; a change of the owner is most often to oneself."""
    return {"owner": finding.oneself(who).value} if does == "owner" else {}


def _wrong(does: str, filling: Filling) -> dict[str, str]:
    """What has to be said, and was not."""
    if does == "owner":
        pick = filling.picks["owner"]
        lacks = "" if pick.value else say("text.empty")
        return {"owner": pick.error or lacks} if pick.error or lacks else {}
    if does == "cycle" and not filling.of("cycle"):
        return {"cycle": say("text.empty")}
    return {}


def _change(who: Asking, key: str, does: str, filling: Filling) -> None:
    reason = filling.of("reason")
    if does == "archive":
        actions.archive_objective(who.actor, key, reason=reason)
        return
    given: dict[str, Any] = {does: filling.of(does) or None}
    actions.edit_objective(who.actor, key, reason=reason, **given)


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
        filling = replace(filling, names=finding.people_by_email(who, [filling.of("owner")]))
    reason = filling.text(
        "reason", say("editing.reason"), kind="textarea", rows=2, help=say("bulk.reason_help")
    )
    form = Form(
        id="bulk-form",
        title=say(f"bulk.{does}", n=len(keys)),
        action=request.path,
        save=say(f"bulk.{does}.do"),
        sections=(Section((*_fields(request, who, does, filling), reason)),),
        cancel=at.goals,
        intro=say("bulk.intro"),
        error=filling.rest((*DOES, "reason")),
        hidden=(("do", does), ("apply", "1"), *(("goal", key) for key in keys)),
        kind="danger" if does == "archive" else "primary",
        after="",
        target="#edit-body" if request.htmx else "",
        came_back=came_back,
    )
    crumbs = (Crumb(say("nav.goals"), at.goals),)
    return forms.show(request, form, place="goals", crumbs=crumbs, afresh=True)


def _fields(request: OrgRequest, who: Asking, does: str, filling: Filling) -> Iterator[Component]:
    if does == "archive":
        return
    around = Around.of(who, http.at(request))
    match does:
        case "owner":
            yield filling.pick("owner", say("field.owner"), around.at.find("people"))
        case "cycle":
            offered = [
                Choice(one.key, one.title)
                for one in around.choices.cycles
                if one.state is not CycleState.CLOSED
            ]
            none = Choice("", say("bulk.choose"))
            yield filling.select("cycle", say("field.cycle"), [none, *offered])
        case _:
            pairs = [(one.key, one.title) for one in around.choices.pillars]
            offered = list(choices_of(pairs, none=say("editing.none")))
            yield filling.select("pillar", say("field.pillar"), offered)
