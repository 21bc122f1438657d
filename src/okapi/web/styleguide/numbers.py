"""Numbers, rows and cards in every state."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from okapi.core.quantities import Direction
from okapi.web.components import (
    Age,
    Avatar,
    Confidence,
    Delta,
    Figure,
    GoalCard,
    GridCell,
    GridRow,
    GuardChip,
    KeyResultRow,
    KpiRow,
    Milestones,
    Number,
    PeriodGrid,
    Progress,
    Spark,
    StatusMark,
    Target,
)
from okapi.web.styleguide.words import choose

HERE = "#numbers"
RISING = (78.0, 79.1, 78.8, 80.0, 80.6, 80.4, 81.7, 82.1, 82.6, 82.4, 83.2, 83.9)
WILD = (2.4, 2.7, 2.5, 2.8, 2.6, 2.3, 2.7, 2.9, 2.5, 2.6, 2.4, 2.8, 3.0, 2.8, 3.3, 3.2, 3.5, 3.4)
COST = (112.0, 114.0, 113.0, 115.0, 114.0, 113.0, 116.0, 115.0, 117.0, 116.0, 119.0, 121.0)
JUMPY = (44.0, 45.0, 47.0, 45.0, 44.0, 48.0, 46.0, 45.0, 49.0, 48.0, 46.0, 48.0, 47.0)
LATE = (93.1, 92.8, 93.4, 94.0, 94.1, 93.3, 92.6, 93.0, 92.4, None, 93.1, 92.6)
FALLING = (262.0, 258.0, 249.0, 252.0, 240.0, 238.0, 241.0, 236.0, 233.0, 230.0, 232.0, 214.0)
ROOM = (22.9, 23.2, 23.0, 23.6, 23.1, 23.5, 23.2, 23.8, 23.3, 23.4)


def _fixed(language: str) -> tuple[Number, ...]:
    """The four states that everybody sees every day."""
    return (
        Number(
            choose(language, "首次修复率", "First-time fix rate"),
            Figure(Decimal("83.9"), "%"),
            StatusMark("green"),
            Age("fresh", choose(language, "2 小时前", "2 h ago")),
            HERE,
            Delta(Decimal("0.7")),
            Spark(RISING, target=88),
            Target(value=Decimal(88), unit="%"),
        ),
        Number(
            choose(language, "退货率", "Return rate"),
            Figure(Decimal("3.4"), "%"),
            StatusMark("red"),
            Age("fresh", "W47"),
            HERE,
            Delta(
                signal="bad",
                text=choose(language, "信号 · 连续 10 周", "signal · ten weeks"),
            ),
            Spark(WILD, target=2.5, width=72),
            Target(Direction.DOWN, Decimal("2.5"), unit="%"),
            signal=True,
        ),
        Number(
            choose(language, "单次维修成本", "Cost per repair"),
            Figure(Decimal(121), "¥"),
            StatusMark("amber"),
            Age("fresh", choose(language, "2 小时前", "2 h ago")),
            HERE,
            Delta(Decimal(4), "¥"),
            Spark(COST, target=118),
            Target(Direction.DOWN, Decimal(118), unit="¥", limit=True),
        ),
        Number(
            choose(language, "售后 NPS", "Service NPS"),
            Figure(Decimal(47)),
            StatusMark("green"),
            Age("due", choose(language, "今天到期", "due today")),
            HERE,
            Delta(Decimal(-1)),
            Spark(JUMPY, target=45),
            Target(value=Decimal(45)),
        ),
    )


def numbers(language: str) -> tuple[Number, ...]:
    """The number component in every state."""
    return (
        *_fixed(language),
        Number(
            choose(language, "安装预约准时率", "On-time installs"),
            Figure(Decimal("92.6"), "%"),
            StatusMark("stale"),
            Age("stale", "W44", choose(language, "3 周", "3 weeks")),
            HERE,
            spark=Spark(LATE, target=95),
            target=Target(value=Decimal(95), unit="%"),
        ),
        Number(
            choose(language, "静默升级成功率", "Silent update success"),
            age=Age("empty", choose(language, "尚无测量值", "no measurement yet")),
            href=HERE,
            advice=choose(language, "录入第一个测量值", "Add the first measurement"),
        ),
        Number(
            choose(language, "工单积压", "Open tickets"),
            Figure(Decimal(214), choose(language, "单", "")),
            StatusMark("no_target"),
            Age("fresh", choose(language, "10 分钟前", "10 min ago")),
            HERE,
            Delta(Decimal(-18)),
            Spark(FALLING),
            Target(),
        ),
        Number(
            choose(language, "实验室室温", "Room temp. in test lab"),
            Figure(Decimal("23.4"), "°C"),
            StatusMark("green"),
            Age("fresh", choose(language, "4 分钟前", "4 min ago")),
            HERE,
            Delta(Decimal("0.1")),
            Spark(ROOM, band=(22.5, 24.0)),
            Target(Direction.BAND, low=Decimal("22.5"), high=Decimal("24.0"), unit="°C"),
        ),
        Number(
            choose(language, "激活设备数", "Activated devices"),
            Figure(Decimal(217_000), compact=True),
            StatusMark("early"),
            Age("fresh", "W47"),
            HERE,
            Delta(Decimal(6000), compact=True),
            Spark((186.0, 190.0, 193.0, 199.0, 204.0, 211.0, 217.0), target=240),
            Target(value=Decimal(240_000), compact=True),
        ),
        Number(choose(language, "载入中", "Loading"), loading=True),
        Number(
            choose(
                language,
                "门锁、网关与传感器套装在直播电商渠道首年内的返修率（不含换货与误操作）",
                "Repairs of locks, gateways and sensor sets from live-stream sales in year one",
            ),
            Figure(Decimal("-1234567.8"), "¥"),
            StatusMark("off_track", note=choose(language, "：守护", ": guard")),
            Age("stale", "2018/19", choose(language, "2 年", "2 years")),
            HERE,
            Delta(Decimal("-99999.99"), "¥"),
            Spark((3.0, None, None, 5.0, 4.0, None, 9.0), target=(None, None, 5, 5, 5, 6, 6)),
            Target(value=Decimal("1000000.00"), unit="¥"),
        ),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands in lists."""

    key_results: tuple[KeyResultRow, ...]
    kpis: tuple[KpiRow, ...]
    goals: tuple[GoalCard, ...]
    grid: PeriodGrid
    small: tuple[Number, ...]
    large: tuple[Number, ...]


