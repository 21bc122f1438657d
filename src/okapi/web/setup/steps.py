"""The steps after the organisation is there: each can be skipped and taken up again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, assert_never

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST, require_safe

from okapi.base.actor import Role
from okapi.core.errors import NotFound
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.mine import any_kpi
from okapi.orgs.actions import organisations
from okapi.orgs.actions import setup as actions
from okapi.orgs.actions.setup import Step
from okapi.orgs.queries import setup as queries
from okapi.orgs.queries import structure
from okapi.web import http
from okapi.web.components import Button, Crumb, Share
from okapi.web.http import OrgRequest
from okapi.web.settings import cycles, importing, place, teams
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.web.settings.organisation import months, weekdays
from okapi.wording import say

_NEEDS = {
    Step.TIME: Role.ADMINISTRATOR,
    Step.TEAMS: Role.ADMINISTRATOR,
    Step.PEOPLE: Role.ADMINISTRATOR,
    Step.CYCLE: Role.STRATEGIST,
    Step.TEMPLATES: Role.MEMBER,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A step in the list: done, skipped or still to do."""

    step: Step
    title: str
    href: str
    is_done: bool
    is_skipped: bool
    is_here: bool = False

    @property
    def is_open(self) -> bool:
        """Still to do."""
        return not (self.is_done or self.is_skipped)


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps, and how far they have come."""

    lines: tuple[Line, ...]
    href: str

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(line.is_done for line in self.lines)

    @property
    def share(self) -> Share:
        """The bar."""
        return Share(self.done / len(self.lines))

    @property
    def words(self) -> str:
        """`2 of 5`."""
        return say("setup.progress", n=self.done, of=len(self.lines))

    @property
    def next(self) -> Line | None:
        """The first that is still to do, else the first that was skipped."""
        still = [line for line in self.lines if line.is_open]
        skipped = [line for line in self.lines if line.is_skipped]
        return next(iter([*still, *skipped]), None)


def checklist(request: OrgRequest, who: Asking, here: Step | None = None) -> Checklist | None:
    """The steps, for those who set up; None when it is over or theirs is not to see it."""
    setup = dict(request.organisation.setup)
    actor = request.actor
    if not setup or not (actor.has(Role.ADMINISTRATOR) or actor.has(Role.STRATEGIST)):
        return None
    there = queries.facts(actor)
    done = {
        Step.TIME: Step.TIME.value in setup.get("done", ()),
        Step.TEAMS: there.teams,
        Step.PEOPLE: there.people,
        Step.CYCLE: there.cycle,
        Step.TEMPLATES: any_kpi(who),
    }
    slug = request.organisation.slug
    lines = tuple(
        Line(
            step,
            say(f"setup.step.{step.value}"),
            f"/o/{slug}/setup/?step={step.value}",
            done[step],
            step.value in setup.get("skipped", ()) and not done[step],
            step is here,
        )
        for step in Step
    )
    return Checklist(lines, f"/o/{slug}/setup/")


@require_safe
def steps(request: OrgRequest) -> HttpResponse:
    """The step that comes next, or the one that `?step=` names, beside all of them."""
    actions.require(request.actor)
    return _page(request, Answer())


def _page(request: OrgRequest, answer: Answer) -> HttpResponse:
    who = http.asking(request)
    asked = http.member(Step, request.GET.get("step", ""))
    listed = checklist(request, who, asked)
    if listed is None:
        raise NotFound("setup.over")
    named = (one for one in listed.lines if one.step is asked)
    line = next(named, None) or next((one for one in listed.lines if one.is_open), None)
    listed = checklist(request, who, line.step if line else None) or listed
    context: dict[str, Any] = {
        "frame": http.framed(request, "home", (Crumb(say("setup.steps_title")),)),
        "title": say("setup.steps_title"),
        "list": listed,
        "line": line,
        "skip": f"{listed.href}skip",
        "finish": f"{listed.href}finish",
        "home": http.at(request).home,
        "next": _next(request),
        "toasts": (),
    }
    if line is not None:
        may = place.may(request, _NEEDS[line.step])
        context |= {
            "step_title": line.title,
            "step_note": say(f"setup.note.{line.step.value}"),
            "form": _form(request, line.step, answer) if may else None,
            "buttons": _buttons(request, line.step) if may else (),
            "who": "" if may else say("settings.who", role=say(f"role.{_NEEDS[line.step].value}")),
        }
    return http.page(request, "setup/steps.html", context, status=answer.status)


def _next(request: OrgRequest) -> tuple[Button, ...]:
    """What comes after the last step."""
    first = f"{http.at(request).goals}new"
    return (
        Button(say("setup.first_objective"), href=first, kind="primary"),
        Button(say("setup.let_in"), href=place.at(request).page("people")),
    )


def _form(request: OrgRequest, step: Step, answer: Answer) -> Form | None:
    """The form of a step: the same as in the settings, coming back here."""
    back = f"/o/{request.organisation.slug}/setup/"
    match step:
        case Step.TIME:
            return _time(request, answer)
        case Step.TEAMS:
            return teams.paste_form(request, Answer(), back)
        case Step.PEOPLE:
            return importing.box_form(request, Answer(), back)
        case Step.CYCLE:
            return cycles.year_form(request, structure.cycles(request.actor), Answer(), back)
        case Step.TEMPLATES:
            return None
        case _:
            assert_never(step)


def _buttons(request: OrgRequest, step: Step) -> tuple[Button, ...]:
    """Where the first KPIs come from: examples, or a file that the office has anyway."""
    if step is not Step.TEMPLATES:
        return ()
    at = http.at(request)
    return (
        Button(say("setup.templates_do"), href=at.templates, kind="primary"),
        Button(say("file.new.from_file"), href=at.measurement_files),
    )


def _time(request: OrgRequest, answer: Answer) -> Form:
    settings = request.organisation
    stored = {"fiscal_month": settings.fiscal_month, "first_weekday": settings.first_weekday}
    draw = Drawer("settings.organisation", stored, answer)
    return Form(
        action=f"/o/{settings.slug}/setup/time",
        answer=answer,
        button=say("setup.go_on"),
        version=settings.version,
        rows=(
            (
                draw.select("fiscal_month", months(), note=say("setup.fiscal_note")),
                draw.select("first_weekday", weekdays()),
            ),
        ),
    )


@require_POST
def time(request: OrgRequest) -> HttpResponse:
    """When the fiscal year and the week begin."""
    actions.require(request.actor)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _set_time(request, sent)):
        return _page(request, wrong)
    return _on(request)


def _set_time(request: OrgRequest, sent: Sent) -> None:
    organisations.edit(
        request.actor,
        version=sent.version,
        fiscal_month=sent.whole("fiscal_month"),
        first_weekday=sent.whole("first_weekday"),
    )
    actions.mark(request.actor, Step.TIME)


@require_POST
def skip(request: OrgRequest) -> HttpResponse:
    """Leave a step for later."""
    step = actions.step_of(request.POST.get("step", ""))
    actions.mark(request.actor, step, as_skipped=True)
    return _on(request)


@require_POST
def finish(request: OrgRequest) -> HttpResponse:
    """Put the list away; what was skipped stands in the settings."""
    actions.finish(request.actor)
    return HttpResponseRedirect(http.at(request).home)


def _on(request: OrgRequest) -> HttpResponse:
    return HttpResponseRedirect(f"/o/{request.organisation.slug}/setup/")
