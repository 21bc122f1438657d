"""People and their ways to sign in."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor, Role
from okapi.core.errors import Conflict, Forbidden, Refused
from okapi.orgs import access
from okapi.orgs.models import Person, User


@transaction.atomic
def add(
    actor: Actor,
    *,
    email: str,
    name: str,
    name_other: str = "",
    is_viewer_only: bool = False,
    is_steward: bool = False,
    is_strategist: bool = False,
    is_administrator: bool = False,
) -> Person:
    """Add a person to the organisation; `Conflict` (`person.exists`) when the address is there."""
    access.require_manager(actor, Person)
    address = email.strip().lower()
    if access.visible_people(actor).filter(email=address).exists():
        raise Conflict("person.exists", field="email", found=address)
    person: Person = Person.objects.create(
        organisation_id=actor.organisation_id,
        email=address,
        name=name,
        name_other=name_other,
        is_viewer_only=is_viewer_only,
        is_steward=is_steward,
        is_strategist=is_strategist,
        is_administrator=is_administrator,
    )
    changes.record(actor, "add", "person", person.pk, after={"email": address})
    return person


@transaction.atomic
def let_in(actor: Actor, person: Person, password: str) -> User:
    """Let a person sign in with their address and this password.

    One user may be a person in several organisations: an existing user is joined and keeps the
    password that they have. `Refused` (`person.password`) for a weak password.
    """
    access.require_manager(actor, Person)
    user = User.objects.filter(email=person.email).first()
    if user is None:
        _check_password(password, person)
        user = User.objects.create_user(person.email, password, name=person.name)
    person.user = user
    person.version += 1
    person.save(update_fields=["user", "version"])
    changes.record(actor, "let_in", "person", person.pk, after={"user": str(user.pk)})
    return user


@transaction.atomic
def set_password(actor: Actor, person: Person, password: str) -> User:
    """Let a person sign in with this password, whether they could before or not.

    Whoever is signed in as them is signed out. Only by command: a user may belong to several
    organisations, and no administrator of one may take over what is theirs in another.
    `Refused` (`person.password`) for a weak password.
    """
    if not actor.is_system:
        raise Forbidden("access.role", role=Role.ADMINISTRATOR.value)
    _check_password(password, person)
    user = person.user or let_in(actor, person, password)
    user.set_password(password)
    user.save(update_fields=["password"])
    changes.record(actor, "set_password", "person", person.pk, after={"user": str(user.pk)})
    return user


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, User(email=person.email, name=person.name))
    except ValidationError as weak:
        raise Refused("person.password", field="password", why=" ".join(weak.messages)) from weak
