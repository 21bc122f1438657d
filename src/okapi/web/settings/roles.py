"""Who may do what: the roles side by side, as they are, for everybody to read."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base.actor import Role
from okapi.web.components import Cell, Column, DataTable, StatusMark
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.wording import say

LEAD = "lead"
_COLUMNS = (
    Role.VIEWER.value,
    Role.MEMBER.value,
    LEAD,
    Role.STEWARD.value,
    Role.STRATEGIST.value,
    Role.ADMINISTRATOR.value,
)
_ALL, _SOME = "all", "some"
# What is done, and by whom: all of it, or (some) what the note says. Everybody reads everything
# that is not private, and no role opens what is.
_DONE: tuple[tuple[str, dict[str, str]], ...] = (
    ("read", dict.fromkeys(_COLUMNS, _ALL)),
    ("comment", dict.fromkeys(_COLUMNS[1:], _ALL)),
    ("check_in", {"member": _SOME, LEAD: _SOME, "strategist": _SOME}),
    ("goals", {"member": _SOME, LEAD: _SOME, "strategist": _SOME}),
    ("agree", {LEAD: _SOME, "strategist": _SOME}),
    ("adjust", {LEAD: _SOME, "strategist": _ALL}),
    ("measure", {"member": _SOME, LEAD: _SOME, "steward": _ALL}),
    ("define", {LEAD: _SOME, "steward": _ALL}),
    ("propose", dict.fromkeys(_COLUMNS[1:], _ALL)),
    ("plan", {"strategist": _ALL}),
    ("method", {"strategist": _ALL}),
    ("people", {"administrator": _ALL}),
    ("teams", {"administrator": _ALL}),
    ("house", {"administrator": _ALL}),
    ("tokens", {**dict.fromkeys(_COLUMNS, _SOME), "administrator": _SOME}),
)


@require_safe
def roles(request: OrgRequest) -> HttpResponse:
    """The table; what somebody may do is the sum of their roles."""
    table = DataTable(
        say("settings.roles.title"),
        (Column(say("settings.roles.what")), *(Column(_name(name)) for name in _COLUMNS)),
        [list(_row(what, who)) for what, who in _DONE],
    )
    context = {
        "note": say("settings.roles.note"),
        "table": table,
        "notes": [say(f"settings.roles.note_{number}") for number in (1, 2, 3)],
    }
    return place.page(request, "roles", "settings/roles.html", context)


def _name(column: str) -> str:
    return say("sign_in.lead") if column == LEAD else say(f"role.{column}")


def _row(what: str, who: dict[str, str]) -> Iterator[Cell]:
    yield Cell(say(f"settings.roles.{what}"), strong=True)
    for column in _COLUMNS:
        held = who.get(column)
        if held is None:
            yield Cell("")
        elif held == _ALL:
            yield Cell(StatusMark("closed", bare=True), note=say("settings.roles.all"))
        else:
            yield Cell(say(f"settings.roles.{what}_{column}"))
