import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.slices import LONGEST_KEY, read_slice_key, slice_key

words = st.text(min_size=1, max_size=8)


@given(st.dictionaries(words, words, max_size=4))
def test_a_key_is_read_back_as_it_was(values):
    assert read_slice_key(slice_key(values)) == values


def test_a_key_is_sorted_and_the_total_is_empty():
    assert slice_key({"region": "East", "product": "A"}) == "product=A|region=East"
    assert slice_key({}) == ""


@pytest.mark.parametrize("key", ["a", "a=", "=a", "a=b|", "a=b|a=c", "a=b=c"])
def test_what_is_no_key_is_refused(key):
    with pytest.raises(Refused):
        read_slice_key(key)


def test_a_key_that_is_too_long_is_refused():
    with pytest.raises(Refused):
        slice_key({"a": "b" * LONGEST_KEY})
