from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from okapi.core.formulas.rounding import decimal_of, half_up, rounded


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_kept_is_the_float_of_twelve_digits(value: float) -> None:
    [found] = rounded(np.asarray([value]))
    assert float(decimal_of(found)) == found
    assert decimal_of(found) == Decimal(f"{found:.11e}")
    assert found == pytest.approx(value, rel=1e-11, abs=0)
    assert rounded(np.asarray([found]))[0] == found


def test_a_tenth_and_two_tenths() -> None:
    assert rounded(np.asarray([0.1 + 0.2, 1.1 * 3, -0.0, 1e300, 5e-324])).tolist() == [
        0.3, 3.3, 0, 1e300, 4.94065645841e-324,
    ]  # fmt: skip
    assert np.isnan(rounded(np.asarray([np.nan]))).all()
    assert decimal_of(0.3) == Decimal("0.3")
    with pytest.raises(ValueError, match="finite"):
        decimal_of(float("nan"))


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(2.5, 0, 3), (-2.5, 0, -3), (1.005, 2, 1.01), (149, -2, 100), (150, -2, 200), (0.45, 1, 0.5)],
)
def test_halves_are_rounded_away_from_zero(value: float, places: int, expected: float) -> None:
    assert half_up(np.asarray([value]), places)[0] == pytest.approx(expected)
