"""What goals do when KPIs change, and once a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.base import events, outbox
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.errors import Conflict, OkapiError
from okapi.goals import standings
from okapi.goals.choices import Dirt, GoalState
from okapi.goals.models import Guard, Moves
from okapi.kpis.events import KpisChanged, MeasurementsChanged, RetiringKpi, VersionsNamed
from okapi.orgs import queries as orgs

# Up to so many key results are renewed in the writer's transaction.
AT_ONCE = 500

_OPEN = ~Q(key_result__state=GoalState.CANCELLED.value)


def _moved(by: str) -> Callable[[Collection[Any]], QuerySet[Any, Any]]:
    return lambda ids: (
        Moves.objects.filter(Among(by, ids), _OPEN)
        .order_by()
        .values_list("key_result_id", "key_result__objective_id")
    )


def _guarded(by: str) -> Callable[[Collection[Any]], QuerySet[Any, Any]]:
    return lambda ids: Guard.objects.filter(Among(by, ids)).order_by().values_list("objective_id")


_EXAMPLES: dict[str, UUID | int] = {"slice_id": -1, "kpi_id": UUID(int=1)}
_MOVED = {by: Prepared(_moved(by), example) for by, example in _EXAMPLES.items()}
_GUARDED = {by: Prepared(_guarded(by), example) for by, example in _EXAMPLES.items()}


def on_measurements(event: MeasurementsChanged) -> None:
    """Renew the key results that move a touched slice, and the objectives that guard one."""
    slices = sorted({one for touched in event.touched.values() for one in touched})
    _renew(event.organisation_id, slices, by="slice_id", event=event)


def on_kpis(event: KpisChanged) -> None:
    """Renew what moves or guards a KPI whose definition, targets or owner changed."""
    _renew(event.organisation_id, event.kpi_ids, by="kpi_id", event=event)


def _renew(
    organisation_id: UUID,
    ids: Collection[int] | Collection[UUID],
    *,
    by: str,
    event: MeasurementsChanged | KpisChanged,
) -> None:
    key_results: dict[UUID, UUID] = dict(_MOVED[by].rows(ids))
    guarded = {one for (one,) in _GUARDED[by].rows(ids)}
    large = getattr(event, "through_renewer", False)
    if large or len(key_results) + len(guarded) > AT_ONCE:
        standings.leave(organisation_id, Dirt.KEY_RESULT, key_results)
        standings.leave(organisation_id, Dirt.OBJECTIVE, guarded)
        return
    touched = guarded | set(key_results.values())
    if touched:
        today = orgs.settings_of(organisation_id).today
        told = standings.renew_objectives(touched, at=event.at, today=today)
        outbox.tell(organisation_id, told)


def object_to_retiring(intention: RetiringKpi) -> list[OkapiError]:
    """A KPI that an open key result moves, or an open objective guards, is not retired."""
    closed = (GoalState.CLOSED.value, GoalState.CANCELLED.value)
    moved = Moves.objects.filter(
        kpi_id=intention.kpi_id, key_result__archived_at__isnull=True
    ).exclude(key_result__state__in=closed)
    guarded = Guard.objects.filter(
        kpi_id=intention.kpi_id, objective__archived_at__isnull=True
    ).exclude(objective__state__in=closed)
    reasons: list[OkapiError] = [
        Conflict("kpi.is_moved", key_result=key)
        for key in moved.values_list("key_result__key", flat=True)
    ]
    return reasons + [
        Conflict("kpi.is_guarded", objective=key)
        for key in guarded.values_list("objective__key", flat=True)
    ]


def named_versions(question: VersionsNamed) -> set[UUID]:
    """The definition versions that an open key result moves, or an open objective guards."""
    closed = (GoalState.CLOSED.value, GoalState.CANCELLED.value)
    moved = Moves.objects.filter(
        Among("definition_id", question.definition_ids), key_result__archived_at__isnull=True
    ).exclude(key_result__state__in=closed)
    guarded = Guard.objects.filter(
        Among("definition_id", question.definition_ids), objective__archived_at__isnull=True
    ).exclude(objective__state__in=closed)
    return {
        one
        for rows in (moved, guarded)
        for one in rows.order_by().values_list("definition_id", flat=True)
    }


def turn(organisation_id: UUID, today: date) -> int:
    """The daily turn of KPIs and goals; how many objectives were renewed."""
    return standings.turn(organisation_id, today)


def subscribe() -> None:
    """Listen to what KPIs tell, and answer what they ask."""
    events.subscribe(MeasurementsChanged, on_measurements)
    events.subscribe(KpisChanged, on_kpis)
    events.object_to(RetiringKpi, object_to_retiring)
    events.answer(VersionsNamed, named_versions)
