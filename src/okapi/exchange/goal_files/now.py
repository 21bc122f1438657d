"""Goals as they stand, as rows of the workbook: what a file is compared with, and exported from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.base.actor import Actor
from okapi.core.quantities import canonical
from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.values import one_line, tidy
from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import (
    Contribution,
    KeyResult,
    KeyResultStanding,
    Level,
    Milestone,
    Moves,
    Objective,
    ObjectiveStanding,
)
from okapi.kpis import access as kpi_access

_AT_ONCE = 2_000


@dataclass(slots=True)
class Goal:
    """One row as it is stored. `above` is the key of what it belongs to; parts have their owner's.

    `told` are the columns that are only told: state, progress, health. `hides`: it moves a KPI that
    the actor may not read.
    """

    thing: Thing
    key: str
    above: str
    values: dict[str, str]
    version: int = 0
    state: GoalState = GoalState.DRAFT
    is_archived: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    hides: bool = False


Now = dict[tuple[Thing, str], Goal]
"""By thing and key, in the order of a list: objectives, each with its key results and parts."""


def by_keys(actor: Actor, keys: Collection[str]) -> Now:
    """The objectives with these keys or with key results of these keys, with all that is in them.

    Only what the actor may read; archived ones too.
    """
    ids: set[UUID] = set()
    wanted = sorted(keys)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        named = Q(key__in=some) | Q(key_results__key__in=some)
        ids.update(access.visible(actor).filter(named).values_list("pk", flat=True))
    return by_ids(actor, sorted(ids))


def by_ids(actor: Actor, ids: Sequence[UUID]) -> Now:
    """These objectives in this order, as far as the actor may read them."""
    found: Now = {}
    for start in range(0, len(ids), _AT_ONCE):
        found |= _some(actor, ids[start : start + _AT_ONCE])
    return found


def _some(actor: Actor, ids: Sequence[UUID]) -> Now:
    rows = access.visible(actor).filter(pk__in=ids)
    names = ("cycle__key", "team__key", "owner__email", "pillar__key")
    objectives = {row["pk"]: row for row in rows.values("pk", *_OBJECTIVE, *names)}
    parents = _parents(list(objectives))
    standings = _standings(ObjectiveStanding.objects.filter(objective__in=objectives))
    parts = _Parts(actor, list(objectives))
    found: Now = {}
    for pk in ids:
        row = objectives.get(pk)
        if row is not None:
            goal = _objective(row, parents[pk], standings.get(pk))
            found[goal.thing, goal.key] = goal
            found |= {(one.thing, one.key): one for one in parts.of(pk, goal.key)}
    return found


_OBJECTIVE = ("key", "title", "title_other", "why", "kind", "weight", "state", "version",
              "archived_at")  # fmt: skip


def _objective(row: dict[str, Any], parents: list[str], standing: Any) -> Goal:
    values = {
        "title": one_line(row["title"]),
        "title_other": one_line(row["title_other"]),
        "text": tidy(row["why"]),
        "parents": ", ".join(sorted(parents)),
        "cycle": row["cycle__key"],
        "team": row["team__key"] or "",
        "owner": row["owner__email"] or "",
        "pillar": row["pillar__key"] or "",
        "kind": row["kind"],
        "weight": canonical(row["weight"]),
    }
    state, is_archived = GoalState(row["state"]), row["archived_at"] is not None
    told = _told(state, standing)
    return Goal(Thing.OBJECTIVE, row["key"], "", values, row["version"], state, is_archived, told)


def _told(state: GoalState, standing: Any) -> dict[str, Any]:
    progress, health = standing or (None, "")
    return {"state": state.value, "progress": progress, "health": health}


def _standings(rows: QuerySet[Any]) -> dict[Any, tuple[Any, str]]:
    name = "objective_id" if rows.model is ObjectiveStanding else "key_result_id"
    return {pk: (share, health) for pk, share, health in rows.values_list(name, *_FIGURES)}


_FIGURES = ("progress", "health")


def _parents(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The keys of what each contributes to; a key result's with a mark if an objective has it."""
    rows = list(
        Contribution.objects.filter(child__in=ids).values_list(
            "child_id", "parent__key", "parent_key_result__key"
        )
    )
    below = {key for _, _, key in rows if key}
    taken = set(Objective.objects.filter(key__in=below).values_list("key", flat=True))
    found: dict[UUID, list[str]] = defaultdict(list)
    for child, objective, key_result in rows:
        if key_result is None:
            found[child].append(objective)
        else:
            found[child].append(f"KR:{key_result}" if key_result in taken else key_result)
    return found


