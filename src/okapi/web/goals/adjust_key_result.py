"""Adjusting the target or start of an agreed key result, and taking a key result out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.core.progress import KeyResultKind
from okapi.goals import actions
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import KeyResultToEdit, MoveToEdit, key_result_to_edit
from okapi.kpis.queries import finding as kpi_finding
from okapi.web import errors, http
from okapi.web.components import Choice, Crumb, Line
from okapi.web.components.base import Component
from okapi.web.editing import told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section, show
from okapi.web.editing.sent import number as read_number
from okapi.web.editing.sent import tidy
from okapi.web.editing.typed import number_at, number_words
from okapi.web.goals.edit_objective import refuse_ended
from okapi.web.http import OrgRequest
from okapi.wording import say

_NUMBERS = ("start", "target", "low", "high")


@require_http_methods(["GET", "HEAD", "POST"])
def adjust(request: OrgRequest, key: str) -> HttpResponse:
    """Another target (or start) for an agreed key result, from today on, with a reason."""
    who = http.asking(request)
    found = key_result_to_edit(who, key, "adjust")
    if not found.objective.is_agreed:
        raise Refused("goal.not_agreed", ref=found.key, state=found.objective.state)
    if found.kind is not KeyResultKind.METRIC or not found.moves or not found.is_open:
        raise NotFound("access.not_found", kind="moves", ref=found.key)
    if request.method != "POST":
        return _ask(request, who, found, Filling(_texts(found, "")))
    move = request.POST.get("move", "")
    texts = {name: tidy(request.POST.get(name, "")) for name in (*_NUMBERS, "reason")}
    filling = Filling({**_texts(found, move), **texts, "move": move})
    try:
        with changes.gather() as made:
            _adjust(request, who, found, filling)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        filling = replace(filling, errors=errors.by_field(refused))
        return _ask(request, who, found, filling, came_back=True)
    onward = http.at(request).key_result(found.objective.key, found.key)
    return told.saved(request, made, onward=onward)


def _adjust(request: OrgRequest, who: Asking, found: KeyResultToEdit, filling: Filling) -> None:
    """What is left empty stays as it is, but a band may lose one of its limits."""
    move = _move(found, filling.of("move"))
    unit = kpi_finding.unit_of(who, move.kpi)
    numbers = {name: number_at(filling.of(name), name, unit) for name in _NUMBERS}
    start = numbers["start"]
    actions.adjust_target(
        who.actor,
        found.id,
        reason=filling.of("reason"),
        kpi=move.kpi,
        slice=move.slice,
        target=numbers["target"],
        low=numbers["low"],
        high=numbers["high"],
        start=None if start == _start(move) else start,
        version=read_number(request.POST.get("version", "")),
    )


def _start(move: MoveToEdit) -> Decimal | None:
    return move.automatic if move.start is None else move.start


def _move(found: KeyResultToEdit, named: str) -> MoveToEdit:
    """The move that is meant; `kpi|slice` names it where there are several."""
    wanted = (one for one in found.moves if f"{one.kpi}|{one.slice}" == named)
    return next(wanted, found.moves[0])


def _texts(found: KeyResultToEdit, named: str) -> dict[str, str]:
    move = _move(found, named)
    numbers = {"target": move.target, "low": move.low, "high": move.high, "start": _start(move)}
    return {name: number_words(value) for name, value in numbers.items()}


def _ask(
    request: OrgRequest,
    who: Asking,
    found: KeyResultToEdit,
    filling: Filling,
    *,
    came_back: bool = False,
) -> HttpResponse:
    return _show(
        request,
        who,
        found,
        came_back=came_back,
        id="adjust-form",
        title=say("key_result.adjust.title", title=found.name(who)),
        save=say("key_result.adjust.save"),
        intro=say("key_result.adjust.intro"),
        version=found.version,
        sections=(Section(tuple(_fields(found, filling))),),
        error=filling.rest((*_NUMBERS, "move", "reason")),
    )


def _fields(found: KeyResultToEdit, filling: Filling) -> Iterator[Component]:
    if len(found.moves) > 1:
        choices = [Choice(f"{one.kpi}|{one.slice}", one.name) for one in found.moves]
        yield filling.select("move", say("key_result.form.kpi"), choices)
    move = _move(found, filling.of("move"))
    names = ("target",) if move.target is not None else ("low", "high")
    numbers = [
        filling.text(name, say(f"field.{name}"), kind="number", autofocus=name == names[0])
        for name in names
    ]
    yield Line((*numbers, filling.text("start", say("field.start"), kind="number")))
    yield _reason(filling)


def _reason(filling: Filling) -> Component:
    return filling.text(
        "reason", say("editing.reason"), kind="textarea", required=True, rows=2,
        help=say("key_result.adjust.reason_help"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: OrgRequest, key: str) -> HttpResponse:
    """Take a key result out of its objective; of an agreed one with a reason."""
    who = http.asking(request)
    found = key_result_to_edit(who, key)
    refuse_ended(found.objective)
    if found.objective.is_agreed and not found.objective.may_adjust:
        raise Forbidden("access.forbidden", kind="key_result", ref=found.key, verb="adjust")
    filling = Filling({"reason": tidy(request.POST.get("reason", ""))})
    if request.method != "POST":
        return _ask_removal(request, who, found, filling)
    try:
        with changes.gather() as made:
            actions.remove_key_result(who.actor, found.id, reason=filling.of("reason"))
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        filling = replace(filling, errors=errors.by_field(refused))
        return _ask_removal(request, who, found, filling, came_back=True)
    onward = http.at(request).objective(found.objective.key)
    return told.saved(request, made, onward=onward, code="done.key_result.remove")


def _ask_removal(
    request: OrgRequest,
    who: Asking,
    found: KeyResultToEdit,
    filling: Filling,
    *,
    came_back: bool = False,
) -> HttpResponse:
    is_agreed = found.objective.is_agreed
    return _show(
        request,
        who,
        found,
        came_back=came_back,
        id="remove-form",
        title=say("key_result.remove.title", title=found.name(who)),
        save=say("key_result.remove.save"),
        kind="danger",
        intro=say("key_result.remove.agreed" if is_agreed else "key_result.remove.draft"),
        sections=(Section((_reason(filling),)),) if is_agreed else (),
        error=filling.rest(("reason",)),
    )


def _show(request: OrgRequest, who: Asking, found: KeyResultToEdit, **form: Any) -> HttpResponse:
    at, objective = http.at(request), found.objective
    made = Form(
        action=request.path,
        cancel=at.key_result(objective.key, found.key),
        draft=f"{form['id']}:{found.id}",
        **form,
    )
    crumbs = (
        Crumb(say("nav.goals"), at.goals),
        Crumb(objective.name(who), at.objective(objective.key)),
    )
    return show(request, made, place="goals", crumbs=crumbs)
