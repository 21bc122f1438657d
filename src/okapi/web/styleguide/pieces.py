"""Everything else: marks, buttons, fields, filters, tables, remarks, the frame."""

from __future__ import annotations

from typing import Any

from okapi.web.components import (
    Avatar,
    Button,
    Cell,
    Choice,
    Column,
    Confidence,
    ConfidenceInput,
    Crumb,
    Crumbs,
    CyclePicker,
    DataTable,
    Distribution,
    Empty,
    Field,
    Figure,
    FilterBar,
    FilterMenu,
    Frame,
    GuardChip,
    Milestones,
    Mismatch,
    Notice,
    Pages,
    Pill,
    Place,
    Progress,
    Remark,
    Segmented,
    Share,
    StatusCount,
    StatusMark,
    Toast,
)
from okapi.web.styleguide.words import choose

HERE = "/styleguide/"
KINDS = ("on_track", "at_risk", "off_track", "no_data", "early", "green", "amber", "red")
MORE_KINDS = ("no_target", "stale", "due", "draft", "closed", "none")

# Names of the tokens, with the class that paints a swatch.
COLOURS = (
    *("bg", "surface", "sunken", "hover", "border", "border-strong", "border-input"),
    *("text", "text2", "text3", "accent", "accent-soft", "series2", "series3"),
    *(
        "ok-fill",
        "ok-soft",
        "warn-fill",
        "warn-soft",
        "bad-fill",
        "bad-soft",
        "none-fill",
        "none-soft",
    ),
)


def marks() -> dict[str, Any]:
    """Status and the small marks."""
    return {
        "states": [StatusMark(kind) for kind in (*KINDS, *MORE_KINDS)],
        "pills": [StatusMark(kind, pill=True) for kind in KINDS],
        "bars": [
            Progress(0.59, 0.55, "on_track"),
            Progress(0.47, 0.55, "at_risk"),
            Progress(0.3, 0.55, "off_track"),
            Progress(-0.28, 0.55, "off_track"),
            Progress(1.24, 1.0, "on_track", words="both"),
            Progress(0.02, 0.03, "early"),
            Progress(None, 0.55),
            Progress(0.4, None, "none", size="s"),
            Progress(0.47, 0.55, "at_risk", words="both", size="l"),
        ],
        "small": [
            Mismatch(),
            Mismatch(small=True),
            Confidence(7),
            Confidence(0),
            Confidence(10),
            Confidence(None),
            Milestones(("done", "done", "late", "open")),
            Pill("v3"),
            Share(0.55),
        ],
        "counts": [
            StatusCount("on_track", 8, HERE),
            StatusCount("at_risk", 6, HERE, current=True),
            StatusCount("off_track", 3),
            StatusCount("no_data", 1, bare=True),
        ],
        "distribution": Distribution(
            (("on_track", 8), ("at_risk", 6), ("off_track", 3), ("no_data", 1)), "8, 6, 3, 1"
        ),
    }


def pieces(language: str) -> dict[str, Any]:
    """Controls, and what people are told."""
    return {
        "avatars": [
            Avatar(choose(language, chinese, english), size)
            for chinese, english, size in (
                ("林悦", "Lin Yue", "s"),
                ("沈立", "Shen Li", "m"),
                ("周启明", "Zhou Qiming", "m"),
                ("陈嘉禾", "Chen Jiahe", "m"),
                ("赵睿", "Zhao Rui", "m"),
                ("郑昊", "Zheng Hao", "l"),
            )
        ],
        "guards": [
            GuardChip(choose(language, "单次维修成本", "Cost per repair"), "amber", HERE),
            GuardChip(choose(language, "毛利率", "Gross margin"), "green"),
        ],
        "buttons": _buttons(language),
        "fields": _fields(language),
        "reason": Field(
            "reason", choose(language, "理由（必填）", "Reason (required)"), required=True
        ),
        "confidence": ConfidenceInput(value=6, last=7),
        "confidence_wrong": ConfidenceInput(
            name="again",
            error=choose(language, "选一个 0 到 10 的数。", "Choose a number from 0 to 10."),
        ),
        "segmented": _segmented(language),
        "filter": _filter(language),
        "pages": Pages(51, 100, 248, HERE, HERE),
        "table": _table(language),
        "empty": _empty(language),
        **_told(language),
    }


