"""What goals do when KPIs or the organisation change, and once a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base import events, outbox, statements
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.errors import Conflict, OkapiError
from okapi.goals import standings
from okapi.goals.actions import handing_over
from okapi.goals.choices import Dirt, GoalState
from okapi.goals.models import Guard, Moves, Objective
from okapi.kpis.events import (
    ForecastsMade,
    KpisChanged,
    MeasurementsChanged,
    RetiringKpi,
    VersionsNamed,
)
from okapi.orgs import queries as orgs
from okapi.orgs.choices import Holding
from okapi.orgs.events import (
    ArchivingCycle,
    ArchivingPillar,
    ArchivingTeam,
    CyclesChanged,
    HandingOver,
    JudgedOtherwise,
    Leaving,
    MembershipsChanged,
    MovingCycle,
    PeriodsMoved,
    TeamsMoved,
)

# What is judged anew when a calendar or a threshold moves: drafts show figures too.
_OPEN = (GoalState.DRAFT.value, GoalState.AGREED.value)
# Up to so many key results are renewed in the writer's transaction.
AT_ONCE = 500


def _moved(by: str) -> Callable[[Collection[Any]], QuerySet[Any, Any]]:
    return lambda ids: (
        Moves.objects.filter(Among(by, ids))
        .order_by()
        .values_list("key_result_id", "key_result__objective_id")
    )


def _guarded(by: str) -> Callable[[Collection[Any]], QuerySet[Any, Any]]:
    return lambda ids: Guard.objects.filter(Among(by, ids)).order_by().values_list("objective_id")


_MOVED = {by: Prepared(_moved(by)) for by in ("slice_id", "kpi_id")}
_GUARDED = {by: Prepared(_guarded(by)) for by in ("slice_id", "kpi_id")}


def on_measurements(event: MeasurementsChanged) -> None:
    """Renew the key results that move a touched slice, and the objectives that guard one."""
    slices = sorted({one for touched in event.touched.values() for one in touched})
    _renew(event.organisation_id, slices, by="slice_id", event=event)


def on_kpis(event: KpisChanged) -> None:
    """Renew what moves or guards a KPI whose definition, targets or owner changed."""
    _renew(event.organisation_id, event.kpi_ids, by="kpi_id", event=event)


def on_forecasts(event: ForecastsMade) -> None:
    """Renew the key results that move a slice which was forecast anew."""
    _renew(event.organisation_id, event.slice_ids, by="slice_id", event=event)


def _renew(
    organisation_id: UUID,
    ids: Collection[int] | Collection[UUID],
    *,
    by: str,
    event: MeasurementsChanged | KpisChanged | ForecastsMade,
) -> None:
    with statements.together():
        moves, guards = _MOVED[by].ask(ids), _GUARDED[by].ask(ids)
    key_results: dict[UUID, UUID] = dict(moves())
    guarded = {one for (one,) in guards()}
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


def on_teams_moved(event: TeamsMoved) -> None:
    """What lies below a team lies elsewhere now: branches of teams are counted anew."""
    standings.leave(event.organisation_id, Dirt.TEAMS, [event.organisation_id])


def on_memberships(event: MembershipsChanged) -> None:
    """Personal goals are counted where their owner is at home."""
    personal = _all().filter(team__isnull=True, owner_id__in=event.person_ids)
    standings.leave(event.organisation_id, Dirt.ABOVE, personal.values_list("pk", flat=True))


def on_cycles(event: CyclesChanged) -> None:
    """Spans lie otherwise: the goals of these cycles are judged anew, after the commit."""
    _judge(event.organisation_id, _all().filter(cycle_id__in=event.cycle_ids))


def on_judged_otherwise(event: JudgedOtherwise | PeriodsMoved) -> None:
    """Every open goal is judged anew, after the commit; what has ended stands as it stood."""
    _judge(event.organisation_id, _all())


def _all() -> QuerySet[Objective]:
    rows: QuerySet[Objective] = Objective.objects.filter(archived_at__isnull=True)
    return rows


def _judge(organisation_id: UUID, rows: QuerySet[Objective]) -> None:
    still_open = rows.filter(state__in=_OPEN).order_by("pk")
    standings.leave(organisation_id, Dirt.OBJECTIVE, still_open.values_list("pk", flat=True))


def on_handing_over(event: HandingOver) -> None:
    """Open goals go to the heir."""
    heir = event.heirs.get(Holding.GOALS)
    if heir is not None:
        handing_over.hand_over(event.actor, event.person_id, heir)


def object_to_leaving(intention: Leaving) -> list[OkapiError]:
    """Nobody would answer for their open goals."""
    if Holding.GOALS not in intention.without_heir:
        return []
    objectives = handing_over.open_objectives(intention.person_id).count()
    key_results = handing_over.open_key_results(intention.person_id).count()
    n = objectives + key_results
    return [Conflict("leaving.goals", field=Holding.GOALS.value, n=n)] if n else []


def object_to_archiving_team(intention: ArchivingTeam) -> list[OkapiError]:
    """A team with open goals stays."""
    return _open_in("team.has_goals", _all().filter(team_id=intention.team_id))


def object_to_archiving_pillar(intention: ArchivingPillar) -> list[OkapiError]:
    """A pillar with open goals stays."""
    return _open_in("pillar.has_goals", _all().filter(pillar_id=intention.pillar_id))


def _open_in(code: str, rows: QuerySet[Objective]) -> list[OkapiError]:
    n = rows.filter(state__in=handing_over.OPEN).count()
    return [Conflict(code, n=n)] if n else []


def object_to_archiving_cycle(intention: ArchivingCycle) -> list[OkapiError]:
    """A cycle in which there are goals stays, whatever became of them."""
    n = _all().filter(cycle_id=intention.cycle_id).count()
    return [Conflict("cycle.has_goals", n=n)] if n else []


def object_to_moving_cycle(intention: MovingCycle) -> list[OkapiError]:
    """The days of a cycle are a part of what was agreed in it."""
    fixed = (GoalState.AGREED.value, GoalState.CLOSED.value)
    n = _all().filter(cycle_id=intention.cycle_id, state__in=fixed).count()
    return [Conflict("cycle.has_agreed", field="starts", n=n)] if n else []


def subscribe() -> None:
    """Listen to what KPIs and organisations tell, and object where goals would be left alone."""
    events.subscribe(MeasurementsChanged, on_measurements)
    events.subscribe(KpisChanged, on_kpis)
    events.subscribe(ForecastsMade, on_forecasts)
    events.object_to(RetiringKpi, object_to_retiring)
    events.answer(VersionsNamed, named_versions)
    events.subscribe(TeamsMoved, on_teams_moved)
    events.subscribe(MembershipsChanged, on_memberships)
    events.subscribe(CyclesChanged, on_cycles)
    events.subscribe(JudgedOtherwise, on_judged_otherwise)
    events.subscribe(PeriodsMoved, on_judged_otherwise)
    events.subscribe(HandingOver, on_handing_over)
    events.object_to(Leaving, object_to_leaving)
    events.object_to(ArchivingTeam, object_to_archiving_team)
    events.object_to(ArchivingPillar, object_to_archiving_pillar)
    events.object_to(ArchivingCycle, object_to_archiving_cycle)
    events.object_to(MovingCycle, object_to_moving_cycle)
