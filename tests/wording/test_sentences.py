"""Filling phrases: every kind of value, both languages, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum

import pytest

from okapi.core.errors import Refusals, Refused
from okapi.core.periods import Period
from okapi.wording import (
    Phrase,
    catalogue,
    code_of,
    current_language,
    listing,
    refusal_lines,
    say,
    speaking,
)


class TrafficLight(StrEnum):
    DARK_RED = "dark_red"


MADE_UP = {
    "test.plain": ("{value}", "{value}"),
    "test.share": ("{value:percent} done", "完成 {value:percent}"),
    "test.line": ("line {value:plain}", "第 {value:plain} 行"),
    "traffic_light.dark_red": ("dark red", "深红"),
}


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    added = {
        code: Phrase(code, en=en, zh=zh, en_one=None, file="test")
        for code, (en, zh) in MADE_UP.items()
    }
    added["test.count"] = Phrase("test.count", "{n} goals", "{n} 个目标", "{n} goal", "test")
    everything = {**catalogue.phrases(), **added}
    monkeypatch.setattr(catalogue, "phrases", lambda: everything)


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        ("as it is", "as it is", "as it is"),
        (1234, "1,234", "1,234"),
        (Decimal("-0.50"), "−0.50", "−0.50"),
        (True, "yes", "是"),
        (None, "—", "—"),
        (date(2026, 11, 23), "23 Nov 2026", "2026年11月23日"),
        (datetime(2026, 11, 23, 6, 5, tzinfo=UTC), "23 Nov 2026, 06:05", "2026年11月23日 06:05"),
        (TrafficLight.DARK_RED, "dark red", "深红"),
        (Period(date(2026, 10, 1), date(2026, 12, 31), "2026Q4"), "Q4 2026", "2026年第4季度"),
        ([1, "b", TrafficLight.DARK_RED], "1, b, dark red", "1、b、深红"),
    ],
)
def test_each_kind_of_value(value: object, english: str, chinese: str) -> None:
    assert say("test.plain", language="en", value=value) == english
    assert say("test.plain", language="zh", value=value) == chinese


def test_forms() -> None:
    assert say("test.share", language="zh", value=0.5) == "完成 50%"
    assert say("test.line", value=12345) == "line 12345"


def test_one_and_many() -> None:
    assert say("test.count", n=1) == "1 goal"
    assert say("test.count", n=0) == "0 goals"
    assert say("test.count", n=1, language="zh") == "1 个目标"


def test_language_is_the_context_s() -> None:
    assert current_language() == "en"
    with speaking("zh-hans"):
        assert say("test.share", value=1) == "完成 100%"
        assert listing(["a", "b"]) == "a、b"
        with speaking("en"):
            assert say("test.share", value=1) == "100% done"
    assert current_language() == "en"


def test_unknown_code_and_missing_data_are_bugs() -> None:
    with pytest.raises(KeyError):
        say("nobody.knows")
    with pytest.raises(KeyError):
        say("test.plain")
    with pytest.raises(ValueError, match="no phrases"):
        say("test.plain", language="fr", value=1)


def test_code_of_an_enum_member() -> None:
    assert code_of(TrafficLight.DARK_RED) == "traffic_light.dark_red"


def test_every_refusal_is_a_line_with_its_place() -> None:
    error = Refusals(
        [
            Refused("test.plain", value="no place"),
            Refused("test.plain", value="a file", file="kpis.yaml"),
            Refused("test.plain", value="a line", file="kpis.yaml", line=1400),
            Refused("test.plain", value="a field", file="kpis.yaml", line=14, field="target"),
        ]
    )
    assert refusal_lines(error) == [
        "no place",
        "kpis.yaml: a file",
        "kpis.yaml, line 1400: a line",
        "kpis.yaml, line 14, target: a field",
    ]
    assert refusal_lines(error, language="zh")[3] == "kpis.yaml 第 14 行，target：a field"
