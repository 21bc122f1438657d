"""Forecasts as they would have been made on earlier days, for KPIs whose history came in at once.

Each knows only the values up to its day, as they are known today. They are kept beside those that
were made in time, and told as made afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When

from okapi.base import clock, scope
from okapi.base.arrays import Among
from okapi.base.upserts import upsert
from okapi.core.frequencies import Frequency
from okapi.kpis.models import KpiForecast, KpiForecastHistory
from okapi.kpis.standings.forecasting import (
    Due,
    Made,
    dues_of,
    fit,
    forecast_slices,
    is_kept,
    last_day,
    steps_of,
    values_by_place,
)
from okapi.orgs.queries import Settings, cycles_run_until, settings_of

AT_ONCE = 100
"""So many slices are looked back at in one start of `okapi forecast`, those of goals first."""

LOOKS = {
    Frequency.DAY: 8,
    Frequency.WEEK: 8,
    Frequency.MONTH: 6,
    Frequency.QUARTER: 4,
    Frequency.HALF: 2,
    Frequency.YEAR: 2,
}
"""So many earlier forecasts are made; of days, after one day in seven, as they are kept."""

FEWEST_VALUES = 8
"""A forecast of fewer is too wide to be worth a look back."""


def look_back(organisation_id: UUID, moved: Collection[int], today: date) -> int:
    """Make the earlier forecasts of slices that have none yet; how many forecasts that were.

    Looked at are slices with a forecast, each once.
    """
    made = 0
    with scope.organisation(organisation_id):
        settings, runs_until = settings_of(organisation_id), cache(cycles_run_until)
        for due in _waiting(moved):
            found = list(_earlier(due, settings, today, runs_until))
            _store(organisation_id, due, found)
            made += len(found)
    return made


def _waiting(moved: Collection[int]) -> list[Due]:
    of_goals = Case(When(Among("id", moved), then=Value(0)), default=Value(1))
    rows = forecast_slices(moved).filter(forecast__is_looked_back=False, forecast__refusal="")
    return dues_of(rows.order_by(of_goals, "id")[:AT_ONCE])


def _earlier(
    due: Due, settings: Settings, today: date, runs_until: Callable[[date], date | None]
) -> Iterator[Made]:
    """The forecasts after earlier periods, the newest first, as far as cycles ran then."""
    places = values_by_place(due, settings, today)
    made_in_time = set(
        KpiForecastHistory.objects.filter(slice_id=due.slice_id).values_list("last", flat=True)
    )
    left = LOOKS.get(due.frequency, 0)
    for newest in sorted(places, reverse=True)[1:]:
        known = {place: value for place, value in places.items() if place <= newest}
        if not left or len(known) < FEWEST_VALUES:
            return
        last = last_day(newest, due.frequency, settings)
        if not is_kept(due.frequency, last):
            continue
        left -= 1
        if last not in made_in_time:
            yield fit(due, known, settings, runs_until(last) or last)


@transaction.atomic
def _store(organisation_id: UUID, due: Due, found: Collection[Made]) -> None:
    at = clock.now()
    names = (
        "organisation_id",
        "slice_id",
        "last",
        "definition_id",
        "made_at",
        "steps",
        "is_rebuilt",
    )
    unique = ("organisation_id", "slice_id", "last")
    upsert(
        KpiForecastHistory,
        names,
        [
            (organisation_id, due.slice_id, one.last, due.definition_id, at, steps_of(one), True)
            for one in found
            if one.forecast is not None
        ],
        unique=unique,
        keep=names,
    )
    KpiForecast.objects.filter(slice_id=due.slice_id).update(is_looked_back=True)
