"""Several writers at the same moment: nothing is lost and nothing doubled, on either database."""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from okapi.base import idempotency
from okapi.base.models import StoredAnswer
from okapi.kpis import actions
from okapi.kpis.ingest import staging
from okapi.kpis.models import Intake, KpiStanding, Measurement, MeasurementHistory
from tests.cast import Cast
from tests.kpis.making import counts, make_kpi, row, take

pytestmark = pytest.mark.django_db(transaction=True)

MONTHS = [f"{year}-{month:02}" for year in range(2024, 2026) for month in range(1, 13)]


def together(*works: Callable[[], Any]) -> list[Any]:
    """Run these at the same moment, each in its own thread with its own connection."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(contextvars.copy_context().run, run, work) for work in works]
        return [future.result() for future in futures]


def writer(cast: Cast, value: int, *keys: str) -> Callable[[], Any]:
    rows = [row(key, month, value) for key in keys for month in MONTHS]
    return lambda: take(cast.system, rows)


@pytest.mark.parametrize("chunk", [1_000, 7])
def test_writers_of_the_same_values_leave_one_history(
    cast: Cast, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK_ROWS", chunk)
    for key in ("a", "b"):
        make_kpi(cast, key)
    orders = (("a", "b"), ("b", "a"), ("a", "b"), ("b", "a"))
    results = together(*(writer(cast, at, *keys) for at, keys in enumerate(orders)))
    assert sum(one.new for one in results) == 48
    revised = sum(one.revised for one in results)
    assert revised == 3 * 48
    assert MeasurementHistory.objects.count() == revised
    # Each value that stood was superseded once, by the one that came next.
    for part in Measurement.objects.values_list("slice_id", "last", "value"):
        past = MeasurementHistory.objects.filter(slice_id=part[0], last=part[1])
        stood = [int(value) for value in past.values_list("value", flat=True)]
        assert sorted([*stood, int(part[2])]) == [0, 1, 2, 3]
        assert sorted(past.values_list("revision", flat=True)) == [1, 2, 3]
    _standings_are_right()


def _standings_are_right() -> None:
    for standing in KpiStanding.objects.all():
        newest = Measurement.objects.filter(slice__kpi_id=standing.kpi_id).order_by("-last")[0]
        assert (standing.value, standing.last) == (newest.value, newest.last)


def test_many_small_writers_of_one_kpi_lose_nothing(cast: Cast) -> None:
    make_kpi(cast)

    def one(month: str) -> Callable[[], Any]:
        return lambda: take(cast.system, [row("returns", month, 1)])

    together(*(one(month) for month in MONTHS[:8]))
    standing = KpiStanding.objects.get()
    assert (len(standing.spark), standing.label) == (8, MONTHS[7])


def test_a_writer_and_an_undo_of_the_same_values(cast: Cast) -> None:
    make_kpi(cast)
    take(cast.system, [row("returns", month, 0) for month in MONTHS])
    second = writer(cast, 1, "returns")()
    third, undone = together(
        writer(cast, 2, "returns"), lambda: actions.undo_intake(cast.system, second.uid)
    )
    assert third.revised == 24
    assert (undone.restored, undone.kept) in {(24, 0), (0, 24)}
    assert set(Measurement.objects.values_list("value", flat=True)) == {Decimal(2)}


@pytest.mark.parametrize("chunk", [1_000, 7])
def test_the_same_request_twice_at_once_is_written_once(
    cast: Cast, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "CHUNK_ROWS", chunk)
    make_kpi(cast)
    rows = [row("returns", month, 3) for month in MONTHS]
    request = idempotency.request(cast.organisation.pk, "once", b"body")
    works = [lambda: take(cast.system, rows, request=request)] * 4
    results = together(*works)
    assert len({one.uid for one in results}) == 1
    assert {counts(one) for one in results} == {(24, 24, 0, 0)}
    assert (Intake.objects.count(), StoredAnswer.objects.count()) == (1, 1)
    assert set(Measurement.objects.values_list("revision", flat=True)) == {1}
    assert list(staging.folder().glob("*.sqlite3")) == []
