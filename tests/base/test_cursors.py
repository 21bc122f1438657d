"""Places in lists as texts, and what is no such place."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.base import cursors
from okapi.core.errors import Refused

SOME = UUID("01a220b3-60f6-7316-9780-8b77fa115a06")
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=50)
_numbers = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


@given(place=st.lists(st.none() | _texts | _numbers, max_size=5))
def test_a_place_comes_back(place: list[cursors.Part]) -> None:
    cursor = cursors.written([*place, SOME])
    assert cursor.isascii()
    assert "=" not in cursor
    assert cursors.read(cursor) == [*place, str(SOME)]


@pytest.mark.parametrize(
    "text",
    [
        "{}", "null", "1", '"a"', "[[1]]", '[{"a": 1}]', "[true]", "[NaN]", "[Infinity]", "[1e999]",
        "[9007199254740993]", '["a\\u0000"]', '["\\ud800"]', "[" * 2_000, f"[{'9' * 2_900}]", "",
    ],
)  # fmt: skip
def test_what_no_list_has_written(text: str) -> None:
    with pytest.raises(Refused) as refused:
        cursors.read(urlsafe_b64encode(text.encode()).decode().rstrip("="))
    assert refused.value.code == "cursor.unreadable"


@pytest.mark.parametrize("cursor", ["?", "é", "a", "x" * 5_000])
def test_what_is_no_text_of_ours(cursor: str) -> None:
    with pytest.raises(Refused):
        cursors.read(cursor)
