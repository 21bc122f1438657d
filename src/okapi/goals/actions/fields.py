"""Reading the fields of goals as they come in: texts, weights, choices, references."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.keys import read_key
from okapi.core.quantities import parse_decimal
from okapi.goals.actions.blocks import once
from okapi.goals.actions.drafts import Ref
from okapi.orgs import access as orgs_access
from okapi.orgs.actions import fields as orgs_fields
from okapi.orgs.actions.fields import reference

LONGEST_TEXT = 20_000
_MOST_WEIGHT = Decimal(100_000)
_PLACES = Decimal("0.0001")


def title(text: str, field: str = "title", most: int = 300) -> str:
    """A text that must be there: `Refused` (`text.empty`, `text.too_long`)."""
    return orgs_fields.title(text, field, most)


def short(text: str, field: str, most: int = 300) -> str:
    """A text of limited length, on one line."""
    return orgs_fields.short(text, field, most)


def long(text: str, field: str, most: int = LONGEST_TEXT) -> str:
    """A text of several lines."""
    return orgs_fields.long(text, field, most)


def weight(value: Decimal | float | str, field: str = "weight") -> Decimal:
    """A weight: not negative, four decimals at most."""
    read = parse_decimal(value)
    if read < 0:
        raise Refused("weight.negative", field=field, found=read)
    if read >= _MOST_WEIGHT or read != read.quantize(_PLACES):
        raise Refused("weight.unreadable", field=field, found=read)
    return read


def person(actor: Actor, ref: Ref | None, field: str = "owner") -> Any:
    """A person by id or e-mail address."""
    return once("person", ref, lambda: _person(actor, ref, field))


def _person(actor: Actor, ref: Ref | None, field: str) -> Any:
    people = orgs_access.visible_people(actor).filter(archived_at__isnull=True)
    if isinstance(ref, str) and ref:
        found = people.filter(email=ref.strip().lower()).first()
        if found is None:
            raise Refused("reference.unknown", field=field, found=ref)
        return found
    return reference(people, ref, field)


def team(actor: Actor, ref: Ref | None) -> Any:
    """A team that is there."""
    return _there(orgs_access.visible_teams, actor, ref, "team")


def cycle(actor: Actor, ref: Ref | None) -> Any:
    """A cycle that is not closed: `Refused` (`reference.unknown`, `cycle.closed`)."""
    found = _there(orgs_access.visible_cycles, actor, ref, "cycle")
    if found is None:
        raise Refused("text.empty", field="cycle")
    if found.state == "closed":
        raise Refused("cycle.closed", field="cycle", found=found.key)
    return found


def pillar(actor: Actor, ref: Ref | None) -> Any:
    """A pillar that is there."""
    return _there(orgs_access.visible_pillars, actor, ref, "pillar")


def _there(
    visible: Callable[[Actor], QuerySet[Any]], actor: Actor, ref: Ref | None, field: str
) -> Any:
    """What is meant and not archived; in a block of actions it is looked for once."""
    return once(
        field, ref, lambda: reference(visible(actor).filter(archived_at__isnull=True), ref, field)
    )


def free_key(rows: QuerySet[Any], start: str) -> str:
    """The first key `start` + number that no row has; found without reading all of them."""
    number = rows.filter(key__startswith=start).count() + 1
    while rows.filter(key=f"{start}{number}").exists():
        number += 1
    return f"{start}{number}"


def given_key(rows: QuerySet[Any], key: str) -> str:
    """A key that somebody chose: `Refused` (`key.taken`, `value.key`)."""
    tidy = read_key(key.strip(), 120, field="key")
    if rows.filter(key=tidy).exists():
        raise Refused("key.taken", field="key", found=tidy)
    return tidy


def owner_id(of: Any) -> UUID | None:
    """The id of what is there."""
    return None if of is None else of.pk
