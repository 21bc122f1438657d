"""Components: the marks drawn from numbers, and what the policy of the pages forbids."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from okapi.core.health import Health
from okapi.core.quantities import Direction
from okapi.core.series import Freshness
from okapi.core.targets import Status
from okapi.web.components import (
    Age,
    Avatar,
    Cell,
    ChartLimits,
    ChartPoint,
    ChartTarget,
    Column,
    Confidence,
    DataTable,
    Delta,
    Figure,
    Milestones,
    Number,
    Progress,
    RunChart,
    Spark,
    StatusMark,
    Target,
)
from okapi.wording import LANGUAGES, speaking

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "src" / "okapi" / "web" / "templates"


@pytest.mark.parametrize("kind", [*Status, *Health, *Freshness])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_a_shape_and_a_word(kind, language):
    with speaking(language):
        drawn = str(StatusMark(kind))
    assert "<svg" in drawn
    assert re.search(r'status-word">[^<]+<', drawn)


@pytest.mark.parametrize(
    ("figure", "before", "unit"),
    [
        (Figure(Decimal("83.9"), "%"), "83.9", "%"),
        (Figure(Decimal("6.1"), "days"), "6.1", "days"),
        (Figure(Decimal(217_000), compact=True), "217", "k"),
        (Figure(Decimal(-121), "¥"), "−¥121", ""),
        (Figure(None, "%"), "—", ""),
    ],
)
def test_a_figure_stands_apart_from_its_unit(figure, before, unit):
    drawn = str(figure)
    assert before in drawn
    assert ("figure-unit" in drawn) == bool(unit)
    assert unit in drawn


def test_a_gap_in_the_data_is_a_gap_in_the_spark_line():
    drawn = str(Spark((1.0, 2.0, None, 3.0, 4.0)))
    assert drawn.count("spark-line") == 2


def test_a_spark_line_of_nothing_has_no_point():
    assert "circle" not in str(Spark((None, None)))
    assert "circle" not in str(Spark(()))


def test_a_flat_spark_line_lies_in_the_middle():
    assert 'points="4.0,16.0 92.0,16.0"' in str(Spark((5.0, 5.0)))


@pytest.mark.parametrize(
    ("value", "width", "words"),
    [(0.47, "47.0%", "47%"), (-0.2771, "0.0%", "−28%"), (1.24, "100.0%", "124%")],
)
def test_a_bar_is_clipped_and_its_words_are_not(value, width, words):
    progress = Progress(value, 0.55, "at_risk")
    assert f'width="{width}"' in progress.bar
    assert words in str(progress)


def test_unknown_progress_is_hatched_and_said():
    progress = Progress(None)
    assert "bar-unknown" in progress.bar
    assert "bar-fill" not in progress.bar
    assert progress.label == "Progress not known"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(Direction.UP, Decimal(88), unit="%"), "Target ≥ 88%"),
        (Target(Direction.DOWN, Decimal(118), unit="¥", limit=True), "Limit ≤ ¥118"),
        (Target(Direction.BAND, low=Decimal("22.5"), high=Decimal(24)), "Band 22.5–24"),
        (Target(Direction.BAND, low=Decimal(3)), "Target ≥ 3"),
        (Target(), "No target"),
    ],
)
def test_a_target_says_its_direction(target, words):
    assert target.text == words


def test_a_number_without_a_target_asks_for_one_and_without_data_says_what_to_do():
    asked = Number("Open tickets", Figure(Decimal(214)), StatusMark("no_target"), target=Target())
    assert "Set a target" in str(asked)
    empty = Number("Open tickets", advice="Add the first measurement", target=Target())
    assert "Add the first measurement" in str(empty)
    assert "Set a target" not in str(empty)


def test_a_stale_number_says_until_when_and_how_late():
    assert "ends W44, 3 weeks late" in str(Age("stale", "W44", "3 weeks"))


def test_only_a_signal_colours_a_change():
    assert "delta-" not in str(Delta(Decimal(-4)))
    assert "delta-bad" in str(Delta(Decimal(-4), signal="bad"))


@pytest.mark.parametrize(
    ("name", "initials"),
    [("林悦", "林"), ("Lin Yue", "LY"), ("Ada", "A"), ("", "?"), ("<b>", "&lt;")],
)
def test_an_avatar_shows_initials(name, initials):
    assert f">{initials}</span>" in str(Avatar(name))


def test_marks_are_read_out():
    assert 'aria-label="Confidence 7 of 10"' in str(Confidence(7))
    assert "2 / 4 steps" in str(Milestones(("done", "done", "late", "open")))


def test_what_people_wrote_is_escaped_everywhere():
    evil = "<script>alert(1)</script>"
    chart = RunChart("c", evil, [ChartPoint(evil, 1.0, source=evil, status="green")])
    table = DataTable(evil, (Column(evil),), ((Cell(evil, note=evil),),))
    number = Number(evil, Figure(1.0, evil), age=Age("fresh", evil), advice=evil)
    for drawn in map(str, (chart, table, number, Delta(text=evil))):
        assert evil not in drawn


def test_a_chart_and_its_table_show_the_same_numbers():
    points = [
        ChartPoint("W46", Decimal("3.50"), status="red"),
        ChartPoint("W47", None),
    ]
    chart = RunChart("c", "Return rate", points, "%", [ChartTarget(0, 1, Decimal("2.5"))])
    assert [point["value"] for point in chart.data["points"]] == [3.5, None]
    assert [point["text"] for point in chart.data["points"]] == ["3.50%", "—"]
    rows = chart.table.rows
    assert [row[0].content for row in rows] == ["W47", "W46"]
    assert rows[1][1].content == Figure(Decimal("3.50"), "%")
    assert rows[1][2].content == "2.5%"
    json.dumps(chart.data)


def test_large_limits_of_a_chart_are_told_in_short():
    limits = ChartLimits(Decimal("5547000.0"), Decimal("10400000.0"), Decimal("15260000.0"))
    chart = RunChart("c", "Profit", [ChartPoint("W46", Decimal(3))], "¥", limits=limits)
    with speaking("zh"):
        labels = chart.data["limits"]["labels"]
    assert labels == {"lower": "下限 ¥555万", "mean": "均值 ¥1,040万", "upper": "上限 ¥1,526万"}


def test_no_template_has_inline_script_or_style():
    """The content security policy would stop it, and only a browser would tell."""
    forbidden = re.compile(
        r"""\sstyle\s*=|\son[a-z]+\s*=|<style|<script(?![^>]*(\ssrc=|application/json))|hx-on""",
        re.IGNORECASE,
    )
    found = [
        f"{file.name}: {line.strip()}"
        for file in TEMPLATES.rglob("*.html")
        for line in file.read_text(encoding="utf-8").splitlines()
        if forbidden.search(line)
    ]
    assert found == []


def test_the_lock_file_names_no_registry():
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    assert not any("resolved" in package for package in lock["packages"].values())
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    versions = wanted["devDependencies"].values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions)