def rows(language: str) -> Rows:
    """Rows, cards, the grid, and the number in its other sizes."""
    fixed = _fixed(language)
    return Rows(
        _key_results(language),
        _kpis(language),
        _goals(language),
        _grid(language),
        tuple(_sized(one, "s", 72, 24) for one in fixed[:3]),
        tuple(_sized(one, "l", 120, 44) for one in fixed[:2]),
    )


def _sized(one: Number, size: str, width: int, height: int) -> Number:
    spark = Spark(one.spark.values, one.spark.target, None, width, height) if one.spark else None
    delta = None if size == "s" else one.delta
    return Number(
        one.name, one.value, one.status, one.age, one.href, delta, spark, one.target, size=size
    )


def _key_results(language: str) -> tuple[KeyResultRow, ...]:
    return (
        KeyResultRow(
            choose(language, "首次修复率", "First-time fix rate"),
            HERE,
            Figure(Decimal("83.9"), "%"),
            Progress(0.59, 0.55, "on_track"),
            StatusMark("on_track"),
            "78 → 88%",
            Spark(RISING, target=88, width=72, height=24),
            confidence=Confidence(7),
        ),
        KeyResultRow(
            choose(language, "平均维修时长", "Repair turnaround"),
            HERE,
            Figure(Decimal("6.1"), choose(language, "天", "days")),
            Progress(0.3, 0.55, "off_track"),
            StatusMark("off_track"),
            choose(language, "6.8 → 4.5 天", "6.8 → 4.5 days"),
            Spark((6.8, 6.7, 6.6, 6.5, 6.5, 6.3, 6.2, 6.1), target=4.5, width=72, height=24),
            confidence=Confidence(7),
            mismatch=True,
        ),
        KeyResultRow(
            choose(language, "三城远程诊断试点上线", "Remote diagnosis piloted in three cities"),
            HERE,
            Figure(None),
            Progress(0.4, 0.5, "at_risk"),
            StatusMark("at_risk"),
            milestones=Milestones(("done", "done", "late", "open")),
            confidence=Confidence(6),
        ),
        KeyResultRow(
            choose(language, "静默升级成功率", "Silent update success"),
            HERE,
            Figure(None),
            Progress(None),
            StatusMark("no_data"),
            "→ 99.5%",
            confidence=Confidence(None),
            note=choose(
                language,
                "等待基线：第一个数值将于 11-30 到来",
                "Waiting for its baseline: the first value is due on 30 Nov",
            ),
        ),
    )