class _Parts:
    """Key results and what they are made of, by their objective."""

    def __init__(self, actor: Actor, objectives: Sequence[UUID]) -> None:
        within = {"key_result__objective__in": objectives}
        rows = KeyResult.objects.filter(objective__in=objectives).order_by("position", "key")
        self._key_results: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for row in rows.values("pk", "objective_id", "owner__email", *_KEY_RESULT):
            self._key_results[row["objective_id"]].append(row)
        self._standings = _standings(KeyResultStanding.objects.filter(**within))
        moves = Moves.objects.filter(**within)
        is_open = Q(kpi__in=kpi_access.visible(actor))
        self._moves = _grouped(moves.filter(is_open).order_by("position", "id"), *_MOVES)
        hidden = moves.exclude(is_open).values_list("key_result_id", flat=True)
        self._hiding = frozenset(hidden)
        self._milestones = _grouped(
            Milestone.objects.filter(**within).order_by("position", "key"),
            "key", "title", "title_other", "due", "weight", "done_on",
        )  # fmt: skip
        self._levels = _grouped(
            Level.objects.filter(**within).order_by("value", "key"),
            "key", "text", "text_other", "value",
        )  # fmt: skip

    def of(self, objective: UUID, key: str) -> Iterator[Goal]:
        """The key results of an objective, each followed by its parts."""
        for row in self._key_results[objective]:
            made = self._key_result(row, key)
            yield made
            if not made.is_archived:
                yield from self._below(row["pk"], made)

    def _key_result(self, row: dict[str, Any], objective: str) -> Goal:
        moves = self._moves[row["pk"]]
        values = {
            "title": one_line(row["title"]),
            "title_other": one_line(row["title_other"]),
            "text": tidy(row["description"]),
            "owner": row["owner__email"] or "",
            "measured": row["kind"],
            "weight": canonical(row["weight"]),
            "due": _day(row["due"]),
            **(_move(moves[0]) if moves else dict.fromkeys(_NO_MOVE, "")),
        }
        state, is_archived = GoalState(row["state"]), row["archived_at"] is not None
        told = _told(state, self._standings.get(row["pk"]))
        if moves:
            told["move_weight"] = canonical(moves[0]["weight"])
        key, version = row["key"], row["version"]
        return Goal(
            Thing.KEY_RESULT, key, objective, values, version, state, is_archived, told,
            row["pk"] in self._hiding,
        )  # fmt: skip

    def _below(self, pk: UUID, owner: Goal) -> Iterator[Goal]:
        for move in self._moves[pk][1:]:
            values = {**_move(move), "weight": canonical(move["weight"])}
            yield _part(Thing.MEASURE, measure_key(owner.key, values), owner, values)
        for one in self._milestones[pk]:
            values = {
                "title": one_line(one["title"]),
                "title_other": one_line(one["title_other"]),
                "due": _day(one["due"]),
                "weight": canonical(one["weight"]),
            }
            made = _part(Thing.MILESTONE, f"{owner.key}/{one['key']}", owner, values)
            made.told["state"] = "done" if one["done_on"] else ""
            yield made
        for one in self._levels[pk]:
            values = {
                "title": tidy(one["text"]),
                "title_other": tidy(one["text_other"]),
                "target": canonical(one["value"]),
            }
            yield _part(Thing.LEVEL, f"{owner.key}/{one['key']}", owner, values)


_KEY_RESULT = ("key", "title", "title_other", "description", "kind", "weight", "due", "state",
               "version", "archived_at")  # fmt: skip
_MOVES = ("kpi__key", "slice__key", "start", "is_start_typed", "start_reason", "target", "low",
          "high", "weight")  # fmt: skip
_NO_MOVE = ("kpi", "slice", "start", "start_reason", "target", "low", "high")


def _part(thing: Thing, key: str, owner: Goal, values: dict[str, str]) -> Goal:
    return Goal(thing, key, owner.key, values, owner.version, owner.state)


def measure_key(owner: str, values: dict[str, str]) -> str:
    """How a further KPI of a key result is called."""
    sliced = f"/{values['slice']}" if values.get("slice") else ""
    return f"{owner}/{values['kpi']}{sliced}"


def _grouped(rows: QuerySet[Any], *names: str) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values("key_result_id", *names):
        found[row["key_result_id"]].append(row)
    return found


def _move(row: dict[str, Any]) -> dict[str, str]:
    """An automatic start is told by an empty cell."""
    return {
        "kpi": row["kpi__key"],
        "slice": row["slice__key"],
        "start": _number(row["start"]) if row["is_start_typed"] else "",
        "start_reason": tidy(row["start_reason"]) if row["is_start_typed"] else "",
        "target": _number(row["target"]),
        "low": _number(row["low"]),
        "high": _number(row["high"]),
    }


def _number(value: Decimal | None) -> str:
    return "" if value is None else canonical(value)


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()
