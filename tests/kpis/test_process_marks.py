"""What people say of a KPI's process: marks, baselines, screening; and what follows from it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from okapi.base.models import Change
from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError
from okapi.kpis import actions
from okapi.kpis.actions import MarkDraft
from okapi.kpis.models import Kpi, KpiStanding, ProcessLimits, ProcessMark, Signal
from tests.cast import Cast
from tests.kpis.making import row, take
from tests.kpis.test_signals import QUIET, limits, look, measured

SHIFTED = [*QUIET[:28], *[one + 5 for one in QUIET[28:]]]


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = measured(cast, SHIFTED)
    look(cast)
    assert Signal.objects.get().is_open
    return found


def mark(cast: Cast, kpi: Kpi, since: str = "2026-W36", **more: Any) -> ProcessMark:
    draft = MarkDraft(since, more.pop("reason", "Another supplier."), **more)
    return actions.mark_process(cast.actor(cast.mia), kpi.pk, draft)


def test_a_mark_begins_another_baseline_at_once(cast: Cast, kpi: Kpi) -> None:
    before = limits()
    made = mark(cast, kpi)
    after = limits()
    assert (after.mark_id, after.points, after.is_firm) == (made.pk, 8, False)
    assert after.mean == pytest.approx(before.mean + 5, abs=0.5)
    assert not Signal.objects.filter(is_open=True).exists()
    assert Signal.objects.get().withdrawn_at is None
    assert KpiStanding.objects.get(kpi=kpi).signal is None
    assert (made.person_id, made.reason) == (cast.mia.pk, "Another supplier.")
    told = Change.objects.get(verb="mark_process")
    assert (told.person_id, told.after["since"], told.after["reason"]) == (
        cast.mia.pk, "2026-W36", "Another supplier.",
    )  # fmt: skip


def test_as_long_as_there_are_too_few_values_since_there_are_no_limits(
    cast: Cast, kpi: Kpi
) -> None:
    mark(cast, kpi, "2026-W43")
    assert (limits().mean, limits().points) == (None, 5)
    assert not Signal.objects.filter(is_open=True).exists()


def test_taken_back_the_earlier_limits_hold_and_the_mark_stays_on_record(
    cast: Cast, kpi: Kpi
) -> None:
    before = limits()
    made = mark(cast, kpi)
    actions.remove_mark(cast.actor(cast.lea), kpi.pk, made.pk, reason="It was a mistake.")
    after = limits()
    assert (after.pk, after.first, after.last, after.mean) == (
        before.pk, before.first, before.last, before.mean,
    )  # fmt: skip
    assert Signal.objects.get().is_open
    kept = ProcessMark.objects.get()
    assert (kept.removed_by_id, kept.removed_reason) == (cast.lea.pk, "It was a mistake.")
    assert Change.objects.get(verb="remove_mark").after["reason"] == "It was a mistake."


def test_who_set_it_takes_it_back_by_the_message(cast: Cast, kpi: Kpi) -> None:
    mark(cast, kpi)
    actions.take_back(cast.actor(cast.mia), Change.objects.get(verb="mark_process").pk)
    assert ProcessMark.objects.get().removed_at is not None


def test_a_stretch_is_the_baseline_exactly(cast: Cast, kpi: Kpi) -> None:
    made = mark(cast, kpi, "2026-W10", until="2026-W19")
    found = limits()
    assert (found.mark_id, found.points, found.is_firm) == (made.pk, 10, True)
    take(cast.system, [row("returns", "2026-W20", 70)])
    look(cast)
    assert (limits().mean, limits().last) == (found.mean, found.last)


def test_screening_is_the_kpis_own(cast: Cast) -> None:
    kpi = measured(cast, [*QUIET[:10], 90, *QUIET[11:]])
    look(cast)
    before = limits()
    actions.screen_ranges(cast.actor(cast.mia), kpi.pk, on=True)
    after = limits()
    assert (after.is_screened, after.mean) == (True, before.mean)
    assert after.upper < before.upper
    actions.take_back(cast.actor(cast.mia), Change.objects.get(verb="screen_ranges").pk)
    assert limits().upper == before.upper


def test_corrected_values_of_a_baseline_move_its_limits_and_that_is_on_record(
    cast: Cast, kpi: Kpi
) -> None:
    before = limits()
    take(cast.system, [row("returns", f"2026-W{before.first.isocalendar().week:02}", 60)])
    look(cast)
    after = limits()
    assert (after.first, after.last) == (before.first, before.last)
    told = Change.objects.get(verb="renew_limits")
    assert (told.before["mean"], told.after["mean"]) == (before.mean, after.mean)


@pytest.mark.parametrize(
    ("since", "until", "reason", "code", "field"),
    [
        ("2026-W36", "", " ", "text.empty", "reason"),
        ("next week", "", "Because.", "period.unreadable", "since"),
        ("", "", "Because.", "period.unreadable", "since"),
        ("2027-W02", "", "Because.", "mark.in_future", "since"),
        ("2026-W36", "2026-W30", "Because.", "mark.order", "until"),
        ("2026-W36", "2026-W38", "Because.", "mark.few", "until"),
        ("2026-W36", "", "x" * 2001, "text.too_long", "reason"),
    ],
)
def test_what_is_refused(
    cast: Cast, kpi: Kpi, since: str, until: str, reason: str, code: str, field: str
) -> None:
    with pytest.raises(OkapiError) as error:
        mark(cast, kpi, since, until=until, reason=reason)
    assert (error.value.code, error.value.data["field"]) == (code, field)
    assert not ProcessMark.objects.exists()
    assert ProcessLimits.objects.count() == 1


def test_the_same_change_is_said_once(cast: Cast, kpi: Kpi) -> None:
    mark(cast, kpi)
    with pytest.raises(Conflict) as error:
        mark(cast, kpi)
    assert error.value.code == "mark.is_there"


def test_only_who_edits_the_kpi_may(cast: Cast, kpi: Kpi) -> None:
    tom = cast.actor(cast.tom)
    with pytest.raises(Forbidden):
        actions.mark_process(tom, kpi.pk, MarkDraft("2026-W36", "Because."))
    with pytest.raises(Forbidden):
        actions.screen_ranges(tom, kpi.pk, on=True)
    made = mark(cast, kpi)
    with pytest.raises(Forbidden):
        actions.remove_mark(tom, kpi.pk, made.pk)
    with pytest.raises(NotFound):
        actions.remove_mark(cast.actor(cast.mia), kpi.pk, uuid4())
