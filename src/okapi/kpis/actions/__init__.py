"""What can be done to KPIs: each atomic, checked, recorded, with standings and news."""

from okapi.kpis.actions.drafts import BreakdownDraft, DefinitionDraft, KpiDraft, Ref, TargetDraft
from okapi.kpis.actions.measuring import record_measurements, undo_intake

__all__ = [
    "BreakdownDraft",
    "DefinitionDraft",
    "KpiDraft",
    "Ref",
    "TargetDraft",
    "record_measurements",
    "undo_intake",
]
