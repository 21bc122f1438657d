"""Choosing a person in a form: one types a name, and those who fit are offered."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.html import format_html_join
from django.views.decorators.http import require_safe

from okapi.orgs.queries import people
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Drawer, Drawn
from okapi.wording import say

MOST = 12
_LONGEST = 100


@require_safe
def suggest(request: OrgRequest) -> HttpResponse:
    """Options for a datalist: the people whose name or address holds what `suggest` names."""
    name = request.GET.get("suggest", "q")
    typed = request.GET.get(name, "")[:_LONGEST]
    found = people.like(request.actor, typed, most=MOST)
    options = format_html_join(
        "", '<option value="{}"></option>', ((words(one.name, one.email),) for one in found)
    )
    response = HttpResponse(options)
    response["Cache-Control"] = "no-store"
    return response


def field(
    request: OrgRequest, draw: Drawer, name: str, *, required: bool = False, label: str = ""
) -> Drawn:
    """The input in which a person is typed."""
    address = place.at(request).page("suggest")
    return draw.text(
        name,
        suggest=address,
        note=say("settings.person_note"),
        autocomplete="off",
        required=required,
        label=label,
    )


def words(name: str, email: str) -> str:
    """A person as an input holds them; reads back as the same person."""
    return f"{name} <{email}>" if email else ""
