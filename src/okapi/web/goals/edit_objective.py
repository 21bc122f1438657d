"""Making and changing an objective: a dialog's form, a page of its own, and the answer to both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.goals import access, actions
from okapi.goals.choices import GoalState
from okapi.goals.queries import finding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import ObjectiveToEdit, objective_to_edit
from okapi.orgs import access as orgs_access
from okapi.web import errors, http
from okapi.web.components import Crumb, Notice
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import saving, told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section
from okapi.web.editing.saving import Outcome
from okapi.web.editing.sent import Now, Sent
from okapi.web.goals import objective_fields as fields
from okapi.web.goals.objective_fields import Around
from okapi.web.http import OrgRequest
from okapi.wording import say


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: OrgRequest) -> HttpResponse:
    """A new draft; `cycle` and `team` in the address say where it begins."""
    who = http.asking(request)
    orgs_access.require_member(who.actor)
    around = Around.of(who, http.at(request))
    if request.method != "POST":
        return _ask(request, around, _beginning(request, around))
    sent, chosen = fields.read(who, request.POST)
    filling = Filling(sent.texts, picks=chosen, names=finding.people_named(who, sent.texts))
    if filling.unclear:
        return _ask(request, around, filling, came_back=True)
    try:
        with changes.gather() as made:
            objective = actions.create_objective(
                who.actor, **({"title": "", "cycle": None} | fields.given(sent.texts))
            )
    except OkapiError as refused:
        filling = replace(filling, errors=_told(refused))
        return _ask(request, around, filling, came_back=True)
    return told.saved(request, made, onward=around.at.objective(objective.key), leave=True)


def _beginning(request: OrgRequest, around: Around) -> Filling:
    """What a new objective begins with: this cycle, one's home team, oneself as owner."""
    who, home = around.who, request.visit.home
    cycle = around.choices.cycle(request.GET.get("cycle", "")) or around.choices.current(who.today)
    me = finding.oneself(who)
    texts = {
        "kind": "committed",
        "weight": "1",
        "visibility": "everyone",
        "cycle": "" if cycle is None else cycle.key,
        "team": request.GET.get("team", "" if home is None else home.key),
        "owner": me.value,
    }
    return Filling(texts, names={me.value: me.name})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: OrgRequest, key: str) -> HttpResponse:
    """Change an objective; what others changed meanwhile is put together with it."""
    who = http.asking(request)
    found = objective_to_edit(who, key)
    refuse_ended(found)
    around, now = Around.of(who, http.at(request)), _now(found)
    if request.method != "POST":
        return _ask(request, around, Filling(now.texts, names=found.people), found, began=now)
    sent, chosen = fields.read(who, request.POST)
    names = {**found.people, **finding.people_named(who, sent.texts)}
    typed = {**now.texts, **sent.texts, "reason": sent.reason}
    filling = Filling(typed, picks=chosen, names=names)
    again = partial(_ask, request, around, found=found, began=sent.began(now), came_back=True)
    if filling.unclear:
        return again(filling)
    try:
        with changes.gather() as made:
            outcome = _save(who, found, sent)
    except OkapiError as refused:
        return again(replace(filling, errors=_told(refused)))
    if not outcome.is_saved:
        filling = filling.with_clashes(outcome, "objective", found.id)
        names = finding.people_named(who, outcome.now.texts)
        filling = replace(filling, names={**filling.names, **names})
        return again(filling, began=outcome.now, notice=forms.met_others())
    onward = around.at.objective(found.key)
    kept, leave = bool(outcome.kept), not _reads(who, found)
    return told.saved(
        request, made, onward=around.at.goals if leave else onward, kept=kept, leave=leave
    )


def refuse_ended(found: ObjectiveToEdit) -> None:
    """What is closed or cancelled does not change any more."""
    if found.state in (GoalState.CLOSED, GoalState.CANCELLED):
        raise Refused("goal.ended", ref=found.key, state=found.state)


def _save(who: Asking, found: ObjectiveToEdit, sent: Sent) -> Outcome:
    def act(changed: Mapping[str, str], _all: Mapping[str, str], version: int) -> None:
        given = fields.given(changed)
        actions.edit_objective(who.actor, found.id, version=version, reason=sent.reason, **given)

    def reload() -> Now:
        return _now(objective_to_edit(who, found.id))

    return saving.save(sent, _now(found), act, reload=reload)


def _now(found: ObjectiveToEdit) -> Now:
    return Now(found.version, fields.texts_of(found))


def _reads(who: Asking, found: ObjectiveToEdit) -> bool:
    """Whether the one who changed it may still read it."""
    try:
        access.get(who.actor, found.id)
    except NotFound:
        return False
    return True


def _told(refused: OkapiError) -> dict[str, str]:
    """What was refused, by field. A team that one may not set objectives for is no dead end."""
    if refused.code == "access.not_to_make":
        return {"team": say("objective.form.not_your_team")}
    if isinstance(refused, NotFound | Forbidden):
        raise refused
    return errors.by_field(refused)


def _ask(
    request: OrgRequest,
    around: Around,
    filling: Filling,
    found: ObjectiveToEdit | None = None,
    *,
    began: Now | None = None,
    came_back: bool = False,
    notice: Notice | None = None,
) -> HttpResponse:
    at, sections = around.at, [*fields.sections(around, filling, found)]
    only = () if found is None else _in_place(request, found)
    if found is not None and only:
        shown = _in_place_fields(found, filling, only)
        return forms.show_inline(
            request, found.id, filling, shown, only, began=began, came_back=came_back
        )
    crumbs = [Crumb(say("nav.goals"), at.goals)]
    if found is not None:
        crumbs.append(Crumb(found.name(around.who), at.objective(found.key)))
        if found.is_agreed and found.may_adjust:
            sections.append(reason_section(filling))
    form = Form(
        id="objective-form",
        title=say("objective.new") if found is None else say("objective.edit"),
        action=request.path,
        save=say("objective.create") if found is None else say("editing.save"),
        sections=sections,
        cancel=at.goals if found is None else at.objective(found.key),
        draft="objective:new" if found is None else f"objective:{found.id}",
        intro=say("objective.form.intro") if found is None else "",
        error=filling.rest((*fields.NAMES, "reason")),
        notice=notice,
        came_back=came_back,
        **forms.beginning(began),
    )
    return forms.show(request, form, place="goals", crumbs=crumbs)


def _in_place(request: OrgRequest, found: ObjectiveToEdit) -> tuple[str, ...]:
    """The title as it is read: where there is none in the other language, the first one."""
    only = forms.only_of(request, ("title", "title_other"))
    return ("title",) if only == ("title_other",) and not found.title_other else only


def _in_place_fields(
    found: ObjectiveToEdit, filling: Filling, only: Sequence[str]
) -> list[Component]:
    """The title in its place; of an agreed objective with the reason."""
    shown: list[Component] = [filling.text(name, say(f"field.{name}")) for name in only]
    if "title" in only and found.is_agreed:
        shown.append(filling.text("reason", say("editing.reason"), required=True))
    return shown


def reason_section(filling: Filling) -> Section:
    """Of an agreed goal: why it changes."""
    field = filling.text(
        "reason", say("editing.reason"), kind="textarea", help=say("editing.reason_help"), rows=2
    )
    return Section((field,), css="edit-reason")
