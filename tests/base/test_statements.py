"""Plain statements: what stands in the places of their parameters, on either database."""

from __future__ import annotations

import pytest

from okapi.base import statements

pytestmark = pytest.mark.django_db


def test_parameters_by_place_and_a_percent_sign_of_its_own() -> None:
    text = "SELECT 'a%%', CAST(%s AS integer), CAST(%s AS integer)"
    assert statements.rows(text, [1, 2]) == [("a%", 1, 2)]


def test_parameters_by_name_may_stand_several_times() -> None:
    text = "SELECT CAST(%(b)s AS integer), CAST(%(a)s AS integer), CAST(%(b)s AS integer)"
    assert statements.rows(text, {"a": 1, "b": 2, "c": 3}) == [(2, 1, 2)]


def test_a_statement_without_parameters() -> None:
    assert statements.rows("SELECT 'b%%'", []) == [("b%",)]
