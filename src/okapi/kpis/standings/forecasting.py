"""Forecasts of slices: which are due, fitted outside any transaction, stored where they stand.

Only `okapi forecast` fits, since the library that does is large; see docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from okapi.base import clock, events, scope
from okapi.base.arrays import Among
from okapi.base.upserts import insert, upsert
from okapi.core.errors import Refused
from okapi.core.forecast import SEASONS, Forecast, forecast
from okapi.core.forecast.history import MOST_SEASONS, MOST_VALUES
from okapi.core.frequencies import Frequency, index_of, span_at
from okapi.kpis.events import ForecastsMade
from okapi.kpis.models import (
    ComputedValue,
    ForecastDue,
    KpiForecast,
    KpiForecastHistory,
    Measurement,
    Slice,
)
from okapi.orgs.queries import Settings, cycles_run_until, settings_of

# So many are stored in one transaction, and so many marks are read at once.
AT_ONCE = 20
MARKS = 5_000
# At least so many periods ahead, and never more than these.
LEAST_STEPS = {
    Frequency.DAY: 31,
    Frequency.WEEK: 13,
    Frequency.MONTH: 12,
    Frequency.QUARTER: 4,
    Frequency.HALF: 2,
    Frequency.YEAR: 2,
}
MOST_STEPS = 400
_DAYS_OF_HISTORY = 7
_DIGITS = 6


def leave_to_forecast(organisation_id: UUID, slice_ids: Iterable[int]) -> None:
    """Mark slices whose values changed, within the transaction that changed them."""
    rows = [(organisation_id, slice_id) for slice_id in slice_ids]
    insert(ForecastDue, ("organisation_id", "slice_id"), rows)


def has_forecasts_due(organisation_id: UUID) -> bool:
    """Whether values of one organisation changed since its forecasts were made."""
    with scope.organisation(organisation_id):
        return ForecastDue.objects.exists()


def renew_forecasts(organisation_id: UUID, moved: Collection[int], today: date) -> int:
    """Forecast anew what is due in one organisation; how many slices that were.

    The totals of KPIs are forecast, and of other slices those in `moved`. Due are slices whose
    values changed, that have no forecast yet, whose definition is another one by now, or whose
    forecast ends before the running cycles do.
    """
    with scope.organisation(organisation_id):
        settings = settings_of(organisation_id)
        until = max(cycles_run_until(today) or today, today)
        marks = list(ForecastDue.objects.order_by("id").values_list("id", "slice_id")[:MARKS])
        due = _due({slice_id for _, slice_id in marks}, moved, until)
        for part in _parts(due):
            made = [_made(one, settings, today, until) for one in part]
            _store(organisation_id, made, clock.now())
        ForecastDue.objects.filter(Among("id", [mark for mark, _ in marks])).delete()
    return len(due)


@dataclass(frozen=True, slots=True)
class Due:
    """A slice that is to be forecast, with what its KPI's definition says of it."""

    slice_id: int
    kpi_id: UUID
    definition_id: UUID
    frequency: Frequency
    is_computed: bool


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: a forecast after a day with the ends of its steps, or why there is none."""

    due: Due
    until: date
    last: date | None = None
    ends: Sequence[int] = ()
    forecast: Forecast | None = None
    refusal: str = ""


def _due(marked: Collection[int], moved: Collection[int], until: date) -> list[Due]:
    never = Q(forecast__isnull=True)
    otherwise = ~Q(forecast__definition_id=F("kpi__definition_id"))
    short = Q(forecast__until__lt=until)
    rows = forecast_slices(moved).filter(never | otherwise | short | Q(Among("id", marked)))
    return dues_of(rows.order_by("id"))


def forecast_slices(moved: Collection[int]) -> QuerySet[Slice, Any]:
    """The slices that are forecast: totals, and those that goals move."""
    rows: QuerySet[Slice, Any] = Slice.objects.filter(
        Q(key="") | Q(Among("id", moved)),
        kpi__definition__isnull=False,
        kpi__archived_at__isnull=True,
    )
    return rows


def dues_of(rows: QuerySet[Slice, Any]) -> list[Due]:
    """Slices with what their definitions say of them; one statement."""
    found = rows.values_list(
        *("id", "kpi_id", "kpi__definition_id"),
        *("kpi__definition__frequency", "kpi__definition__formula"),
    )
    return [
        Due(slice_id, kpi_id, definition_id, Frequency(frequency), bool(formula))
        for slice_id, kpi_id, definition_id, frequency, formula in found
    ]


def _parts(due: Iterable[Due]) -> Iterator[list[Due]]:
    remaining = iter(due)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _made(due: Due, settings: Settings, today: date, until: date) -> Made:
    """Read and fit one slice."""
    if due.frequency is Frequency.IRREGULAR:
        return Made(due, until, refusal="forecast.irregular")
    places = values_by_place(due, settings, today)
    if not places:
        return Made(due, until, refusal="forecast.too_few")
    return fit(due, places, settings, until)


def fit(due: Due, places: Mapping[int, float], settings: Settings, until: date) -> Made:
    """A forecast after the newest of some values, which are told by the number of their period."""
    newest = max(places)
    ends = _ends(due.frequency, newest, settings, until)
    values = [places.get(place) for place in range(min(places), newest + 1)]
    last = last_day(newest, due.frequency, settings)
    reaches = max(until, date.fromordinal(ends[-1]))
    try:
        found = forecast(values, len(ends), SEASONS.get(due.frequency, 1))
    except Refused as refused:
        return Made(due, reaches, last, refusal=refused.code)
    return Made(due, reaches, last, ends, found)


def values_by_place(due: Due, settings: Settings, today: date) -> dict[int, float]:
    """The newest values of periods that have ended, by the number of their period."""
    kept = max(MOST_VALUES, MOST_SEASONS * SEASONS.get(due.frequency, 1))
    rows: QuerySet[Any] = Measurement.objects.filter(slice_id=due.slice_id, last__lte=today)
    if due.is_computed:
        rows = ComputedValue.objects.filter(
            series__definition_id=due.definition_id,
            series__slice_id=due.slice_id,
            last__lte=today,
            number__isnull=False,
        )
    newest = rows.order_by("-last", "-first").values_list("last", "number")[:kept]
    found: dict[int, float] = {}
    for last, number in newest:
        place = index_of(last, due.frequency, settings.fiscal_month, settings.first_weekday)
        found.setdefault(place, number)
    return found


def last_day(place: int, frequency: Frequency, settings: Settings) -> date:
    """The last day of the period of this number."""
    return span_at(place, frequency, settings.fiscal_month, settings.first_weekday)[1]


def _ends(frequency: Frequency, newest: int, settings: Settings, until: date) -> list[int]:
    """The last days of the periods ahead: as many as are usual, and until the cycles end."""
    ends: list[int] = []
    least = LEAST_STEPS[frequency]
    while len(ends) < MOST_STEPS and (len(ends) < least or ends[-1] < until.toordinal()):
        ends.append(last_day(newest + len(ends) + 1, frequency, settings).toordinal())
    return ends


@transaction.atomic
def _store(organisation_id: UUID, made: Sequence[Made], at: datetime) -> None:
    upsert(
        KpiForecast,
        (
            "organisation_id", "slice_id", "kpi_id", "definition_id", "made_at", "last", "until",
            "refusal", "ends", "data",
        ),
        [
            (
                organisation_id, one.due.slice_id, one.due.kpi_id, one.due.definition_id, at,
                one.last, one.until, one.refusal, list(one.ends),
                None if one.forecast is None else one.forecast.to_dict(),
            )
            for one in made
        ],
        unique=("slice_id",),
    )  # fmt: skip
    upsert(
        KpiForecastHistory,
        ("organisation_id", "slice_id", "last", "definition_id", "made_at", "steps", "is_rebuilt"),
        [
            (
                organisation_id, one.due.slice_id, one.last, one.due.definition_id, at,
                steps_of(one), False,
            )
            for one in made
            if one.last is not None and one.forecast is not None
            and is_kept(one.due.frequency, one.last)
        ],
        unique=("organisation_id", "slice_id", "last"),
    )  # fmt: skip
    slices = frozenset(one.due.slice_id for one in made)
    events.publish(ForecastsMade(organisation_id, slices, at))


def is_kept(frequency: Frequency, last: date) -> bool:
    """Whether a forecast after this day goes into the history: of days, one in seven does."""
    return frequency is not Frequency.DAY or last.toordinal() % _DAYS_OF_HISTORY == 0


def steps_of(made: Made) -> list[list[Any]]:
    """Of each step its end, median and 80 % interval, in as many digits as tell something."""
    found = made.forecast
    if found is None:
        return []
    lower, upper = found.interval(0.8)
    rows = zip(made.ends, found.median, lower, upper, strict=True)
    return [[end, *(float(f"{one:.{_DIGITS}g}") for one in row)] for end, *row in rows]
