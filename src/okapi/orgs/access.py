"""Who may do what to the things of the organisation itself, and the rule for reading private ones.

Everyone in the organisation reads everything by default; a goal or KPI can be private to its team
or to named people, and then nobody's role opens it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, UUIDField

from okapi.base.actor import Actor, Role
from okapi.base.arrays import Among, AmongThose
from okapi.base.given import Given
from okapi.base.outbox import EVERYONE, Audience
from okapi.core.errors import Forbidden, NotFound
from okapi.orgs.choices import Visibility
from okapi.orgs.models import (
    Calendar,
    Cycle,
    Membership,
    Organisation,
    Person,
    Pillar,
    Team,
    Token,
)

MANAGERS: dict[type[Model], Role] = {
    Organisation: Role.ADMINISTRATOR,
    Calendar: Role.ADMINISTRATOR,
    Cycle: Role.STRATEGIST,
    Pillar: Role.STRATEGIST,
    Team: Role.ADMINISTRATOR,
    Person: Role.ADMINISTRATOR,
}


def visible_teams(actor: Actor) -> QuerySet[Team]:
    """All teams: who works where is open within an organisation."""
    return _scoped(actor, Team)


def visible_people(actor: Actor) -> QuerySet[Person]:
    """All people of the organisation."""
    return _scoped(actor, Person)


def person_by_email(actor: Actor, email: str) -> Person:
    """The person with this address, whatever its case; `NotFound` where there is none."""
    person = visible_people(actor).filter(email=email.strip().lower()).first()
    if person is None:
        raise missing("person", email)
    return person


def visible_cycles(actor: Actor) -> QuerySet[Cycle]:
    """All cycles."""
    return _scoped(actor, Cycle)


def visible_pillars(actor: Actor) -> QuerySet[Pillar]:
    """All pillars."""
    return _scoped(actor, Pillar)


def visible_tokens(actor: Actor) -> QuerySet[Token]:
    """A person's own tokens; an administrator sees all of them."""
    tokens = _scoped(actor, Token)
    return tokens if actor.has(Role.ADMINISTRATOR) else tokens.filter(person_id=actor.person_id)


def require_manager(actor: Actor, kind: type[Model]) -> None:
    """`Forbidden` unless the actor may make, change and archive things of this kind."""
    role = MANAGERS[kind]
    if not actor.has(role):
        raise Forbidden("access.role", role=role)


def require_member(actor: Actor) -> None:
    """`Forbidden` for those who may only read."""
    if not actor.has(Role.MEMBER):
        raise Forbidden("access.read_only")


def readable(actor: Actor, readers: type[Model], own: str) -> Q:
    """The filter that leaves what the actor may read of a model with `visibility`.

    `readers` is the through table of its named readers and `own` the name of the column in it that
    points at the model. The model has `owner`, `team` and `visibility`.
    """
    if actor.is_system:
        return Q()
    through: QuerySet[Any] = QuerySet(readers)
    named = through.filter(**{own: OuterRef("pk"), "person_id": actor.person_id})
    of_team = Q(visibility=Visibility.TEAM.value) & (
        Q(Among("team_id", actor.circle))
        | Q(AmongThose("owner_id", _colleagues(actor.circle)), team__isnull=True)
    )
    is_named = Q(visibility=Visibility.NAMED.value) & Q(Exists(named))
    open_or_own = Q(visibility=Visibility.EVERYONE.value) | Q(owner_id=actor.person_id)
    return open_or_own | of_team | is_named


def audience(obj: Any) -> Audience:
    """Who may hear of a thing that has `visibility`, `team_id`, `owner_id` and `readers`."""
    owner = frozenset() if obj.owner_id is None else frozenset({obj.owner_id})
    match Visibility(obj.visibility):
        case Visibility.EVERYONE:
            return EVERYONE
        case Visibility.TEAM:
            teams = _home_teams(obj.owner_id) if obj.team_id is None else {obj.team_id}
            return Audience(everyone=False, teams=frozenset(teams), people=owner)
        case Visibility.NAMED:
            named = frozenset(obj.readers.values_list("pk", flat=True))
            return Audience(everyone=False, people=owner | named)


def missing(kind: str, ref: object) -> NotFound:
    """The one error for what is not there and for what is hidden."""
    return NotFound("access.not_found", kind=kind, ref=str(ref))


def by_ref(rows: QuerySet[Any], ref: UUID | str) -> Any:
    """The row with this id or key, or None."""
    if isinstance(ref, UUID):
        return rows.filter(pk=ref).first()
    return rows.filter(key=ref).first()


def given_ref(rows: QuerySet[Any], *, by_id: bool) -> QuerySet[Any]:
    """The row whose id (or else key) is given as `ref`, for a prepared question."""
    if by_id:
        return rows.filter(pk=Given("ref", UUIDField()))
    return rows.filter(key=Given("ref", CharField()))


def _scoped(actor: Actor, model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(organisation_id=actor.organisation_id)
    return rows


def _colleagues(teams: frozenset[UUID]) -> QuerySet[Membership, UUID]:
    members = Membership.objects.filter(Among("team_id", teams), ends__isnull=True)
    return members.values_list("person_id", flat=True)


def _home_teams(person_id: UUID | None) -> set[UUID]:
    places = Membership.objects.filter(person_id=person_id, ends__isnull=True)
    return set(places.values_list("team_id", flat=True))
