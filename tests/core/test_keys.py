"""Keys: what may be one."""

from __future__ import annotations

import pytest

from okapi.core.errors import Refused
from okapi.core.keys import read_key


@pytest.mark.parametrize("text", ["KR-1.2-1", "3.10", "_x", "收入", "Ω", "a+b", "0", "é", "a" * 80])
def test_letters_of_any_script_and_digits_make_a_key(text):
    assert read_key(text) == text


@pytest.mark.parametrize(
    "text",
    ["", " ", "a b", "a/b", "-a", ".a", "a|b", "a\nb", "\ufeffa", "a\u200bb", "\u202ea", "a" * 81],
)
def test_what_nobody_sees_or_an_address_cannot_hold_makes_none(text):
    with pytest.raises(Refused) as caught:
        read_key(text, field="key")
    assert (caught.value.code, caught.value.field) == ("value.key", "key")
