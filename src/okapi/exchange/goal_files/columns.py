"""The columns of the workbook of goals, and what a row in it is.

One row is one objective, one key result, or one part of a key result: a further KPI, a milestone,
a level. All other forms are brought to these columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Thing(StrEnum):
    """What a row is about."""

    OBJECTIVE = "objective"
    KEY_RESULT = "key_result"
    MEASURE = "measure"
    MILESTONE = "milestone"
    LEVEL = "level"


PARTS = frozenset({Thing.MEASURE, Thing.MILESTONE, Thing.LEVEL})


class Act(StrEnum):
    """What a row asks for, where it says so. Without a word its values say it."""

    ADD = "add"
    CHANGE = "change"
    ARCHIVE = "archive"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name; `width` in characters, `list` names the choices that it offers.

    What is only `told` is computed or decided elsewhere, and is not read back.
    """

    name: str
    width: int
    list: str = ""
    told: bool = False


COLUMNS = (
    Column("row", 7),
    Column("parent_rows", 10),
    Column("parents", 18),
    Column("key", 18),
    Column("action", 10, "actions"),
    Column("thing", 12, "things"),
    Column("title", 46),
    Column("cycle", 14, "cycles"),
    Column("team", 18, "teams"),
    Column("owner", 26, "people"),
    Column("kind", 14, "kinds"),
    Column("weight", 8),
    Column("pillar", 18, "pillars"),
    Column("measured", 14, "measured"),
    Column("kpi", 24, "kpis"),
    Column("slice", 16),
    Column("start", 12),
    Column("start_reason", 22),
    Column("target", 12),
    Column("low", 10),
    Column("high", 10),
    Column("due", 12),
    Column("text", 40),
    Column("title_other", 32),
    Column("state", 10, told=True),
    Column("progress", 10, told=True),
    Column("health", 10, told=True),
    Column("version", 8, told=True),
)
BY_NAME = {column.name: column for column in COLUMNS}

_MOVE = ("kpi", "slice", "start", "start_reason", "target", "low", "high")
FIELDS: dict[Thing, tuple[str, ...]] = {
    Thing.OBJECTIVE: (
        "title", "title_other", "text", "parents", "cycle", "team", "owner", "pillar", "kind",
        "weight",
    ),
    Thing.KEY_RESULT: (
        "title", "title_other", "text", "owner", "measured", "weight", "due", *_MOVE,
    ),
    Thing.MEASURE: (*_MOVE, "weight"),
    Thing.MILESTONE: ("title", "title_other", "due", "weight"),
    Thing.LEVEL: ("title", "title_other", "target"),
}  # fmt: skip
"""Which columns say something of what."""

MOVE = frozenset(_MOVE)
