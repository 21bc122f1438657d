"""Lists of goals for other programs: by key, page by page, whatever the number of rows."""

from __future__ import annotations

from dataclasses import dataclass

from okapi.goals import access
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.key_results import key_results_of
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which goals: of a cycle, a team, an objective (all by key), after a key, at most so many."""

    after: str = ""
    most: int = 100
    cycle: str = ""
    team: str = ""
    objective: str = ""


def key_results(asking: Asking, wanted: Wanted) -> list[KeyResultRow]:
    """Key results in the order of their keys."""
    rows = access.visible_key_results(asking.actor).filter(
        archived_at__isnull=True, objective__archived_at__isnull=True, key__gt=wanted.after
    )
    if wanted.cycle:
        rows = rows.filter(objective__cycle__key=wanted.cycle)
    if wanted.team:
        rows = rows.filter(objective__team__key=wanted.team)
    if wanted.objective:
        rows = rows.filter(objective__key=wanted.objective)
    chosen = list(rows.order_by("key").values_list("pk", flat=True)[: wanted.most])
    found = key_results_of(asking, chosen, by="id")
    return sorted((row for several in found.values() for row in several), key=lambda row: row.key)


def objectives(asking: Asking, wanted: Wanted) -> list[ObjectiveRow]:
    """Objectives in the order of their keys."""
    rows = access.visible(asking.actor).filter(archived_at__isnull=True, key__gt=wanted.after)
    if wanted.cycle:
        rows = rows.filter(cycle__key=wanted.cycle)
    if wanted.team:
        rows = rows.filter(team__key=wanted.team)
    chosen = list(rows.order_by("key").values_list("pk", flat=True)[: wanted.most])
    return objectives_of(asking, chosen)
