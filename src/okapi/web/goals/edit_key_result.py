"""Adding and changing key results: forms in the objective's dialog, or on pages of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.core.progress import KeyResultKind
from okapi.goals import actions
from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import (
    KeyResultToEdit,
    ObjectiveToEdit,
    key_result_to_edit,
    objective_to_edit,
)
from okapi.web import errors, http
from okapi.web.components import Crumb, Notice
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import saving, told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form
from okapi.web.editing.saving import Outcome
from okapi.web.editing.sent import Now
from okapi.web.goals import key_result_fields as fields
from okapi.web.goals import key_result_texts as texts
from okapi.web.goals.edit_objective import reason_section, refuse_ended
from okapi.web.goals.key_result_fields import Asked
from okapi.web.goals.key_result_looking import kpi_names, look_at, periods_of
from okapi.web.goals.key_result_texts import Typed
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import say

_METRIC = KeyResultKind.METRIC


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: OrgRequest, key: str) -> HttpResponse:
    """A new key result of an objective; in an agreed one it is an adjustment, with a reason."""
    who = http.asking(request)
    objective = objective_to_edit(who, key)
    refuse_ended(objective)
    if objective.is_agreed and not objective.may_adjust:
        raise Forbidden("access.forbidden", kind="objective", ref=objective.key, verb="adjust")
    ask = partial(_ask, request, who, objective, None)
    if request.method != "POST":
        return ask(_beginning(who), _METRIC)
    kind = http.member(KeyResultKind, request.POST.get("kind", "")) or _METRIC
    typed = texts.read(who, request.POST, kind)
    filling = _filling(who, typed, {"kind": kind.value})
    if "look" in request.POST:
        return ask(filling, kind, looks=True)
    if filling.unclear:
        return ask(filling, kind, came_back=True)
    try:
        found = _with_totals(who, objective, typed).sent
        given = {"title": ""} | texts.given(who, found.texts, found.texts)
        with changes.gather() as made:
            added = actions.add_key_result(
                who.actor, objective.id, kind=kind.value, reason=found.reason, **given
            )
    except OkapiError as refused:
        return ask(replace(filling, errors=_told(refused)), kind, came_back=True)
    onward = http.at(request).key_result(objective.key, added.key)
    return told.saved(request, made, onward=onward)


def _beginning(who: Asking) -> Filling:
    me = finding.oneself(who)
    begins = {"kind": _METRIC.value, "weight": "1", "owner": me.value, "move_weight": "1"}
    measured = {"keep_share": "90", "curve": "linear"}
    return Filling({**begins, **measured}, names={me.value: me.name})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OrgRequest, key: str) -> HttpResponse:
    """Change a key result; what others changed meanwhile is put together with it."""
    who = http.asking(request)
    found = key_result_to_edit(who, key)
    refuse_ended(found.objective)
    now = _now(found)
    ask = partial(_ask, request, who, found.objective, found, kind=found.kind)
    if request.method != "POST":
        return ask(Filling(now.texts, names=_names(who, now.texts)), began=now)
    typed = texts.read(who, request.POST, found.kind)
    filling = _filling(who, typed, now.texts)
    again = partial(ask, began=typed.sent.began(now), came_back=True)
    if "look" in request.POST:
        return again(filling, looks=True)
    if filling.unclear:
        return again(filling)
    try:
        typed = _with_totals(who, found.objective, typed, found)
        with changes.gather() as made:
            outcome = _save(who, found, typed)
    except OkapiError as refused:
        return again(replace(filling, errors=_told(refused)))
    if not outcome.is_saved:
        filling = filling.with_clashes(outcome, "key_result", found.id, told_as=_CHANGED_AS)
        names = {**filling.names, **_names(who, outcome.now.texts)}
        filling = replace(filling, names=names)
        return again(filling, began=outcome.now, notice=forms.met_others())
    onward = http.at(request).key_result(found.objective.key, found.key)
    return told.saved(request, made, onward=onward, kept=bool(outcome.kept))


# Fields of the form, by what change records call them.
_CHANGED_AS = {
    **dict.fromkeys(("kpi", *texts.FIRST, "more"), "moves"),
    "steps": "milestones",
}


def _save(who: Asking, found: KeyResultToEdit, typed: Typed) -> Outcome:
    def act(changed: Mapping[str, str], values: Mapping[str, str], version: int) -> None:
        given = texts.given(who, values, changed)
        actions.edit_key_result(
            who.actor, found.id, version=version, reason=typed.sent.reason, **given
        )

    def reload() -> Now:
        return _now(key_result_to_edit(who, found.id))

    return saving.save(typed.sent, _now(found), act, reload=reload, bound=texts.BOUND)


def _now(found: KeyResultToEdit) -> Now:
    return Now(found.version, texts.texts_of(found))


def _with_totals(
    who: Asking, objective: ObjectiveToEdit, typed: Typed, found: KeyResultToEdit | None = None
) -> Typed:
    """Values typed per period, as totals."""
    if typed.shown.get("counted") != "period":
        return typed
    preview = look_at(who, objective, typed.shown, found)
    return texts.with_totals(typed, periods_of(preview), "" if preview is None else preview.unit)


def _filling(who: Asking, typed: Typed, begun: Mapping[str, str]) -> Filling:
    shown = {**begun, **typed.shown}
    return Filling(shown, picks=typed.picks, names=_names(who, shown))


def _names(who: Asking, shown: Mapping[str, str]) -> dict[str, str]:
    """The names of the owner and of the KPIs."""
    owner = shown.get("owner", "")
    people = finding.people_by_email(who, [owner]) if owner else {}
    return {**people, **kpi_names(who, shown)}


def _told(refused: OkapiError) -> dict[str, str]:
    if isinstance(refused, Forbidden):
        raise refused
    if isinstance(refused, NotFound):  # a KPI that is there no more, or was never
        return {"kpi": say("pick.none", found=str(refused.data.get("ref", "")))}
    return texts.at_fields(errors.by_field(refused))


def _ask(
    request: OrgRequest,
    who: Asking,
    objective: ObjectiveToEdit,
    found: KeyResultToEdit | None,
    filling: Filling,
    kind: KeyResultKind,
    *,
    began: Now | None = None,
    came_back: bool = False,
    looks: bool = False,
    notice: Notice | None = None,
) -> HttpResponse:
    at = http.at(request)
    only = () if found is None else forms.only_of(request, ("owner", "weight"))
    if found is not None and only:
        shown = _in_place_fields(at, found, filling, only)
        return forms.show_inline(
            request, found.id, filling, shown, only, began=began, came_back=came_back
        )
    is_metric = kind is _METRIC and (found is None or found.is_open)
    asked = Asked(
        who,
        at,
        filling,
        kind,
        look_at(who, objective, filling.texts, found) if is_metric else None,
        action=request.path,
        is_new=found is None,
        is_locked=found is not None and objective.is_agreed and not objective.may_adjust,
        is_open=found is None or found.is_open,
        guard_at=f"{at.objective(objective.key)}links",
    )
    if looks and request.htmx:
        return http.part(request, "editing/alone.html", {"form": fields.measured(asked)})
    sections: list[Any] = [*fields.sections(asked)]
    if objective.is_agreed and objective.may_adjust:
        sections.append(reason_section(filling))
    here = at.objective(objective.key)
    form = Form(
        id="key-result-form",
        title=say("key_result.new") if found is None else say("key_result.edit"),
        action=request.path,
        save=say("key_result.add") if found is None else say("editing.save"),
        sections=sections,
        cancel=here if found is None else at.key_result(objective.key, found.key),
        draft=f"key-result:{objective.id}:new" if found is None else f"key-result:{found.id}",
        error=filling.rest((*texts.SHOWN, "kind", "reason")),
        notice=notice,
        css="kr-form",
        came_back=came_back or looks,
        **forms.beginning(began),
    )
    crumbs = (Crumb(say("nav.goals"), at.goals), Crumb(objective.name(who), here))
    status = 200 if looks else None
    return forms.show(request, form, place="goals", crumbs=crumbs, status=status)


def _in_place_fields(
    at: Addresses, found: KeyResultToEdit, filling: Filling, only: Sequence[str]
) -> list[Component]:
    """Owner and weight in their place; the weight of an agreed one with a reason."""
    is_agreed = found.objective.is_agreed
    shown: list[Component] = []
    if "owner" in only:
        shown.append(filling.pick("owner", say("field.owner"), at.find("people")))
    if "weight" in only and (not is_agreed or found.objective.may_adjust):
        shown.append(filling.text("weight", say("field.weight"), kind="number"))
        if is_agreed:
            shown.append(
                filling.text("reason", say("editing.reason"), help=say("key_result.weight_reason"))
            )
    return shown
