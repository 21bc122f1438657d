"""What a file measures and nobody has defined yet: offered as KPIs, and made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from okapi.base.actor import Role
from okapi.core.errors import Forbidden, OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.exchange import uploads
from okapi.exchange.tables import Proposed
from okapi.exchange.uploads import Upload
from okapi.goals.queries.overview import tree
from okapi.kpis import actions
from okapi.kpis.actions import DefinitionDraft, KpiDraft
from okapi.orgs import access
from okapi.web import http
from okapi.web.components import Choice, Field
from okapi.web.http import OrgRequest
from okapi.wording import say

_UNKNOWN = ("tables.header.missing", "tables.kpi.unknown", "tables.kpi.unknown_near")
_DEEPER = "\N{EM SPACE}"


@dataclass(frozen=True, slots=True)
class Offer:
    """A KPI to be: what it is called in the file, how many values it has, and what is asked."""

    name: str
    note: str
    chosen: Field
    fields: tuple[Field, ...]


def offered(request: OrgRequest, upload: Upload, *refusals: OkapiError) -> dict[str, Any]:
    """The KPIs that the file could make, where something in it was not known."""
    nothing = {"proposed": [], "about": (), "may_make": False, "names": ""}
    if not any(one.code in _UNKNOWN for one in refusals):
        return nothing
    try:
        found = uploads.proposals(request.actor, upload)
    except OkapiError:
        return nothing
    if not found:
        return nothing
    return {
        "proposed": [_offer(request, at, one) for at, one in enumerate(found)],
        "about": (_frequency(request, found[0].frequency), _team(request)),
        "may_make": request.actor.has(Role.STEWARD) or bool(request.actor.leads),
        "names": say("file.new.between").join(one.name for one in found),
    }


def covers(proposed: Sequence[Offer], refusal: OkapiError) -> bool:
    """Whether a refusal is told by what is offered: its name has no KPI yet."""
    return bool(proposed) and refusal.code in _UNKNOWN


def make(request: OrgRequest, upload: Upload) -> None:
    """Make the chosen ones, all or none: in use at once, since the file waits for them.

    `Forbidden` for who may make none in that team; `Refused` `file.new.nothing`, and what the
    action refuses.
    """
    access.require_member(request.actor)
    found = uploads.proposals(request.actor, upload)
    sent = request.POST
    if sent.get("team", "") not in {one.value for one in _team(request).choices}:
        raise Forbidden("access.not_to_make", kind="kpi")
    drafts = [
        KpiDraft(
            name=one.name,
            team=sent.get("team") or None,
            definition=DefinitionDraft(
                unit=sent.get(f"unit-{at}", one.unit).strip(),
                direction=sent.get(f"direction-{at}", one.leaning.direction.value),
                frequency=sent.get("frequency", one.frequency.value),
                aggregation=sent.get(f"aggregation-{at}", one.leaning.aggregation.value),
            ),
        )
        for at, one in enumerate(found)
        if sent.get(f"chosen-{at}") == one.name
    ]
    if not drafts:
        raise Refused("file.new.nothing", field="chosen")
    actions.create_kpis(request.actor, drafts)


def _offer(request: OrgRequest, at: int, one: Proposed) -> Offer:
    sent = request.POST if "make" in request.POST else None
    usual = {
        "direction": one.leaning.direction.value,
        "aggregation": one.leaning.aggregation.value,
        "unit": one.unit,
    }
    direction, how, unit = (
        default if sent is None else sent.get(f"{name}-{at}", default)
        for name, default in usual.items()
    )
    return Offer(
        one.name,
        say("file.new.values", n=one.values),
        Field(
            f"chosen-{at}", one.name, kind="checkbox", value=one.name,
            checked=sent is None or f"chosen-{at}" in sent,
        ),
        (
            Field(f"unit-{at}", say("kpis.unit"), value=unit),
            Field(
                f"direction-{at}", say("kpi.form.direction"), kind="select",
                choices=[Choice(d.value, say(f"direction.{d}"), d == direction) for d in _GOOD],
            ),
            Field(
                f"aggregation-{at}", say("kpi.form.aggregation"), kind="select",
                choices=[Choice(a.value, say(f"aggregation.{a}"), a == how) for a in _SUMMED],
            ),
        ),
    )  # fmt: skip


_GOOD = tuple(Direction)
_SUMMED = tuple(one for one in Aggregation if one is not Aggregation.RATIO)
"""A file's single numbers are no numerator and denominator."""


def _frequency(request: OrgRequest, found: Frequency) -> Field:
    chosen = request.POST.get("frequency", found.value)
    choices = [Choice(one.value, say(f"frequency.{one}"), one == chosen) for one in Frequency]
    return Field("frequency", say("kpi.form.frequency"), kind="select", choices=choices)


def _team(request: OrgRequest) -> Field:
    actor = request.actor
    everywhere = actor.has(Role.STEWARD)
    chosen = request.POST.get("team", "")
    teams = [
        Choice(one.key, f"{_DEEPER * one.depth}{one.name}", one.key == chosen)
        for one in tree(http.asking(request)).teams
        if everywhere or one.id in actor.leads
    ]
    none = [Choice("", say("editing.none"), not chosen)] if everywhere else []
    return Field("team", say("field.team"), kind="select", choices=[*none, *teams])
