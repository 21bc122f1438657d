"""A person leaves: what they hold goes to others, and nothing opens for them any more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from okapi.base import clock, events
from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refusals, Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding, invitations, memberships, people, pillars
from okapi.orgs.actions import teams as team_actions
from okapi.orgs.actions import tokens as token_actions
from okapi.orgs.actions.fields import Ref
from okapi.orgs.choices import Holding
from okapi.orgs.events import HandingOver, Leaving
from okapi.orgs.models import Person, Pillar, Team

_OF_ORGS: Mapping[Holding, Callable[[Actor, UUID, UUID], int]] = {
    Holding.TEAMS: team_actions.hand_over,
    Holding.REPORTS: people.hand_over_reports,
    Holding.PILLARS: pillars.hand_over,
}


@transaction.atomic
def deactivate(
    actor: Actor, person: UUID, *, heirs: Mapping[Holding, Ref], version: int | None = None
) -> Person:
    """Let a person leave, and hand over what they hold, in one transaction.

    `heirs` says who takes their open goals and key results, KPIs, teams led, reports and pillars;
    a kind of which they hold nothing needs nobody. Their memberships end today; their tokens and
    links open nothing any more. What they said and measured stays theirs.

    `Refusals` (`leaving.*`) for kinds that are held and have no heir, `person.last_administrator`,
    `leaving.yourself`.
    """
    access.require_manager(actor, Person)
    holding.organisation(actor)
    held = holding.hold(actor, Person, "person", person, version)
    if held.archived_at is not None:
        return held
    if held.pk == actor.person_id:
        raise Refused("leaving.yourself")
    people.refuse_last_administrator(held)
    given = {kind: _heir(actor, held, kind, ref) for kind, ref in heirs.items()}
    _refuse_open(actor, held, frozenset(Holding) - given.keys())
    for kind, hand_over in _OF_ORGS.items():
        if kind in given:
            hand_over(actor, held.pk, given[kind])
    events.publish(HandingOver(actor, held.pk, given))
    memberships.end_all(actor, Q(person_id=held.pk))
    token_actions.revoke_all(actor, held)
    invitations.revoke(actor, held.pk)
    holding.change(actor, "deactivate", "person", held, {"archived_at": clock.now()})
    return held


@transaction.atomic
def reactivate(actor: Actor, person: UUID, *, version: int | None = None) -> Person:
    """Let a person come back as who they were; teams, goals and tokens do not come back with them.

    Roles beyond membership are given anew.
    """
    access.require_manager(actor, Person)
    held = holding.hold(actor, Person, "person", person, version)
    if held.archived_at is not None:
        roles = dict.fromkeys(people.ROLE_FIELDS.values(), False)
        holding.change(actor, "reactivate", "person", held, {"archived_at": None, **roles})
    return held


def _heir(actor: Actor, leaving: Person, kind: Holding, ref: Ref) -> UUID:
    found: Person | None = fields.person(actor, ref, kind.value)
    if found is None:
        raise Refused("text.empty", field=kind.value)
    if found.pk == leaving.pk:
        raise Refused("leaving.to_themselves", field=kind.value, found=leaving.name)
    if found.is_viewer_only and kind in (Holding.GOALS, Holding.KPIS, Holding.TEAMS):
        raise Refused("leaving.to_a_viewer", field=kind.value, found=found.name)
    heir: UUID = found.pk
    return heir


def _refuse_open(actor: Actor, held: Person, without_heir: frozenset[Holding]) -> None:
    """Everything that nobody would have any more."""
    found: list[OkapiError] = [
        Refused(f"leaving.{kind.value}", field=kind.value, n=n)
        for kind, n in _counts(held).items()
        if n and kind in without_heir
    ]
    found += events.vetoes(Leaving(actor.organisation_id, held.pk, without_heir))
    if found:
        raise Refusals(found)


def _counts(held: Person) -> dict[Holding, int]:
    """What of the organisation itself a person holds."""
    there = {"archived_at__isnull": True}
    return {
        Holding.TEAMS: Team.objects.filter(lead=held, **there).count(),
        Holding.REPORTS: Person.objects.filter(manager=held, **there).count(),
        Holding.PILLARS: Pillar.objects.filter(owner=held, **there).count(),
    }
