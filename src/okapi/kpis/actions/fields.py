"""Reading what comes in for KPIs: texts, choices, references to people, teams and pillars."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.quantities import canonical
from okapi.core.tidy import lines, one_line
from okapi.kpis.actions.drafts import Ref
from okapi.orgs import access as orgs_access

LONGEST_KEY = 120
LONGEST_TEXT = 20_000
_NO_KEY = re.compile(r"[^\w.-]+")


def title(text: str, field: str = "name", most: int = 300) -> str:
    """A text that must be there: `Refused` (`text.empty`, `text.too_long`)."""
    tidy = short(text, field, most)
    if not tidy:
        raise Refused("text.empty", field=field)
    return tidy


def short(text: str, field: str, most: int = 300) -> str:
    """A text of limited length, on one line."""
    return _limited(one_line(text), field, most)


def long(text: str, field: str, most: int = LONGEST_TEXT) -> str:
    """A text of several lines."""
    return _limited(lines(text), field, most)


def _limited(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise Refused("text.too_long", field=field, found=len(text), most=most)
    return text


def choice(kind: type[StrEnum], value: str, field: str) -> str:
    """The value of a member of an enumeration: `Refused` (`choice.unknown`)."""
    known = [member.value for member in kind]
    if value not in known:
        raise Refused("choice.unknown", field=field, found=value, expected=", ".join(known))
    return value


def person_id(actor: Actor, ref: Ref | None, field: str = "owner") -> UUID | None:
    """A person by id or e-mail address."""
    people = orgs_access.visible_people(actor).filter(archived_at__isnull=True)
    if isinstance(ref, str) and ref:
        return _id(people.filter(email=ref.strip().lower()).first(), ref, field)
    return _by_ref(people, ref, field)


def team_id(actor: Actor, ref: Ref | None) -> UUID | None:
    """A team that is there."""
    teams = orgs_access.visible_teams(actor).filter(archived_at__isnull=True)
    return _by_ref(teams, ref, "team")


def pillar_id(actor: Actor, ref: Ref | None) -> UUID | None:
    """A pillar that is there."""
    pillars = orgs_access.visible_pillars(actor).filter(archived_at__isnull=True)
    return _by_ref(pillars, ref, "pillar")


def _by_ref(rows: QuerySet[Any], ref: Ref | None, field: str) -> UUID | None:
    if ref is None or ref == "":
        return None
    return _id(orgs_access.by_ref(rows, ref), ref, field)


def _id(found: Any, ref: Ref, field: str) -> UUID:
    if found is None:
        raise Refused("reference.unknown", field=field, found=str(ref))
    pk: UUID = found.pk
    return pk


def key_of(name: str) -> str:
    """A key from a name: words joined by hyphens, in any script."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return _NO_KEY.sub("-", plain).strip("-.")[:80] or "kpi"


def told(value: Any) -> Any:
    """A value as change records keep it."""
    match value:
        case Decimal():
            return canonical(value)
        case UUID():
            return str(value)
        case date():  # and moments
            return value.isoformat()
        case Mapping():
            return {str(name): told(one) for name, one in value.items()}
        case list() | tuple():
            return [told(one) for one in value]
        case _:
            return value


def told_all(values: Mapping[str, Any]) -> dict[str, Any]:
    """`told` for each value; foreign keys lose their `_id`."""
    return {name.removesuffix("_id"): told(value) for name, value in values.items()}
