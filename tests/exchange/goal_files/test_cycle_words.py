"""Words for cycles as people and other products write them."""

from __future__ import annotations

import pytest

from okapi.exchange.goal_files.cycle_words import span_of


@pytest.mark.parametrize(
    ("word", "span"),
    [
        ("2026 Q4", "2026-10-01/2026-12-31"),
        ("Q4 2026", "2026-10-01/2026-12-31"),
        ("2026年Q4", "2026-10-01/2026-12-31"),
        ("2026 年 Q4", "2026-10-01/2026-12-31"),
        ("２０２６年第四季度", "2026-10-01/2026-12-31"),
        ("2026 年 10 月 - 12 月", "2026-10-01/2026-12-31"),
        ("2026年10月至2026年12月", "2026-10-01/2026-12-31"),
        ("2026年2-2月", "2026-02-01/2026-02-28"),
        ("2026年H1", "2026-01-01/2026-06-30"),
        ("Q3", "2026-07-01/2026-09-30"),
        ("2026年", "2026-01-01/2026-12-31"),
    ],
)
def test_words_that_mean_a_span(word: str, span: str) -> None:
    found = span_of(word, year=2026, fiscal_month=1)
    assert found is not None
    assert "/".join(day.isoformat() for day in found) == span


@pytest.mark.parametrize(
    "word", ["", "Q5", "下个季度", "2026年12月-10月", "2026年0月-3月", "0000年1-2月"]
)
def test_words_that_mean_none(word: str) -> None:
    assert span_of(word, year=2026, fiscal_month=1) is None
