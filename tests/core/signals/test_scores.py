import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.signals.scores import normal_scores, quantiles, spread

whole = st.lists(st.integers(-50, 50), min_size=4, max_size=40)


def test_quantiles_are_symmetric_and_grow():
    found = quantiles(24)
    np.testing.assert_allclose(found, -found[::-1], atol=1e-12)
    assert (np.diff(found) > 0).all()
    assert found[-1] == pytest.approx(1.9468, abs=1e-3)  # Blom's score of the largest of 24


@given(whole)
def test_only_the_order_counts(values):
    row = np.array([values], dtype=float)
    scores, ties = normal_scores(row, 1e-9)
    bent, _ = normal_scores(np.exp(row / 10), 1e-12)
    np.testing.assert_allclose(bent, scores, atol=1e-12)
    turned, _ = normal_scores(-row, 1e-9)
    np.testing.assert_allclose(turned, -scores, atol=1e-9)
    assert ties[0] >= -1e-9
    assert ties[0] + (scores**2).sum() == pytest.approx((quantiles(len(values)) ** 2).sum())


def test_cases_do_not_mix_and_noise_is_no_difference():
    scores, ties = normal_scores(np.array([[1, 1 + 1e-13, 1, 1], [4, 3, 2, 1.0]]), 1e-9)
    np.testing.assert_allclose(scores[0], 0, atol=1e-12)
    np.testing.assert_allclose(scores[1], quantiles(4)[::-1])
    assert ties[0] == pytest.approx((quantiles(4) ** 2).sum())
    assert ties[1] == pytest.approx(0)


def test_spread_is_the_deviation_of_a_normal_process_and_wild_values_do_not_move_it():
    sample = np.random.default_rng(1).normal(scale=3, size=(400, 24))
    assert spread(sample).mean() == pytest.approx(3, rel=0.03)
    wild = sample.copy()
    wild[:, 0] = 1e6
    assert spread(wild).mean() == pytest.approx(3, rel=0.25)
    assert float(spread(np.full(9, 0.1))) == pytest.approx(0)
    assert float(spread(np.array([0.0] * 20 + [1.0]))) > 0  # the middle is constant: plain
