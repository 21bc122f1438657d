"""The life of an objective on pages: agreed, given up, closed with grades, archived."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.base.actor import Actor, Role
from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.core.limits import Status
from okapi.core.quantities import clip
from okapi.goals import actions
from okapi.goals.actions.lifecycle import Grade
from okapi.goals.choices import GoalState
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import ObjectiveToEdit, objective_to_edit
from okapi.goals.queries.objective import ObjectivePage, objective_page
from okapi.goals.queries.rows import KeyResultRow
from okapi.web import errors, http
from okapi.web.components import Crumb, Field, Line, Remark
from okapi.web.editing import told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section, show
from okapi.web.editing.sent import number as read_number
from okapi.web.editing.sent import tidy
from okapi.web.editing.typed import number_at
from okapi.web.goals import guards
from okapi.web.goals.edit_objective import refuse_ended
from okapi.web.http import OrgRequest
from okapi.wording import number, say

Act = Callable[[Actor, Filling, int | None], object]
Ask = Callable[[Filling], "Asked"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a step asks before it is taken: words, fields, remarks."""

    intro: str
    fields: Sequence[object] = ()
    remarks: Sequence[Remark] = ()
    known: Sequence[str] = ("reason",)
    hidden: Sequence[tuple[str, str]] = field(default=())


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: OrgRequest, key: str) -> HttpResponse:
    """Agree on a draft with its key results."""
    found = _found(request, key, "agree")
    if found.state is not GoalState.DRAFT:
        raise Refused("goal.not_draft", ref=found.key, state=found.state)

    def act(actor: Actor, filling: Filling, version: int | None) -> object:
        override = filling.of("reason")
        return actions.agree(actor, found.id, version=version, override=override)

    ask = partial(_ask_agreement, http.asking(request), found)
    return _step(request, found, "agree", ask, act)


def _ask_agreement(who: Asking, found: ObjectiveToEdit, filling: Filling) -> Asked:
    page = objective_page(who, found.id)
    broken = [
        guards.sentence(guard)
        for guard in page.row.guards
        if guard.status in (Status.RED, Status.AMBER)
    ]
    remarks = [Remark(say("objective.agree.broken"), " ".join(broken))] if broken else []
    fields: list[object] = []
    if not page.row.key_results:
        remarks.append(Remark(say("objective.agree.none"), say("objective.agree.none_text")))
        if who.actor.has(Role.STRATEGIST):
            fields.append(filling.text("reason", say("objective.agree.override"), rows=2))
    return Asked(say("objective.agree.intro"), fields, remarks)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: OrgRequest, key: str) -> HttpResponse:
    """Give an objective up, and say why."""
    found = _found(request, key, "adjust")
    refuse_ended(found)

    def act(actor: Actor, filling: Filling, version: int | None) -> object:
        return actions.cancel(actor, found.id, reason=filling.of("reason"), version=version)

    def ask(filling: Filling) -> Asked:
        return Asked(say("objective.cancel.intro"), (_reason(filling),))

    return _step(request, found, "cancel", ask, act, kind="danger")


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: OrgRequest, key: str) -> HttpResponse:
    """Take an objective out of lists; an agreed one with a reason."""
    found = _found(request, key, "edit")
    if found.is_agreed and not found.may_adjust:
        raise Forbidden("access.forbidden", kind="objective", ref=found.key, verb="adjust")

    def act(actor: Actor, filling: Filling, version: int | None) -> object:
        reason = filling.of("reason")
        return actions.archive_objective(actor, found.id, reason=reason, version=version)

    def ask(filling: Filling) -> Asked:
        fields = (_reason(filling),) if found.is_agreed else ()
        return Asked(say("objective.archive.intro"), fields)

    return _step(request, found, "archive", ask, act, kind="danger", leave=True)


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: OrgRequest, key: str) -> HttpResponse:
    """Close an agreed objective: each key result gets its grade."""
    found = _found(request, key, "close")
    if not found.is_agreed:
        raise Refused("goal.not_agreed", ref=found.key, state=found.state)
    page = objective_page(http.asking(request), found.id)
    names = [name for row in page.row.key_results for name in _names(row)]

    def act(actor: Actor, filling: Filling, version: int | None) -> object:
        grades = dict(_grades(page, filling))
        reason = filling.of("reason")
        return actions.close(actor, found.id, grades=grades, reason=reason, version=version)

    def ask(filling: Filling) -> Asked:
        fields = [*_grade_fields(page, filling), _success(filling)]
        return Asked(say("objective.close.intro"), fields, known=(*names, "reason"))

    return _step(request, found, "close", ask, act, names=names)


