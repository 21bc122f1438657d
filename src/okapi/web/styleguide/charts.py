"""Run charts: with everything on them, and with almost nothing."""

from __future__ import annotations

from dataclasses import dataclass

from okapi.web.components import (
    ChartCause,
    ChartEvent,
    ChartLimits,
    ChartPoint,
    ChartSpan,
    ChartTarget,
    Legend,
    RunChart,
)
from okapi.web.styleguide.words import choose

RETURNS = (
    *(2.4, 2.7, 2.5, 2.8, 2.6, 2.3, 2.7, 2.9, 2.5, 2.6, 2.4, 2.8, 2.7, 2.5, 2.6, 2.6),
    *(2.7, 2.9, 3.0, 2.8, 3.1, 3.0, 3.3, 3.2, 3.5, 3.4),
)
SIGNALS = (22, 24, 25)
RUN = range(16, 26)


@dataclass(frozen=True, slots=True)
class Charts:
    """The charts of the guide."""

    legend: Legend
    full: RunChart
    band: RunChart
    steps: RunChart
    single: RunChart
    narrow: RunChart


def charts(language: str) -> Charts:
    """One with all there is, one in a band, one with target steps and gaps, one value alone."""
    kinds = ("target", "limits", "signal", "check_in", "adjustment", "review", "case")
    return Charts(
        Legend(kinds),
        _full(language, "chart-full"),
        _band(language),
        _steps(language),
        _single(language),
        _full(language, "chart-narrow"),
    )


def _point(place: int, value: float, language: str) -> ChartPoint:
    signal = place in SIGNALS
    return ChartPoint(
        f"W{22 + place}",
        value,
        "2026-11-09 – 11-15" if place == 24 else "",
        "green" if value <= 2.5 else "amber" if value <= 3 else "red",
        choose(language, "ERP · 11-16 06:00 · 第 1 版", "ERP · 16 Nov 06:00 · revision 1"),
        "bad" if signal else "",
        choose(language, "信号：高于上限 3.20%", "Signal: above 3.20%") if signal else "",
        run=place in RUN and not signal,
    )


def _full(language: str, name: str) -> RunChart:
    return RunChart(
        name,
        choose(
            language,
            "退货率，W22 到 W47：自 W38 起连续 10 周高于均值，现为 3.4%，目标 ≤ 2.5%",
            "Return rate, W22 to W47: above its mean for ten weeks, now 3.4%, target 2.5%",
        ),
        [_point(place, value, language) for place, value in enumerate(RETURNS)],
        "%",
        [ChartTarget(0, 25, 2.5, label=choose(language, "目标 ≤ 2.5%", "Target ≤ 2.5%"))],
        limits=ChartLimits(2.0, 2.6, 3.2),
        baseline=ChartSpan(0, 15, choose(language, "基线 W22–W37", "Baseline W22–W37")),
        events=[
            ChartEvent(5, "review", choose(language, "月度复盘", "Monthly review")),
            ChartEvent(
                11, "check_in", choose(language, "进展更新，信心 7", "Check-in, confidence 7")
            ),
            ChartEvent(20, "adjustment", choose(language, "目标 2.8% 调整为 2.5%", "2.8% to 2.5%")),
            ChartEvent(22, "case", choose(language, "开偏差 #34", "Case #34 opened")),
        ],
        causes=[ChartCause(17, choose(language, "固件 2.4.1 发布", "Firmware 2.4.1"))],
        height=320,
    )


def _band(language: str) -> RunChart:
    values = (22.9, 23.2, 23.0, 23.6, 23.1, 24.3, 23.2, 23.8, 23.3, 22.4, 23.1, 23.4)
    points = [
        ChartPoint(f"11-{place + 12}", value, status="green" if 22.5 <= value <= 24 else "red")
        for place, value in enumerate(values)
    ]
    label = choose(language, "区间 22.5–24 °C", "Band 22.5–24 °C")
    return RunChart(
        "chart-band",
        choose(language, "实验室室温，在区间内", "Room temperature in the lab, within its band"),
        points,
        "°C",
        [ChartTarget(0, 11, low=22.5, high=24.0, label=label)],
        height=220,
    )


def _steps(language: str) -> RunChart:
    values = (18.6, 18.9, 19.4, None, None, 20.1, 20.6, None, 21.0, 21.7, None, None)
    points = [
        ChartPoint(f"2026-{place + 1:02}", None if value is None else value * 10_000)
        for place, value in enumerate(values)
    ]
    label = choose(language, "目标 24 万", "Target 240k")
    expected = [186_000 + place * 4_900 for place in range(12)]
    return RunChart(
        "chart-steps",
        choose(language, "激活设备数，缺 3 段数据", "Activated devices, with three gaps"),
        points,
        "",
        [
            ChartTarget(0, 5, 200_000),
            ChartTarget(6, 8, 220_000, old=True),
            ChartTarget(6, 11, 240_000, label=label),
        ],
        expected,
        causes=[ChartCause(9, choose(language, "今天", "Today"))],
        height=220,
    )


def _single(language: str) -> RunChart:
    return RunChart(
        "chart-single",
        choose(language, "只有一个数值", "One value only"),
        [ChartPoint("2018-20", 12.5, status="no_target")],
        "%",
        height=160,
    )
