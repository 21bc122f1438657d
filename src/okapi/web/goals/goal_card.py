"""An objective as a card with its key results: on Home, and wherever cards stand."""

from __future__ import annotations

from okapi.core.health import Health
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import KeyResultRow, ObjectiveRow
from okapi.web.components import GoalCard
from okapi.web.components import KeyResultRow as KeyResultLine
from okapi.web.goals import shown
from okapi.web.http import Addresses


def card_of(row: ObjectiveRow, who: Asking, at: Addresses) -> GoalCard:
    """The card; the reason stands in it where the objective is not simply well."""
    href = at.objective(row.key)
    well = row.health in (Health.ON_TRACK, Health.NONE)
    return GoalCard(
        title=row.title,
        href=href,
        status=shown.status_of(row, pill=True),
        progress=shown.progress_of(row, words="both"),
        kind=shown.kind_of(row.kind),
        owner=shown.avatar_of(row.owner),
        reason="" if well else shown.why_of(row),
        rows=tuple(_row(one, row, who, at) for one in row.key_results),
        guards=tuple(shown.guard_chip(guard) for guard in row.guards),
        mismatch=row.mismatches > 0,
        topic=f"objective:{row.id}",
        fragment=f"{href}?fragment=card",
    )


def _row(row: KeyResultRow, objective: ObjectiveRow, who: Asking, at: Addresses) -> KeyResultLine:
    return KeyResultLine(
        title=row.title,
        href=at.key_result(objective.key, row.key),
        current=shown.current_of(row),
        progress=shown.progress_of(row),
        status=shown.status_of(row),
        spark=shown.spark_of(row),
        milestones=shown.milestones_of(row, who.today),
        confidence=shown.confidence_of(row.confidence),
        mismatch=row.is_mismatch,
    )
