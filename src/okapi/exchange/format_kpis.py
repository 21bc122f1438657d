"""The tables of KPIs: definitions, targets, measurements."""

from __future__ import annotations

from okapi.core.breakdowns import BreakdownMethod
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.exchange.compound import Many, SliceValues
from okapi.exchange.kinds import Choice, Day, Flag, Key, Ref, Text, Whole
from okapi.exchange.shapes import (
    ANY,
    ARCHIVED,
    TITLE,
    VISIBILITY,
    Field,
    Items,
    Table,
    flag,
    long_text,
    text,
)
from okapi.kpis.choices import KpiState

TABLES = (
    Table(
        "kpi",
        ("key",),
        (
            Field("key", Key(120), required=True),
            Field("name", TITLE, required=True),
            text("name_other"),
            long_text("description"),
            long_text("description_other"),
            Field("team", Ref("team")),
            Field("owner", Ref("person")),
            Field("pillar", Ref("pillar")),
            Field("state", Choice.of(KpiState), default=KpiState.ACTIVE.value),
            *VISIBILITY,
            ARCHIVED,
            Field("in_force", Whole(1)),
            flag("screens_ranges"),
        ),
        items=(Items("definitions", "definition"), Items("marks", "mark")),
        archives=True,
    ),
    Table(
        "definition",
        ("kpi", "number"),
        (
            Field("number", Whole(1), required=True),
            text("unit", 60),
            Field("decimals", Whole(0, 20)),
            Field("direction", Choice.of(Direction), required=True),
            Field("frequency", Choice.of(Frequency), required=True),
            Field("aggregation", Choice.of(Aggregation), default=Aggregation.LAST.value),
            Field("slice_aggregation", Choice.of(Aggregation), default=""),
            Field("delay_days", Whole(0, 3660), default=0),
            Field("dimensions", Many(Text(80)), default=[]),
            Field("total", Flag(), default=True),
            long_text("formula"),
            long_text("text"),
            text("source"),
            Field("valid_from", Day()),
            Field("decided_by", Ref("person")),
        ),
        owner="kpi",
    ),
    Table(
        "mark",
        ("kpi", "first", "last"),
        (
            Field("first", Day(), required=True),
            Field("last", Day()),
            Field("label", Text(60), required=True),
            text("last_label", 60),
            Field("reason", Text(2_000, lines=True), required=True),
            Field("person", Ref("person")),
        ),
        owner="kpi",
    ),
    Table(
        "target",
        ("kpi", "slice", "frequency", "period"),
        (
            Field("kpi", Ref("kpi"), required=True),
            Field("slice", SliceValues(), default=()),
            Field("period", Text(60), required=True),
            Field("frequency", Choice.of(Frequency)),
            Field("value", ANY),
            Field("amber", ANY),
            Field("low", ANY),
            Field("high", ANY),
            Field("amber_low", ANY),
            Field("amber_high", ANY),
            Field("breakdown", Choice.of(BreakdownMethod)),
            Field("breakdown_frequency", Choice.of(Frequency)),
            Field("breakdown_shares", Many(ANY, unique=False), default=[]),
            Field("part_of", Text(60)),
            text("note", 500),
        ),
        owner="kpi",
    ),
)
MEASUREMENT = Table(
    "measurement",
    ("kpi", "slice", "period"),
    (
        Field("kpi", Ref("kpi"), required=True),
        Field("slice", SliceValues(), default=()),
        Field("period", Text(80), required=True),
        Field("value", ANY, required=True),
        Field("numerator", ANY),
        Field("denominator", ANY),
        text("note", 500),
    ),
    owner="kpi",
)
"""One measurement. Any further column is a dimension."""