def _kpis(language: str) -> tuple[KpiRow, ...]:
    return (
        KpiRow(
            choose(language, "退货率", "Return rate"),
            HERE,
            Figure(Decimal("3.4"), "%"),
            StatusMark("red"),
            choose(language, "硬件组 · 周启明", "Hardware · Zhou Qiming"),
            Spark(WILD, target=2.5, width=88, height=26),
            Target(Direction.DOWN, Decimal("2.5"), unit="%"),
            Age("fresh", "W47"),
            signal=True,
        ),
        KpiRow(
            choose(language, "安装预约准时率", "On-time installs"),
            HERE,
            Figure(Decimal("92.6"), "%"),
            StatusMark("stale"),
            choose(language, "安装服务 · 郑昊", "Installation · Zheng Hao"),
            Spark(LATE, target=95, width=88, height=26),
            Target(value=Decimal(95), unit="%"),
            Age("stale", "W44", choose(language, "3 周", "3 weeks")),
        ),
        KpiRow(
            choose(language, "工单积压", "Open tickets"),
            HERE,
            Figure(Decimal(214)),
            StatusMark("no_target"),
            choose(language, "客服台 · 吴帆", "Service desk · Wu Fan"),
            Spark(FALLING, width=88, height=26),
            Target(),
            Age("fresh", choose(language, "10 分钟前", "10 min ago")),
        ),
    )


def _goals(language: str) -> tuple[GoalCard, ...]:
    name = choose(language, "林悦", "Lin Yue")
    return (
        GoalCard(
            choose(language, "一次上门就修好", "Fix it on the first visit"),
            HERE,
            StatusMark("at_risk", pill=True),
            Progress(0.47, 0.55, "at_risk", words="both"),
            choose(language, "承诺型", "Committed"),
            Avatar(name),
            choose(
                language,
                "节奏 0.87；守护指标高于上限 ¥118",
                "Pace is 0.87, and a guard is above its limit of ¥118",
            ),
            _key_results(language)[:2],
            (GuardChip(choose(language, "单次维修成本", "Cost per repair"), "amber", HERE),),
            mismatch=True,
        ),
        GoalCard(
            choose(
                language,
                "把配网失败的长尾场景（老旧路由器、企业网络、双频合一、访客网络与弱信号住宅）逐一啃下来，让新用户当天就能用起来",
                "Make pairing work on every router there is, old ones and those of companies",
            ),
            HERE,
            StatusMark("no_data", pill=True),
            Progress(None, words="both"),
            choose(language, "挑战型", "Aspirational"),
            Avatar(choose(language, "苏雯", "Su Wen")),
        ),
    )


def _grid(language: str) -> PeriodGrid:
    periods = tuple(f"W{week}" for week in range(35, 48))
    fixed = (79.2, 79.6, 80.1, 78.8, 80.4, 80.6, 81.0, 81.7, 82.4, 82.1, 82.6, 83.2, 83.9)
    kinds = ("amber", "amber", "green", "red", *["green"] * 9)
    late = (95.2, 95.0, 94.1, 93.8, 95.4, 94.0, 93.1, 92.8, 93.3, 92.6, None, None, None)
    late_kinds = ("green", "green", *["amber"] * 2, "green", *["amber"] * 2, "red", "amber", "red")
    return PeriodGrid(
        choose(language, "近 13 周", "The last 13 weeks"),
        periods,
        (
            GridRow(
                choose(language, "首次修复率", "First-time fix rate"),
                tuple(_cells(fixed, kinds)),
                "≥ 83.4%",
                HERE,
                current=True,
            ),
            GridRow(
                choose(language, "安装预约准时率", "On-time installs"),
                tuple(_cells(late, (*late_kinds, *["no_data"] * 3))),
                "≥ 95%",
                HERE,
                guard=True,
            ),
        ),
    )


def _cells(values: tuple[float | None, ...], kinds: tuple[str, ...]) -> list[GridCell]:
    return [
        GridCell(Figure(value, digits=1), kind) for value, kind in zip(values, kinds, strict=True)
    ]
