"""The catalogue's entries follow what changes of a KPI, of its standing, and of the day."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okapi.base import clock
from okapi.kpis import standings
from okapi.kpis.models import CatalogueEntry, Kpi, KpiStanding, Target
from okapi.kpis.queries.rows import ATTENTION, Shown
from okapi.kpis.standings import entries
from tests.cast import TODAY, Cast
from tests.goals.making import make_kpi, measure


def _renew(kpi: Kpi, today: date = TODAY) -> None:
    standings.renew([kpi.pk], at=clock.now(), today=today)


def _entry(kpi: Kpi) -> Any:
    return CatalogueEntry.objects.get(kpi=kpi)


def _shown(kpi: Kpi) -> Shown:
    return ATTENTION[_entry(kpi).place]


def _target(cast: Cast, kpi: Kpi, value: str) -> None:
    Target.objects.create(
        organisation=cast.organisation,
        kpi=kpi,
        slice=kpi.slices.get(key=""),
        frequency="year",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        label="2026",
        value=Decimal(value),
        amber=Decimal(value) - 2,
    )


def test_it_says_what_the_standing_says(cast: Cast) -> None:
    kpi = make_kpi(cast, "returns", frequency="week")
    _renew(kpi)
    assert _shown(kpi) is Shown.NO_DATA
    measure(cast, kpi, {"2026-W47": 9})
    _renew(kpi)
    assert _shown(kpi) is Shown.NO_TARGET
    _target(cast, kpi, "10")
    _renew(kpi)
    assert _shown(kpi) is Shown.AMBER
    measure(cast, kpi, {"2026-W47": 12})
    _renew(kpi)
    assert _shown(kpi) is Shown.GREEN


def test_the_day_makes_it_due_and_stale(cast: Cast) -> None:
    kpi = make_kpi(cast, "returns", frequency="week")
    measure(cast, kpi, {"2026-W46": 9})
    _renew(kpi, date(2026, 11, 16))
    assert (_entry(kpi).is_due, _shown(kpi)) == (False, Shown.NO_TARGET)
    standing = KpiStanding.objects.get(kpi=kpi)
    assert standings.renew_due(cast.organisation.pk, standing.due_on) == 1
    assert (_entry(kpi).is_due, _shown(kpi)) == (True, Shown.NO_TARGET)
    standings.renew_due(cast.organisation.pk, standing.stale_on)
    assert (_entry(kpi).is_due, _shown(kpi)) == (False, Shown.STALE)


def test_a_signal_stands_first(cast: Cast) -> None:
    kpi = make_kpi(cast, "returns", frequency="week")
    measure(cast, kpi, {"2026-W47": 9})
    _renew(kpi)
    KpiStanding.objects.filter(kpi=kpi).update(signal={"kind": "run"})
    entries.renew([kpi.pk], TODAY)
    assert _shown(kpi) is Shown.SIGNAL


def test_it_has_what_the_kpi_is_sorted_by(cast: Cast) -> None:
    kpi = make_kpi(cast, "returns")
    Kpi.objects.filter(pk=kpi.pk).update(name="Returns", team=cast.sales, visibility="team")
    entries.renew([kpi.pk], TODAY)
    entry = _entry(kpi)
    assert (entry.name, entry.team_id, entry.is_public) == ("Returns", cast.sales.pk, False)


def test_an_archived_kpi_has_none(cast: Cast) -> None:
    kpi = make_kpi(cast, "returns")
    _renew(kpi)
    Kpi.objects.filter(pk=kpi.pk).update(
        archived_at=datetime(2026, 11, 1, tzinfo=clock.now().tzinfo)
    )
    entries.renew([kpi.pk], TODAY)
    assert not CatalogueEntry.objects.filter(kpi=kpi).exists()
    Kpi.objects.filter(pk=kpi.pk).update(archived_at=None)
    entries.renew([kpi.pk], TODAY)
    assert CatalogueEntry.objects.filter(kpi=kpi).exists()


def test_nothing_is_written_where_nothing_differs(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    kpi = make_kpi(cast, "returns")
    entries.renew([kpi.pk], TODAY)
    with django_assert_num_queries(2):
        entries.renew([kpi.pk], TODAY)
