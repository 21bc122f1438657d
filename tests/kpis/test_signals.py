"""Signals of KPIs: found when values change, kept as they go on, withdrawn when corrected."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from okapi.base.models import Outbox
from okapi.core.quantities import Direction
from okapi.kpis import actions, standings
from okapi.kpis.actions import DefinitionDraft
from okapi.kpis.models import (
    CatalogueEntry,
    Kpi,
    KpiStanding,
    ProcessLimits,
    Signal,
    SignalDue,
)
from tests.cast import TODAY, Cast
from tests.kpis.making import make_kpi, row, take

# Forty weeks around 50 that nobody touched, the newest of which ended yesterday.
QUIET = [
    50, 51, 49, 50.5, 48.5, 50, 51.5, 49.5, 50, 49, 51, 50, 48, 50.5, 49.5, 51, 50, 50, 49, 51.5,
    50, 49.5, 50.5, 50, 49, 51, 50, 50.5, 49.5, 48.5, 51, 50, 49.5, 50, 51, 49, 50, 50.5, 49.5, 50,
]  # fmt: skip
LAST = date(2026, 11, 22)


def weeks(kpi: str, values: list[Any], *, ending: date = LAST) -> list[dict[str, Any]]:
    """Values of weeks, the newest of which ends on a day."""
    rows = []
    for back, value in enumerate(reversed(values)):
        year, week, _ = (ending - timedelta(weeks=back)).isocalendar()
        if value is not None:
            rows.append(row(kpi, f"{year}-W{week:02}", value))
    return rows


def look(cast: Cast) -> int:
    return standings.renew_signals(cast.organisation.pk, frozenset(), TODAY)


def measured(cast: Cast, values: list[Any], direction: str = "down", key: str = "returns") -> Kpi:
    kpi = make_kpi(cast, key, frequency="week", direction=direction)
    take(cast.system, weeks(key, values))
    return kpi


def signals() -> list[tuple[str, str, str, str, bool, bool]]:
    names = ("kind", "direction", "since_label", "until_label", "is_open")
    return [
        (*(getattr(one, name) for name in names), one.withdrawn_at is not None)
        for one in Signal.objects.order_by("since")
    ]


def limits() -> ProcessLimits:
    found: ProcessLimits = ProcessLimits.objects.get(is_current=True)
    return found


def test_nothing_is_told_of_a_kpi_that_only_varies(cast: Cast) -> None:
    kpi = measured(cast, QUIET)
    assert look(cast) == 1
    assert signals() == []
    kept = limits()
    assert (kept.points, kept.is_firm, kept.season) == (24, True, None)
    assert kept.lower < 48.5
    assert kept.upper > 51.5
    assert KpiStanding.objects.get(kpi=kpi).signal is None
    assert not SignalDue.objects.exists()
    assert look(cast) == 0


@pytest.mark.parametrize(
    ("direction", "is_bad", "place"),
    [(Direction.DOWN, True, 0), (Direction.UP, False, 4), (Direction.BAND, None, 0)],
)
def test_a_new_level_is_a_signal_told_everywhere(
    cast: Cast, direction: Direction, is_bad: bool | None, place: int
) -> None:
    kpi = measured(cast, [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5], direction.value)
    look(cast)
    assert signals() == [("shift", "up", "2026-W42", "2026-W47", True, False)]
    found = Signal.objects.get()
    assert (found.is_bad, found.points, found.mean) == (is_bad, 6, pytest.approx(54.666, abs=0.01))
    assert found.change == pytest.approx(4.7, abs=0.3)
    assert CatalogueEntry.objects.get(kpi=kpi).place == place
    said = KpiStanding.objects.get(kpi=kpi).signal
    assert (said is None) == (is_bad is False)
    assert Outbox.objects.filter(kind="signal", object_id=found.pk).count() == 1


def test_it_goes_on_with_its_id_and_ends_when_values_come_back(cast: Cast) -> None:
    values = [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5]
    kpi = make_kpi(cast, frequency="week", direction="down")
    rows = weeks("returns", [*values, *QUIET[:12]])
    for upto in (38, 40, 44, 52):
        take(cast.system, rows[::-1][:upto])
        look(cast)
    assert [one[:5] for one in signals()] == [("shift", "up", *_labels(rows, 34, 39), False)]
    assert Signal.objects.get().version > 1
    assert Outbox.objects.filter(kind="signal").count() == 1
    assert KpiStanding.objects.get(kpi=kpi).signal is None


def _labels(rows: list[dict[str, Any]], first: int, last: int) -> tuple[str, str]:
    oldest_first = rows[::-1]
    return oldest_first[first]["period"], oldest_first[last]["period"]


def test_limits_stay_when_values_come(cast: Cast) -> None:
    rows = weeks("returns", [*QUIET, *[one + 3 for one in QUIET[:20]]])[::-1]
    make_kpi(cast, frequency="week")
    take(cast.system, rows[:40])
    look(cast)
    before = limits()
    take(cast.system, rows[40:])
    look(cast)
    after = limits()
    assert (after.pk, after.first, after.last, after.mean, after.upper, after.renewed_at) == (
        before.pk, before.first, before.last, before.mean, before.upper, before.renewed_at,
    )  # fmt: skip


def test_what_was_a_mistake_is_withdrawn(cast: Cast) -> None:
    measured(cast, [*QUIET[:39], 90])
    look(cast)
    assert signals() == [("spike", "up", "2026-W47", "2026-W47", True, False)]
    take(cast.system, [row("returns", "2026-W47", 50)])
    look(cast)
    assert signals() == [("spike", "up", "2026-W47", "2026-W47", False, True)]
    assert KpiStanding.objects.get().signal is None


@pytest.mark.parametrize("values", [[], [3, 4], [None] * 5 + [7], [5.0] * 40])
def test_too_little_or_nothing_that_varies_tells_nothing(cast: Cast, values: list[Any]) -> None:
    measured(cast, values)
    look(cast)
    assert signals() == []


def test_values_beyond_all_measure_are_told_by_their_code(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week")
    take(cast.system, weeks("returns", QUIET))
    from okapi.kpis.models import Measurement

    Measurement.objects.filter(label="2026-W46").update(number=1e200)
    standings.leave_to_watch(cast.organisation.pk, [kpi.pk])
    look(cast)
    assert limits().refusal == "signals.not_a_number"
    assert signals() == []


def test_what_was_never_looked_at_is_found_by_the_day(cast: Cast) -> None:
    measured(cast, [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5])
    SignalDue.objects.all().delete()
    assert look(cast) == 0
    standings.leave_unwatched(cast.organisation.pk)
    assert standings.watched_organisations() == [cast.organisation.pk]
    look(cast)
    assert len(signals()) == 1
    standings.leave_unwatched(cast.organisation.pk)
    assert standings.watched_organisations() == []


def test_another_direction_is_another_judgement(cast: Cast) -> None:
    kpi = measured(cast, [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5])
    look(cast)
    kept = limits()
    draft = DefinitionDraft(frequency="week", direction="up")
    actions.redefine_kpi(cast.system, kpi.pk, draft)
    assert look(cast) == 1
    found = Signal.objects.get()
    assert (found.is_bad, found.is_open) == (False, True)
    assert KpiStanding.objects.get(kpi=kpi).signal is None
    assert limits().pk == kept.pk


def test_looked_at_again_without_change_nothing_is_written_or_told(cast: Cast) -> None:
    kpi = measured(cast, [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5])
    look(cast)
    before = Outbox.objects.count()
    standings.leave_to_watch(cast.organisation.pk, [kpi.pk])
    look(cast)
    assert Signal.objects.get().version == 1
    assert Outbox.objects.count() == before


def test_a_hidden_kpis_signal_is_news_only_to_its_readers(cast: Cast) -> None:
    kpi = make_kpi(cast, frequency="week", direction="down")
    Kpi.objects.filter(pk=kpi.pk).update(visibility="named")
    take(cast.system, weeks("returns", [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5]))
    look(cast)
    letter = Outbox.objects.get(kind="signal")
    assert not letter.audience.get("everyone")


def test_a_computed_kpi_has_signals_of_its_computed_values(cast: Cast) -> None:
    make_kpi(cast, "sent", frequency="week", aggregation="sum")
    twice = make_kpi(
        cast, "twice", frequency="week", aggregation="sum", direction="down", formula="2 * sent"
    )
    take(cast.system, weeks("sent", [*QUIET[:34], 54, 55, 54.5, 55, 54, 55.5]))
    look(cast)
    found = Signal.objects.get(kpi=twice)
    assert (found.kind, found.since_label, found.is_bad) == ("shift", "2026-W42", True)
    assert found.mean == pytest.approx(109.333, abs=0.01)
    assert KpiStanding.objects.get(kpi=twice).signal is not None


def test_a_baseline_of_a_computed_kpi_counts_its_computed_values(cast: Cast) -> None:
    make_kpi(cast, "sent", frequency="week", aggregation="sum")
    make_kpi(cast, "twice", frequency="week", aggregation="sum", formula="2 * sent")
    take(cast.system, weeks("sent", QUIET))
    said = actions.MarkDraft("2026-W10", "A quiet time.", until="2026-W30")
    mark = actions.mark_process(cast.actor(cast.sten), "twice", said)
    assert mark.last is not None
