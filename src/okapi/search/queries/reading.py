"""What was matched, as the reader may see it: one statement for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.arrays import Among
from okapi.core.health import Health
from okapi.goals import access as goals_access
from okapi.goals.queries.asking import Asking
from okapi.kpis import access as kpis_access
from okapi.orgs import access as orgs_access
from okapi.search.choices import Kind
from okapi.talk.models import Comment


@dataclass(frozen=True, slots=True)
class Found:
    """A thing: `title` in the reader's language, `note` what tells it from others alike.

    `key` names it in addresses; of a key result, or a comment on an objective, `objective` names
    the objective. `health` of goals, `status` of KPIs.
    """

    kind: Kind
    id: UUID
    key: str
    title: str
    note: str = ""
    objective: str = ""
    health: Health | None = None
    status: str = ""


def _objectives(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    rows = goals_access.visible(asking.actor).filter(Among("pk", ids), archived_at__isnull=True)
    columns = (
        *("pk", "key", "title", "title_other", "standing__health"),
        *("cycle__title", "cycle__title_other", *_OWNED),
    )
    return [
        Found(
            Kind.OBJECTIVE,
            pk,
            key,
            asking.text(title, other),
            _note(asking.text(cycle, cycle_other), _owner(asking, owned)),
            health=Health(health or Health.NONE),
        )
        for pk, key, title, other, health, cycle, cycle_other, *owned in rows.values_list(*columns)
    ]


def _key_results(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    rows = goals_access.visible_key_results(asking.actor).filter(
        Among("pk", ids), archived_at__isnull=True, objective__archived_at__isnull=True
    )
    columns = (
        *("pk", "key", "title", "title_other", "standing__health"),
        *("objective__key", "objective__title", "objective__title_other"),
    )
    return [
        Found(
            Kind.KEY_RESULT,
            pk,
            key,
            asking.text(title, other),
            asking.text(above, above_other),
            objective=objective,
            health=Health(health or Health.NONE),
        )
        for pk, key, title, other, health, objective, above, above_other in rows.values_list(
            *columns
        )
    ]


def _kpis(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    rows = kpis_access.visible(asking.actor).filter(Among("pk", ids), archived_at__isnull=True)
    columns = ("pk", "key", "name", "name_other", "standing__status", *_OWNED)
    return [
        Found(
            Kind.KPI,
            pk,
            key,
            asking.text(name, other),
            _owner(asking, owned),
            status=status or "no_data",
        )
        for pk, key, name, other, status, *owned in rows.values_list(*columns)
    ]


def _teams(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    rows = orgs_access.visible_teams(asking.actor).filter(Among("pk", ids))
    columns = ("pk", "key", "name", "name_other", "lead__name", "lead__name_other")
    return [
        Found(Kind.TEAM, pk, key, asking.text(name, other), asking.text(lead or "", lead_o or ""))
        for pk, key, name, other, lead, lead_o in rows.values_list(*columns)
    ]


def _people(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    rows = orgs_access.visible_people(asking.actor).filter(Among("pk", ids))
    columns = ("pk", "email", "name", "name_other", "job")
    return [
        Found(Kind.PERSON, pk, email, asking.text(name, other), job or email)
        for pk, email, name, other, job in rows.values_list(*columns)
    ]


def _comments(asking: Asking, ids: Sequence[UUID]) -> list[Found]:
    """Comments on objectives that the reader may read; two statements."""
    rows = Comment.objects.filter(Among("pk", ids), kind="objective", removed_at__isnull=True)
    columns = ("pk", "object_id", "text", "author__name", "author__name_other")
    said = list(rows.values_list(*columns))
    about: QuerySet[Any] = goals_access.visible(asking.actor)
    about = about.filter(Among("pk", {row[1] for row in said}), archived_at__isnull=True)
    keys: dict[UUID, tuple[str, str, str]] = {
        pk: tuple(rest) for pk, *rest in about.values_list("pk", "key", "title", "title_other")
    }
    return [
        Found(
            Kind.COMMENT,
            pk,
            "",
            " ".join(text.split())[:160],
            _note(asking.text(name, name_other), asking.text(*keys[object_id][1:])),
            objective=keys[object_id][0],
        )
        for pk, object_id, text, name, name_other in said
        if object_id in keys
    ]


_OWNED = ("team__name", "team__name_other", "owner__name", "owner__name_other")


def _owner(asking: Asking, owned: Sequence[str | None]) -> str:
    team, team_other, owner, owner_other = (name or "" for name in owned)
    return _note(asking.text(team, team_other), asking.text(owner, owner_other))


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


READ: dict[Kind, Callable[[Asking, Sequence[UUID]], list[Found]]] = {
    Kind.OBJECTIVE: _objectives,
    Kind.KEY_RESULT: _key_results,
    Kind.KPI: _kpis,
    Kind.TEAM: _teams,
    Kind.PERSON: _people,
    Kind.COMMENT: _comments,
}
