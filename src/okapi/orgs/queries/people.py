"""People as the settings show them: the list, one of them, what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Window

from okapi.base import clock, cursors
from okapi.base.actor import Actor, Role
from okapi.core.errors import Refused
from okapi.orgs import access
from okapi.orgs.models import Invitation, Membership, Person, Pillar, Team

PAGE = 50


class Stand(StrEnum):
    """Where a person is between being added and having left."""

    HERE = "here"  # can sign in
    INVITED = "invited"  # has a link that opens
    WAITING = "waiting"  # cannot sign in and has no link
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Filter:
    """Whom the list shows. `teams` (ids, None for all) are those wanted with all below."""

    text: str = ""
    teams: tuple[UUID, ...] | None = None
    role: Role | None = None
    stand: Stand | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or self.role or self.stand) or self.teams is not None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list; `home` is the name of the team in which they are at home today."""

    id: UUID
    email: str
    name: str
    name_other: str
    job: str
    roles: frozenset[Role]
    home: str
    home_other: str
    stand: Stand


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of the list; `next_cursor` is empty on the last one."""

    lines: tuple[PersonLine, ...]
    total: int
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Short:
    """A person by name and address."""

    id: UUID
    name: str
    email: str


@dataclass(frozen=True, slots=True)
class MembershipLine:
    """A place in a team; `is_over` tells that its last day has passed."""

    id: UUID
    team: str
    team_other: str
    team_key: str
    role: str
    responsibilities: str
    is_home: bool
    starts: date | None
    ends: date | None
    version: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with all that the settings say of them."""

    line: PersonLine
    version: int
    manager: Short | None
    memberships: tuple[MembershipLine, ...]
    invited_until: datetime | None


