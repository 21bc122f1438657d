"""Which goals a KPI has to do with: what moves it, guards it, is informed by it, and was said.

One statement, and those that `key_results_of` needs where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    Field,
    IntegerField,
    OuterRef,
    QuerySet,
    TextField,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.statements import Row
from okapi.core.health import Health, Reason
from okapi.goals import access
from okapi.goals.choices import GoalState
from okapi.goals.models import CheckIn, Guard, Informs, Moves
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.key_results import key_results_of, reason_of
from okapi.goals.queries.rows import KeyResultRow

MOST = 20
"""So many goals of each kind are listed; all are counted."""


class Link(StrEnum):
    """How a goal has to do with a KPI."""

    MOVES = "moves"
    GUARDS = "guards"
    INFORMS = "informs"


_SAID = "said"


@dataclass(frozen=True, slots=True)
class LinkedGoal:
    """A goal linked to the KPI: an objective, or one of its key results.

    `slice_key` says which slice it moves or guards; "" is the total.
    """

    link: Link
    objective_key: str
    title: str
    of: str
    cycle: str
    state: GoalState
    health: Health
    reason: Reason
    progress: float | None
    slice_key: str
    key_result: KeyResultRow | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A check-in of a key result that moves the KPI."""

    at: datetime
    person: str
    title: str
    confidence: int | None
    text: str


@dataclass(frozen=True, slots=True)
class KpiLinks:
    """Linked goals, running ones and newest cycles first, and what their owners said lately."""

    goals: tuple[LinkedGoal, ...]
    totals: Mapping[Link, int]
    said: tuple[Said, ...]
    topics: tuple[str, ...]

    def of(self, link: Link) -> tuple[LinkedGoal, ...]:
        """The listed goals of one kind."""
        return tuple(goal for goal in self.goals if goal.link is link)


def kpi_links(asking: Asking, kpi_id: UUID, *, since: date) -> Part[KpiLinks]:
    """The visible goals linked to a KPI, and the check-ins since a day.

    When the answer is read, the key results among the goals are read with it.
    """
    part = _LINKED.part(asking.actor, kpi=kpi_id, since=since)
    return part.to(lambda rows: _links(asking, rows))


def _links(asking: Asking, found: Iterable[Row]) -> KpiLinks:
    names = (*_OWN, *_OBJECTIVE)
    rows = [dict(zip(names, row, strict=True)) for row in found]
    linked = sorted((row for row in rows if row["what"] != _SAID), key=_order)
    listed: list[Mapping[str, Any]] = []
    totals = dict.fromkeys(Link, 0)
    for row in linked:
        link = Link(row["what"])
        totals[link] += 1
        if totals[link] <= MOST:
            listed.append(row)
    key_results = _key_results(asking, listed)
    return KpiLinks(
        goals=tuple(_goal(asking, row, key_results) for row in listed),
        totals=totals,
        said=tuple(_said(asking, row) for row in rows if row["what"] == _SAID),
        topics=tuple(
            dict.fromkeys(
                f"key_result:{row['key_result_id']}"
                if row["key_result_id"]
                else f"objective:{row['objective_id']}"
                for row in listed
            )
        ),
    )


_OBJECTIVE = {
    "objective_id": "id",
    "objective_key": "key",
    "title": "title",
    "title_other": "title_other",
    "state": "state",
    "owner": "owner__name",
    "owner_other": "owner__name_other",
    "team": "team__name",
    "team_other": "team__name_other",
    "cycle": "cycle__title",
    "cycle_other": "cycle__title_other",
    "ends": "cycle__ends",
    "health": "standing__health",
    "reason": "standing__reason",
    "progress": "standing__progress",
}
_OWN = ("what", "key_result_id", "slice_key", "at", "person", "person_other", "confidence", "text")


