"""People: added, changed, given roles, and their ways to sign in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor, Role
from okapi.core.alignment import find_circle
from okapi.core.errors import Conflict, Forbidden, Refusals, Refused
from okapi.orgs import access
from okapi.orgs.actions import fields, holding, memberships
from okapi.orgs.actions.fields import Ref
from okapi.orgs.models import Person, User

ROLE_FIELDS: Mapping[Role, str] = {
    Role.STEWARD: "is_steward",
    Role.STRATEGIST: "is_strategist",
    Role.ADMINISTRATOR: "is_administrator",
}
KEPT = ("email", "name", "job", "manager_id", "is_viewer_only", *ROLE_FIELDS.values())


@transaction.atomic
def add(
    actor: Actor,
    *,
    email: str,
    name: str,
    name_other: str = "",
    job: str = "",
    manager: Ref | None = None,
    team: Ref | None = None,
    is_viewer_only: bool = False,
    is_steward: bool = False,
    is_strategist: bool = False,
    is_administrator: bool = False,
) -> Person:
    """Add a person to the organisation, at home in `team` if there is one.

    `Conflict` (`person.exists`) when the address is there; `Refused` (`person.viewer_only`) where
    somebody who only reads is to be more.
    """
    access.require_manager(actor, Person)
    holding.organisation(actor)  # two at once would both find the address free
    if is_viewer_only and (is_steward or is_strategist or is_administrator):
        raise Refused("person.viewer_only", field="roles")
    address = fields.email(email)
    if access.visible_people(actor).filter(email=address).exists():
        raise Conflict("person.exists", field="email", found=address)
    above = fields.person(actor, manager, "manager")
    home = fields.team(actor, team)
    person: Person = Person.objects.create(
        organisation_id=actor.organisation_id,
        email=address,
        name=fields.title(name),
        name_other=fields.short(name_other, "name_other"),
        job=fields.short(job, "job"),
        manager=above,
        is_viewer_only=is_viewer_only,
        is_steward=is_steward,
        is_strategist=is_strategist,
        is_administrator=is_administrator,
    )
    holding.made(actor, "person", [person], *KEPT)
    if home is not None:
        memberships.join_many(actor, [(person, home.pk)])
    return person


@transaction.atomic
def edit(actor: Actor, person: UUID, *, version: int | None = None, **given: Any) -> Person:
    """Change name, name_other, job, manager, or, while they cannot sign in yet, email.

    `Refused`: `person.circle` where two would manage each other, `person.email_kept`.
    """
    access.require_manager(actor, Person)
    holding.organisation(actor)  # two at once could close a circle of managers
    held = holding.hold(actor, Person, "person", person, version)
    _refuse_left(held)
    values = fields.read(
        {
            "name": fields.title,
            "name_other": lambda text: fields.short(text, "name_other"),
            "job": lambda text: fields.short(text, "job"),
            "email": fields.email,
            "manager": lambda ref: fields.person(actor, ref, "manager"),
        },
        given,
    )
    if values.get("email", held.email) != held.email:
        _check_email(actor, held, values["email"])
    if "manager" in values:
        above = values.pop("manager")
        _check_manager(held, above)
        values["manager_id"] = None if above is None else above.pk
    holding.change(actor, "edit", "person", held, values)
    return held


@transaction.atomic
def set_roles(
    actor: Actor, person: UUID, *, roles: frozenset[Role], version: int | None = None
) -> Person:
    """What a person is for the whole organisation: a reader only, or a member and more.

    `Refused`: `person.last_administrator` where nobody would be left to manage people.
    """
    access.require_manager(actor, Person)
    holding.organisation(actor)
    held = holding.hold(actor, Person, "person", person, version)
    _refuse_left(held)
    more = roles & ROLE_FIELDS.keys()
    if Role.MEMBER not in roles and more:
        raise Refused("person.viewer_only", field="roles")
    if Role.ADMINISTRATOR not in roles:
        refuse_last_administrator(held)
    values: dict[str, Any] = {name: role in more for role, name in ROLE_FIELDS.items()}
    holding.change(
        actor, "set_roles", "person", held, {**values, "is_viewer_only": Role.MEMBER not in roles}
    )
    return held


def refuse_last_administrator(held: Person) -> None:
    """`Refused` where this person is the only administrator."""
    others = Person.objects.filter(is_administrator=True, archived_at__isnull=True)
    if held.is_administrator and not others.exclude(pk=held.pk).exists():
        raise Refused("person.last_administrator", field="roles", found=held.name)


@transaction.atomic
def let_in(actor: Actor, person: Person, password: str) -> User:
    """Let a person sign in with their address and this password.

    One user may be a person in several organisations: an existing user is joined and keeps the
    password that they have. `Refusals` (`check_password`) for a weak password.
    """
    access.require_manager(actor, Person)
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = make_user(person, password)
    join_user(actor, person, user)
    return user


def make_user(person: Person, password: str) -> User:
    """A user for a person who has none; `Refusals` (`check_password`). Within an action."""
    check_password(password, person)
    return User.objects.create_user(person.email, password, name=person.name)


def join_user(actor: Actor, person: Person, user: User) -> None:
    """Let a user be this person. Within an action."""
    person.user = user
    person.version += 1
    person.save(update_fields=["user", "version"])
    changes.record(actor, "let_in", "person", person.pk, after={"user": str(user.pk)})
    holding.tell(actor, "person", [person])


@transaction.atomic
def set_password(actor: Actor, person: Person, password: str) -> User:
    """Let a person sign in with this password, whether they could before or not.

    Whoever is signed in as them is signed out. Only by command: a user may belong to several
    organisations, and no administrator of one may take over what is theirs in another.
    `Refusals` (`check_password`) for a weak password.
    """
    if not actor.is_system:
        raise Forbidden("access.role", role=Role.ADMINISTRATOR)
    check_password(password, person)
    user = person.user or let_in(actor, person, password)
    user.set_password(password)
    user.save(update_fields=["password"])
    changes.record(actor, "set_password", "person", person.pk, after={"user": str(user.pk)})
    return user


def check_password(password: str, person: Person) -> None:
    """`Refusals` (`person.password_too_short` and its kin) for a weak one, one for each reason."""
    try:
        validate_password(password, User(email=person.email, name=person.name))
    except ValidationError as weak:
        reasons = [
            Refused(f"person.{one.code}", field="password", **(one.params or {}))
            for one in weak.error_list
        ]
        raise Refusals(reasons) from weak


def hand_over_reports(actor: Actor, person: UUID, heir: UUID) -> int:
    """Let those whom a person manages report to another one; how many. Within an action.

    The heir, if among them, reports to whom the person did.
    """
    mine = list(Person.objects.filter(manager_id=person, archived_at__isnull=True).order_by("id"))
    above = Person.objects.filter(pk=person).values_list("manager_id", flat=True).get()
    for report in mine:
        manager = above if report.pk == heir else heir
        holding.change(actor, "hand_over", "person", report, {"manager_id": manager})
    return len(mine)


def _check_email(actor: Actor, held: Person, address: str) -> None:
    if held.user_id is not None:
        raise Refused("person.email_kept", field="email", found=held.email)
    if access.visible_people(actor).filter(email=address).exists():
        raise Conflict("person.exists", field="email", found=address)


def _check_manager(held: Person, above: Person | None) -> None:
    if above is None:
        return
    managed = Person.objects.filter(manager__isnull=False).values_list("pk", "manager_id")
    if find_circle(managed, (held.pk, above.pk)):
        raise Refused("person.above_itself", field="manager", found=above.name, name=held.name)


def _refuse_left(held: Person) -> None:
    if held.archived_at is not None:
        raise Refused("person.left", found=held.name)
