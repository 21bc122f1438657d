"""The product's examples, from measurements to stored standings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.base import clock
from okapi.base.models import Change, Outbox
from okapi.goals import renewer, standings
from okapi.goals.models import CheckIn, Dirty, Level, Milestone, Moves
from okapi.kpis.models import Kpi, Slice, Target
from okapi.orgs.models import Cycle
from tests.cast import Cast
from tests.goals.making import (
    add_move,
    make_guard,
    make_key_result,
    make_kpi,
    make_objective,
    measure,
    publish_measured,
    renewed,
    standing,
)

MONTHS = [f"2026-{month:02}" for month in range(1, 13)]


def plan(cast: Cast, kpi: Kpi, value: str) -> None:
    """The same target in each month of the year."""
    one = Slice.objects.get(kpi=kpi, key="")
    for number, label in enumerate(MONTHS, start=1):
        first = date(2026, number, 1)
        last = date(2026 + number // 12, number % 12 + 1, 1) - timedelta(days=1)
        Target.objects.create(
            organisation=cast.organisation, kpi=kpi, slice=one, frequency="month",
            first=first, last=last, label=label, value=Decimal(value),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("months", "total", "progress"), [(6, "15", 0.5), (6, "12", 0.0), (12, "27", 0.5)]
)
def test_a_sum_accrues_its_baseline_by_the_plan(
    cast: Cast, months: int, total: str, progress: float
) -> None:
    """24 → 30: 15 at half time is on plan, 12 is last year's level, 27 at the end half the way."""
    kpi = make_kpi(cast, aggregation="sum")
    plan(cast, kpi, "2.5")
    objective = make_objective(cast, cycle=cast.year)
    key_result = make_key_result(objective, kpi, start=24, target=30)
    measure(cast, kpi, dict.fromkeys(MONTHS[:months], Decimal(total) / months))
    renewed([objective], today=date(2027, 1, 5))
    found = standing(key_result)
    assert found.current == Decimal(total)
    assert found.progress == pytest.approx(progress)


@pytest.mark.parametrize(
    ("start", "target", "value", "progress"),
    [
        (50, 20, 35, 0.5),
        (20, 50, 10, -1 / 3),
        (-10, 10, 0, 0.5),
        (10, 0, 5, 0.5),
        (5, -5, -10, 1.5),
    ],
)
def test_reach_goes_up_and_down_and_across_zero(
    cast: Cast, start: int, target: int, value: int, progress: float
) -> None:
    kpi = make_kpi(cast, direction="up" if target > start else "down")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=start, target=target)
    measure(cast, kpi, {"2026-10": value})
    renewed([objective])
    assert standing(key_result).progress == pytest.approx(progress)
    assert standing(key_result).mode == "reach"
    clipped = min(max(progress, 0), 1)
    assert standing(objective).progress == pytest.approx(clipped)


def test_into_a_band(cast: Cast) -> None:
    kpi = make_kpi(cast, direction="band")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=30, low=10, high=20)
    measure(cast, kpi, {"2026-10": 24})
    renewed([objective])
    assert standing(key_result).progress == pytest.approx(0.6)


def test_a_ratio_is_the_ratio_of_sums(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="ratio")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target="0.5")
    measure(
        cast, kpi, {"2026-09": (1, 1, 1), "2026-10": ("0.1", 10, 100), "2026-11": ("0.3", 90, 300)}
    )
    renewed([objective])
    assert standing(key_result).current == Decimal("0.25")
    assert standing(key_result).progress == pytest.approx(0.5)


def test_keep_counts_periods_and_may_miss_a_tenth(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week", direction="up")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=95, target=95)
    measure(cast, kpi, {"2026-W40": 95, "2026-W41": 96, "2026-W42": 97})
    renewed([objective], today=date(2026, 10, 19))
    found = standing(key_result)
    assert (found.mode, found.inside, found.ended, found.progress) == ("keep", 3, 3, 1.0)
    assert found.health == "on_track"
    assert 0 < standing(objective).progress < 0.3, "nothing is earned on day one"
    measure(cast, kpi, {"2026-W43": "94.9"})
    renewed([objective], today=date(2026, 10, 26))
    assert standing(key_result).health == "at_risk", "one of thirteen weeks may be missed"
    measure(cast, kpi, {"2026-W44": 90})
    renewed([objective], today=date(2026, 11, 2))
    found = standing(key_result)
    assert (found.health, found.inside, found.ended) == ("off_track", 3, 5)


def test_values_at_the_limit_are_inside_in_decimals(cast: Cast) -> None:
    kpi = make_kpi(cast, direction="down")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start="0.1", target="0.3", mode="keep")
    measure(cast, kpi, {"2026-10": Decimal("0.1") + Decimal("0.2")})
    renewed([objective])
    assert standing(key_result).inside == 1


