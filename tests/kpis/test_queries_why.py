"""Why a KPI moved: sums and rates by their slices, against periods, last year and targets."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from okapi.base import clock
from okapi.core.calendars import WorkingCalendar
from okapi.core.errors import NotFound, Refused
from okapi.core.slices import slice_key
from okapi.kpis.models import Kpi, KpiForecastHistory, Slice, Target
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.why import Against, Wanted, Why, Without, why
from okapi.orgs import queries
from okapi.orgs.models import Person
from tests.cast import TODAY, Cast
from tests.goals.making import make_kpi, measure

PRODUCTS, CHANNELS = ("H3", "G2", "C1"), ("shop", "web", "live")
PLACES = list(itertools.product(PRODUCTS, CHANNELS))


def asking(cast: Cast, person: Person | None = None) -> Asking:
    settings = queries.settings_of(cast.organisation.pk)
    return Asking(cast.actor(person or cast.vic), settings, "en", WorkingCalendar(), TODAY)


def sliced(cast: Cast, key: str = "sales", **definition: Any) -> Kpi:
    return make_kpi(
        cast,
        key,
        **{"frequency": "month", "aggregation": "sum", "direction": "up"}
        | {"dimensions": ["product", "channel"], "slice_aggregation": "sum"}
        | definition,
    )


def put(cast: Cast, kpi: Kpi, label: str, parts: Mapping[tuple[str, ...], Any]) -> None:
    """One period's slices by product and channel (or the first of them)."""
    for values, value in parts.items():
        named = dict(zip(("product", "channel"), values, strict=False))
        key = slice_key(named)
        Slice.objects.get_or_create(
            organisation=cast.organisation, kpi=kpi, key=key, defaults={"values": named}
        )
        measure(cast, kpi, {label: value}, key)


def sums(cast: Cast, kpi: Kpi, label: str, total: float | None = None, **extra: float) -> None:
    """100 in every place, and more in those named (`H3_live=50`)."""
    parts: dict[tuple[str, ...], Any] = {
        place: 100 + extra.get("_".join(place), 0) for place in PLACES
    }
    put(cast, kpi, label, parts)
    measure(cast, kpi, {label: sum(parts.values()) if total is None else total})


def rates(
    cast: Cast,
    kpi: Kpi,
    label: str,
    above: Mapping[str, int] | None = None,
    below: Mapping[str, int] | None = None,
) -> None:
    """20 of 1,000 everywhere but where it is said."""
    parts = {}
    for place in PLACES:
        name = "_".join(place)
        numerator, denominator = (above or {}).get(name, 20), (below or {}).get(name, 1000)
        parts[place] = (100 * numerator / denominator, numerator, denominator)
    put(cast, kpi, label, parts)
    numerator, denominator = (sum(part[at] for part in parts.values()) for at in (1, 2))
    measure(cast, kpi, {label: (100 * numerator / denominator, numerator, denominator)})


@pytest.fixture
def sales(cast: Cast) -> Kpi:
    """Up by 150 in October, all of it with H3 in the live channel."""
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", H3_live=150)
    return kpi


@pytest.fixture
def returns(cast: Cast) -> Kpi:
    """A rate: H3 returned five times as often in October."""
    kpi = sliced(
        cast, "returns", unit="%", aggregation="ratio", slice_aggregation="ratio", direction="down"
    )
    rates(cast, kpi, "2025-10")
    rates(cast, kpi, "2026-09")
    rates(cast, kpi, "2026-10", {"H3_shop": 100, "H3_web": 100, "H3_live": 100})
    return kpi


def added(found: Why) -> dict[tuple[tuple[str, str], ...], float]:
    assert found.causes is not None
    return {tuple(sorted(part.where.items())): part.amount for part in found.causes.parts}


def adds_up(found: Why) -> None:
    assert found.causes is not None
    assert found.values is not None
    whole = pytest.approx(found.change)
    assert found.causes.change + found.outside == whole
    assert found.values.change + found.outside == whole


def test_a_sum_by_its_slices(cast: Cast, sales: Kpi) -> None:
    found = why(asking(cast), "sales", Wanted())
    assert found.start is not None
    assert found.end is not None
    assert (found.start.period.label, found.end.period.label) == ("2026-09", "2026-10")
    assert (found.start.value, found.end.value, found.change) == (900, 1050, 150)
    assert added(found) == {(("channel", "live"), ("product", "H3")): 150}
    assert (found.dimensions, found.dimension, found.is_rate) == (
        ("product", "channel"), "product", False,
    )  # fmt: skip
    assert found.values is not None
    assert found.values.parts[0].where == {"product": "H3"}
    adds_up(found)


