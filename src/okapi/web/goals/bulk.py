"""Several objectives changed at once; each by its own rights, and told one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from okapi.core.errors import OkapiError, Refused
from okapi.goals import actions
from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.web import errors, http
from okapi.web.components import Choice, Crumb
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import picks, told
from okapi.web.editing.filling import Filling, choices_of
from okapi.web.editing.form import Form, Section
from okapi.web.editing.sent import tidy
from okapi.web.goals.objective_fields import Around
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import say

DOES = ("owner", "cycle", "pillar", "archive")
MOST = 200
"""More objectives at once than this are changed by files."""
DONE = f"{told.CHANGED}, okapi-bulk-done"
"""What an answer tells the page: to fetch its list anew, and that nothing is chosen any more."""


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one objective; `refused` says why it stayed as it was."""

    title: str
    href: str = ""
    refused: str = ""


@require_POST
def bulk(request: OrgRequest) -> HttpResponse:
    """Ask what is to become of the chosen ones (`goal`, `do`); with `apply` do it."""
    who = http.asking(request)
    orgs_access.require_member(who.actor)
    does, keys = _asked(request)
    names = finding.titles(who, keys)
    if "apply" not in request.POST:
        return _ask(request, who, does, keys, Filling(_beginning(who, does)))
    pick = picks.person(who, request.POST, "owner")
    texts = {name: tidy(request.POST.get(name, "")) for name in ("cycle", "pillar", "reason")}
    filling = Filling({**texts, "owner": pick.value}, picks={"owner": pick})
    wrong = _wrong(does, filling)
    if wrong:
        return _ask(request, who, does, keys, replace(filling, errors=wrong), came_back=True)
    rows = tuple(_apply(who, http.at(request), does, keys, names, filling))
    return _done(request, does, rows)


def _asked(request: OrgRequest) -> tuple[str, list[str]]:
    does = request.POST.get("do", "")
    if does not in DOES:
        raise Refused("choice.unknown", field="do", found=does, expected=", ".join(DOES))
    keys = list(dict.fromkeys(request.POST.getlist("goal")))
    if not keys:
        raise Refused("bulk.nothing")
    if len(keys) > MOST:
        raise Refused("bulk.many", found=len(keys), most=MOST)
    return does, keys


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


def _apply(
    who: Asking,
    at: Addresses,
    does: str,
    keys: Sequence[str],
    names: dict[str, str],
    filling: Filling,
) -> Iterator[Row]:
    """Each by itself: one that is refused keeps no other one back."""
    for key in keys:
        title = names.get(key, key)
        try:
            _change(who, key, does, filling)
        except OkapiError as refused:
            href = at.objective(key) if key in names else ""
            yield Row(title, href, " ".join(errors.lines_of(refused)))
        else:
            yield Row(title, "" if does == "archive" else at.objective(key))


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


def _done(request: OrgRequest, does: str, rows: Sequence[Row]) -> HttpResponse:
    """What became of each, those that stayed as they were first."""
    at, done = http.at(request), sum(not row.refused for row in rows)
    title = say(f"bulk.{does}", n=len(rows))
    context: dict[str, Any] = {
        "title": title,
        "at": at,
        "summary": say("bulk.done", done=done, total=len(rows)),
        "rows": sorted(rows, key=lambda row: not row.refused),
    }
    if request.htmx:
        response = http.part(request, "goals/bulk_dialog.html", context)
        response["HX-Trigger"] = DONE
        return response
    crumbs = (Crumb(say("nav.goals"), at.goals), Crumb(title))
    context["frame"] = http.framed(request, "goals", crumbs)
    return http.page(request, "goals/bulk.html", context)