def _linked(reader: Actor) -> QuerySet[Any, Any]:
    kpi_id, since = Given("kpi", UUIDField()), Given("since", DateField())
    visible = access.visible(reader).filter(archived_at__isnull=True, pk=OuterRef("of"))
    parts = (
        _part(
            Moves.objects.filter(kpi_id=kpi_id, key_result__archived_at__isnull=True),
            Link.MOVES.value,
            "key_result__objective",
            key_result=F("key_result_id"),
            slice_key=F("slice__key"),
        ),
        _part(
            Guard.objects.filter(kpi_id=kpi_id),
            Link.GUARDS.value,
            "objective",
            slice_key=F("slice__key"),
        ),
        _part(
            Informs.objects.filter(kpi_id=kpi_id),
            Link.INFORMS.value,
            "objective",
            key_result=F("key_result_id"),
        ),
        _part(
            CheckIn.objects.filter(
                key_result__moves__kpi_id=kpi_id,
                key_result__archived_at__isnull=True,
                at__date__gte=since,
            ),
            _SAID,
            "key_result__objective",
            key_result=F("key_result_id"),
            at=F("at"),
            person=F("person__name"),
            person_other=F("person__name_other"),
            confidence=F("confidence"),
            text=F("happened"),
        ),
    )
    first, *rest = (rows.filter(Exists(visible)).values_list(*_NAMES) for rows in parts)
    return first.union(*rest, all=True)


_LINKED = ReadersQuestion(_linked)


def _none(kind: Field[Any, Any]) -> Cast:
    """Nothing, of a kind: PostgreSQL would take a bare NULL of a union for text."""
    return Cast(Value(None), kind)


_NAMES = tuple(f"its_{name}" for name in (*_OWN, *_OBJECTIVE))


def _part(
    rows: QuerySet[Any], what: str, objective: str, *, key_result: Any = None, **own: Any
) -> QuerySet[Any]:
    """The rows with the same columns as every other part, so that one statement reads all."""
    nothing = Value("", output_field=TextField())
    columns: dict[str, Any] = {
        "what": Value(what, output_field=CharField()),
        "key_result_id": key_result or _none(UUIDField()),
        "slice_key": nothing,
        "at": _none(DateTimeField()),
        "person": nothing,
        "person_other": nothing,
        "confidence": _none(IntegerField()),
        "text": nothing,
        **own,
        **{name: F(f"{objective}__{column}") for name, column in _OBJECTIVE.items()},
    }
    part: QuerySet[Any] = rows.annotate(of=F(f"{objective}_id")).annotate(
        **{f"its_{name}": column for name, column in columns.items()}
    )
    return part


def _order(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Moves, then guards, then informs; running goals first, then the newest cycles."""
    running = row["state"] == GoalState.AGREED.value
    return (
        list(Link).index(Link(row["what"])),
        not running,
        -row["ends"].toordinal(),
        row["title"],
    )


def _key_results(asking: Asking, rows: Sequence[Mapping[str, Any]]) -> Mapping[UUID, KeyResultRow]:
    ids = {row["key_result_id"] for row in rows if row["key_result_id"] is not None}
    if not ids:
        return {}
    found = key_results_of(asking, ids, by="id")
    return {one.id: one for several in found.values() for one in several}


def _goal(
    asking: Asking, row: Mapping[str, Any], key_results: Mapping[UUID, KeyResultRow]
) -> LinkedGoal:
    key_result = key_results.get(row["key_result_id"])
    return LinkedGoal(
        link=Link(row["what"]),
        objective_key=row["objective_key"],
        title=asking.text(row["title"], row["title_other"]),
        of=asking.text(row["team"] or "", row["team_other"] or "")
        or asking.text(row["owner"] or "", row["owner_other"] or ""),
        cycle=asking.text(row["cycle"], row["cycle_other"]),
        state=GoalState(row["state"]),
        health=Health(row["health"] or Health.NONE) if key_result is None else key_result.health,
        reason=reason_of({"reason": row["reason"], "reason_data": None})
        if key_result is None
        else key_result.reason,
        progress=row["progress"] if key_result is None else key_result.progress,
        slice_key=row["slice_key"],
        key_result=key_result,
    )


def _said(asking: Asking, row: Mapping[str, Any]) -> Said:
    return Said(
        at=row["at"],
        person=asking.text(row["person"], row["person_other"]),
        title=asking.text(row["title"], row["title_other"]),
        confidence=row["confidence"],
        text=row["text"],
    )
