"""The pieces that pages are made of: frozen data in, HTML out (`{{ thing }}` in a template).

Every state of every one of them is shown by the style guide.
"""

from okapi.web.components.bars import Confidence, Distribution, Milestones, Progress, Share, Spark
from okapi.web.components.base import Component
from okapi.web.components.controls import (
    Button,
    Choice,
    ConfidenceInput,
    Empty,
    Field,
    FilterBar,
    FilterMenu,
    Notice,
    Pages,
    Remark,
    Segmented,
    Toast,
)
from okapi.web.components.figures import Delta, Figure, Target
from okapi.web.components.frame import Crumb, Crumbs, CyclePicker, Frame, Place
from okapi.web.components.marks import (
    Avatar,
    GuardChip,
    Mismatch,
    Pill,
    StatusCount,
    StatusMark,
    shape,
)
from okapi.web.components.numbers import (
    Age,
    Chart,
    GoalCard,
    GridCell,
    GridRow,
    KeyResultRow,
    KpiRow,
    Number,
    PeriodGrid,
)
from okapi.web.components.tables import Cell, Column, DataTable

__all__ = [
    "Age",
    "Avatar",
    "Button",
    "Cell",
    "Chart",
    "Choice",
    "Column",
    "Component",
    "Confidence",
    "ConfidenceInput",
    "Crumb",
    "Crumbs",
    "CyclePicker",
    "DataTable",
    "Delta",
    "Distribution",
    "Empty",
    "Field",
    "Figure",
    "FilterBar",
    "FilterMenu",
    "Frame",
    "GoalCard",
    "GridCell",
    "GridRow",
    "GuardChip",
    "KeyResultRow",
    "KpiRow",
    "Milestones",
    "Mismatch",
    "Notice",
    "Number",
    "Pages",
    "PeriodGrid",
    "Pill",
    "Place",
    "Progress",
    "Remark",
    "Segmented",
    "Share",
    "Spark",
    "StatusCount",
    "StatusMark",
    "Target",
    "Toast",
    "shape",
]
