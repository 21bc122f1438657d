"""Finding what a form links to, by a few letters of its name: people, and goals above."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.orgs import access as orgs_access
from okapi.orgs.models import Membership

MOST = 8
"""More than this nobody reads; another letter finds fewer."""
_ADDRESS = "email__istartswith"
"""All addresses end alike."""
_ENDED = (GoalState.CLOSED.value, GoalState.CANCELLED.value)


@dataclass(frozen=True, slots=True)
class Found:
    """Something that can be chosen: what a form sends for it, its name, and what tells it apart."""

    value: str
    name: str
    note: str = ""


def people(asking: Asking, text: str, *, most: int = MOST) -> tuple[Found, ...]:
    """The people whose name, or e-mail address, has every word; by name. Two statements."""
    rows = orgs_access.visible_people(asking.actor).filter(archived_at__isnull=True)
    rows = rows.filter(_every_word(text, "name__icontains", "name_other__icontains", _ADDRESS))
    columns = ("id", "email", "name", "name_other")
    found = list(rows.order_by("name", "email").values_list(*columns)[:most])
    homes = _homes(asking, [pk for pk, *_ in found])
    return tuple(
        Found(email, asking.text(name, other), _note(email, homes.get(pk, "")))
        for pk, email, name, other in found
    )


def _note(email: str, home: str) -> str:
    """What tells people of one name apart."""
    return f"{home} · {email}" if home else email


def _homes(asking: Asking, people: Collection[UUID]) -> dict[UUID, str]:
    rows = Membership.objects.filter(person_id__in=people, is_home=True, ends__isnull=True)
    return {
        person: asking.text(name, other)
        for person, name, other in rows.values_list("person_id", "team__name", "team__name_other")
    }


def people_by_email(asking: Asking, emails: Collection[str]) -> dict[str, str]:
    """The names of the people with these addresses, those included who have left."""
    rows = orgs_access.visible_people(asking.actor).filter(email__in=[*emails])
    return {
        email: asking.text(name, other)
        for email, name, other in rows.values_list("email", "name", "name_other")
    }


def people_named(asking: Asking, texts: Mapping[str, str]) -> dict[str, str]:
    """The names of the owner and the readers that texts of a form hold by their addresses."""
    emails = [*texts.get("readers", "").split(), *texts.get("owner", "").split()]
    return people_by_email(asking, emails) if emails else {}


def oneself(asking: Asking) -> Found:
    """The one who asks."""
    me = asking.actor.person_id
    if me is None:
        raise ValueError("the system is nobody")
    rows = orgs_access.visible_people(asking.actor).filter(pk=me)
    email, name, other = rows.values_list("email", "name", "name_other").get()
    return Found(email, asking.text(name, other))


def goals_above(
    asking: Asking, text: str, *, below: UUID | None = None, most: int = MOST
) -> tuple[Found, ...]:
    """Open objectives and key results with every word in title or key; objectives first.

    `below` is the objective that looks for what it contributes to: it and its own key results are
    left out. A key result's value begins with `KR:`, an objective's with `O:`.
    """
    words = _every_word(text, "title__icontains", "title_other__icontains", "key__icontains")
    open_ones = access.visible(asking.actor).filter(archived_at__isnull=True)
    objectives = open_ones.exclude(state__in=_ENDED).filter(words)
    key_results = access.visible_key_results(asking.actor).filter(
        words, archived_at__isnull=True, objective__archived_at__isnull=True
    )
    key_results = key_results.exclude(state__in=_ENDED)
    if below is not None:
        objectives = objectives.exclude(pk=below)
        key_results = key_results.exclude(objective_id=below)
    return (*_objectives(asking, objectives, most), *_key_results(asking, key_results, most))[:most]


def objectives(asking: Asking, text: str, *, most: int = MOST) -> tuple[Found, ...]:
    """Objectives of any state with every word in title or key, newest first; values are keys."""
    words = _every_word(text, "title__icontains", "title_other__icontains", "key__icontains")
    rows = access.visible(asking.actor).filter(words, archived_at__isnull=True)
    return tuple(
        replace(one, value=one.value.partition(":")[2]) for one in _objectives(asking, rows, most)
    )


def titles(asking: Asking, keys: Collection[str]) -> dict[str, str]:
    """The titles of the objectives with these keys that the reader finds; one statement."""
    rows = access.visible(asking.actor).filter(key__in=[*keys], archived_at__isnull=True)
    columns = ("key", "title", "title_other")
    return {key: asking.text(title, other) for key, title, other in rows.values_list(*columns)}


def titles_by_id(asking: Asking, ids: Collection[UUID]) -> dict[UUID, str]:
    """The titles of the objectives and key results with these ids that the reader finds."""
    visible: tuple[QuerySet[Any], ...] = (
        access.visible(asking.actor),
        access.visible_key_results(asking.actor),
    )
    return {
        pk: asking.text(title, other)
        for rows in visible
        for pk, title, other in rows.filter(pk__in=ids).values_list("pk", "title", "title_other")
    }


def goal_name(asking: Asking, value: str) -> str:
    """The title of what a value of `goals_above`, or a bare key, names; empty for nothing."""
    kind, colon, key = value.partition(":")
    objectives = access.visible(asking.actor).filter(archived_at__isnull=True)
    rows: QuerySet[Any] = objectives.filter(key=key if colon else value)
    if kind == "KR" and colon:
        key_results = access.visible_key_results(asking.actor)
        rows = key_results.filter(key=key, archived_at__isnull=True)
    row = rows.values_list("title", "title_other").first()
    return "" if row is None else asking.text(*row)


def _objectives(asking: Asking, rows: QuerySet[Objective], most: int) -> list[Found]:
    columns = ("key", "title", "title_other", "team__name", "team__name_other", "owner__name")
    return [
        Found(f"O:{key}", asking.text(title, other), _owner_of(asking, *owners))
        for key, title, other, *owners in rows.order_by("-cycle__ends", "title", "key").values_list(
            *columns
        )[:most]
    ]


def _key_results(asking: Asking, rows: QuerySet[KeyResult], most: int) -> list[Found]:
    columns = ("key", "title", "title_other", "objective__title", "objective__title_other")
    ordered = rows.order_by("-objective__cycle__ends", "title", "key")
    return [
        Found(f"KR:{key}", asking.text(title, other), asking.text(*of))
        for key, title, other, *of in ordered.values_list(*columns)[:most]
    ]


def _owner_of(asking: Asking, team: str | None, team_other: str | None, owner: str | None) -> str:
    return asking.text(team or "", team_other or "") or owner or ""


def _every_word(text: str, *lookups: str) -> Q:
    """Every word of the text in one of the columns."""
    found = Q()
    for word in text.split():
        found &= reduce(or_, (Q(**{lookup: word}) for lookup in lookups))
    return found
