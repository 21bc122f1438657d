"""The first set-up: a key that the server prints, the first organisation and its administrator.

It is open only while nobody can sign in, and only for who holds the key: whoever can read the
server's terminal. Afterwards the steps that are left are kept with the organisation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db import transaction

from okapi.base import actor as actors
from okapi.base import changes, clock, scope
from okapi.base.actor import Actor, Door, Role
from okapi.core.errors import Forbidden, NotFound, Refused
from okapi.orgs import queries
from okapi.orgs.actions import fields, holding, memberships, organisations, people
from okapi.orgs.actions import teams as team_actions
from okapi.orgs.actions.digests import digest, new_secret
from okapi.orgs.choices import TeamKind
from okapi.orgs.models import Organisation, SetupKey, User

LASTS = timedelta(days=7)


class Step(StrEnum):
    """What is set up after the organisation is there, in this order."""

    TIME = "time"
    TEAMS = "teams"
    PEOPLE = "people"
    CYCLE = "cycle"
    TEMPLATES = "templates"


@dataclass(frozen=True, slots=True)
class First:
    """The first organisation and the one who may sign in to it."""

    settings: queries.Settings
    user: User


def is_open() -> bool:
    """Whether nobody can sign in yet, so that the first set-up is to be done."""
    return not User.objects.exists()


@transaction.atomic
def issue_key() -> str | None:
    """A new key to the first set-up, or None once somebody can sign in. Old ones are forgotten.

    Keys that other servers of the same database printed within the week stay good.
    """
    SetupKey.objects.filter(expires_at__lte=clock.now()).delete()
    if not is_open():
        SetupKey.objects.all().delete()
        return None
    key = new_secret()
    SetupKey.objects.create(digest=digest(key), expires_at=clock.now() + LASTS)
    return key


def check_key(key: str) -> None:
    """`NotFound` once somebody can sign in; `Forbidden` (`setup.key`) without a good key."""
    if not is_open():
        raise NotFound("setup.done")
    good = SetupKey.objects.filter(digest=digest(key), expires_at__gt=clock.now())
    if not good.exists():
        raise Forbidden("setup.key")


@transaction.atomic
def begin(
    key: str,
    *,
    name: str,
    slug: str,
    person: str,
    email: str,
    password: str,
    name_other: str = "",
    language: str = "zh",
    time_zone: str = "Asia/Shanghai",
    country: str = "CN",
) -> First:
    """Make the first organisation with its company, and the first administrator, who has all roles.

    Errors of `check_key`; `Refused` at the field that is wrong. Of two at once one comes too late.
    """
    list(SetupKey.objects.select_for_update().order_by("pk"))
    check_key(key)
    given = organisations.read({"language": language, "time_zone": time_zone})
    address = fields.email(email)
    made = organisations.found(
        slug=slug.strip().lower(),
        name=fields.title(name),
        name_other=fields.short(name_other, "name_other"),
        door=Door.PAGE,
        country=country,
        **given,
    )
    founder = actors.system(made.pk, Door.PAGE)
    with scope.organisation(made.pk):
        user = _first_person(founder, made, fields.title(person, "person"), address, password)
        Organisation.objects.filter(pk=made.pk).update(setup={"skipped": [], "done": []})
    SetupKey.objects.all().delete()
    return First(queries.settings_by_slug(made.slug), user)


def _first_person(founder: Actor, made: Organisation, name: str, email: str, password: str) -> User:
    first = people.add(
        founder,
        email=email,
        name=name,
        is_steward=True,
        is_strategist=True,
        is_administrator=True,
    )
    user = people.let_in(founder, first, password)
    company = team_actions.create(
        founder,
        name=made.name,
        name_other=made.name_other,
        kind=TeamKind.COMPANY.value,
        lead=first.pk,
    )
    memberships.join(founder, first.pk, company.pk, is_home=True)
    return user


@transaction.atomic
def mark(actor: Actor, step: Step, *, as_skipped: bool = False) -> None:
    """Note that a step is done, or skipped for now; nothing once the set-up is over."""
    held = _held(actor)
    if not held.setup:
        return
    kept: Mapping[str, list[str]] = held.setup
    names = {name: set(kept.get(name, ())) - {step.value} for name in ("done", "skipped")}
    names["skipped" if as_skipped else "done"].add(step.value)
    _keep(actor, held, {name: sorted(steps) for name, steps in names.items()})


@transaction.atomic
def finish(actor: Actor) -> None:
    """Put the list of steps away."""
    held = _held(actor)
    if held.setup:
        _keep(actor, held, {})


def require(actor: Actor) -> None:
    """`Forbidden` for who sets nothing up: administrators and strategists do."""
    if not (actor.has(Role.ADMINISTRATOR) or actor.has(Role.STRATEGIST)):
        raise Forbidden("access.role", role=Role.ADMINISTRATOR)


def _held(actor: Actor) -> Organisation:
    require(actor)
    return holding.organisation(actor)


def _keep(actor: Actor, held: Organisation, setup: Mapping[str, list[str]]) -> None:
    """Not a version of its own: nobody's open form is out of date by it."""
    before, held.setup = held.setup, dict(setup)
    held.save(update_fields=["setup"])
    changes.record(
        actor, "set_up", "organisation", held.pk, before={"setup": before}, after={"setup": setup}
    )
    queries.forget(actor.organisation_id)


def step_of(text: str) -> Step:
    """The step that an address names: `Refused` (`choice.unknown`)."""
    try:
        return Step(text)
    except ValueError:
        known = ", ".join(step.value for step in Step)
        raise Refused("choice.unknown", field="step", found=text[:40], expected=known) from None
