"""Reading what comes in for the things of an organisation: texts, choices, days, references."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.keys import read_key
from okapi.core.tidy import lines, one_line
from okapi.core.years import check_years
from okapi.orgs import access

Ref: TypeAlias = UUID | str
"""An id, or what files call the thing: a key, or a person's e-mail address."""

E = TypeVar("E", bound=StrEnum)
LONGEST_NAME = 200
LONGEST_TEXT = 10_000
LONGEST_KEY = 80
_ADDRESS = re.compile(r"<([^<>]*)>\s*$")
_NO_KEY = re.compile(r"[^\w.-]+")


def title(text: str, field: str = "name", most: int = LONGEST_NAME) -> str:
    """A text that must be there: `Refused` (`text.empty`, `text.too_long`)."""
    tidy = short(text, field, most)
    if not tidy:
        raise Refused("text.empty", field=field)
    return tidy


def short(text: str, field: str, most: int = LONGEST_NAME) -> str:
    """A text of limited length, on one line."""
    tidy = one_line(text)
    if len(tidy) > most:
        raise Refused("text.too_long", field=field, found=len(tidy), most=most)
    return tidy


def long(text: str, field: str, most: int = LONGEST_TEXT) -> str:
    """A text of several lines."""
    tidy = lines(text)
    if len(tidy) > most:
        raise Refused("text.too_long", field=field, found=len(tidy), most=most)
    return tidy


def choice(kind: type[E], value: str, field: str) -> str:
    """The value of a member of an enumeration: `Refused` (`choice.unknown`)."""
    known = [member.value for member in kind]
    if value not in known:
        raise Refused("choice.unknown", field=field, found=value, expected=", ".join(known))
    return value


def whole(value: int, field: str, first: int, last: int) -> int:
    """A number between two others: `Refused` (`number.outside`)."""
    if not first <= value <= last:
        raise Refused("number.outside", field=field, found=value, least=first, most=last)
    return value


def day(value: date | None, field: str) -> date | None:
    """A day of our times, or none: `Refused` (`day.outside`)."""
    if value is not None:
        check_years(value, value, field=field)
    return value


def span(first: date | None, last: date | None, field: str) -> None:
    """`Refused` (`span.ends_first`) where the last day lies before the first."""
    if first is not None and last is not None and last < first:
        raise Refused("span.ends_first", field=field, found=last, expected=first)


def email(text: str, field: str = "email") -> str:
    """An e-mail address in lower case: `Refused` (`email.unreadable`)."""
    tidy = text.strip().lower()
    try:
        validate_email(tidy)
    except ValidationError:
        raise Refused("email.unreadable", field=field, found=text.strip()[:80]) from None
    return short(tidy, field, 254)


def reference(rows: QuerySet[Any], ref: Ref | None, field: str) -> Any:
    """The row that is meant, None for None; `Refused` (`reference.unknown`) at its field."""
    if ref is None or ref == "":
        return None
    found = access.by_ref(rows, ref)
    if found is None:
        raise Refused("reference.unknown", field=field, found=str(ref))
    return found


def person(actor: Actor, ref: Ref | None, field: str) -> Any:
    """A person who has not left: by id, e-mail address, `Name <address>`, or a name held by one.

    `Refused`: `reference.unknown`, `person.several`.
    """
    people = access.visible_people(actor).filter(archived_at__isnull=True)
    if isinstance(ref, UUID) or ref is None or not ref.strip():
        return reference(people, ref if isinstance(ref, UUID) else None, field)
    said = ref.strip()
    address = _ADDRESS.search(said)
    is_name = "@" not in said
    by = Q(email=(address[1] if address else said).strip().lower())
    found = list(people.filter(Q(name=said) | Q(name_other=said) if is_name else by)[:2])
    if not found:
        raise Refused("reference.unknown", field=field, found=said[:80])
    if len(found) > 1:
        raise Refused("person.several", field=field, found=said[:80])
    return found[0]


def team(actor: Actor, ref: Ref | None, field: str = "team") -> Any:
    """A team that is there."""
    teams = access.visible_teams(actor).filter(archived_at__isnull=True)
    return reference(teams, ref, field)


def cycle(actor: Actor, ref: Ref | None, field: str = "parent") -> Any:
    """A cycle that is there."""
    cycles = access.visible_cycles(actor).filter(archived_at__isnull=True)
    return reference(cycles, ref, field)


def read(readers: Mapping[str, Callable[[Any], Any]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The given fields, each read by its reader. TypeError for one without a reader."""
    unknown = set(given) - set(readers)
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    return {name: readers[name](value) for name, value in given.items()}


def free_key(rows: QuerySet[Any], name: str, otherwise: str) -> str:
    """A key from a name (words joined by hyphens, in any script) that no row has yet."""
    plain = unicodedata.normalize("NFKC", name).strip().lower()
    start = key = _NO_KEY.sub("-", plain).strip("-.")[: LONGEST_KEY - 8] or otherwise
    taken = set(rows.filter(key__startswith=start).values_list("key", flat=True))
    number = 1
    while key in taken:
        number += 1
        key = f"{start}-{number}"
    return key


def given_key(rows: QuerySet[Any], key: str) -> str:
    """A key that somebody chose: `Refused` (`key.taken`, `value.key`)."""
    tidy = read_key(key.strip(), LONGEST_KEY, field="key")
    if rows.filter(key=tidy).exists():
        raise Refused("key.taken", field="key", found=tidy)
    return tidy
