"""Lists of goals for other programs: by key, page by page, whatever the number of rows.

Other programs write what they have read: texts come in both languages, things by their keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from okapi.goals import access
from okapi.goals.models import Contribution, Guard, Informs, KeyResult, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.key_results import key_results_of
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.kpis import access as kpi_access
from okapi.orgs import access as orgs_access


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which goals: of a cycle, a team, an objective (all by key), after a key, at most so many.

    Of objectives: those of a pillar, those that contribute to `parent` (an objective or a key
    result), and with `top` those that contribute to nothing that the reader may read.
    """

    after: str = ""
    most: int = 100
    cycle: str = ""
    team: str = ""
    objective: str = ""
    owner: str = ""
    state: str = ""
    pillar: str = ""
    parent: str = ""
    top: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """A goal with its standing (`row`), and what is written of it, by the names of columns."""

    row: Any
    written: Mapping[str, Any]


OBJECTIVE = {
    "id": "id",
    "version": "version",
    "title": "title",
    "title_other": "title_other",
    "why": "why",
    "why_other": "why_other",
    "cycle": "cycle__key",
    "team": "team__key",
    "owner": "owner__email",
    "pillar": "pillar__key",
    "weight": "weight",
    "visibility": "visibility",
    "agreed_on": "agreed_on",
    "closed_on": "closed_on",
    "is_provisional": "is_provisional",
}
KEY_RESULT = {
    "id": "id",
    "version": "version",
    "title": "title",
    "title_other": "title_other",
    "description": "description",
    "objective_key": "objective__key",
    "owner": "owner__email",
    "weight": "weight",
    "due": "due",
    "keep_share": "keep_share",
    "against": "against",
    "agreed_on": "agreed_on",
}


def key_results(asking: Asking, wanted: Wanted) -> list[KeyResultRow]:
    """Key results in the order of their keys."""
    rows = access.visible_key_results(asking.actor).filter(
        archived_at__isnull=True, objective__archived_at__isnull=True, key__gt=wanted.after
    )
    filters = {
        "objective__cycle__key": wanted.cycle,
        "objective__team__key": wanted.team,
        "objective__key": wanted.objective,
        "owner__email": wanted.owner.strip().lower(),
        "state": wanted.state,
    }
    rows = _filtered(rows, filters).order_by("key")
    chosen = list(rows.values_list("pk", flat=True)[: wanted.most])
    found = key_results_of(asking, chosen, by="id", with_levels=True)
    return sorted((row for several in found.values() for row in several), key=lambda row: row.key)


def objectives(asking: Asking, wanted: Wanted) -> list[ObjectiveRow]:
    """Objectives in the order of their keys."""
    rows = access.visible(asking.actor).filter(archived_at__isnull=True, key__gt=wanted.after)
    filters = {
        "cycle__key": wanted.cycle,
        "team__key": wanted.team,
        "owner__email": wanted.owner.strip().lower(),
        "state": wanted.state,
        "pillar__key": wanted.pillar,
    }
    rows = _placed(asking, _filtered(rows, filters), wanted).order_by("key")
    chosen = list(rows.values_list("pk", flat=True)[: wanted.most])
    return objectives_of(asking, chosen)


