"""`POST /api/v1/measurements`: all or none, once per key; goals have moved by the answer."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from okapi.goals.models import KeyResultStanding
from okapi.kpis.models import Intake, Kpi, Measurement
from tests.api.conftest import Program
from tests.cast import Cast
from tests.goals.making import make_key_result, make_kpi, make_objective

Calls = Callable[..., Program]


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    """A monthly KPI that Mia owns."""
    kpi = make_kpi(cast, "returns", frequency="month", direction="up")
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.mia, team=cast.service)
    kpi.refresh_from_db()
    return kpi


def row(period: str = "2026-10", value: Any = 1.2, **more: Any) -> dict[str, Any]:
    return {"kpi": "returns", "period": period, "value": value, **more}


def counts(answer: Any) -> tuple[int, ...]:
    body = answer.json()
    return tuple(body[name] for name in ("received", "new", "revised", "unchanged"))


def test_new_revised_and_unchanged_are_told_apart(cast: Cast, returns: Kpi, program: Calls) -> None:
    mia = program(cast, cast.mia)

    first = mia.post("measurements", [row("2026-09"), row("2026-10")])
    again = mia.post("measurements", [row("2026-09"), row("2026-10", 1.3)])

    assert (first.status_code, counts(first)) == (200, (2, 2, 0, 0))
    assert (again.status_code, counts(again)) == (200, (2, 0, 1, 1))


def test_the_key_result_has_moved_when_the_answer_comes(
    cast: Cast, returns: Kpi, program: Calls
) -> None:
    key_result = make_key_result(make_objective(cast), returns, start=0, target=10)

    program(cast, cast.mia).post("measurements", [row("2026-10", 5)])

    standing = KeyResultStanding.objects.get(key_result=key_result)
    assert (standing.current, standing.progress) == (Decimal(5), 0.5)


def test_one_bad_row_and_nothing_is_written(cast: Cast, returns: Kpi, program: Calls) -> None:
    rows = [row(), row("2026-13"), {"kpi": "nowhere", "period": "2026-10", "value": 1}]

    answer = program(cast, cast.mia).post("measurements", [*rows, row("2026-09", "much")])

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    told = [(error["line"], error["field"]) for error in answer.json()["errors"]]
    assert told == [(2, "period"), (3, "kpi"), (4, "value")]
    assert not Measurement.objects.exists()
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nonsense", b"{}", b"[1]", b'[{"kpi": 1}]', b'[{"kpi": "returns"}]', b"\xff\xfe"],
)
def test_what_is_no_array_of_measurements_is_refused(
    cast: Cast, returns: Kpi, program: Calls, body: bytes
) -> None:
    answer = program(cast, cast.mia).post("measurements", body)

    assert answer.status_code == 422
    assert answer.json()["errors"]
    assert not Measurement.objects.exists()


def test_the_same_key_and_body_are_answered_the_same_and_written_once(
    cast: Cast, returns: Kpi, program: Calls
) -> None:
    mia = program(cast, cast.mia)

    first = mia.post("measurements", [row()], key="monday")
    again = mia.post("measurements", [row()], key="monday")

    assert again.json() == first.json()
    assert counts(again) == (1, 1, 0, 0)
    assert Intake.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(
    cast: Cast, returns: Kpi, program: Calls
) -> None:
    mia = program(cast, cast.mia)
    mia.post("measurements", [row()], key="monday")

    answer = mia.post("measurements", [row(value=7)], key="monday")

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:okapi:error:idempotency.other_body"
    assert Measurement.objects.get().value == Decimal("1.2")


def test_long_decimals_keep_every_digit(cast: Cast, returns: Kpi, program: Calls) -> None:
    body = b'[{"kpi": "returns", "period": "2026-10", "value": 12345678901234567.89}]'

    program(cast, cast.mia).post("measurements", body)

    assert Measurement.objects.get().value == Decimal("12345678901234567.89")


@pytest.mark.parametrize(
    ("who", "status"),
    [("mia", 200), ("lea", 200), ("sten", 200), ("tom", 422), ("vic", 422), ("ada", 422)],
)
def test_who_may_measure(cast: Cast, returns: Kpi, program: Calls, who: str, status: int) -> None:
    answer = program(cast, getattr(cast, who)).post("measurements", [row()])

    assert answer.status_code == status
    assert Measurement.objects.exists() is (status == 200)


def test_another_organisation_does_not_know_the_kpi(
    cast: Cast, strangers: Cast, returns: Kpi, program: Calls
) -> None:
    answer = program(strangers, strangers.sten).post("measurements", [row()])

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "kpi"
    assert not Measurement.objects.exists()


@pytest.mark.parametrize("token", ["", "okapi_wrong"])
def test_without_a_token_that_opens_nothing_is_said(cast: Cast, returns: Kpi, token: str) -> None:
    answer = Program(token).post("measurements", [row()])

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert not Measurement.objects.exists()


def test_a_body_that_is_too_large_is_refused(
    cast: Cast, returns: Kpi, program: Calls, settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10

    answer = program(cast, cast.mia).post("measurements", [row()])

    assert answer.status_code == 413
    assert answer.json()["errors"][0]["code"] == "request.too_large"


def test_other_methods_are_not_there(cast: Cast, program: Calls) -> None:
    assert program(cast, cast.mia).delete("measurements").status_code == 405