def _buttons(language: str) -> list[Button]:
    return [
        Button(choose(language, "提交", "Check in"), kind="primary", keys="⌘ ↵"),
        Button(choose(language, "新建目标", "New objective"), icon="plus", keys="N"),
        Button(choose(language, "取消", "Cancel"), kind="quiet"),
        Button(choose(language, "结束复盘", "End the review"), kind="danger"),
        Button(choose(language, "不可用", "Disabled"), disabled=True),
        Button(choose(language, "更新", "Update"), small=True),
        Button(choose(language, "打开对话框", "Open a dialog"), dialog="guide-dialog"),
        Button(choose(language, "指标目录", "KPI catalogue"), href=HERE, icon="chart-line"),
    ]


def _fields(language: str) -> list[Field]:
    return [
        Field(
            "title",
            choose(language, "目标名称", "Title"),
            value=choose(language, "让新用户当天就能用起来", "Up and running on day one"),
        ),
        Field(
            "target",
            choose(language, "目标值", "Target"),
            "number",
            "78",
            error=choose(
                language,
                "起点和目标值都是 78。请选一个不同的目标值。",
                "Start and target are both 78. Choose a target that differs.",
            ),
            unit="%",
        ),
        Field(
            "period",
            choose(language, "期间", "Period"),
            help=choose(language, "例如 2026-11 或 2026-W47", "Such as 2026-11 or 2026-W47"),
            placeholder="2026-W47",
        ),
        Field(
            "team",
            choose(language, "团队", "Team"),
            "select",
            choices=(
                Choice("service", choose(language, "售后服务部", "Service")),
                Choice("hardware", choose(language, "硬件组", "Hardware"), chosen=True),
            ),
        ),
        Field(
            "word",
            choose(language, "发生了什么，接下来做什么", "What happened, and what is next"),
            "textarea",
            choose(
                language,
                "主板备件改走空运，下周起送修等待少 1.2 天。",
                "Spare boards go by air; from next week repairs wait 1.2 days less.",
            ),
        ),
        Field(
            "shown", choose(language, "显示关键结果", "Show key results"), "checkbox", checked=True
        ),
        Field("mine", choose(language, "只看我的", "Only mine"), "checkbox", switch=True),
    ]


def _segmented(language: str) -> Segmented:
    return Segmented(
        choose(language, "视图", "View"),
        (
            Choice("tree", choose(language, "树", "Tree"), True, HERE, "list-tree"),
            Choice("list", choose(language, "列表", "List"), False, HERE, "list"),
            Choice("map", choose(language, "对齐图", "Map"), False, HERE, "workflow"),
        ),
    )


def _filter(language: str) -> FilterBar:
    health = tuple(Choice(kind, StatusMark(kind).word, kind == "at_risk") for kind in KINDS[:4])
    teams = (
        Choice("", choose(language, "全部", "All"), chosen=False),
        Choice("service", choose(language, "售后服务部", "Service"), note="18"),
    )
    return FilterBar(
        HERE,
        "#filters",
        placeholder=choose(language, "筛选目标", "Filter objectives"),
        menus=(
            FilterMenu("team", choose(language, "团队", "Team"), teams),
            FilterMenu("health", choose(language, "健康度", "Health"), health, many=True),
        ),
        toggles=(Choice("mine", choose(language, "我的团队", "My team"), chosen=True),),
        clear=HERE,
    )


def _table(language: str) -> DataTable:
    columns = (
        Column(choose(language, "期间", "Period"), href=HERE, sorted="descending"),
        Column(choose(language, "数值", "Value"), figures=True, href=HERE),
        Column(choose(language, "状态", "Status")),
        Column(choose(language, "来源", "Source"), hide="narrow"),
    )
    source = choose(language, "ERP · 11-16 06:00 · 第 1 版", "ERP · 16 Nov 06:00 · revision 1")
    signal = choose(language, "信号", "signal")
    return DataTable(
        choose(language, "退货率的测量值", "Measurements of the return rate"),
        columns,
        (
            (
                Cell("W47", HERE),
                Cell(Figure(3.4, "%"), note=signal),
                Cell(StatusMark("red")),
                Cell(source),
            ),
            (Cell("W46", HERE), Cell(Figure(2.9, "%")), Cell(StatusMark("amber")), Cell(source)),
            (
                Cell("W45", HERE),
                Cell(Figure(None)),
                Cell(StatusMark("no_data")),
                Cell("", quiet=True),
            ),
        ),
        marked=frozenset({0}),
    )


