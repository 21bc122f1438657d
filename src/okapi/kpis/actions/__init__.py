"""What can be done to KPIs: each atomic, checked, recorded, with standings and news.

References (`kpi`, `team`, `pillar`) are ids or the keys of files; people are known by e-mail too.
`version` is the one that the person saw; another one by now is a `Conflict`.
"""

from okapi.kpis.actions.definitions import redefine_kpi
from okapi.kpis.actions.drafts import BreakdownDraft, DefinitionDraft, KpiDraft, Ref, TargetDraft
from okapi.kpis.actions.kpis import (
    adopt_kpi,
    create_kpi,
    create_kpis,
    edit_kpi,
    retire_kpi,
    revive_kpi,
)
from okapi.kpis.actions.measuring import record_measurements, undo_intake
from okapi.kpis.actions.process import MarkDraft, mark_process, remove_mark, screen_ranges
from okapi.kpis.actions.readings import look_at_readings, record_readings
from okapi.kpis.actions.remarks import accept_remark, reopen_remark
from okapi.kpis.actions.targets import remove_targets, set_targets
from okapi.kpis.actions.undoing import is_reversible, take_back, take_back_all

__all__ = [
    "BreakdownDraft",
    "DefinitionDraft",
    "KpiDraft",
    "MarkDraft",
    "Ref",
    "TargetDraft",
    "accept_remark",
    "adopt_kpi",
    "create_kpi",
    "create_kpis",
    "edit_kpi",
    "is_reversible",
    "look_at_readings",
    "mark_process",
    "record_measurements",
    "record_readings",
    "redefine_kpi",
    "remove_mark",
    "remove_targets",
    "reopen_remark",
    "retire_kpi",
    "revive_kpi",
    "screen_ranges",
    "set_targets",
    "take_back",
    "take_back_all",
    "undo_intake",
]
