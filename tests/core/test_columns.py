from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from okapi.core.columns import (
    NEVER,
    code_of,
    codes,
    day_of,
    divided,
    floats,
    maybe,
    means_by,
    member_of,
    ordinal,
)
from okapi.core.progress import KeyResultKind


def test_a_member_and_its_code_are_one():
    for kind in KeyResultKind:
        assert member_of(KeyResultKind, code_of(kind)) is kind
    assert codes([KeyResultKind.YES_NO, KeyResultKind.METRIC]).tolist() == [3, 0]


def test_a_day_and_its_number_are_one_and_none_is_never():
    assert day_of(ordinal(date(2026, 11, 23))) == date(2026, 11, 23)
    assert ordinal(None) == NEVER
    assert day_of(NEVER) is None


def test_no_value_is_nan_and_comes_back_as_none():
    column = floats([Decimal("0.1"), None, 3])
    assert [maybe(value) for value in column] == [0.1, None, 3.0]


def test_minus_zero_comes_back_as_zero():
    assert str(maybe(-0.0)) == "0.0"


def test_divided_by_zero_is_nothing():
    assert np.isnan(divided(np.array([1.0, 0.0]), np.array([0.0, 0.0]))).all()


def test_means_leave_out_what_is_unknown_with_its_weight():
    found = means_by(
        np.array([0, 0, 0, 1, 2]),
        np.array([0.2, 0.6, np.nan, np.nan, 0.5]),
        np.array([1.0, 3.0, 9.0, 1.0, 0.0]),
        4,
    )
    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1:]).all()