def test_a_start_waits_for_its_baseline_and_is_then_frozen(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, target=30)
    measure(cast, kpi, {"2026-08": 18, "2026-10": 25})
    renewed([objective])
    found = standing(key_result)
    assert (found.health, found.reason) == ("no_data", "health.waiting_for_baseline")
    assert (standing(objective).known, standing(objective).counted) == (0, 1)
    measure(cast, kpi, {"2026-09": 20})
    renewed([objective])
    move = Moves.objects.get(key_result=key_result)
    assert (move.start, move.start_label, move.is_start_typed) == (20, "2026-09", False)
    assert Change.objects.filter(kind="key_result", verb="freeze_start").count() == 1
    assert standing(key_result).progress == pytest.approx(0.5)
    measure(cast, kpi, {"2026-09": 10})
    renewed([objective])
    assert Moves.objects.get(key_result=key_result).start == 20, "a later revision changes nothing"


def test_the_baseline_of_a_sum_is_as_long_as_the_span(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum")
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, target=30)
    measure(cast, kpi, {"2026-08": 8, "2026-09": 9, "2026-10": 10})
    renewed([objective])
    assert Moves.objects.get(key_result=key_result).start is None
    measure(cast, kpi, {"2026-07": 7})
    renewed([objective])
    move = Moves.objects.get(key_result=key_result)
    assert (move.start, move.start_label) == (24, "2026-07 – 2026-09")


def test_only_key_results_linked_to_the_kpi_move(cast: Cast) -> None:
    first, second = make_kpi(cast), make_kpi(cast)
    objectives = [make_objective(cast), make_objective(cast)]
    one = make_key_result(objectives[0], first, start=0, target=10)
    other = make_key_result(objectives[1], second, start=0, target=10)
    for kpi in (first, second):
        measure(cast, kpi, {"2026-10": 1})
    renewed(objectives)
    number = standing(other).number_of_state
    measure(cast, first, {"2026-10": 5})
    publish_measured(cast, first)
    assert standing(one).progress == pytest.approx(0.5)
    assert standing(other).progress == pytest.approx(0.1)
    assert standing(other).number_of_state == number


def test_a_slice_moves_only_what_reads_it(cast: Cast) -> None:
    kpi = make_kpi(cast)
    Slice.objects.create(
        organisation=cast.organisation, kpi=kpi, key="region=East", values={"region": "East"}
    )
    objective = make_objective(cast)
    east = make_key_result(objective, kpi, slice_key="region=East", start=0, target=10)
    total = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4}, slice_key="region=East")
    renewed([objective])
    assert standing(east).progress == pytest.approx(0.4)
    assert standing(total).progress is None


def test_several_moves_are_a_weighted_mean_of_clipped_progress(cast: Cast) -> None:
    first, second = make_kpi(cast), make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, first, start=0, target=10)
    add_move(key_result, second, start=0, target=10, weight=3, position=1)
    measure(cast, first, {"2026-10": 20})
    measure(cast, second, {"2026-10": 2})
    renewed([objective])
    assert standing(key_result).progress == pytest.approx((1 + 3 * 0.2) / 4)
    assert standing(key_result).current == 20, "in the unit of the first one"


def test_what_has_no_kpi(cast: Cast) -> None:
    objective = make_objective(cast)
    steps = make_key_result(objective, kind="milestone")
    for key, weight, due, done in (
        ("a", 1, date(2026, 10, 31), date(2026, 10, 20)),
        ("b", 3, date(2026, 12, 20), None),
    ):
        Milestone.objects.create(
            organisation=cast.organisation, key_result=steps, key=key, title=key,
            weight=weight, due=due, done_on=done,
        )  # fmt: skip
    described = make_key_result(objective, kind="levels")
    for key, value in (("fail", "0"), ("commit", "0.3"), ("target", "0.7"), ("stretch", "1")):
        Level.objects.create(
            organisation=cast.organisation, key_result=described, key=key, value=value, text=key
        )
    plain = make_key_result(objective, kind="yes_no")
    renewed([objective])
    assert standing(steps).progress == pytest.approx(0.25)
    assert standing(steps).health == "on_track"
    assert standing(described).progress is None, "no word is no data, never zero"
    assert (standing(plain).health, standing(plain).reason) == ("no_data", "health.no_word")
    for key_result, said in ((described, {"level": "commit"}), (plain, {"is_done": True})):
        CheckIn.objects.create(
            organisation=cast.organisation, key_result=key_result, person=cast.mia,
            at=clock.now(), confidence=5, **said,
        )  # fmt: skip
    renewed([objective])
    assert standing(described).progress == pytest.approx(0.3)
    assert standing(described).health == "at_risk"
    assert (standing(plain).progress, standing(plain).health) == (1.0, "on_track")