def test_the_dimension_that_is_asked_for(cast: Cast, sales: Kpi) -> None:
    found = why(asking(cast), "sales", Wanted(dimension="channel"))
    assert found.values is not None
    assert found.values.parts[0].where == {"channel": "live"}
    assert why(asking(cast), "sales", Wanted(dimension="colour")).dimension == "product"


def test_a_rate_by_rate_and_mix(cast: Cast, returns: Kpi) -> None:
    found = why(asking(cast), returns.pk, Wanted())
    assert found.is_rate
    assert found.change == pytest.approx(14 / 3 - 2)
    assert added(found) == {(("product", "H3"),): pytest.approx(8 / 3)}
    assert found.causes is not None
    part = found.causes.parts[0]
    assert (part.before, part.after) == (pytest.approx(2), pytest.approx(10))
    assert found.causes.mix == pytest.approx(0)
    adds_up(found)


def test_more_where_the_rate_is_high_is_mix(cast: Cast) -> None:
    kpi = sliced(cast, "mixed", unit="%", aggregation="ratio", slice_aggregation="ratio")
    rates(cast, kpi, "2026-09", {"G2_web": 200})
    rates(cast, kpi, "2026-10", {"G2_web": 800}, {"G2_web": 4000})
    found = why(asking(cast), "mixed", Wanted())
    assert found.change > 1
    assert found.causes is not None
    assert found.causes.parts == ()
    assert found.causes.mix == pytest.approx(found.change)
    adds_up(found)


def test_any_two_periods_also_backwards(cast: Cast, sales: Kpi) -> None:
    found = why(asking(cast), "sales", Wanted("2026-10", "2026-09", Against.PERIOD))
    assert found.change == -150
    assert added(found) == {(("channel", "live"), ("product", "H3")): -150}
    assert [period.label for period in found.periods] == ["2026-10", "2026-09"]


def test_last_year(cast: Cast, returns: Kpi, sales: Kpi) -> None:
    found = why(asking(cast), "returns", Wanted(against=Against.YEAR_BEFORE))
    assert found.start is not None
    assert found.start.period.label == "2025-10"
    assert added(found) == {(("product", "H3"),): pytest.approx(8 / 3)}
    without = why(asking(cast), "sales", Wanted(against=Against.YEAR_BEFORE))
    assert (without.without, without.causes) == (Without.PAIR, None)


def set_target(kpi: Kpi, **limits: float) -> None:
    Target.objects.create(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice=Slice.objects.get(kpi=kpi, key=""),
        frequency="month",
        first=date(2026, 10, 1),
        last=date(2026, 10, 31),
        label="2026-10",
        **{name: Decimal(str(value)) for name, value in limits.items()},
    )


def test_a_target_is_spread_as_it_was_a_year_before(cast: Cast, returns: Kpi) -> None:
    set_target(returns, value=1.8)
    # The month before has the trouble already.
    rates(cast, returns, "2026-09", {"H3_shop": 90, "H3_web": 90, "H3_live": 90})
    found = why(asking(cast), "returns", Wanted(against=Against.TARGET))
    assert found.start is not None
    assert (found.start.value, found.change) == (1.8, pytest.approx(14 / 3 - 1.8))
    assert found.causes is not None
    assert found.causes.mix == 0
    # Had all been at the target, H3 would have had 1.8 %.
    assert added(found) == {(("product", "H3"),): pytest.approx(8.2 / 3)}
    adds_up(found)


def test_a_target_of_a_sum(cast: Cast, sales: Kpi) -> None:
    set_target(sales, value=900)
    found = why(asking(cast), "sales", Wanted(against=Against.TARGET))
    assert added(found) == {(("channel", "live"), ("product", "H3")): 150}
    adds_up(found)


def test_without_a_single_target_there_is_no_split(cast: Cast, sales: Kpi) -> None:
    found = why(asking(cast), "sales", Wanted(against=Against.TARGET))
    assert found.without is Without.TARGET
    band = sliced(cast, "band", direction="band")
    sums(cast, band, "2026-09")
    sums(cast, band, "2026-10")
    set_target(band, low=1, high=2)
    assert why(asking(cast), "band", Wanted(against=Against.TARGET)).without is Without.TARGET


def test_what_no_slice_has_is_told_apart(cast: Cast) -> None:
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", total=990, H3_live=50)
    found = why(asking(cast), "sales", Wanted())
    assert (found.change, found.outside) == (90, 40)
    adds_up(found)


def test_a_slice_that_appears(cast: Cast) -> None:
    kpi = sliced(cast)
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10", total=1200)
    put(cast, kpi, "2026-10", {("K2", "web"): 300})
    found = why(asking(cast), "sales", Wanted())
    assert added(found) == {(("product", "K2"),): 300}
    adds_up(found)