def _placed(asking: Asking, rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    """Those below a parent, or at the top; a link tells of no end that is hidden."""
    readable = access.visible(asking.actor).filter(archived_at__isnull=True)
    above = Contribution.objects.filter(child=OuterRef("pk"), parent__in=readable.values("pk"))
    if wanted.parent:
        is_meant = Q(parent_key_result__key=wanted.parent) | Q(
            parent__key=wanted.parent, parent_key_result__isnull=True
        )
        rows = rows.filter(Exists(above.filter(is_meant)))
    return rows.filter(~Exists(above)) if wanted.top else rows


def _filtered(rows: QuerySet[Any], filters: Mapping[str, str]) -> QuerySet[Any]:
    return rows.filter(**{name: value for name, value in filters.items() if value})


def written_objectives(rows: Sequence[ObjectiveRow]) -> list[Listed]:
    """These objectives with what is written of them; one more statement."""
    return _written(rows, Objective.objects, OBJECTIVE)


def written_key_results(rows: Sequence[KeyResultRow]) -> list[Listed]:
    """These key results with what is written of them; one more statement."""
    return _written(rows, KeyResult.objects, KEY_RESULT)


def _written(rows: Sequence[Any], table: Any, columns: Mapping[str, str]) -> list[Listed]:
    ids = [row.id for row in rows]
    found = {
        values[0]: dict(zip(columns, values, strict=True))
        for values in table.filter(pk__in=ids).values_list(*columns.values())
    }
    return [Listed(row, found[row.id]) for row in rows if row.id in found]


def one_objective(asking: Asking, ref: UUID | str) -> Listed:
    """The objective with this id or key; `NotFound` when missing, hidden or archived."""
    chosen = _one(access.visible(asking.actor), ref)
    rows = objectives_of(asking, list(chosen.values_list("pk", flat=True)))
    return _only(written_objectives(rows), "objective", ref)


def one_key_result(asking: Asking, ref: UUID | str) -> Listed:
    """The key result with this id or key; `NotFound` when missing, hidden or archived."""
    visible = access.visible_key_results(asking.actor)
    chosen = _one(visible.filter(objective__archived_at__isnull=True), ref)
    ids = list(chosen.values_list("pk", flat=True))
    found = key_results_of(asking, ids, by="id", with_levels=True)
    rows = [row for several in found.values() for row in several]
    return _only(written_key_results(rows), "key_result", ref)


def _one(rows: QuerySet[Any], ref: UUID | str) -> QuerySet[Any]:
    rows = rows.filter(archived_at__isnull=True)
    return rows.filter(pk=ref) if isinstance(ref, UUID) else rows.filter(key=ref)


def _only(found: Sequence[Listed], kind: str, ref: UUID | str) -> Listed:
    if not found:
        raise orgs_access.missing(kind, ref)
    return found[0]


@dataclass(frozen=True, slots=True)
class Above:
    """What an objective contributes to: an objective, or a key result of it."""

    objective: str
    key_result: str | None


@dataclass(frozen=True, slots=True)
class Informed:
    """A KPI shown for context beside an objective, or beside one of its key results."""

    kpi: str
    key_result: str | None


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guarded KPI with the limits agreed on; None where the KPI's own target holds."""

    kpi: str
    slice: str
    low: Any
    high: Any
    amber_low: Any
    amber_high: Any


@dataclass(frozen=True, slots=True)
class Links:
    """The links of an objective, of which the reader may read the other end."""

    contributes_to: tuple[Above, ...]
    supported_by: tuple[str, ...]
    guards: tuple[Guarded, ...]
    informs: tuple[Informed, ...]


def links_of(asking: Asking, ref: UUID | str) -> Links:
    """The links of the objective with this id or key; `NotFound` as `one_objective`."""
    objective = access.get(asking.actor, ref)
    readable = access.visible(asking.actor).filter(archived_at__isnull=True)
    links = Contribution.objects.order_by("created_at", "id")
    above = links.filter(child=objective, parent__in=readable)
    below = links.filter(parent=objective, child__in=readable)
    kpis = kpi_access.visible(asking.actor)
    guards = Guard.objects.filter(objective=objective, kpi__in=kpis).order_by("position", "id")
    informs = Informs.objects.filter(objective=objective, kpi__in=kpis).order_by("pk")
    limits = ("kpi__key", "slice__key", "low", "high", "amber_low", "amber_high")
    return Links(
        contributes_to=_rows(Above, above.values_list("parent__key", "parent_key_result__key")),
        supported_by=tuple(dict.fromkeys(below.values_list("child__key", flat=True))),
        guards=_rows(Guarded, guards.values_list(*limits)),
        informs=_rows(Informed, informs.values_list("kpi__key", "key_result__key")),
    )


def _rows(kind: Any, values: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    return tuple(kind(*row) for row in values)
