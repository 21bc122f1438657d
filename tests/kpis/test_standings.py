"""The stored results of KPIs: figures, targets, freshness, and what is kept of the past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from okapi.base import clock
from okapi.core.periods import parse_period
from okapi.kpis import standings
from okapi.kpis.models import (
    Definition,
    Intake,
    Kpi,
    KpiStanding,
    KpiStandingHistory,
    Measurement,
    Slice,
    Target,
)
from okapi.orgs.queries import settings_of
from tests.cast import TODAY, Cast


def make_kpi(cast: Cast, key: str = "returns", **definition: Any) -> Kpi:
    """A KPI with a total slice."""
    kpi: Kpi = Kpi.objects.create(key=key, name=key, team=cast.service, owner=cast.mia)
    chosen = {"frequency": "month", "direction": "up", "aggregation": "last", **definition}
    kpi.definition = Definition.objects.create(kpi=kpi, **chosen)
    kpi.save()
    Slice.objects.create(kpi=kpi, key="")
    return kpi


def measure(kpi: Kpi, values: Mapping[str, str], key: str = "") -> None:
    """Values by period, as they would stand after an intake."""
    intake = Intake.objects.create(door="page", state="committed", created_at=clock.now())
    slice_ = Slice.objects.get(kpi=kpi, key=key)
    for text, value in values.items():
        period = parse_period(text).period
        where = {"slice": slice_, "first": period.first, "last": period.last, "mark": ""}
        Measurement.objects.filter(**where).delete()
        Measurement.objects.create(
            **where, label=text, value=Decimal(value), number=float(value), intake=intake
        )


def aim(kpi: Kpi, text: str, frequency: str, **limits: str) -> None:
    """A target of the total."""
    period = parse_period(text).period
    Target.objects.create(
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=""),
        frequency=frequency,
        first=period.first,
        last=period.last,
        label=text,
        **{name: Decimal(value) for name, value in limits.items()},
    )


def renewed(kpi: Kpi, today: date = TODAY) -> KpiStanding:
    """The standing after a renewal."""
    standings.renew([kpi.pk], at=clock.now(), today=today)
    standing: KpiStanding = KpiStanding.objects.get(pk=kpi.pk)
    return standing


def test_a_kpi_without_values_has_no_data_and_is_not_zero(cast: Cast) -> None:
    kpi = make_kpi(cast)
    aim(kpi, "2026", "year", value="10")

    standing = renewed(kpi)

    assert (standing.value, standing.status) == (None, "no_data")
    assert standing.target == {"value": "10", "label": "2026", "frequency": "year"}


def test_the_newest_value_with_what_it_is_compared_with(cast: Cast) -> None:
    kpi = make_kpi(cast)
    measure(kpi, {"2025-10": "70", "2026-09": "80", "2026-10": "83.9"})

    standing = renewed(kpi)

    assert standing.label == "2026-10"
    assert (standing.value, standing.previous, standing.year_before) == (
        Decimal("83.9"),
        Decimal(80),
        Decimal(70),
    )
    assert [point["value"] for point in standing.spark] == [70.0, 80.0, 83.9]
    assert standing.status == "no_target"


@pytest.mark.parametrize(
    ("direction", "limits", "value", "status"),
    [
        ("up", {"value": "0.3", "amber": "0.2"}, "0.3", "green"),
        ("up", {"value": "0.3", "amber": "0.2"}, "0.2", "amber"),
        ("up", {"value": "0.3", "amber": "0.2"}, "0.1999", "red"),
        ("down", {"value": "2.5", "amber": "3"}, "3.0", "amber"),
        ("down", {"value": "2.5"}, "2.51", "red"),
        ("band", {"low": "1", "high": "2"}, "2", "green"),
        ("band", {"low": "1", "high": "2"}, "2.1", "red"),
    ],
)
def test_the_status_is_judged_by_the_target_that_holds(
    cast: Cast, direction: str, limits: dict[str, str], value: str, status: str
) -> None:
    kpi = make_kpi(cast, direction=direction)
    aim(kpi, "2026-08", "month", **limits)
    measure(kpi, {"2026-10": value})

    assert renewed(kpi).status == status


def test_a_sum_has_two_statuses_its_own_and_to_date(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum")
    aim(kpi, "2026", "year", value="120")
    aim(kpi, "2026-10", "month", value="5")
    measure(kpi, {f"2026-{month:02}": "9" for month in range(1, 11)})

    standing = renewed(kpi)

    assert (standing.status, standing.to_date_status) == ("green", "red")
    assert (standing.to_date, standing.to_date_plan) == (Decimal(90), Decimal(95))


def test_a_longer_target_of_a_sum_judges_no_month_by_itself(cast: Cast) -> None:
    kpi = make_kpi(cast, aggregation="sum")
    aim(kpi, "2026", "year", value="120")
    measure(kpi, {"2026-10": "9"})

    assert renewed(kpi).status == "no_target"


def test_freshness_turns_by_the_newest_period_covered(cast: Cast) -> None:
    kpi = make_kpi(cast)
    measure(kpi, {"2026-10": "1"})

    standing = renewed(kpi)

    assert (standing.due_on, standing.stale_on) == (date(2026, 12, 1), date(2027, 1, 1))
    assert standing.turns_on == date(2026, 12, 1)
    assert renewed(kpi, date(2026, 12, 1)).turns_on == date(2027, 1, 1)
    assert renewed(kpi, date(2027, 1, 1)).turns_on is None


def test_without_a_total_no_slice_stands_for_the_whole(cast: Cast) -> None:
    kpi = make_kpi(cast, has_total=False, dimensions=["series"])
    Slice.objects.create(kpi=kpi, key="series=a", values={"series": "a"})
    measure(kpi, {"2026-09": "1", "2026-10": "2"}, key="series=a")

    standing = renewed(kpi)

    assert (standing.value, standing.status) == (None, "no_data")
    assert standing.last == date(2026, 10, 31)


def test_history_keeps_what_was_measured_and_nothing_else(cast: Cast) -> None:
    kpi = make_kpi(cast)
    measure(kpi, {"2026-09": "1"})
    renewed(kpi)
    renewed(kpi)
    measure(kpi, {"2026-08": "7"})
    renewed(kpi)
    measure(kpi, {"2026-10": "2"})
    renewed(kpi)

    kept = KpiStandingHistory.objects.filter(kpi=kpi).order_by("id")

    assert [row.label for row in kept] == ["2026-09", "2026-10"]


def test_what_did_not_change_is_no_news(cast: Cast) -> None:
    kpi = make_kpi(cast)
    measure(kpi, {"2026-09": "1"})
    first = standings.renew([kpi.pk], at=clock.now(), today=TODAY)
    again = standings.renew([kpi.pk], at=clock.now(), today=TODAY)

    assert [(one.kind, one.number) for one in first] == [("kpi", 1)]
    assert again == []


def test_only_the_readers_of_a_private_kpi_hear_of_it(cast: Cast) -> None:
    kpi = make_kpi(cast)
    kpi.visibility = "team"
    kpi.save()
    measure(kpi, {"2026-09": "1"})

    (news,) = standings.renew([kpi.pk], at=clock.now(), today=TODAY)

    assert not news.audience.everyone
    assert news.audience.teams == {cast.service.pk}


def test_many_kpis_take_as_many_statements_as_one(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    many = [make_kpi(cast, f"kpi-{at}") for at in range(20)]
    for kpi in many:
        measure(kpi, {"2026-09": "1"})
    one = make_kpi(cast, "one")
    measure(one, {"2026-09": "1"})

    settings_of(cast.organisation.pk)
    # PostgreSQL locks rows; on SQLite a transaction holds everything.
    statements = 17 if connection.vendor == "postgresql" else 16
    with django_assert_num_queries(statements):
        standings.renew([one.pk], at=clock.now(), today=TODAY)
    with django_assert_num_queries(statements):
        standings.renew([kpi.pk for kpi in many], at=clock.now(), today=TODAY)


def test_the_daily_turn_takes_what_is_due_by_today(cast: Cast) -> None:
    kpi = make_kpi(cast)
    measure(kpi, {"2026-10": "1"})
    renewed(kpi)

    assert standings.renew_due(cast.organisation.pk, TODAY) == 0
    assert standings.renew_due(cast.organisation.pk, date(2026, 12, 1)) == 1
    assert standings.renew_due(cast.organisation.pk, date(2026, 12, 1)) == 0


def test_daily_values_are_compared_with_the_same_day_last_year(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="day", aggregation="sum")
    days = [TODAY - timedelta(days=back) for back in (365, 1, 0)]
    measure(kpi, {day.isoformat(): str(at) for at, day in enumerate(days, start=1)})

    standing = renewed(kpi)

    assert (standing.value, standing.previous, standing.year_before) == (3, 2, 1)
    assert (standing.to_date, standing.to_date_year_before) == (5, 1)
