"""Memberships: who is in which team, from when to when, as what; one running one is home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from okapi.base import changes, events
from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding
from okapi.orgs.actions.fields import Ref
from okapi.orgs.events import MembershipsChanged
from okapi.orgs.models import Membership, Person
from okapi.orgs.queries import settings_of

_KEPT = ("person_id", "team_id", "role", "is_home", "starts", "ends")


@transaction.atomic
def join(
    actor: Actor,
    person: Ref,
    team: Ref,
    *,
    role: str = "",
    responsibilities: str = "",
    is_home: bool = False,
    starts: date | None = None,
    ends: date | None = None,
) -> Membership:
    """Let a person be in a team; the first team is home, and a new home takes the place of the old.

    `Refused`: `membership.twice` for the same team on the same days.
    """
    access.require_manager(actor, Person)
    member = _hold_person(fields.person(actor, person, "person"))
    joined = Membership(
        organisation_id=actor.organisation_id,
        person=member,
        team=_needed(fields.team(actor, team)),
        role=fields.short(role, "role"),
        responsibilities=fields.long(responsibilities, "responsibilities"),
        starts=fields.day(starts, "starts"),
        ends=fields.day(ends, "ends"),
    )
    fields.span(joined.starts, joined.ends, "ends")
    others = list(Membership.objects.filter(person=member).order_by("id"))
    _check_once(joined, others)
    joined.is_home = is_home or not any(one.is_home and one.ends is None for one in others)
    if joined.is_home:
        _leave_home(actor, others)
    joined.save(force_insert=True)
    holding.made(actor, "membership", [joined], *_KEPT)
    _tell(actor, [member.pk])
    return joined


@transaction.atomic
def edit(actor: Actor, membership: UUID, *, version: int | None = None, **given: Any) -> Membership:
    """Change role, responsibilities, is_home, starts or ends of a membership."""
    access.require_manager(actor, Person)
    held = _hold(actor, membership, version)
    values = fields.read(
        {
            "role": lambda text: fields.short(text, "role"),
            "responsibilities": lambda text: fields.long(text, "responsibilities"),
            "is_home": bool,
            "starts": lambda value: fields.day(value, "starts"),
            "ends": lambda value: fields.day(value, "ends"),
        },
        given,
    )
    starts, ends = values.get("starts", held.starts), values.get("ends", held.ends)
    fields.span(starts, ends, "ends")
    others = list(Membership.objects.filter(person_id=held.person_id).exclude(pk=held.pk))
    meant = Membership(team_id=held.team_id, starts=starts, ends=ends)
    _check_once(meant, others)
    if values.get("is_home") and not held.is_home:
        _leave_home(actor, others)
    holding.change(actor, "edit", "membership", held, values)
    _tell(actor, [held.person_id])
    return held


@transaction.atomic
def remove(actor: Actor, membership: UUID, *, version: int | None = None) -> None:
    """Take a membership away that was never meant; one that was true is ended instead."""
    access.require_manager(actor, Person)
    held = _hold(actor, membership, version)
    before = changes.told_all({name: getattr(held, name) for name in _KEPT})
    changes.record(actor, "remove", "membership", held.pk, before=before)
    holding.tell(actor, "membership", [held])
    held.delete()
    _tell(actor, [held.person_id])


def end_all(actor: Actor, which: Q) -> int:
    """End the memberships that run or are to come with today; how many. Within an action."""
    today = settings_of(actor.organisation_id).today
    open_still = Q(ends__isnull=True) | Q(ends__gt=today)
    rows = list(Membership.objects.select_for_update().filter(which & open_still).order_by("id"))
    future = [row for row in rows if row.starts is not None and row.starts > today]
    for row in rows:
        if row in future:
            changes.record(
                actor,
                "remove",
                "membership",
                row.pk,
                before=changes.told_all({name: getattr(row, name) for name in _KEPT}),
            )
            row.delete()
        else:
            holding.change(actor, "end", "membership", row, {"ends": today})
    if rows:
        _tell(actor, {row.person_id for row in rows})
    return len(rows)


def join_many(actor: Actor, pairs: Sequence[tuple[Person, UUID]]) -> None:
    """Let new people be at home in teams that were read already. Within an action."""
    rows = [
        Membership(organisation_id=actor.organisation_id, person=person, team_id=team, is_home=True)
        for person, team in pairs
    ]
    Membership.objects.bulk_create(rows)
    if rows:
        holding.made(actor, "membership", rows, *_KEPT)
        _tell(actor, {person.pk for person, _ in pairs})


def _hold(actor: Actor, membership: UUID, version: int | None) -> Membership:
    """The membership, with its person held: two homes at once are not made by two at once."""
    rows = Membership.objects.filter(organisation_id=actor.organisation_id, pk=membership)
    found: Membership | None = rows.select_related("person").first()
    if found is None:
        raise access.missing("membership", membership)
    _hold_person(found.person)
    held: Membership | None = rows.first()
    if held is None:
        raise access.missing("membership", membership)
    holding.check_version(held, version)
    return held


def _hold_person(person: Person | None) -> Person:
    if person is None:
        raise Refused("text.empty", field="person")
    held: Person = Person.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    return held


def _needed(team: Any) -> Any:
    if team is None:
        raise Refused("text.empty", field="team")
    return team


def _check_once(meant: Membership, others: Iterable[Membership]) -> None:
    for other in others:
        if other.team_id == meant.team_id and _overlap(other, meant):
            raise Refused("membership.twice", field="team")


def _overlap(one: Membership, other: Membership) -> bool:
    first, second = sorted((one, other), key=lambda each: each.starts or date.min)
    return first.ends is None or second.starts is None or second.starts <= first.ends


def _leave_home(actor: Actor, others: Iterable[Membership]) -> None:
    for other in others:
        if other.is_home and other.ends is None:
            holding.change(actor, "edit", "membership", other, {"is_home": False})


def _tell(actor: Actor, people: Iterable[UUID]) -> None:
    events.publish(MembershipsChanged(actor.organisation_id, frozenset(people)))
