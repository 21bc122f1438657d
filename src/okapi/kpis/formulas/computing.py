"""Computing a network of formulas: everything, or what a change can move; in lots of bounded size.

In the caller's transaction, which holds the KPIs locked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.db import connection

from okapi.base import scope
from okapi.base.arrays import id_param, ids_param, is_postgresql
from okapi.core.formulas.axes import Rhythm
from okapi.core.formulas.evaluating import evaluate
from okapi.core.formulas.parts import Series
from okapi.core.formulas.plans import Task, plan
from okapi.core.formulas.reach import Range, hull
from okapi.core.frequencies import Frequency
from okapi.kpis.formulas import readings, slices, storing
from okapi.kpis.formulas.network import Network
from okapi.kpis.formulas.slices import Slices
from okapi.kpis.models import ComputedSeries
from okapi.orgs.queries import Settings

# So many cells are computed at once: some hundred megabytes at most.
MOST_CELLS = 2_000_000
# So many periods of a series are computed: the newest; ten years of days are 3,653.
MOST_PERIODS = 20_000


@dataclass(slots=True)
class Outcome:
    """Which slices of which KPIs have other values now, and in which days."""

    touched: dict[UUID, set[int]] = field(default_factory=dict)
    days: dict[int, Range] = field(default_factory=dict)

    def add(self, kpi_id: UUID, slice_id: int, days: Range | None = None) -> None:
        """One more slice."""
        self.touched.setdefault(kpi_id, set()).add(slice_id)
        if days is not None:
            self.days[slice_id] = hull(self.days.get(slice_id), days) or days

    def merge(self, other: Outcome) -> None:
        """All of another outcome, too."""
        for kpi_id, ids in other.touched.items():
            for one in ids:
                self.add(kpi_id, one, other.days.get(one))


def compute(
    network: Network, settings: Settings, touched: Mapping[Series, Range] | None = None
) -> Outcome:
    """Compute formulas in their order: what a change of these series can move, or everything.

    Args:
        network: the formulas with their parts.
        settings: the organisation's calendar.
        touched: the first and last day on which periods end that differ; None is everything.
    """
    rhythm = Rhythm(Frequency.MONTH, settings.fiscal_month, settings.first_weekday)
    found = slices.load(network)
    outcome = _clear_broken(network)
    everything = all_days(network, found) if touched is None else None
    if touched is None and everything is None:
        return _cleared(outcome, network)
    if touched is None:
        wanted: Mapping[UUID, Collection[str]] = slices.of_all(network, found)
    else:
        wanted = slices.of_touched(network, found, touched)
    slices.make(network, found, {one: list(keys) for one, keys in wanted.items()})
    if touched is None:
        _clear_others(network, found, wanted, outcome)
    differing = dict(touched or {})
    for lot in _lots(_tasks(network, wanted), everything or _hull(differing)):
        work = plan(lot, differing, found.keys, rhythm, everything)
        done = evaluate(work, readings.load(work, network, found))
        numbers = [_number(found, one.task) for one in done]
        stored = storing.store(done, numbers, rhythm)
        for one, number in zip(done, numbers, strict=True):
            days = stored.touched.get(number)
            if days is None:
                continue
            version = network.versions[cast("UUID", one.task.name)]
            outcome.add(version.kpi_id, found.ids[one.task.series], days)
            if version.serves:
                known = differing.get(one.task.series)
                differing[one.task.series] = hull(known, days) or days
    return outcome


def _tasks(network: Network, wanted: Mapping[UUID, Collection[str]]) -> list[Task]:
    return [
        Task(one, network.formulas[one], key, network.versions[one].serves)
        for one, keys in wanted.items()
        for key in keys
    ]


def _number(found: Slices, task: Task) -> int:
    return found.series[cast("UUID", task.name), found.ids[task.series]]


def _hull(touched: Mapping[Series, Range]) -> Range:
    """All days that differ, and the years around them that formulas usually look at."""
    firsts, lasts = zip(*touched.values(), strict=True) if touched else ((0,), (0,))
    return min(firsts) - 400, max(lasts) + 400


def _lots(tasks: Sequence[Task], within: Range) -> list[Sequence[Task]]:
    """The tasks in lots, in their order: what comes later reads what was stored before."""
    days = within[1] - within[0] + 1
    size = 1
    if tasks:
        shortest = min(one.formula.measured.frequency.typical_days for one in tasks)
        size = max(MOST_CELLS // max(days // shortest + 1, 60), 1)
    return [tasks[start : start + size] for start in range(0, len(tasks), size)]


def _clear_broken(network: Network) -> Outcome:
    outcome = Outcome()
    if network.broken:
        _tell(outcome, storing.clear(network.broken), network)
    return outcome


def _clear_others(
    network: Network, found: Slices, wanted: Mapping[UUID, Collection[str]], outcome: Outcome
) -> None:
    """What was computed at slices that the parts no longer share goes."""
    kept = {
        found.series[one, found.ids[Series(network.versions[one].key, key)]]
        for one, keys in wanted.items()
        for key in keys
    }
    gone = {
        number
        for (one, _), number in found.series.items()
        if one in network.versions and number not in kept
    }
    if gone:
        had = storing.clear_series(gone)
        _tell(outcome, had, network)


def _cleared(outcome: Outcome, network: Network) -> Outcome:
    """Without any value of a part there is no value of a formula."""
    _tell(outcome, storing.clear(network.formulas), network)
    return outcome


def _tell(outcome: Outcome, numbers: Collection[int], network: Network) -> None:
    rows = ComputedSeries.objects.filter(pk__in=list(numbers)) if numbers else ()
    for one in rows:
        outcome.add(network.versions[one.definition_id].kpi_id, one.slice_id)


_ENDS = """
SELECT min(d.oldest), max(d.newest) FROM (
    SELECT (SELECT min(m.last) FROM kpis_measurement m WHERE m.organisation_id = %s
            AND m.slice_id = i.id) AS oldest,
        (SELECT max(m.last) FROM kpis_measurement m WHERE m.organisation_id = %s
            AND m.slice_id = i.id) AS newest
    FROM {slices}
    UNION ALL
    SELECT (SELECT min(m.last) FROM kpis_computedvalue m WHERE m.organisation_id = %s
            AND m.series_id = i.id),
        (SELECT max(m.last) FROM kpis_computedvalue m WHERE m.organisation_id = %s
            AND m.series_id = i.id)
    FROM {series}
) d
"""


def all_days(network: Network, found: Slices) -> Range | None:
    """The first and last day on which any period of any part ends; None where there is none."""
    measured = [
        pk
        for series, pk in found.ids.items()
        if series.kpi in network.parts and not network.parts[series.kpi].measured.is_formula
    ]
    computed = list(found.series.values())
    slices_, series = _numbers(), _numbers()
    organisation = id_param(scope.organisation_id())
    with connection.cursor() as cursor:
        params = [organisation, organisation, ids_param(measured)]
        params += [organisation, organisation, ids_param(computed)]
        cursor.execute(_ENDS.format(slices=slices_, series=series), params)
        oldest, newest = cursor.fetchone()
    if oldest is None:
        return None
    first, last = (_ordinal(day) for day in (oldest, newest))
    shortest = min(
        (one.measured.frequency.typical_days for one in network.formulas.values()), default=1
    )
    return max(first, last - MOST_PERIODS * shortest), last


def _numbers() -> str:
    """A table expression `i(id)` of numbers given as one parameter."""
    if is_postgresql():
        return "unnest(%s::bigint[]) AS i(id)"
    return "(SELECT value AS id FROM json_each(%s)) AS i"


def _ordinal(day: Any) -> int:
    return (day if isinstance(day, date) else date.fromisoformat(day)).toordinal()
