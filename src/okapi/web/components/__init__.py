"""The pieces that pages are made of: frozen data in, HTML out (`{{ thing }}` in a template).

Every state of every one of them is shown by the style guide.
"""

from okapi.web.components.bars import Confidence, Distribution, Milestones, Progress, Share, Spark
from okapi.web.components.base import Component
from okapi.web.components.charts import (
    ChartCause,
    ChartEvent,
    ChartLimits,
    ChartPoint,
    ChartSpan,
    ChartTarget,
    Legend,
    RunChart,
)
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
from okapi.web.components.editing import (
    Contested,
    Hidden,
    Line,
    PeoplePicker,
    Picker,
    RadioField,
    Rows,
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
from okapi.web.components.numbers import Age, GridCell, GridRow, Number, PeriodGrid
from okapi.web.components.rows import GoalCard, KeyResultRow, KpiRow
from okapi.web.components.tables import Cell, Column, DataTable
from okapi.web.components.waterfall import End, Step, Waterfall

__all__ = [
    "Age",
    "Avatar",
    "Button",
    "Cell",
    "ChartCause",
    "ChartEvent",
    "ChartLimits",
    "ChartPoint",
    "ChartSpan",
    "ChartTarget",
    "Choice",
    "Column",
    "Component",
    "Confidence",
    "ConfidenceInput",
    "Contested",
    "Crumb",
    "Crumbs",
    "CyclePicker",
    "DataTable",
    "Delta",
    "Distribution",
    "Empty",
    "End",
    "Field",
    "Figure",
    "FilterBar",
    "FilterMenu",
    "Frame",
    "GoalCard",
    "GridCell",
    "GridRow",
    "GuardChip",
    "Hidden",
    "KeyResultRow",
    "KpiRow",
    "Legend",
    "Line",
    "Milestones",
    "Mismatch",
    "Notice",
    "Number",
    "Pages",
    "PeoplePicker",
    "PeriodGrid",
    "Picker",
    "Pill",
    "Place",
    "Progress",
    "RadioField",
    "Remark",
    "Rows",
    "RunChart",
    "Segmented",
    "Share",
    "Spark",
    "StatusCount",
    "StatusMark",
    "Step",
    "Target",
    "Toast",
    "Waterfall",
    "shape",
]
