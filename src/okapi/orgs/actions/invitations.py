"""Invitations: a link that opens once, within a week, and lets a person set their password.

There need be no mail server: whoever makes the link is shown it, this once, and hands it on. Who
can sign in already and has forgotten how gets a link in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock, scope
from okapi.base.actor import Actor, Door
from okapi.core.errors import NotFound, Refused
from okapi.orgs import access, queries
from okapi.orgs.actions import holding, people
from okapi.orgs.actions.digests import digest, new_secret
from okapi.orgs.models import Invitation, Person, User

LASTS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is shown once: whose it is, its secret, until when it opens."""

    person: Person
    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """What a link opens: the person and their organisation.

    `is_known`: somebody signs in elsewhere with this address. Then no link sets their password:
    they sign in as they do, and join.
    """

    invitation_id: UUID
    person: Person
    settings: queries.Settings
    is_known: bool


@transaction.atomic
def invite(actor: Actor, people_ids: Iterable[UUID]) -> list[Link]:
    """Make a link for each of these people; earlier ones open nothing any more.

    `Refused`: `person.left`; `invitation.elsewhere` for who signs in to another organisation with
    the same password, which is theirs alone to change.
    """
    access.require_manager(actor, Person)
    wanted = list(dict.fromkeys(people_ids))
    rows = access.visible_people(actor).filter(pk__in=wanted).select_related("user")
    found = {person.pk: person for person in rows.order_by("name", "id")}
    for missing in (pk for pk in wanted if pk not in found):
        raise access.missing("person", missing)
    for person in found.values():
        if person.archived_at is not None:
            raise Refused("person.left", found=person.name)
        if person.user is not None and _is_elsewhere(person):
            raise Refused("invitation.elsewhere", found=person.name)
    _revoke(actor, found)
    return _make(actor, list(found.values()))


def _make(actor: Actor, invited: Sequence[Person]) -> list[Link]:
    until = clock.now() + LASTS
    links = [Link(person, new_secret(), until) for person in invited]
    rows = Invitation.objects.bulk_create(
        Invitation(
            organisation_id=actor.organisation_id,
            person=link.person,
            made_by_id=actor.person_id,
            digest=digest(link.secret),
            expires_at=until,
        )
        for link in links
    )
    told: list[tuple[UUID, Mapping[str, Any], Mapping[str, Any]]] = [
        (row.pk, {}, {"person": str(row.person_id), "until": until.isoformat()}) for row in rows
    ]
    changes.record_many(actor, "invite", "invitation", told)
    holding.tell(actor, "person", invited)
    return links


@transaction.atomic
def revoke(actor: Actor, person: UUID) -> int:
    """Let the links of a person open nothing any more; how many there were."""
    access.require_manager(actor, Person)
    if not access.visible_people(actor).filter(pk=person).exists():
        raise access.missing("person", person)
    return _revoke(actor, [person])


def _revoke(actor: Actor, people_ids: Iterable[UUID]) -> int:
    rows = Invitation.objects.filter(
        person_id__in=list(people_ids), used_at__isnull=True, revoked_at__isnull=True
    )
    ids = list(rows.values_list("pk", flat=True))
    Invitation.objects.filter(pk__in=ids).update(revoked_at=clock.now())
    changes.record_many(actor, "revoke", "invitation", [(pk, {}, {}) for pk in ids])
    return len(ids)


def open_link(secret: str) -> Opened:
    """What a link opens; `NotFound` (`invitation.gone`) for one that is used, old or none."""
    with scope.everywhere("a link says by itself whose it is"):
        found = (
            Invitation.objects.select_related("person__user")
            .filter(digest=digest(secret), used_at__isnull=True, revoked_at__isnull=True)
            .filter(expires_at__gt=clock.now(), person__archived_at__isnull=True)
            .first()
        )
    if found is None:
        raise NotFound("invitation.gone")
    person = found.person
    user = _user_of(person)
    is_own = user is not None and person.user_id == user.pk and not _is_elsewhere(person)
    settings = queries.settings_of(person.organisation_id)
    return Opened(found.pk, person, settings, is_known=user is not None and not is_own)


def accept(secret: str, *, password: str = "", signed_in: User | None = None) -> User:
    """Use a link: set the password, or, for a known user who has signed in, join; who they are.

    `NotFound` (`invitation.gone`), `Refused` (`invitation.sign_in_first`), `Refusals` (password).
    """
    opened = open_link(secret)
    with scope.organisation(opened.settings.organisation_id), transaction.atomic():
        used = Invitation.objects.filter(pk=opened.invitation_id, used_at__isnull=True)
        if not used.update(used_at=clock.now()):  # another browser was quicker
            raise NotFound("invitation.gone")
        return _let_in(opened, password, signed_in)


def _let_in(opened: Opened, password: str, signed_in: User | None) -> User:
    rows = Person.objects.select_for_update(of=("self",), no_key=True)
    person: Person = rows.get(pk=opened.person.pk)
    actor = _as_themselves(person)
    user = _user_of(person)
    if opened.is_known:
        if user is None or signed_in is None or signed_in.pk != user.pk:
            raise Refused("invitation.sign_in_first", found=person.email)
    elif user is None:
        user = people.make_user(person, password)
    else:
        people.check_password(password, person)
        user.set_password(password)
        user.save(update_fields=["password"])
    if person.user_id != user.pk:
        people.join_user(actor, person, user)
    changes.record(actor, "accept", "invitation", opened.invitation_id)
    return user


def _user_of(person: Person) -> User | None:
    return person.user or User.objects.filter(email=person.email).first()


def _as_themselves(person: Person) -> Actor:
    """They act by their link: it gives no right but this one."""
    return Actor(person.organisation_id, Door.PAGE, person_id=person.pk, name=person.name)


def _is_elsewhere(person: Person) -> bool:
    """Whether their user has a place in another organisation too."""
    with scope.everywhere("whether a user belongs to other organisations as well"):
        places = Person.objects.filter(user_id=person.user_id, archived_at__isnull=True)
        return bool(places.exclude(pk=person.pk).exists())
