"""Where each field of the format is stored: models and their attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from okapi.exchange.format import TABLES
from okapi.exchange.kinds import Ref
from okapi.goals import models as goals
from okapi.kpis import models as kpis
from okapi.orgs import models as orgs


@dataclass(frozen=True, slots=True)
class Columns:
    """The model of a table. A field is the attribute of its own name unless `named` says which.

    Fields in `special` are no single attribute; `stored` and `writing` know what they are.
    """

    model: Any
    named: dict[str, str] = field(default_factory=dict)
    special: frozenset[str] = frozenset()

    def attribute(self, table: str, name: str) -> str:
        """The attribute of a field; a reference is the attribute with the id."""
        known = self.named.get(name)
        if known is not None:
            return known
        found = TABLES[table].by_name.get(name)
        is_reference = found is None or isinstance(found.kind, Ref)
        return f"{name}_id" if is_reference else name

    def plain(self, table: str) -> list[str]:
        """The fields that are one attribute each, the owner among them, in order."""
        spec = TABLES[table]
        names = list(dict.fromkeys([*spec.by_name, *spec.identity]))
        return [name for name in names if name not in self.special]


_READERS = frozenset({"readers"})
COLUMNS: dict[str, Columns] = {
    "calendar": Columns(orgs.Calendar, {"default": "is_default"}),
    "calendar_day": Columns(orgs.CalendarDay, {"working": "is_working", "typed": "is_typed"}),
    "person": Columns(orgs.Person, special=frozenset({"roles"})),
    "team": Columns(orgs.Team),
    "membership": Columns(orgs.Membership, {"home": "is_home"}),
    "perspective": Columns(orgs.Perspective),
    "pillar": Columns(orgs.Pillar),
    "cycle": Columns(orgs.Cycle),
    "kpi": Columns(kpis.Kpi, special=_READERS | {"in_force"}),
    "definition": Columns(kpis.Definition, {"total": "has_total"}),
    "mark": Columns(kpis.ProcessMark),
    "target": Columns(
        kpis.Target,
        special=frozenset(
            {
                "slice",
                "period",
                "breakdown",
                "breakdown_frequency",
                "breakdown_shares",
                "part_of",
            }
        ),
    ),
    "objective": Columns(goals.Objective, {"provisional": "is_provisional"}, _READERS),
    "contribution": Columns(goals.Contribution, special=frozenset({"objective", "key_result"})),
    "guard": Columns(goals.Guard, special=frozenset({"slice", "definition"})),
    "objective_informs": Columns(goals.Informs),
    "key_result": Columns(goals.KeyResult),
    "moves": Columns(
        goals.Moves,
        {"start_period": "start_label"},
        frozenset({"slice", "definition"}),
    ),
    "milestone": Columns(goals.Milestone),
    "level": Columns(goals.Level),
    "key_result_informs": Columns(goals.Informs),
    "check_in": Columns(goals.CheckIn, {"done": "is_done"}),
}
ROLES = {
    "viewer": "is_viewer_only",
    "steward": "is_steward",
    "strategist": "is_strategist",
    "administrator": "is_administrator",
}
"""The roles of a person and the attributes that hold them."""
