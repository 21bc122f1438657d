"""The ticker's look for signals: all that waits, and what becomes of a failure."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from okapi.cli import tick
from okapi.kpis import standings
from okapi.kpis.models import Signal, SignalDue
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
