"""What a KPI's page reads: versions, slices, targets, values with their origin, linked goals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.base import clock
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound
from okapi.core.freshness import Freshness
from okapi.core.limits import Status
from okapi.goals.models import CheckIn, Informs
from okapi.goals.queries.kpi_links import Link, kpi_links
from okapi.kpis.models import (
    Definition,
    Intake,
    Kpi,
    KpiStanding,
    Measurement,
    MeasurementHistory,
    Slice,
    Target,
)
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.page import kpi_page
from okapi.kpis.queries.plan import plan_from
from okapi.kpis.queries.rows import Measure
from okapi.orgs import queries
from okapi.orgs.models import Person
from tests.cast import TODAY, Cast
from tests.goals.making import make_guard, make_key_result, make_kpi, make_objective, measure

WEEKS = {f"2026-W{week}": week for week in range(40, 48)}


def asking(cast: Cast, person: Person | None = None, language: str = "en") -> Asking:
    settings = queries.settings_of(cast.organisation.pk)
    actor = cast.actor(person or cast.mia)
    return Asking(actor, settings, language, WorkingCalendar(), TODAY)


def weekly(cast: Cast, key: str = "returns", **definition: Any) -> Kpi:
    """A weekly KPI of service with eight weeks of values, the newest in W47."""
    kpi = make_kpi(cast, key, frequency="week", unit="%", direction="down", **definition)
    kpi.team, kpi.owner = cast.service, cast.mia
    kpi.save()
    measure(cast, kpi, WEEKS)
    return kpi


def target(kpi: Kpi, label: str, first: date, last: date, frequency: str, **limits: Any) -> Target:
    made: Target = Target.objects.create(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=""),
        frequency=frequency,
        first=first,
        last=last,
        label=label,
        **{name: Decimal(str(value)) for name, value in limits.items()},
    )
    return made


def test_values_stand_in_order_each_judged_by_the_target_of_its_period(cast: Cast) -> None:
    kpi = weekly(cast)
    target(kpi, "2026Q3", date(2026, 7, 1), date(2026, 9, 30), "quarter", value=40)
    target(kpi, "2026Q4", date(2026, 10, 1), date(2026, 12, 31), "quarter", value=44, amber=45)
    found = kpi_page(asking(cast), "returns")
    assert [row.period.label for row in found.rows] == list(WEEKS)
    # W40 ends on 4 October: the new quarter's target holds for it.
    assert [row.status for row in found.rows[:1]] == [Status.GREEN]
    assert [row.status for row in found.rows[-4:]] == [
        Status.GREEN,
        Status.AMBER,
        Status.RED,
        Status.RED,
    ]
    assert found.gaps == ()
    assert found.next_period is not None
    assert found.next_period.label == "2026-W48"


def test_a_gap_is_told_and_the_next_period_follows_the_newest(cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month")
    measure(cast, kpi, {"2026-07": 1, "2026-09": 2})
    found = kpi_page(asking(cast), "k")
    assert [gap.label for gap in found.gaps] == ["2026-08"]
    assert found.next_period is not None
    assert found.next_period.label == "2026-10"


def test_without_any_value_the_last_ended_period_is_measured_first(cast: Cast) -> None:
    make_kpi(cast, "k", frequency="month")
    found = kpi_page(asking(cast), "k")
    assert found.rows == ()
    assert found.stand.age.freshness is Freshness.EMPTY
    assert found.next_period is not None
    assert found.next_period.label == "2026-10"


def test_a_longer_target_of_a_sum_judges_no_period(cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", aggregation="sum")
    measure(cast, kpi, {"2026-09": 5, "2026-10": 5})
    target(kpi, "2026", date(2026, 1, 1), date(2026, 12, 31), "year", value=60)
    target(kpi, "2026-10", date(2026, 10, 1), date(2026, 10, 31), "month", value=4)
    found = kpi_page(asking(cast), "k")
    assert [row.status for row in found.rows] == [Status.NO_TARGET, Status.GREEN]


def test_own_targets_stand_before_longer_ones() -> None:
    from okapi.core.frequencies import Frequency
    from okapi.core.quantities import Direction
    from okapi.core.series import Aggregation

    measure_ = Measure("", None, Direction.UP, Frequency.MONTH, Aggregation.LAST)
    empty = dict.fromkeys(("amber", "low", "high", "amber_low", "amber_high", "breakdown_id"))
    plan = plan_from(
        measure_,
        [
            {
                **empty,
                "frequency": "year",
                "first": date(2026, 1, 1),
                "last": date(2026, 12, 31),
                "label": "2026",
                "value": Decimal(10),
            },
            {
                **empty,
                "frequency": "month",
                "first": date(2026, 6, 1),
                "last": date(2026, 6, 30),
                "label": "2026-06",
                "value": Decimal(7),
            },
            # Of a shorter frequency than the KPI's: never read.
            {
                **empty,
                "frequency": "week",
                "first": date(2026, 6, 1),
                "last": date(2026, 6, 7),
                "label": "2026-W23",
                "value": Decimal(1),
            },
        ],
    )
    held = [plan.holding(date(2026, month, 28)) for month in (5, 6, 9)]
    assert [one and one.target.label for one in held] == ["2026", "2026-06", "2026-06"]
    assert plan.holding(date(2025, 12, 31)) is None


def test_versions_stand_newest_first(cast: Cast) -> None:
    kpi = weekly(cast)
    second = Definition.objects.create(
        organisation=cast.organisation,
        kpi=kpi,
        number=2,
        unit="%",
        direction="down",
        frequency="week",
        text="returned within 30 days",
        decided_by=cast.sten,
        valid_from=date(2026, 7, 1),
    )
    kpi.definition = second
    kpi.save()
    found = kpi_page(asking(cast), "returns")
    assert [one.number for one in found.versions] == [2, 1]
    assert found.definition.decided_by == "Sten"
    assert found.definition.valid_from == date(2026, 7, 1)


def test_a_kpi_without_a_total_opens_at_the_slice_of_its_standing(cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", dimensions=["region"], has_total=False)
    for region in ("East", "West"):
        Slice.objects.create(
            organisation=cast.organisation,
            kpi=kpi,
            key=f"region={region}",
            values={"region": region},
        )
    measure(cast, kpi, {"2026-08": 1, "2026-09": 2, "2026-10": 4}, "region=West")
    KpiStanding.objects.create(
        organisation=cast.organisation,
        kpi=kpi,
        definition=kpi.definition,
        slice_key="region=West",
        value=Decimal(4),
        status="no_target",
        last=date(2026, 10, 31),
        first=date(2026, 10, 1),
        label="2026-10",
    )
    who = asking(cast)
    found = kpi_page(who, "k")
    assert found.slice is not None
    assert found.slice.key == "region=West"
    assert found.stand.value == 4
    other = kpi_page(who, "k", slice_key="region=East")
    assert other.stand.status is Status.NO_DATA
    assert other.rows == ()
    with pytest.raises(NotFound):
        kpi_page(who, "k", slice_key="")
    with pytest.raises(NotFound):
        kpi_page(who, "k", slice_key="region=North")


def test_another_slice_is_compared_with_its_own_earlier_values(cast: Cast) -> None:
    kpi = make_kpi(cast, "k", frequency="month", dimensions=["region"])
    Slice.objects.create(
        organisation=cast.organisation, kpi=kpi, key="region=East", values={"region": "East"}
    )
    measure(cast, kpi, {"2025-10": 10, "2026-09": 14, "2026-10": 15}, "region=East")
    stand = kpi_page(asking(cast), "k", slice_key="region=East").stand
    assert (stand.value, stand.previous, stand.year_before) == (15, 14, 10)
    assert stand.age.freshness is Freshness.FRESH


def test_a_superseded_value_says_who_said_what(cast: Cast) -> None:
    kpi = weekly(cast)
    now = Measurement.objects.get(label="2026-W47")
    later = Intake.objects.create(
        organisation=cast.organisation, door="api", created_at=clock.now(), person=cast.sten
    )
    MeasurementHistory.objects.create(
        organisation=cast.organisation,
        slice=now.slice,
        first=now.first,
        last=now.last,
        label=now.label,
        value=Decimal("3.5"),
        number=3.5,
        intake=now.intake,
        superseded_by=later,
    )
    found = kpi_page(asking(cast), kpi.pk).revisions
    assert found.total == 1
    row = found.rows[0]
    assert (row.value, row.superseded_by.person, row.superseded_by.door) == (
        Decimal("3.5"),
        "Sten",
        "api",
    )
    assert not row.was_undone


def test_what_may_not_be_read_is_not_found(cast: Cast) -> None:
    kpi = weekly(cast)
    kpi.visibility = "team"
    kpi.save()
    with pytest.raises(NotFound):
        kpi_page(asking(cast, cast.tom), "returns")
    assert kpi_page(asking(cast), "returns").row.private


@pytest.mark.parametrize(
    ("who", "may"), [("mia", True), ("lea", True), ("sten", True), ("tom", False), ("vic", False)]
)
def test_who_may_measure(cast: Cast, who: str, may: bool) -> None:
    weekly(cast)
    assert kpi_page(asking(cast, getattr(cast, who)), "returns").may_measure is may


def test_linked_goals_and_what_was_said(cast: Cast) -> None:
    kpi = weekly(cast)
    objective = make_objective(cast, key="O-1")
    key_result = make_key_result(objective, kpi, key="KR-1", start=50, target=30)
    make_guard(make_objective(cast, key="O-2", team=cast.sales), kpi, amber_high=40, high=50)
    Informs.objects.create(organisation=cast.organisation, objective=objective, kpi=kpi)
    CheckIn.objects.create(
        organisation=cast.organisation,
        key_result=key_result,
        person=cast.mia,
        at=clock.now(),
        confidence=6,
        happened="Checklist is live",
    )
    found = kpi_links(asking(cast), kpi.pk, since=date(2026, 1, 1)).alone()
    assert [(goal.link, goal.objective_key) for goal in found.goals] == [
        (Link.MOVES, "O-1"),
        (Link.GUARDS, "O-2"),
        (Link.INFORMS, "O-1"),
    ]
    moves = found.goals[0]
    assert moves.key_result is not None
    assert moves.key_result.key == "KR-1"
    assert found.totals == {Link.MOVES: 1, Link.GUARDS: 1, Link.INFORMS: 1}
    assert [(said.person, said.confidence) for said in found.said] == [("Mia", 6)]
    assert kpi_links(asking(cast), kpi.pk, since=date(2027, 1, 1)).alone().said == ()


def test_a_private_objective_is_not_linked_for_others(cast: Cast) -> None:
    kpi = weekly(cast)
    make_key_result(make_objective(cast, visibility="team"), kpi, start=50, target=30)
    assert len(kpi_links(asking(cast), kpi.pk, since=TODAY).alone().goals) == 1
    assert kpi_links(asking(cast, cast.tom), kpi.pk, since=TODAY).alone().goals == ()


def test_the_number_of_statements_does_not_grow(cast: Cast) -> None:
    counts = []
    for n in (1, 3):
        kpi = weekly(cast, f"k{n}")
        for at in range(n):
            make_key_result(make_objective(cast, key=f"O{n}-{at}"), kpi, start=50, target=30)
        who = asking(cast)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            found = kpi_page(who, kpi.key)
            kpi_links(who, found.row.id, since=TODAY).alone()
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 7
