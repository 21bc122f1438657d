"""The ticker's look for signals: all that waits, and what becomes of a failure."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from okapi.base import clock
from okapi.cli import tick
from okapi.kpis import standings
from okapi.kpis.models import Signal, SignalDue
from okapi.kpis.standings import processes, signals
from tests.cast import Cast
from tests.kpis.test_process_marks import SHIFTED
from tests.kpis.test_signals import measured


def test_it_looks_until_nothing_waits(cast: Cast) -> None:
    measured(cast, SHIFTED)
    tick.look_for_signals(lambda: False)
    assert Signal.objects.count() == 1
    assert not SignalDue.objects.exists()


def test_a_ticker_that_stops_leaves_it_for_later(cast: Cast) -> None:
    measured(cast, SHIFTED)
    tick.look_for_signals(lambda: True)
    assert not Signal.objects.exists()
    assert SignalDue.objects.exists()


def test_a_failure_is_told_and_nothing_is_lost(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> int:
        raise ValueError("a bug")

    measured(cast, SHIFTED)
    monkeypatch.setattr(standings, "renew_signals", fail)
    with caplog.at_level(logging.ERROR):
        tick.look_for_signals(lambda: False)
    assert "Looking for signals failed" in caplog.text
    assert SignalDue.objects.exists()


def test_a_kpi_that_fails_keeps_no_other_waiting(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays marked, is not tried again at once, and is looked at when its time has come."""
    bad = measured(cast, SHIFTED, key="bad")
    measured(cast, SHIFTED, key="good")
    tried: list[Any] = []
    real = processes.look

    def look(subject: processes.Subject, *others: Any) -> processes.Looked:
        if subject.kpi_id == bad.pk:
            tried.append(subject)
            raise ValueError("a bug")
        return real(subject, *others)

    monkeypatch.setattr(signals, "look", look)
    postponed = standings.Postponed()
    with caplog.at_level(logging.ERROR):
        tick.look_for_signals(lambda: False, postponed)
        before = len(tried)
        tick.look_for_signals(lambda: False, postponed)
    assert [one.kpi.key for one in Signal.objects.select_related("kpi")] == ["good"]
    assert set(SignalDue.objects.values_list("kpi_id", flat=True)) == {bad.pk}
    assert len(tried) == before
    assert str(bad.pk) in caplog.text
    monkeypatch.setattr(signals, "look", real)
    with clock.at(clock.now() + timedelta(minutes=2)):
        tick.look_for_signals(lambda: False, postponed)
    assert Signal.objects.filter(kpi=bad).exists()
    assert not SignalDue.objects.exists()


def test_each_wait_is_twice_the_one_before_up_to_six_hours() -> None:
    postponed, kpi, at = standings.Postponed(), uuid4(), datetime(2026, 11, 24, tzinfo=UTC)
    waits = [postponed.failed(kpi, at) - at for _ in range(40)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert waits[-1] == timedelta(hours=6)
    assert postponed.waiting(at) == [kpi]
    assert postponed.waiting(at + timedelta(hours=6)) == []
    postponed.done([kpi])
    assert postponed.waiting(at) == []
