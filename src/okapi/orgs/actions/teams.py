"""Teams: the tree, made, changed, moved, put away and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from okapi.base import clock, events
from okapi.base.actor import Actor
from okapi.core.alignment import find_circle
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding, memberships
from okapi.orgs.actions.fields import Ref
from okapi.orgs.choices import TeamKind
from okapi.orgs.events import ArchivingTeam, TeamsMoved
from okapi.orgs.models import Person, Team

MOST_AT_ONCE = 2_000
_KEPT = ("key", "name", "kind", "parent_id", "lead_id")


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """A team to be, below another one of the same list (`under` is its place in it) or none."""

    name: str
    name_other: str = ""
    kind: str = TeamKind.TEAM.value
    under: int | None = None
    lead: Ref | None = None
    line: int | None = None


@transaction.atomic
def create(
    actor: Actor,
    *,
    name: str,
    name_other: str = "",
    kind: str = TeamKind.TEAM.value,
    parent: Ref | None = None,
    lead: Ref | None = None,
    purpose: str = "",
    key: str = "",
) -> Team:
    """A new team below another one; without one it is the company's, or a project across all.

    `Refused` at the field that is wrong, `team.needs_parent` among them.
    """
    access.require_manager(actor, Team)
    holding.organisation(actor)  # two at once would find the same free key
    above = fields.team(actor, parent, "parent")
    chosen = fields.choice(TeamKind, kind, "kind")
    _check_place(actor, chosen, above)
    rows = access.visible_teams(actor)
    tidy = fields.title(name)
    team: Team = Team.objects.create(
        organisation_id=actor.organisation_id,
        key=fields.given_key(rows, key) if key else fields.free_key(rows, tidy, "team"),
        name=tidy,
        name_other=fields.short(name_other, "name_other"),
        kind=chosen,
        parent=above,
        lead=fields.person(actor, lead, "lead"),
        purpose=fields.long(purpose, "purpose"),
        position=_next_position(actor),
    )
    holding.made(actor, "team", [team], *_KEPT)
    return team


@transaction.atomic
def create_many(
    actor: Actor, drafts: Sequence[TeamDraft], *, below: Ref | None = None
) -> list[Team]:
    """Many at once, all or none; those under nothing come below the team `below`.

    `Refusals` with every line that is wrong.
    """
    access.require_manager(actor, Team)
    holding.organisation(actor)
    top = fields.team(actor, below, "parent")
    if len(drafts) > MOST_AT_ONCE:
        raise Refused("teams.too_many", found=len(drafts), most=MOST_AT_ONCE)
    rows, problems = _rows(actor, drafts, top)
    if problems:
        raise Refusals(problems)
    for row in rows:  # parents come first: their ids are known, and SQLite checks each row
        row.save(force_insert=True)
    holding.made(actor, "team", rows, *_KEPT)
    return rows


def _rows(
    actor: Actor, drafts: Sequence[TeamDraft], top: Team | None
) -> tuple[list[Team], list[OkapiError]]:
    position = _next_position(actor)
    existing = access.visible_teams(actor)
    keys = set(existing.values_list("key", flat=True))
    rows: list[Team] = []
    problems: list[OkapiError] = []
    for at, draft in enumerate(drafts):
        parent = top if draft.under is None else rows[draft.under]
        row = Team(organisation_id=actor.organisation_id, parent=parent, position=position + at)
        rows.append(row)
        try:
            row.name = fields.title(draft.name)
            row.name_other = fields.short(draft.name_other, "name_other")
            row.kind = fields.choice(TeamKind, draft.kind, "kind")
            row.lead = fields.person(actor, draft.lead, "lead")
        except OkapiError as error:
            problems.append(type(error)(error.code, **error.data, line=draft.line or at + 1))
        row.key = _free(fields.free_key(existing.none(), row.name, "team"), keys)
    return rows, problems


def _free(start: str, keys: set[str]) -> str:
    key, number = start, 1
    while key in keys:
        number += 1
        key = f"{start}-{number}"
    keys.add(key)
    return key


@transaction.atomic
def edit(actor: Actor, team: UUID, *, version: int | None = None, **given: Any) -> Team:
    """Change name, name_other, kind, purpose, parent, lead or position of a team.

    Moved elsewhere in the tree, its branch figures move along. `Refused` (`team.circle`) below
    itself.
    """
    access.require_manager(actor, Team)
    holding.organisation(actor)
    held = holding.hold(actor, Team, "team", team, version)
    _refuse_archived(held)
    values = fields.read(_readers(actor), given)
    if "parent" in values or "kind" in values:
        above = values.pop("parent", held.parent)
        if above is not None:
            _check_circle(held, above)
        if above is None or values.get("kind", held.kind) != held.kind:
            _check_place(actor, values.get("kind", held.kind), above, but=held.pk)
        values["parent_id"] = None if above is None else above.pk
    if "lead" in values:
        lead: Person | None = values.pop("lead")
        values["lead_id"] = None if lead is None else lead.pk
    was = holding.change(actor, "edit", "team", held, values)
    if "parent_id" in was:
        events.publish(TeamsMoved(actor.organisation_id))
    return held


def _readers(actor: Actor) -> dict[str, Any]:
    return {
        "name": fields.title,
        "name_other": lambda text: fields.short(text, "name_other"),
        "kind": lambda value: fields.choice(TeamKind, value, "kind"),
        "purpose": lambda text: fields.long(text, "purpose"),
        "parent": lambda ref: fields.team(actor, ref, "parent"),
        "lead": lambda ref: fields.person(actor, ref, "lead"),
        "position": lambda value: fields.whole(value, "position", 0, 1_000_000),
    }


@transaction.atomic
def move_beside(actor: Actor, team: UUID, *, earlier: bool, version: int | None = None) -> Team:
    """Let a team change places with the one before (or after) it below the same parent."""
    access.require_manager(actor, Team)
    holding.organisation(actor)
    held = holding.hold(actor, Team, "team", team, version)
    beside = list(
        access.visible_teams(actor)
        .filter(parent_id=held.parent_id, archived_at__isnull=True)
        .order_by("position", "id")
    )
    at = next((place for place, one in enumerate(beside) if one.pk == held.pk), None)
    other = None if at is None else at + (-1 if earlier else 1)
    if at is None or other is None or not 0 <= other < len(beside):
        return held
    beside[at], beside[other] = beside[other], beside[at]
    base = min(one.position for one in beside)  # positions as files leave them may be equal
    for place, one in enumerate(beside, start=base):
        holding.change(actor, "move", "team", one, {"position": place})
    return held


@transaction.atomic
def archive(actor: Actor, team: UUID, *, version: int | None = None) -> Team:
    """Put a team away: its memberships end, its history stays.

    `Refusals` while teams are below it, or what those above say is open in it.
    """
    access.require_manager(actor, Team)
    holding.organisation(actor)
    held = holding.hold(actor, Team, "team", team, version)
    if held.archived_at is not None:
        return held
    reasons: list[OkapiError] = list(_teams_below(actor, held))
    reasons += events.vetoes(ArchivingTeam(actor.organisation_id, held.pk))
    if reasons:
        raise Refusals(reasons)
    memberships.end_all(actor, Q(team_id=held.pk))
    holding.change(actor, "archive", "team", held, {"archived_at": clock.now()})
    return held


@transaction.atomic
def restore(actor: Actor, team: UUID, *, version: int | None = None) -> Team:
    """Take a team back; below the company when what was above it is gone."""
    access.require_manager(actor, Team)
    holding.organisation(actor)
    held = holding.hold(actor, Team, "team", team, version)
    if held.archived_at is None:
        return held
    values: dict[str, Any] = {"archived_at": None}
    above = held.parent
    if above is not None and above.archived_at is not None:
        values["parent_id"] = _company(actor)
    was = holding.change(actor, "restore", "team", held, values)
    if "parent_id" in was:
        events.publish(TeamsMoved(actor.organisation_id))
    return held


def hand_over(actor: Actor, person: UUID, heir: UUID) -> int:
    """Give the teams that a person leads to another one; how many. Within an action on people."""
    led = list(Team.objects.filter(lead_id=person, archived_at__isnull=True).order_by("id"))
    for team in led:
        holding.change(actor, "hand_over", "team", team, {"lead_id": heir})
    return len(led)


def _teams_below(actor: Actor, held: Team) -> Iterator[Refused]:
    below = access.visible_teams(actor).filter(parent_id=held.pk, archived_at__isnull=True)
    if names := list(below.order_by("position").values_list("name", flat=True)[:6]):
        yield Refused("team.has_teams", n=below.count(), names=names)


def _check_place(actor: Actor, kind: str, above: Team | None, but: UUID | None = None) -> None:
    """Only the company and projects stand by themselves, once there is a company."""
    if above is not None or kind in (TeamKind.COMPANY, TeamKind.PROJECT):
        return
    there = access.visible_teams(actor).filter(archived_at__isnull=True)
    companies = there.filter(kind=TeamKind.COMPANY.value).values_list("pk", flat=True)
    if set(companies) - {but}:
        raise Refused("team.needs_parent", field="parent")


def _check_circle(team: Team, above: Team) -> None:
    placed = Team.objects.filter(parent__isnull=False).values_list("pk", "parent_id")
    if find_circle(placed, (team.pk, above.pk)):
        raise Refused("team.below_itself", field="parent", found=above.name, team=team.name)


def _company(actor: Actor) -> UUID | None:
    tops = access.visible_teams(actor).filter(
        kind=TeamKind.COMPANY.value, parent__isnull=True, archived_at__isnull=True
    )
    return tops.order_by("position", "id").values_list("pk", flat=True).first()


def _refuse_archived(held: Team) -> None:
    if held.archived_at is not None:
        raise Refused("thing.archived", found=held.name)


def _next_position(actor: Actor) -> int:
    last = access.visible_teams(actor).aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1
