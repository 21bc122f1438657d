import math
from decimal import Decimal

import numpy as np
import pytest

from okapi.core.errors import Refused
from okapi.core.signals.readings import noise_of, readings


def test_none_and_nan_are_gaps_and_decimals_are_floats():
    found = readings([None, Decimal("1.5"), 2, math.nan, np.float64(3)])
    np.testing.assert_array_equal(found, [math.nan, 1.5, 2, math.nan, 3])
    assert readings([]).size == 0


@pytest.mark.parametrize("bad", [math.inf, -math.inf, Decimal("Infinity"), 1e151, "x", [], 10**400])
def test_what_cannot_be_judged_is_refused_with_its_place(bad):
    with pytest.raises(Refused) as error:
        readings([1, bad])
    assert error.value.code == "signals.not_a_number"
    assert error.value.data["position"] == 2


def test_noise_grows_with_the_values_and_passes_over_gaps():
    assert noise_of(np.array([math.nan, -4e6, 1])) == pytest.approx(4e-6)
    assert noise_of(np.array([math.nan])) == 0