def test_the_finest_slices_count(cast: Cast, sales: Kpi) -> None:
    for label, value in (("2026-09", 300), ("2026-10", 450)):
        put(cast, sales, label, {("H3",): value, ("G2",): 300, ("C1",): 300})
    found = why(asking(cast), "sales", Wanted())
    assert added(found) == {(("channel", "live"), ("product", "H3")): 150}
    adds_up(found)


def test_slices_of_one_dimension_each(cast: Cast) -> None:
    kpi = sliced(cast)
    for label, value in (("2026-09", 100), ("2026-10", 400)):
        put(cast, kpi, label, {("H3",): value, ("G2",): 100, ("C1",): 100, ("L1",): 100})
        measure(cast, kpi, {label: value + 300})
    found = why(asking(cast), "sales", Wanted())
    assert found.dimensions == ("product",)
    adds_up(found)


@pytest.mark.parametrize(
    ("definition", "without"),
    [
        ({"dimensions": []}, Without.SLICES),
        ({"slice_aggregation": "mean"}, Without.ADDING_UP),
        ({"aggregation": "last", "slice_aggregation": ""}, Without.ADDING_UP),
        ({}, Without.MEASUREMENTS),
    ],
)
def test_what_has_no_split_says_why(cast: Cast, definition: Any, without: Without) -> None:
    sliced(cast, **definition)
    found = why(asking(cast), "sales", Wanted())
    assert (found.without, found.causes, found.values) == (without, None, None)


def test_totals_alone_have_no_split(cast: Cast) -> None:
    kpi = sliced(cast)
    measure(cast, kpi, {"2026-09": 5, "2026-10": 7})
    found = why(asking(cast), "sales", Wanted())
    assert (found.change, found.without) == (2, Without.MEASUREMENTS)
    only = sliced(cast, "only")
    measure(cast, only, {"2026-10": 7})
    assert why(asking(cast), "only", Wanted()).without is Without.PAIR


def test_a_rate_without_denominators_has_no_split(cast: Cast) -> None:
    kpi = sliced(cast, unit="%", aggregation="ratio", slice_aggregation="ratio")
    sums(cast, kpi, "2026-09")
    sums(cast, kpi, "2026-10")
    assert why(asking(cast), "sales", Wanted()).without is Without.MEASUREMENTS


@pytest.mark.parametrize(("start", "end", "field"), [("2020-01", "", "from"), ("", "?", "to")])
def test_an_unknown_period_is_refused(
    cast: Cast, sales: Kpi, start: str, end: str, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        why(asking(cast), "sales", Wanted(start, end, Against.PERIOD))
    assert (refused.value.code, refused.value.field) == ("why.period", field)


def test_a_private_kpi_is_not_there(cast: Cast, sales: Kpi) -> None:
    Kpi.objects.filter(pk=sales.pk).update(visibility="team", team=cast.service)
    with pytest.raises(NotFound):
        why(asking(cast), "sales", Wanted())


def test_the_number_of_statements_is_fixed(cast: Cast, sales: Kpi, returns: Kpi) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            why(asking(cast), "sales", Wanted())
        return len(context)

    asked()  # settings and the like are kept from here on
    before = asked()
    for at in range(3):
        put(cast, sales, "2026-10", {(f"X{at}", "web"): 10})
    assert asked() == before


def told_before(kpi: Kpi, after: date, ends: date, median: float) -> None:
    """What was forecast of a period, after a day."""
    KpiForecastHistory.objects.create(
        organisation_id=kpi.organisation_id,
        slice=Slice.objects.get(kpi=kpi, key=""),
        definition_id=kpi.definition_id,
        made_at=clock.now(),
        last=after,
        steps=[[ends.toordinal(), median, median - 50, median + 50]],
    )


def test_a_forecast_is_spread_as_a_target_is(cast: Cast, sales: Kpi) -> None:
    told_before(sales, date(2026, 8, 31), date(2026, 10, 31), 700)
    told_before(sales, date(2026, 9, 30), date(2026, 10, 31), 900)
    found = why(asking(cast), "sales", Wanted(against=Against.FORECAST))
    assert found.start is not None
    # The newest one that was made before the period came counts.
    assert found.start.value == 900
    assert added(found) == {(("channel", "live"), ("product", "H3")): 150}
    adds_up(found)


def test_without_a_forecast_made_before_there_is_no_split(cast: Cast, sales: Kpi) -> None:
    told_before(sales, date(2026, 9, 30), date(2026, 11, 30), 900)
    found = why(asking(cast), "sales", Wanted(against=Against.FORECAST))
    assert (found.without, found.causes) == (Without.FORECAST, None)