def _empty(language: str) -> Empty:
    return Empty(
        choose(language, "这个团队还没有指标", "This team has no KPIs yet"),
        choose(
            language,
            "先放进来三个每周都看的数字。\n可以从表格粘贴，也可以从文件读入。",
            "Begin with three numbers that you look at every week.\nPaste a table, or read a file.",
        ),
        (
            Button(choose(language, "粘贴表格", "Paste a table"), HERE, "primary"),
            Button(choose(language, "读入文件", "Read a file"), HERE),
        ),
    )


def _told(language: str) -> dict[str, Any]:
    return {
        "remarks": [
            Remark(
                choose(
                    language,
                    "「守住 34% 的毛利率」像是指标。",
                    "“Hold a 34% margin” reads like a KPI.",
                ),
                choose(
                    language,
                    "它没有从几到几，也没有截止。改为指标，并让相关目标守护它？",
                    "It has no from and to, and no end. Make it a KPI that objectives guard?",
                ),
                (
                    Button(choose(language, "改为指标", "Make it a KPI"), small=True),
                    Button(choose(language, "保留为目标", "Keep it"), kind="quiet", small=True),
                ),
            ),
            Remark(
                choose(language, "还没有先行指标。", "No leading KPI yet."),
                choose(
                    language,
                    "过去一年里，「备件下单时长」比维修时长早两周变化。",
                    "In the past year, parts ordered moved two weeks before turnaround.",
                ),
                level="hint",
            ),
        ],
        "notices": [
            Notice(
                "red",
                choose(
                    language,
                    "这不是波动：自 W38 起连续 10 周高于均值。",
                    "This is not noise: above its mean for ten weeks since W38.",
                ),
                choose(
                    language,
                    "变化始于固件 2.4.1 发布前后。",
                    "It began when firmware 2.4.1 came out.",
                ),
                choose(language, "偏差 #34 · 已开 3 天", "Case #34 · open 3 days"),
            ),
            Notice(
                "at_risk",
                choose(
                    language, "节奏 0.87，守护指标预警。", "Pace is 0.87, and a guard is amber."
                ),
                choose(
                    language,
                    "单次维修成本 ¥121，高于上限 ¥118。",
                    "Cost per repair is ¥121, above its ¥118 limit.",
                ),
            ),
            Notice("green", choose(language, "达标：连续 6 周。", "On target for six weeks.")),
            Notice("stale", choose(language, "止于 W44，晚 3 周。", "Ends W44, 3 weeks late.")),
        ],
        "toasts": [
            Toast(
                choose(
                    language, "已提交。平均维修时长：信心 7 → 5", "Checked in: confidence 7 → 5"
                ),
                action=choose(language, "撤销", "Undo"),
                href=HERE,
                keys="Z",
            ),
            Toast(
                choose(
                    language,
                    "第 14 行不是日期：「2026-13-01」。没有导入任何内容。",
                    "Row 14 is not a date: “2026-13-01”. Nothing was imported.",
                ),
                "red",
                choose(language, "打开该行", "Open row"),
                HERE,
            ),
        ],
    }


def frame(language: str, theme: str) -> Frame:
    """The frame of a page, with a busy side bar."""
    cycles = (
        Choice("2026Q4", "2026 Q4", chosen=True, href=HERE),
        Choice("2026", "2026", href=HERE),
        Choice("2026Q3", "2026 Q3", href=HERE, note=choose(language, "已关闭", "closed")),
    )
    return Frame(
        organisation=choose(language, "栖居智能", "Qiju Smart"),
        slug="guide",
        places=(
            Place(choose(language, "我的", "Home"), HERE, "house", count=5, keys="g h"),
            Place(choose(language, "目标", "Goals"), HERE, "target", current=True, keys="g o"),
            Place(choose(language, "指标", "KPIs"), HERE, "chart-line", signals=3, keys="g k"),
        ),
        person=choose(language, "林悦", "Lin Yue"),
        path=f"{HERE}?theme={theme}",
        organisations=(
            Choice("guide", choose(language, "栖居智能", "Qiju Smart"), chosen=True, href=HERE),
            Choice("uk", choose(language, "联合国目标（英国）", "UN goals, UK"), href=HERE),
        ),
        person_note=choose(language, "售后服务部", "Service"),
        crumbs=Crumbs(
            (
                Crumb(choose(language, "目标", "Goals"), HERE),
                Crumb("2026 Q4", HERE),
                Crumb(choose(language, "样式指南", "Style guide")),
            )
        ),
        cycle=CyclePicker("2026 Q4", 0.55, cycles),
        theme=theme,
        live=False,
    )
