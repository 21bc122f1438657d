"""Words of texts and of questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.words import LONGEST_WORD, MOST_TERMS, terms, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("First-time fix", ["first", "time", "fix"]),
        ("质量", ["质量", "质", "量"]),
        ("首次修复", ["首次", "次修", "修复", "首", "次", "修", "复"]),
        ("门锁 H3", ["门锁", "门", "锁", "h3"]),
        ("ＮＰＳ", ["nps"]),
        ("Café", ["cafe"]),
        ("a_b", ["a", "b"]),
        ("fix fix", ["fix"]),
        ("カメラ", ["カメ", "メラ", "カ", "メ", "ラ"]),
        ("… — ！", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words([text]) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("qual", [("qual", True)]),
        ("质量", [("质量", False)]),
        ("质", [("质", False)]),
        ("首次修复", [("首次", False), ("次修", False), ("修复", False)]),
        ("H3门锁", [("h3", True), ("门锁", False)]),
        ("  ", []),
    ],
)
def test_terms(question: str, expected: list[tuple[str, bool]]) -> None:
    assert [(term.word, term.is_start) for term in terms(question)] == expected


@given(st.text(max_size=60), st.data())
def test_every_part_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    whole = words([text])
    for term in terms(text[: start + 1]):
        assert any(
            word.startswith(term.word) if term.is_start else word == term.word for word in whole
        )


@given(st.text(max_size=400))
def test_terms_are_few_and_short(question: str) -> None:
    found = terms(question)

    assert len(found) <= MOST_TERMS
    assert all(0 < len(term.word) <= LONGEST_WORD for term in found)
    assert len(set(found)) == len(found)
