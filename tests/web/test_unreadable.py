"""The character that no database keeps is refused at the door, on every kind of address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.api.conftest import Program, program
from tests.cast import Cast
from tests.web.conftest import Browser

__all__ = ["program"]
NUL = "\0"


@pytest.mark.parametrize("path", ["goals/?q=a%00b", "kpis/?team=%00", "?next=%00"])
def test_in_a_query(browser: Callable[..., Browser], cast: Cast, path: str) -> None:
    assert browser(cast.mia).get(path).status_code == 400


def test_in_an_address(browser: Callable[..., Browser], cast: Cast) -> None:
    assert browser(cast.mia).get(f"goals/{NUL}/").status_code == 404


def test_in_a_form() -> None:
    named = {"username": f"mia{NUL}@acme.example", "password": NUL}
    assert Client(SERVER_NAME="localhost").post("/sign-in", named).status_code == 400


def test_in_the_api(program: Callable[[Cast, object], Program], cast: Cast) -> None:
    row = {"kpi": f"a{NUL}", "period": NUL, "value": NUL, "slice": {NUL: NUL}, "note": NUL}
    sent = program(cast, cast.sten)
    assert sent.post("measurements", [row]).status_code == 422
    assert sent.get("kpis", cursor=NUL).status_code == 400
