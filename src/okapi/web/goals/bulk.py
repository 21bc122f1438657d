"""Several objectives changed at once; each by its own rights, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator
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
from okapi.web.components import Choice
from okapi.web.components.base import Component
from okapi.web.editing import chosen as choosing
from okapi.web.editing import several
from okapi.web.editing.chosen import Chosen
from okapi.web.editing.filling import Filling, choices_of
from okapi.web.editing.several import Bar, Do, Several
from okapi.web.goals.objective_fields import Around
from okapi.web.http import OrgRequest
from okapi.wording import say

GOALS = choosing.Kind(
    box="goal",
    codes="bulk",
    place="goals",
    back="nav.goals",
    does=("owner", "cycle", "pillar", "archive"),
    ends="archive",
)


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
    chosen = choosing.asked(request, GOALS)
    if "apply" not in request.POST:
        return _ask(request, who, chosen, choosing.beginning(who, chosen))
    filling = choosing.filled(request, who, "cycle", "pillar", "reason")
    if wrong := choosing.lacking(chosen, filling, "cycle"):
        return _ask(request, who, chosen, replace(filling, errors=wrong), came_back=True)
    rows, made = several.each(
        chosen.keys,
        finding.titles(who, chosen.keys),
        lambda key: _change(who, key, chosen.does, filling),
        at.objective,
        stays=not chosen.ends,
    )
    back = (say("nav.goals"), at.goals)
    return several.answer(request, Several(chosen.title, rows, made, "goals", back))


def _change(who: Asking, key: str, does: str, filling: Filling) -> None:
    reason = filling.of("reason")
    if does == "archive":
        actions.archive_objective(who.actor, key, reason=reason)
        return
    given: dict[str, Any] = {does: filling.of(does) or None}
    actions.edit_objective(who.actor, key, reason=reason, **given)


def _ask(
    request: OrgRequest, who: Asking, chosen: Chosen, filling: Filling, *, came_back: bool = False
) -> HttpResponse:
    filling = choosing.named(who, chosen, filling)
    reason = filling.text(
        "reason", say("editing.reason"), kind="textarea", rows=2, help=say("bulk.reason_help")
    )
    return choosing.ask(
        request,
        chosen,
        filling,
        (*_fields(request, who, chosen.does, filling), reason),
        save=say(f"bulk.{chosen.does}.do"),
        back=http.at(request).goals,
        came_back=came_back,
    )


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
