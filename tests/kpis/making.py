"""KPIs to measure, and what the tables hold afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from okapi.base.actor import Actor
from okapi.core.errors import OkapiError, Refusals
from okapi.kpis import actions
from okapi.kpis.actions import DefinitionDraft, KpiDraft
from okapi.kpis.ingest import IntakeResult
from okapi.kpis.models import Kpi, Measurement
from tests.cast import Cast


def make_kpi(cast: Cast, key: str = "returns", **definition: Any) -> Kpi:
    """A KPI of service that Mia owns."""
    draft = KpiDraft(
        name=key,
        key=key,
        team=cast.service.pk,
        owner=cast.mia.pk,
        definition=DefinitionDraft(**definition),
    )
    return actions.create_kpi(cast.system, draft)


def row(kpi: str, period: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"kpi": kpi, "period": period, "value": value, **more}


def take(actor: Actor, rows: Sequence[Mapping[str, Any]], **more: Any) -> IntakeResult:
    return actions.record_measurements(actor, rows, **more)


def counts(result: IntakeResult) -> tuple[int, int, int, int]:
    return result.received, result.new, result.revised, result.unchanged


def stored() -> dict[tuple[str, str, str], Decimal]:
    """Every current value by KPI, slice and period."""
    rows = Measurement.objects.values_list("slice__kpi__key", "slice__key", "label", "value")
    return {(kpi, part, label): value for kpi, part, label, value in rows}


def refusals(error: OkapiError) -> list[str]:
    """What was refused, as lines."""
    return [str(one) for one in error.errors] if isinstance(error, Refusals) else [str(error)]