def test_stale_outranks_and_keeps_the_last_figure(cast: Cast) -> None:
    kpi = make_kpi(cast)
    cycle = Cycle.objects.create(
        organisation=cast.organisation, key="h", title="h",
        starts=date(2026, 7, 1), ends=date(2026, 12, 31), state="running",
    )  # fmt: skip
    objective = make_objective(cast, cycle=cycle)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-08": 4})
    renewed([objective], today=date(2026, 10, 20))
    fresh = standing(key_result)
    assert fresh.turns_on == date(2026, 10, 31) or fresh.turns_on == date(2026, 11, 1)
    assert standings.turn(cast.organisation.pk, fresh.turns_on - timedelta(days=1)) == 0
    assert standings.turn(cast.organisation.pk, fresh.turns_on) == 1
    found = standing(key_result)
    assert (found.health, found.reason) == ("no_data", "health.stale")
    assert found.progress == pytest.approx(0.4)
    assert standings.turn(cast.organisation.pk, fresh.turns_on) == 0


def test_a_gap_at_the_end_of_a_span_is_not_waited_for_once_later_values_are_there(
    cast: Cast,
) -> None:
    """Freshness is told from the newest period covered, and that is after the span by then."""
    kpi = make_kpi(cast)
    cycle = Cycle.objects.create(
        organisation=cast.organisation, key="q", title="q",
        starts=date(2026, 7, 1), ends=date(2026, 9, 30), state="running",
    )  # fmt: skip
    objective = make_objective(cast, cycle=cycle)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-07": 3, "2026-08": 4})
    renewed([objective], today=date(2026, 11, 2))
    assert standing(key_result).reason == "health.stale"
    measure(cast, kpi, {"2026-10": 9})
    renewed([objective], today=date(2026, 11, 2))
    found = standing(key_result)
    assert (found.current, found.covered_on) == (4, date(2026, 8, 31))
    assert (found.health, found.reason) == ("off_track", "health.pace")
    # The KPI may fall asleep again: what lies in the span is known by then as well as ever.
    assert standings.turn(cast.organisation.pk, date(2027, 6, 1)) == 0
    assert standing(key_result).health == "off_track"
    measure(cast, kpi, {"2026-09": 10})
    renewed([objective], today=date(2027, 6, 1))
    assert (standing(key_result).current, standing(key_result).health) == (10, "on_track")


def test_one_off_of_two_is_at_risk(cast: Cast) -> None:
    good, bad = make_kpi(cast), make_kpi(cast)
    objective = make_objective(cast)
    make_key_result(objective, good, start=0, target=10)
    make_key_result(objective, bad, start=0, target=10)
    measure(cast, good, {"2026-10": 10})
    measure(cast, bad, {"2026-10": 0})
    renewed([objective])
    assert (standing(objective).health, standing(objective).progress) == ("at_risk", 0.5)


def test_the_number_of_statements_does_not_grow(cast: Cast) -> None:
    def statements(n: int) -> int:
        kpis = [make_kpi(cast) for _ in range(n)]
        objectives = [make_objective(cast) for _ in range(n)]
        for kpi, objective in zip(kpis, objectives, strict=True):
            make_key_result(objective, kpi, start=0, target=10)
            make_guard(objective, kpi, low=0)
            measure(cast, kpi, {"2026-10": 4})
        with CaptureQueriesContext(connection) as captured:
            renewed(objectives)
        return len(captured)

    one, many = statements(1), statements(20)
    assert many <= one <= 20


def test_a_large_batch_goes_through_the_renewer(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast)
    key_result = make_key_result(objective, kpi, start=0, target=10)
    renewed([objective])
    renewer.drain(cast.organisation.pk)
    measure(cast, kpi, {"2026-10": 4})
    publish_measured(cast, kpi, through_renewer=True)
    assert standing(key_result).progress is None
    assert set(Dirty.objects.values_list("kind", flat=True)) == {"key_result"}
    told = Outbox.objects.count()
    assert renewer.drain(cast.organisation.pk) == 2
    assert standing(key_result).progress == pytest.approx(0.4)
    assert not Dirty.objects.exists()
    kinds = sorted(Outbox.objects.order_by("id").values_list("kind", flat=True)[told:])
    assert kinds == ["branch", "key_result", "objective"]


def test_a_private_objective_is_told_to_its_readers_only(cast: Cast) -> None:
    kpi = make_kpi(cast)
    objective = make_objective(cast, visibility="team", owner=cast.lea)
    make_key_result(objective, kpi, start=0, target=10)
    measure(cast, kpi, {"2026-10": 4})
    publish_measured(cast, kpi)
    assert Outbox.objects.exists()
    for row in Outbox.objects.all():
        assert row.audience == {"teams": [str(cast.service.pk)], "people": [str(cast.lea.pk)]}
