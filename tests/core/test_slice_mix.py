import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.errors import Refused
from okapi.core.slices import mix_and_rate


def test_rates_alone():
    found = mix_and_rate([10, 20], [20, 20], [100, 100], [100, 100])
    assert found.rate == pytest.approx([0.05, 0.0])
    assert found.mix == pytest.approx([0.0, 0.0])
    assert found.change == pytest.approx(0.05)


def test_the_mix_alone():
    """Rates of 10 % and 30 %; the share of the second goes from a half to three quarters."""
    found = mix_and_rate([10, 30], [5, 45], [100, 100], [50, 150])
    assert found.rate == pytest.approx([0.0, 0.0])
    # Less of what is below the middle of the whole's rates (22.5 %), more of what is above.
    assert found.mix == pytest.approx([0.25 * 0.125, 0.25 * 0.075])
    assert found.change == pytest.approx(0.25 - 0.20)


def test_every_rate_may_rise_while_the_whole_falls():
    found = mix_and_rate([90, 1], [46, 16], [100, 10], [50, 100])
    assert (found.rate > 0).all()
    assert found.change < 0
    assert found.mix.sum() < -found.rate.sum()


def test_a_slice_that_appears_has_a_mix_effect_alone():
    found = mix_and_rate([10, 0], [10, 40], [100, 0], [100, 100])
    assert found.rate == pytest.approx([0.0, 0.0])
    assert found.change == pytest.approx(0.25 - 0.10)


@st.composite
def tables(draw):
    n = draw(st.integers(1, 6))
    column = st.lists(st.floats(0, 1_000), min_size=n, max_size=n)
    weights = st.lists(st.floats(0.01, 1_000) | st.just(0.0), min_size=n, max_size=n)
    before, after = (draw(weights.filter(lambda w: sum(w) > 0)) for _ in range(2))
    old, new = draw(column), draw(column)
    # Without a denominator there is no numerator.
    old = [value * (weight > 0) for value, weight in zip(old, before, strict=True)]
    new = [value * (weight > 0) for value, weight in zip(new, after, strict=True)]
    return old, new, before, after


@given(tables())
def test_effects_add_up_to_the_change_of_the_whole(table):
    old, new, before, after = table
    change = sum(new) / sum(after) - sum(old) / sum(before)
    size = max(
        np.divide(
            new + old,
            after + before,
            where=np.array(after + before) > 0,
            out=np.zeros(2 * len(old)),
        ).max(),
        1.0,
    )
    assert mix_and_rate(*table).change == pytest.approx(change, abs=1e-9 * size)


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (([1], [1], [0], [1]), "slices.no_weight"),
        (([1], [1], [1], [0]), "slices.no_weight"),
        (([1], [1, 2], [1], [1]), "slices.length"),
        (([1], [1], [1], [1, 1]), "slices.length"),
        (([1], [1], [-1], [1]), "slices.negative_weight"),
        ((["x"], [1], [1], [1]), "slices.not_numbers"),
    ],
)
def test_what_is_no_table_of_rates_is_refused(table, code):
    with pytest.raises(Refused) as refused:
        mix_and_rate(*table)
    assert refused.value.code == code