def _names(row: KeyResultRow) -> tuple[str, str]:
    return f"grades.{row.key}", f"why.{row.key}"


def _grade_fields(page: ObjectivePage, filling: Filling) -> Iterator[object]:
    """Of each key result its grade, the computed one unless another is typed, and why."""
    for row in page.row.key_results:
        grade, why = _names(row)
        computed = "" if row.progress is None else number(clip(row.progress), digits=2)
        yield Line(
            (
                Field(
                    grade,
                    row.title,
                    kind="number",
                    value=filling.of(grade),
                    placeholder=computed or say("objective.close.no_data"),
                    error=filling.errors.get(grade, ""),
                ),
                Field(
                    why,
                    say("objective.close.why"),
                    value=filling.of(why),
                    placeholder=say("objective.close.why_if"),
                ),
            ),
            css="grade-line",
        )


def _grades(page: ObjectivePage, filling: Filling) -> Iterator[tuple[str, Grade]]:
    for row in page.row.key_results:
        grade, why = _names(row)
        value = number_at(filling.of(grade), grade)
        if value is not None:
            yield row.key, (Decimal(value), filling.of(why))


def _success(filling: Filling) -> object:
    return filling.text(
        "reason", say("objective.close.words"), kind="textarea", rows=2,
        help=say("objective.close.words_help"),
    )  # fmt: skip


def _reason(filling: Filling) -> object:
    return filling.text(
        "reason", say("objective.why_asked"), kind="textarea", required=True, rows=2,
        help=say("key_result.adjust.reason_help"),
    )  # fmt: skip


def _found(request: OrgRequest, key: str, verb: str) -> ObjectiveToEdit:
    return objective_to_edit(http.asking(request), key, verb)


def _step(
    request: OrgRequest,
    found: ObjectiveToEdit,
    name: str,
    ask: Ask,
    act: Act,
    *,
    names: Sequence[str] = (),
    kind: str = "primary",
    leave: bool = False,
) -> HttpResponse:
    """Ask, or take the step and say so."""
    at = http.at(request)
    texts = {one: tidy(request.POST.get(one, "")) for one in ("reason", *names)}
    filling = Filling(texts)
    again = partial(_show, request, found, name, kind=kind)
    if request.method != "POST":
        return again(filling, ask(filling))
    version = read_number(request.POST.get("version", ""))
    try:
        with changes.gather() as made:
            act(request.actor, filling, version)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        filling = replace(filling, errors=errors.by_field(refused))
        return again(filling, ask(filling), came_back=True)
    onward = at.goals if leave else at.objective(found.key)
    return told.saved(request, made, onward=onward, code=f"done.objective.{name}", leave=leave)


def _show(
    request: OrgRequest,
    found: ObjectiveToEdit,
    name: str,
    filling: Filling,
    asked: Asked,
    *,
    kind: str,
    came_back: bool = False,
) -> HttpResponse:
    at, who = http.at(request), http.asking(request)
    here = at.objective(found.key)
    words: dict[str, Any] = {
        "title": say(f"objective.{name}.title", title=found.name(who)),
        "save": say(f"objective.{name}.do"),
    }
    form = Form(
        id=f"{name}-form",
        action=request.path,
        sections=(Section(tuple(asked.fields)),) if asked.fields else (),
        cancel=here,
        draft=f"{name}:{found.id}",
        version=found.version,
        intro=asked.intro,
        error=filling.rest(asked.known),
        remarks=asked.remarks,
        kind=kind,
        came_back=came_back,
        **words,
    )
    crumbs = (Crumb(say("nav.goals"), at.goals), Crumb(found.name(who), here))
    return show(request, form, place="goals", crumbs=crumbs)
