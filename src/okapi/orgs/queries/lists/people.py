"""People by their addresses, and their memberships."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from okapi.base.actor import Actor, Role
from okapi.orgs import access
from okapi.orgs.models import Invitation, Membership
from okapi.orgs.queries.lists.wanted import Wanted, narrowed
from okapi.orgs.queries.people import HELD, Stand, roles_of, running, stand_of, with_link


@dataclass(frozen=True, slots=True)
class PersonListed:
    """A person; `team` is where they are at home today.

    Whether they can sign in (`stand`, `invited_until`) is told to administrators alone.
    """

    id: UUID
    email: str
    name: str
    name_other: str
    job: str
    manager: str | None
    team: str | None
    roles: list[Role]
    is_archived: bool
    stand: Stand | None
    invited_until: datetime | None
    version: int


def people(
    actor: Actor,
    today: date,
    wanted: Wanted,
    *,
    team: str = "",
    manager: str = "",
    role: Role | None = None,
) -> list[PersonListed]:
    """People in the order of their addresses: in a team today, of a manager, in a role."""
    rows = narrowed(access.visible_people(actor), wanted, {"manager__email": manager}, "email")
    if team:
        rows = rows.filter(Exists(running(today).filter(person=OuterRef("pk"), team__key=team)))
    if role is not None:
        rows = rows.filter(HELD[role])
    found = _with_place(rows, today).order_by("email")[: wanted.most]
    return [_person(actor, row) for row in found]


def one_person(actor: Actor, today: date, ref: UUID | str) -> PersonListed:
    """The person with this id or address, gone or not; `NotFound`."""
    rows = access.visible_people(actor)
    rows = rows.filter(pk=ref) if isinstance(ref, UUID) else rows.filter(email=ref.strip().lower())
    found = _with_place(rows, today).first()
    if found is None:
        raise access.missing("person", ref)
    return _person(actor, found)


def _with_place(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    homes = running(today).filter(person_id=OuterRef("pk"), is_home=True, team__archived_at=None)
    links = Invitation.objects.filter(
        person_id=OuterRef("pk"), used_at__isnull=True, revoked_at__isnull=True
    )
    annotated: QuerySet[Any] = with_link(rows.select_related("manager")).annotate(
        home=Subquery(homes.order_by("pk").values("team__key")[:1]),
        invited_until=Subquery(links.order_by("-expires_at").values("expires_at")[:1]),
    )
    return annotated


def _person(actor: Actor, row: Any) -> PersonListed:
    is_told = actor.has(Role.ADMINISTRATOR)
    return PersonListed(
        id=row.pk,
        email=row.email,
        name=row.name,
        name_other=row.name_other,
        job=row.job,
        manager=None if row.manager is None else row.manager.email,
        team=row.home,
        roles=[role for role in Role if role in roles_of(row)],
        is_archived=row.archived_at is not None,
        stand=stand_of(row) if is_told else None,
        invited_until=row.invited_until if is_told and row.is_invited else None,
        version=row.version,
    )


@dataclass(frozen=True, slots=True)
class MembershipListed:
    """A dated place in a team; `person` is an address."""

    id: UUID
    person: str
    team: str
    role: str
    responsibilities: str
    is_home: bool
    starts: date | None
    ends: date | None
    version: int


def memberships(
    actor: Actor,
    today: date,
    *,
    before: UUID | None = None,
    most: int = 100,
    person: str = "",
    team: str = "",
    on: date | None = None,
) -> list[MembershipListed]:
    """Memberships, those made last first: of a person, of a team, that run on a day."""
    rows = _memberships(actor, today)
    if on is not None:
        rows = rows.filter(pk__in=running(on).values("pk"))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    filters = {"person__email": person.strip().lower(), "team__key": team}
    rows = rows.filter(**{name: value for name, value in filters.items() if value})
    return [_membership(row) for row in rows.order_by("-pk")[:most]]


def one_membership(actor: Actor, today: date, uid: UUID) -> MembershipListed:
    """One membership; `NotFound`."""
    found = _memberships(actor, today).filter(pk=uid).first()
    if found is None:
        raise access.missing("membership", uid)
    return _membership(found)


def _memberships(actor: Actor, today: date) -> QuerySet[Any]:
    """Those that are over are for who keeps them, as on pages."""
    rows = Membership.objects.filter(organisation_id=actor.organisation_id)
    if not actor.has(Role.ADMINISTRATOR):
        rows = rows.filter(Q(ends__isnull=True) | Q(ends__gte=today))
    return rows.select_related("person", "team")


def _membership(row: Membership) -> MembershipListed:
    return MembershipListed(
        id=row.pk,
        person=row.person.email,
        team=row.team.key,
        role=row.role,
        responsibilities=row.responsibilities,
        is_home=row.is_home,
        starts=row.starts,
        ends=row.ends,
        version=row.version,
    )