@dataclass(frozen=True, slots=True)
class HeldKind:
    """The first of a kind, by key (of people the address) and the names in both languages."""

    first: tuple[tuple[str, str, str], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Held:
    """What of the organisation itself a person holds."""

    teams: HeldKind
    reports: HeldKind
    pillars: HeldKind


def page(
    actor: Actor, today: date, wanted: Filter, *, cursor: str = "", size: int = PAGE
) -> PeoplePage:
    """One page by name, with two statements. `Refused` (`cursor.unreadable`)."""
    rows = _matching(actor, today, wanted)
    total = rows.count()
    after = _read_cursor(cursor)
    if after is not None:
        name, pk = after
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    found = list(_with_home(rows, today).order_by("name", "pk")[: size + 1])
    lines = tuple(_line(row) for row in found[:size])
    more = len(found) > size
    following = cursors.written((lines[-1].name, lines[-1].id)) if more else ""
    return PeoplePage(lines, total, following)


def waiting(actor: Actor, today: date) -> list[UUID]:
    """Those who cannot sign in and have no link that opens."""
    rows = _matching(actor, today, Filter(stand=Stand.WAITING))
    return list(rows.order_by("name", "pk").values_list("pk", flat=True))


def person(actor: Actor, today: date, pk: UUID) -> PersonPage:
    """One person, with three statements; `NotFound`."""
    rows = _with_home(with_link(access.visible_people(actor)).filter(pk=pk), today)
    row = rows.select_related("manager").first()
    if row is None:
        raise access.missing("person", pk)
    places = Membership.objects.filter(person_id=pk).select_related("team")
    links = _open_links().filter(person_id=pk).values_list("expires_at", flat=True)
    manager = row.manager
    return PersonPage(
        line=_line(row),
        version=row.version,
        manager=None if manager is None else Short(manager.pk, manager.name, manager.email),
        memberships=tuple(
            _membership(one, today)
            for one in sorted(
                places, key=lambda one: (one.ends is not None, not one.is_home, one.pk)
            )
        ),
        invited_until=links.first(),
    )


def like(actor: Actor, typed: str, *, most: int) -> list[Short]:
    """At most so many who have not left, whose name holds what is typed or address begins so."""
    rows = access.visible_people(actor).filter(archived_at__isnull=True)
    said = typed.strip()
    named = Q(name__icontains=said) | Q(name_other__icontains=said) | Q(email__istartswith=said)
    rows = rows.filter(named).order_by("name", "pk")
    return [Short(*row) for row in rows.values_list("pk", "name", "email")[:most]]


def held_by(actor: Actor, pk: UUID, *, most: int = 20) -> Held:
    """The teams that a person leads, who reports to them, their pillars; three statements.

    At most so many of each kind; the totals are of all.
    """

    def kind(rows: QuerySet[Any], key: str, name: str) -> HeldKind:
        counted = rows.annotate(total=Window(Count("pk"))).order_by(name, "pk")
        found = list(counted.values_list(key, name, f"{name}_other", "total")[:most])
        return HeldKind(tuple(row[:3] for row in found), found[0][3] if found else 0)

    there: dict[str, Any] = {"organisation_id": actor.organisation_id, "archived_at__isnull": True}
    return Held(
        teams=kind(Team.objects.filter(lead_id=pk, **there), "key", "name"),
        reports=kind(Person.objects.filter(manager_id=pk, **there), "email", "name"),
        pillars=kind(Pillar.objects.filter(owner_id=pk, **there), "key", "title"),
    )


def _matching(actor: Actor, today: date, wanted: Filter) -> QuerySet[Any]:
    rows = with_link(access.visible_people(actor))
    if wanted.text:
        rows = rows.filter(_text_has(wanted.text))
    if wanted.teams is not None:
        mine = running(today).filter(person_id=OuterRef("pk"), team_id__in=wanted.teams)
        rows = rows.filter(Exists(mine))
    if wanted.role is not None:
        rows = rows.filter(HELD[wanted.role])
    here: QuerySet[Any] = rows.filter(archived_at__isnull=True)
    match wanted.stand:
        case None:
            return here
        case Stand.LEFT:
            return rows.filter(archived_at__isnull=False)
        case Stand.HERE:
            return here.filter(user__isnull=False)
        case Stand.INVITED:
            return here.filter(user__isnull=True, is_invited=True)
        case Stand.WAITING:
            return here.filter(user__isnull=True, is_invited=False)


HELD = {
    Role.VIEWER: Q(is_viewer_only=True),
    Role.MEMBER: Q(is_viewer_only=False),
    Role.STEWARD: Q(is_steward=True),
    Role.STRATEGIST: Q(is_strategist=True),
    Role.ADMINISTRATOR: Q(is_administrator=True),
}


def with_link(rows: QuerySet[Any]) -> QuerySet[Any]:
    """People with `is_invited`: whether a link of theirs opens."""
    mine = _open_links().filter(person_id=OuterRef("pk"))
    annotated: QuerySet[Any] = rows.annotate(is_invited=Exists(mine))
    return annotated


def _with_home(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    homes = running(today).filter(person_id=OuterRef("pk"), is_home=True)
    annotated: QuerySet[Any] = rows.annotate(
        home=Subquery(homes.values("team__name")[:1]),
        home_other=Subquery(homes.values("team__name_other")[:1]),
    )
    return annotated


def _open_links() -> QuerySet[Any]:
    rows: QuerySet[Any] = Invitation.objects.filter(used_at__isnull=True, revoked_at__isnull=True)
    return rows.filter(expires_at__gt=clock.now())


def running(today: date) -> QuerySet[Any]:
    """The memberships that run on a day, its first and last one included."""
    begun = Q(starts__isnull=True) | Q(starts__lte=today)
    rows: QuerySet[Any] = Membership.objects.filter(
        begun, Q(ends__isnull=True) | Q(ends__gte=today)
    )
    return rows


def _text_has(text: str) -> Q:
    """Every word of it somewhere in name, address or job."""
    found = Q()
    for word in text.split():
        found &= (
            Q(name__icontains=word)
            | Q(name_other__icontains=word)
            | Q(email__icontains=word)
            | Q(job__icontains=word)
        )
    return found


def _line(row: Any) -> PersonLine:
    return PersonLine(
        id=row.pk,
        email=row.email,
        name=row.name,
        name_other=row.name_other,
        job=row.job,
        roles=roles_of(row),
        home=row.home or "",
        home_other=row.home_other or "",
        stand=stand_of(row),
    )


def roles_of(row: Any) -> frozenset[Role]:
    """What a person is for the whole organisation; viewers have no further role."""
    flags: Sequence[tuple[Role, bool]] = (
        (Role.MEMBER, not row.is_viewer_only),
        (Role.STEWARD, row.is_steward),
        (Role.STRATEGIST, row.is_strategist),
        (Role.ADMINISTRATOR, row.is_administrator),
    )
    return frozenset(role for role, is_held in flags if is_held) or frozenset({Role.VIEWER})


def stand_of(row: Any) -> Stand:
    """Where somebody is whose row was read `with_link`."""
    if row.archived_at is not None:
        return Stand.LEFT
    if row.user_id is not None:
        return Stand.HERE
    return Stand.INVITED if row.is_invited else Stand.WAITING


def _membership(row: Membership, today: date) -> MembershipLine:
    return MembershipLine(
        id=row.pk,
        team=row.team.name,
        team_other=row.team.name_other,
        team_key=row.team.key,
        role=row.role,
        responsibilities=row.responsibilities,
        is_home=row.is_home,
        starts=row.starts,
        ends=row.ends,
        version=row.version,
        is_over=row.ends is not None and row.ends < today,
    )


def _read_cursor(cursor: str) -> tuple[str, UUID] | None:
    if not cursor:
        return None
    try:
        name, pk = cursors.read(cursor)
        return str(name), UUID(pk)
    except (ValueError, TypeError, AttributeError) as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable
