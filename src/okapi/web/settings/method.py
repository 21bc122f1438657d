"""How goals are judged: thresholds of health and confidence, the guard rule, personal goals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base.actor import Role
from okapi.core.errors import Refused
from okapi.core.quantities import parse_decimal
from okapi.orgs import queries
from okapi.orgs.actions import method as actions
from okapi.orgs.choices import PersonalGoals
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Drawn, Form, Sent, tried
from okapi.wording import percent, say

# Shares are typed in percent; the others are whole numbers.
SHARES = ("pace_on", "pace_risk", "chance_on", "chance_risk", "objective_on", "objective_off",
          "success")  # fmt: skip
WHOLE = ("confidence_on", "confidence_low", "missed_cadences")
_ROWS = (
    ("pace_on", "pace_risk"),
    ("chance_on", "chance_risk"),
    ("objective_on", "objective_off"),
    ("confidence_on", "confidence_low"),
    ("success", "missed_cadences"),
)


@require_http_methods(["GET", "HEAD", "POST"])
def method(request: OrgRequest) -> HttpResponse:
    """What everybody reads and a strategist changes."""
    if request.method != "POST":
        return _page(request, Answer())
    place.require(request, Role.STRATEGIST)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _edit(request, sent)):
        return _page(request, wrong)
    return place.on(request, "method", "judged")


def _edit(request: OrgRequest, sent: Sent) -> None:
    limits: dict[str, Any] = {name: _share(sent, name) for name in SHARES}
    limits |= {name: sent.whole(name) for name in WHOLE}
    limits["guard_at_once"] = sent.text("guard_at_once") == "yes"
    actions.edit(
        request.actor,
        version=sent.version,
        personal_goals=sent.text("personal_goals"),
        **limits,
    )


def _share(sent: Sent, name: str) -> float:
    """A percentage as a share: `90`, `90%` or `87.5`."""
    text = sent.text(name).strip().removesuffix("%").removesuffix("％").strip()
    try:
        number = parse_decimal(text)
    except Refused:
        raise Refused("form.percent", field=name, found=text[:40]) from None
    return float(number / Decimal(100))


def _page(request: OrgRequest, answer: Answer) -> HttpResponse:
    found = queries.settings_of(request.actor.organisation_id)
    stored = actions.chosen(dict(found.thresholds))
    context: dict[str, Any] = {"note": say("settings.method.note")}
    if not place.may(request, Role.STRATEGIST):
        context["facts"] = tuple(_facts(stored, found.personal_goals))
        context["who"] = say("settings.who", role=say("role.strategist"))
        return place.page(request, "method", "settings/facts.html", context)
    context["form"] = _form(request, stored, found, answer)
    return place.page(request, "method", "settings/edit.html", context, status=answer.status)


def _form(
    request: OrgRequest, stored: dict[str, Any], found: queries.Settings, answer: Answer
) -> Form:
    shown = {name: f"{float(stored[name]) * 100:g}" for name in SHARES}
    shown |= {name: f"{stored[name]:g}" for name in WHOLE}
    shown["guard_at_once"] = "yes" if stored["guard_at_once"] else "no"
    shown["personal_goals"] = found.personal_goals
    draw = Drawer("settings.method", shown, answer)
    rules = [(value, say(f"settings.method.guard_{value}")) for value in ("no", "yes")]
    levels = [(one.value, say(f"personal_goals.{one.value}")) for one in PersonalGoals]
    rows = tuple(tuple(_number(draw, name) for name in row) for row in _ROWS)
    return Form(
        action=place.at(request).page("method"),
        version=found.version,
        answer=answer,
        drawer=draw,
        button=say("form.save"),
        rows=(
            *rows,
            (
                draw.select("guard_at_once", rules),
                draw.select("personal_goals", levels, note=say("settings.method.personal_note")),
            ),
        ),
    )


def _number(draw: Drawer, name: str) -> Drawn:
    unit = "%" if name in SHARES else ""
    note = say(f"settings.method.{name}_note")
    return draw.text(name, kind="number", required=True, unit=unit, note=note)


def _value(name: str, stored: float) -> str:
    """A limit as those read it who may not change it."""
    if name == "missed_cadences":
        return say("settings.method.missed", n=stored)
    return percent(float(stored)) if name in SHARES else f"{stored:g}"


def _facts(stored: dict[str, Any], personal: str) -> Iterator[tuple[str, str]]:
    for name in (name for row in _ROWS for name in row):
        yield say(f"settings.method.{name}"), _value(name, stored[name])
    rule = "yes" if stored["guard_at_once"] else "no"
    yield say("settings.method.guard_at_once"), say(f"settings.method.guard_{rule}")
    yield say("settings.method.personal_goals"), say(f"personal_goals.{personal}")
