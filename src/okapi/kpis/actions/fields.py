"""Reading what comes in for KPIs: texts, choices, references to people, teams and pillars."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.kpis.actions.drafts import Ref
from okapi.orgs import access as orgs_access
from okapi.orgs.actions import fields as orgs_fields

LONGEST_KEY = 120
LONGEST_TEXT = 20_000
_NO_KEY = re.compile(r"[^\w.-]+")


def title(text: str, field: str = "name", most: int = 300) -> str:
    """A text that must be there: `Refused` (`text.empty`, `text.too_long`)."""
    return orgs_fields.title(text, field, most)


def short(text: str, field: str, most: int = 300) -> str:
    """A text of limited length, on one line."""
    return orgs_fields.short(text, field, most)


def long(text: str, field: str, most: int = LONGEST_TEXT) -> str:
    """A text of several lines."""
    return orgs_fields.long(text, field, most)


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
    found = orgs_fields.reference(rows, ref, field)
    return None if found is None else _id(found, ref, field)


def _id(found: Any, ref: Ref | None, field: str) -> UUID:
    if found is None:
        raise Refused("reference.unknown", field=field, found=str(ref))
    pk: UUID = found.pk
    return pk


def key_of(name: str) -> str:
    """A key from a name: words joined by hyphens, in any script."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    return _NO_KEY.sub("-", plain).strip("-.")[:80] or "kpi"
