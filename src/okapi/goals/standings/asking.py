"""What actions ask of the figures before they write: broken guards, values still to come."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from okapi.base import scope
from okapi.core.columns import code_of
from okapi.core.health import Stage
from okapi.core.targets import Status
from okapi.goals.standings.guarding import guarding
from okapi.goals.standings.judging import judge
from okapi.goals.standings.loading import load, setting_of


def broken_guards(objective_id: UUID, today: date, *, only_red: bool = False) -> list[UUID]:
    """The guards whose newest ended period is amber or red (or red only)."""
    goals = load(setting_of(scope.organisation_id(), today), [objective_id])
    broken = {code_of(Status.RED)} if only_red else {code_of(Status.RED), code_of(Status.AMBER)}
    newest = guarding(goals).columns.newest.tolist()
    return [
        guard.id for guard, status in zip(goals.guards, newest, strict=True) if status in broken
    ]


def lacks_values(objective_id: UUID, today: date) -> bool:
    """Whether a metric key result of the objective has periods that are not measured yet."""
    goals = load(setting_of(scope.organisation_id(), today), [objective_id])
    figures = judge(goals)
    running = figures.facts.stage == code_of(Stage.AGREED)
    lacking = (figures.first_move >= 0) & running & ~figures.facts.is_complete
    return bool(lacking.any())
