"""Goals and measurements made in one line, for the tests of standings and actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from okapi.base import clock
from okapi.base.events import publish
from okapi.core.periods import parse_period
from okapi.goals import actions
from okapi.goals.models import (
    Contribution,
    Guard,
    KeyResult,
    KeyResultStanding,
    Moves,
    Objective,
    ObjectiveStanding,
)
from okapi.goals.standings import renew_objectives
from okapi.kpis.events import MeasurementsChanged
from okapi.kpis.models import Definition, Intake, Kpi, Measurement, Slice
from okapi.orgs.models import Cycle, Person, Team
from tests.cast import TODAY, Cast

_number = count(1)


def make_kpi(cast: Cast, key: str = "", **definition: Any) -> Kpi:
    """An active KPI with its first definition version and its total."""
    key = key or f"kpi-{next(_number)}"
    kpi = Kpi.objects.create(organisation=cast.organisation, key=key, name=key)
    kpi.definition = Definition.objects.create(
        organisation=cast.organisation, kpi=kpi, **definition
    )
    kpi.save()
    Slice.objects.create(organisation=cast.organisation, kpi=kpi)
    return kpi


def measure(cast: Cast, kpi: Kpi, values: dict[str, Any], slice_key: str = "") -> None:
    """Put values in, or correct them, past the ingest: label → value or (value, above, below)."""
    intake = Intake.objects.create(
        organisation=cast.organisation, door="page", created_at=clock.now()
    )
    one = Slice.objects.get(kpi=kpi, key=slice_key)
    for label, value in values.items():
        period = parse_period(label).period
        number, above, below = value if isinstance(value, tuple) else (value, None, None)
        exact = Decimal(str(number))
        row = {
            "label": period.label,
            "value": exact,
            "number": float(exact),
            "numerator": None if above is None else Decimal(str(above)),
            "denominator": None if below is None else Decimal(str(below)),
            "intake": intake,
        }
        at = {"slice": one, "last": period.last, "first": period.first, "mark": period.mark}
        Measurement.objects.filter(**at).delete()
        Measurement.objects.create(organisation=cast.organisation, **at, **row)


def make_objective(
    cast: Cast,
    *,
    team: Team | None = None,
    owner: Person | None = None,
    cycle: Cycle | None = None,
    state: str = "agreed",
    agreed_on: date | None = None,
    **fields: Any,
) -> Objective:
    """An objective of the service team (or of `team`, or personal), agreed at its cycle's start."""
    cycle = cycle or cast.quarter
    if team is None and owner is None:
        team = cast.service
    key = fields.pop("key", "") or f"O-{next(_number)}"
    objective: Objective = Objective.objects.create(
        organisation=cast.organisation,
        key=key,
        title=key,
        cycle=cycle,
        team=team,
        owner=owner,
        state=state,
        agreed_on=None if state == "draft" else agreed_on or cycle.starts,
        **fields,
    )
    return objective


def make_key_result(
    objective: Objective, kpi: Kpi | None = None, *, slice_key: str = "", **fields: Any
) -> KeyResult:
    """A key result; with a KPI it moves that one: `start`, `target`, `low`, `high`."""
    links = {name: fields.pop(name, None) for name in ("start", "target", "low", "high")}
    key = fields.pop("key", "") or f"{objective.key}-KR{next(_number)}"
    key_result: KeyResult = KeyResult.objects.create(
        organisation_id=objective.organisation_id,
        objective=objective,
        key=key,
        title=key,
        state=fields.pop("state", objective.state),
        agreed_on=fields.pop("agreed_on", objective.agreed_on),
        **fields,
    )
    if kpi is not None:
        add_move(key_result, kpi, slice_key=slice_key, **links)
    return key_result


def add_move(
    key_result: KeyResult, kpi: Kpi, *, slice_key: str = "", weight: Any = 1, **links: Any
) -> Moves:
    """Let the key result move the KPI."""
    exact = {name: None if value is None else Decimal(str(value)) for name, value in links.items()}
    move: Moves = Moves.objects.create(
        organisation_id=key_result.organisation_id,
        key_result=key_result,
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=slice_key),
        definition=kpi.definition,
        is_start_typed=exact.get("start") is not None,
        weight=Decimal(str(weight)),
        **exact,
    )
    return move


def make_guard(objective: Objective, kpi: Kpi, **limits: Any) -> Guard:
    """Let the objective guard the KPI."""
    guard: Guard = Guard.objects.create(
        organisation_id=objective.organisation_id,
        objective=objective,
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=""),
        definition=kpi.definition,
        **{name: Decimal(str(value)) for name, value in limits.items()},
    )
    return guard


def link(child: Objective, parent: Objective, key_result: KeyResult | None = None) -> Contribution:
    """Let one objective contribute to another, or to a key result of it."""
    contribution: Contribution = Contribution.objects.create(
        organisation_id=child.organisation_id,
        child=child,
        parent=parent,
        parent_key_result=key_result,
    )
    return contribution


def renewed(
    objectives: Sequence[Objective], *, at: datetime | None = None, today: date = TODAY
) -> None:
    """Renew the standings of these objectives."""
    ids = [objective.pk for objective in objectives]
    renew_objectives(ids, at=at or clock.now(), today=today)


def standing(of: KeyResult | Objective) -> Any:
    """The stored standing."""
    if isinstance(of, KeyResult):
        return KeyResultStanding.objects.get(key_result=of)
    return ObjectiveStanding.objects.get(objective=of)


def draft(cast: Cast, who: Any, **given: Any) -> Objective:
    """A draft of the service team, by the action."""
    return actions.create_objective(
        who, **{"title": "Faster service", "cycle": "2026Q4", "team": "service", **given}
    )


def code_of(error: Any) -> tuple[str, str | None]:
    """What was refused, and at which field (of what `pytest.raises` caught)."""
    return error.value.code, error.value.field


def publish_measured(cast: Cast, kpi: Kpi, *, through_renewer: bool = False) -> None:
    """What the ingest publishes when values of the KPI's total came in."""
    one = Slice.objects.get(kpi=kpi, key="")
    touched = {kpi.pk: frozenset({one.pk})}
    publish(MeasurementsChanged(cast.organisation.pk, touched, clock.now(), through_renewer))
