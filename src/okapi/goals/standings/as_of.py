"""What was known on a day: from history, or, before there was any, rebuilt from today's data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Max

from okapi.base import scope
from okapi.base.arrays import Among
from okapi.goals.models import GoalHistory, KeyResult
from okapi.goals.standings import stored
from okapi.goals.standings.loading import Setting, load, setting_of
from okapi.goals.standings.outcomes import compute


@dataclass(frozen=True, slots=True)
class AsOf:
    """A standing as it was known at the end of a day, since `since`.

    `is_reconstructed`: the day lies before the data came in, so that it is computed from today's.
    """

    current: Decimal | None
    progress: float | None
    health: str
    reason: str
    since: datetime | None
    is_reconstructed: bool


def as_of(kind: str, object_ids: Iterable[UUID], day: date) -> dict[UUID, AsOf]:
    """The standings of objectives (`kind` "objective") or key results ("key_result") on a day.

    The last row of history that begins on the day or before; without one, reconstructed. Things
    that do not exist are left out. Raises ValueError for another kind.
    """
    if kind not in ("objective", "key_result"):
        raise ValueError(f"no history of {kind!r}")
    ids = sorted(set(object_ids))
    setting = setting_of(scope.organisation_id(), day, as_known=True)
    found = _from_history(setting, kind, ids)
    missing = [one for one in ids if one not in found]
    return found | (_rebuilt(setting, kind, missing) if missing else {})


def _from_history(setting: Setting, kind: str, ids: Sequence[UUID]) -> dict[UUID, AsOf]:
    rows = GoalHistory.objects.filter(
        Among("object_id", ids), kind=kind, valid_from__lt=setting.day_over
    )
    newest = rows.order_by().values("object_id").annotate(newest=Max("id")).values("newest")
    return {
        row.object_id: AsOf(
            row.current, row.progress, row.health, row.reason, row.valid_from, row.is_reconstructed
        )
        for row in GoalHistory.objects.filter(pk__in=newest)
    }


def _rebuilt(setting: Setting, kind: str, ids: Sequence[UUID]) -> dict[UUID, AsOf]:
    objectives: Iterable[UUID] = ids
    if kind == "key_result":
        rows = KeyResult.objects.filter(Among("id", ids)).order_by()
        objectives = set(rows.values_list("objective_id", flat=True))
    figures = compute(load(setting, objectives))
    if kind == "objective":
        return {
            one: AsOf(None, state.progress, state.health, state.reason, None, True)
            for one, state in stored.objective_states(figures)
        }
    wanted = set(ids)
    return {
        one: AsOf(state.current, state.progress, state.health, state.reason, None, True)
        for one, state in stored.key_result_states(figures)
        if one in wanted
    }
