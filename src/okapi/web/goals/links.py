"""What an objective is linked to: goals above, guards, KPIs for context; added and taken off."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.goals import actions
from okapi.goals.actions.links import LIMITS
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import ObjectiveToEdit, objective_to_edit
from okapi.goals.queries.objective import ObjectivePage, objective_page
from okapi.goals.queries.rows import GoalLink, GuardRow, InformRow
from okapi.kpis.queries import finding as kpi_finding
from okapi.web import errors, http
from okapi.web.components import Crumb, Picker
from okapi.web.editing import picks, told
from okapi.web.editing.filling import Filling
from okapi.web.editing.picks import Pick
from okapi.web.editing.sent import tidy
from okapi.web.editing.typed import number_at
from okapi.web.goals import shown
from okapi.web.goals.edit_objective import refuse_ended
from okapi.web.http import OrgRequest
from okapi.wording import say

TEMPLATE = "goals/links.html"
ADDS = {"withdraw": "contribute", "unguard": "guard", "uninform": "inform"}
"""Where one goes on after a link was taken off: with the small form that adds of its kind."""
DOES = (*ADDS, *ADDS.values())


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent with one of the small forms: which one, what it picked, its numbers."""

    does: str = ""
    pick: Pick = field(default_factory=Pick)
    filling: Filling = field(default_factory=lambda: Filling({}))


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is there: its name, what tells it apart, and how it is named when taken off."""

    value: str
    name: str
    note: str = ""
    below: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
def links(request: OrgRequest, key: str) -> HttpResponse:
    """All links of an objective; a post adds one or takes one off, and shows them as they are."""
    who = http.asking(request)
    found = objective_to_edit(who, key)
    refuse_ended(found)
    if request.method != "POST":
        asked_for = request.GET.get("kpi", "")
        name = kpi_finding.name_of(who, asked_for) if asked_for else ""
        return _show(request, who, found, Typed("guard", Pick(asked_for, name) if name else Pick()))
    typed = _read(who, request.POST)
    wrong = {} if not typed.pick.error else {"link": typed.pick.error}
    if not wrong:
        try:
            with changes.gather() as made:
                _do(who, found, typed, request.POST)
        except (Forbidden, Conflict):
            raise
        except OkapiError as refused:
            wrong = _told(refused)
        else:
            return _done(request, who, found, typed.does, made[:1])
    filling = Filling(typed.filling.texts, errors=wrong)
    return _show(request, who, found, Typed(typed.does, typed.pick, filling), status=422)


def _read(who: Asking, post: QueryDict) -> Typed:
    does = post.get("do", "")
    if does not in DOES:
        raise Refused("choice.unknown", field="do", found=does, expected=", ".join(DOES))
    texts = {name: tidy(post.get(name, "")) for name in (*LIMITS, "reason")}
    pick = Pick(tidy(post.get("link", "")))
    if does == "contribute":
        pick = picks.goal(who, post, "link")
    elif does in ("guard", "inform"):
        pick = picks.kpi(who, post, "link")
    return Typed(does, pick, Filling(texts))


def _do(who: Asking, found: ObjectiveToEdit, typed: Typed, post: QueryDict) -> None:
    if not typed.pick.value:
        raise Refused("text.empty", field="link")
    acts: Mapping[str, Callable[[], object]] = {
        "contribute": lambda: actions.contribute(who.actor, found.id, **_above(typed.pick.value)),
        "withdraw": lambda: actions.withdraw(who.actor, found.id, **_above(typed.pick.value)),
        "guard": lambda: _guard(who, found, typed),
        "unguard": lambda: actions.unguard(
            who.actor, found.id, typed.pick.value, reason=typed.filling.of("reason"),
            slice=post.get("slice", ""),
        ),
        "inform": lambda: actions.inform(who.actor, found.id, typed.pick.value),
        "uninform": lambda: actions.uninform(
            who.actor, found.id, typed.pick.value, key_result=_id(post.get("below", ""))
        ),
    }  # fmt: skip
    acts[typed.does]()


def _above(value: str) -> dict[str, str]:
    kind, _, key = value.partition(":")
    return {"to_key_result": key} if kind == "KR" else {"to_objective": key}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound("access.not_found", kind="key_result", ref=text) from None


def _guard(who: Asking, found: ObjectiveToEdit, typed: Typed) -> None:
    kpi, filling = typed.pick.value, typed.filling
    unit = kpi_finding.unit_of(who, kpi)
    limits: dict[str, Decimal | None] = {
        name: number_at(filling.of(name), name, unit) for name in LIMITS
    }
    actions.guard(who.actor, found.id, kpi, limits=limits, reason=filling.of("reason"))


def _told(refused: OkapiError) -> dict[str, str]:
    """What was refused: at a limit, at the reason, or at what was to be linked."""
    if isinstance(refused, NotFound):
        return {"link": say("pick.none", found=str(refused.data.get("ref", "")))}
    known = (*LIMITS, "reason")
    return {
        (name if name in known else "link"): text for name, text in errors.by_field(refused).items()
    }


def _done(
    request: OrgRequest, who: Asking, found: ObjectiveToEdit, does: str, made: list[changes.Record]
) -> HttpResponse:
    """The links as they are now, with a word and the way back."""
    change = made[0] if made else None
    if not request.htmx:
        said = "" if change is None else f"?said={change.number}"
        return HttpResponseRedirect(f"{http.at(request).objective(found.key)}links{said}")
    toast = told.toast_of(request, change)
    return _show(request, who, found, Typed(does), toast=toast)


def _show(
    request: OrgRequest,
    who: Asking,
    found: ObjectiveToEdit,
    typed: Typed,
    *,
    status: int = 200,
    toast: object = None,
) -> HttpResponse:
    at, page = http.at(request), objective_page(who, found.id)
    here = at.objective(found.key)
    title = say("links.title")
    context = {
        "title": title,
        "token": get_token(request),
        "action": request.path,
        "above": [_goal(one) for one in page.contributes_to],
        "hidden": page.hidden_above,
        "guards": [_guarded(one) for one in page.row.guards if one.is_open],
        "informs": [_informed(one, page) for one in page.informs],
        "may_guard": not found.is_agreed or found.may_adjust,
        "asks_reason": found.is_agreed,
        "add_above": _picker("contribute", say("links.above.add"), at.find("goals"), typed),
        "add_guard": _picker("guard", say("key_result.form.kpi"), at.find("kpis"), typed),
        "add_inform": _picker("inform", say("key_result.form.kpi"), at.find("kpis"), typed),
        "limits": tuple(_limits(typed)),
        "reason": typed.filling.text("reason", say("editing.reason"), id="links-reason"),
        "wrong": _elsewhere(typed),
        "toast": toast,
    }
    if request.htmx:
        part = "goals/links_dialog.html" if request.method != "POST" else "goals/links_part.html"
        response = http.part(request, part, context, status=status)
        if toast is not None:
            response["HX-Trigger"] = told.CHANGED
        return response
    crumbs = (Crumb(say("nav.goals"), at.goals), Crumb(found.name(who), here), Crumb(title))
    context |= {
        "frame": http.framed(request, "goals", crumbs),
        "toasts": told.toasts_of(request),
        "back": here,
    }
    return http.page(request, TEMPLATE, context, status=status)


def _goal(one: GoalLink) -> Link:
    if one.key_result_key:
        return Link(f"KR:{one.key_result_key}", one.key_result_title, one.title)
    return Link(f"O:{one.objective_key}", one.title, one.owner)


def _guarded(one: GuardRow) -> Link:
    target = shown.guard_target(one)
    note = say("links.guard.by_target") if target is None else target.bare
    return Link(one.kpi_key, shown.guard_name(one), note, one.slice_key)


def _informed(one: InformRow, page: ObjectivePage) -> Link:
    titles = {row.id: row.title for row in page.row.key_results}
    below = "" if one.key_result_id is None else str(one.key_result_id)
    title = titles.get(one.key_result_id, "") if one.key_result_id else ""
    return Link(one.kpi_key, one.kpi_name, title, below)


def _picker(does: str, label: str, find: str, typed: Typed) -> Picker:
    is_meant = typed.does == does
    goes_on = ADDS.get(typed.does, typed.does) or "contribute"
    pick = typed.pick if is_meant else Pick()
    return Picker(
        "link",
        label,
        value=pick.value,
        text=pick.text,
        find=find,
        error=typed.filling.errors.get("link", "") if is_meant else "",
        autofocus=goes_on == does,
        id=f"links-{does}",
    )


def _limits(typed: Typed) -> Iterator[object]:
    """The limits of a guard, each with the words of its side."""
    for name in ("low", "amber_low", "amber_high", "high"):
        yield typed.filling.text(name, say(f"field.{name}"), kind="number", id=f"links-{name}")


def _elsewhere(typed: Typed) -> str:
    """What was refused of a link that was to be taken off."""
    takes_off = typed.does in ("withdraw", "unguard", "uninform")
    return " ".join(typed.filling.errors.values()) if takes_off else ""
