"""One slice looked at: its values in the order of time, its baseline, its limits, its signals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet

from okapi.base.arrays import Among
from okapi.core import watching
from okapi.core.columns import Floats
from okapi.core.errors import OkapiError
from okapi.core.frequencies import Frequency, index_of
from okapi.core.quantities import Band, Direction
from okapi.core.watching import Baseline, Watched
from okapi.kpis.models import ComputedValue, Kpi, Measurement, ProcessLimits, ProcessMark, Slice
from okapi.kpis.queries.rows import TargetRow
from okapi.orgs.queries import Settings

# So many of the newest values are read of a slice: ten years of days.
MOST = 4_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A slice with what its KPI's definition, its people and its baseline of today say of it."""

    slice_id: int
    kpi_id: UUID
    definition_id: UUID
    frequency: Frequency
    direction: Direction
    is_computed: bool
    unit: str
    is_screened: bool
    basis: str
    band: Band | None
    is_headline: bool
    mark: ProcessMark | None
    limits: ProcessLimits | None


@dataclass(frozen=True, slots=True)
class Period:
    """A period as a signal names it."""

    first: date
    last: date
    label: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it. `periods` has the period at each position that has a value.

    `begin` is the number of the period at position 0; `twice` has the second value of positions
    whose period stands there under two labels.
    """

    subject: Subject
    values: Floats
    periods: dict[int, Period]
    baseline: Baseline | None = None
    watched: Watched | None = None
    refusal: str = ""
    begin: int = 0
    twice: Mapping[int, float] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        """The position of the newest value, −1 without any."""
        return self.values.size - 1


_COLUMNS = {
    "slice_id": "id",
    "key": "key",
    "kpi_id": "kpi_id",
    "screens": "kpi__screens_ranges",
    "definition_id": "kpi__definition_id",
    "frequency": "kpi__definition__frequency",
    "direction": "kpi__definition__direction",
    "unit": "kpi__definition__unit",
    "aggregation": "kpi__definition__aggregation",
    "formula": "kpi__definition__formula",
    "headline": "kpi__standing__slice_key",
    "target": "kpi__standing__target",
}


def subjects(kpi_ids: Collection[UUID], moved: Collection[int]) -> list[Subject]:
    """The total of each KPI, and of its other slices those in `moved`; three statements."""
    rows = Slice.objects.filter(
        Q(key="") | Q(Among("id", moved)),
        Among("kpi_id", kpi_ids),
        kpi__definition__isnull=False,
        kpi__archived_at__isnull=True,
    ).order_by("id")
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows.values_list(*_COLUMNS.values())]
    marks: dict[UUID, ProcessMark] = {}
    standing = ProcessMark.objects.filter(Among("kpi_id", kpi_ids), removed_at__isnull=True)
    for mark in standing.order_by("first", "created_at", "pk"):
        marks[mark.kpi_id] = mark
    slice_ids = [one["slice_id"] for one in found]
    # Of the rows of a slice the one in force comes last.
    kept = ProcessLimits.objects.filter(Among("slice_id", slice_ids)).order_by("is_current", "id")
    limits = {(one.slice_id, one.mark_id): one for one in kept}
    return [_subject(one, marks.get(one["kpi_id"]), limits) for one in found]


def _subject(
    row: dict[str, Any],
    mark: ProcessMark | None,
    limits: dict[tuple[int, UUID | None], ProcessLimits],
) -> Subject:
    direction = Direction(row["direction"])
    target = TargetRow.of(direction, row["target"])
    basis = ("frequency", "unit", "aggregation", "formula")
    return Subject(
        slice_id=row["slice_id"],
        kpi_id=row["kpi_id"],
        definition_id=row["definition_id"],
        frequency=Frequency(row["frequency"]),
        direction=direction,
        is_computed=bool(row["formula"]),
        unit=row["unit"],
        is_screened=row["screens"],
        basis="|".join(row[name] for name in basis)[:200],
        band=None if target is None else target.limits.band,
        is_headline=row["key"] == (row["headline"] or ""),
        mark=mark,
        limits=limits.get((row["slice_id"], None if mark is None else mark.pk)),
    )


def look(subject: Subject, settings: Settings, today: date, open_since: date | None) -> Looked:
    """Read a slice and judge it; one statement. `open_since`: where the oldest open signal began.

    What cannot be judged (values beyond all measure) is told by its code.
    """
    begin, periods, twice = _periods(subject, settings, today)
    values = np.full(max(periods, default=-1) + 1, np.nan)
    for at, (_, number) in periods.items():
        values[at] = number
    places = {at: period for at, (period, _) in periods.items()}
    baseline = _baseline(subject, places)
    looked = Looked(subject, values, places, baseline, begin=begin, twice=twice)
    if baseline is None:
        return looked
    since = 0 if open_since is None else first_at(places, open_since)
    try:
        watched = watching.watch(
            values, baseline, subject.frequency, screen=subject.is_screened, since=since
        )
    except OkapiError as refused:
        return replace(looked, refusal=refused.code)
    return replace(looked, watched=watched)


def first_at(periods: dict[int, Period], day: date) -> int:
    """The first position whose period ends on the day or later; behind the last one if none."""
    later = (at for at, period in periods.items() if period.last >= day)
    return min(later, default=max(periods, default=-1) + 1)


def _periods(
    subject: Subject, settings: Settings, today: date
) -> tuple[int, dict[int, tuple[Period, float]], dict[int, float]]:
    """The newest values of periods that have ended, by their position from 0.

    Before them the number of the first period; after them what stands there under another label.
    Without a rhythm each value follows the one before it.
    """
    newest = list(
        _readings(subject)
        .filter(last__lte=today)
        .order_by("-last", "-first")
        .values_list("first", "last", "label", "number")[:MOST]
    )
    if not newest:
        return 0, {}, {}
    twice: dict[int, float] = {}
    found: dict[int, tuple[Period, float]] = {}
    for back, (first, last, label, number) in enumerate(newest):
        if subject.frequency is Frequency.IRREGULAR:
            place = len(newest) - 1 - back
        else:
            place = index_of(last, subject.frequency, settings.fiscal_month, settings.first_weekday)
        if place in found:
            twice[place] = number
            continue
        found[place] = (Period(first, last, label), number)
    begin = min(found)
    ordered = {place - begin: found[place] for place in sorted(found)}
    return begin, ordered, {place - begin: number for place, number in twice.items()}


def _readings(subject: Subject) -> QuerySet[Any, Any]:
    """The values of a slice: measured, or computed by the definition in force."""
    if not subject.is_computed:
        return Measurement.objects.filter(slice_id=subject.slice_id)
    return ComputedValue.objects.filter(
        series__slice_id=subject.slice_id,
        series__definition_id=subject.definition_id,
        value__isnull=False,
    )


def readings_of(kpi: Kpi) -> QuerySet[Any, Any]:
    """The values of a KPI's total: measured, or computed by its definition in force."""
    if kpi.definition is None or not kpi.definition.is_computed:
        return Measurement.objects.filter(slice__kpi=kpi, slice__key="")
    return ComputedValue.objects.filter(
        series__slice__key="", series__definition_id=kpi.definition_id, value__isnull=False
    )


def _baseline(subject: Subject, periods: dict[int, Period]) -> Baseline | None:
    """What a person has set, what was chosen and is firm, or else chosen now."""
    known = list(periods)
    mark, kept = subject.mark, subject.limits
    if mark is not None and mark.last is not None:
        return _between(known, periods, mark.first, mark.last)
    is_kept = kept is not None and kept.is_firm and kept.basis == subject.basis
    if is_kept and kept is not None and kept.first is not None and kept.last is not None:
        found = _between(known, periods, kept.first, kept.last)
        if found is not None:
            return found
    if mark is not None:
        return watching.baseline_from(known, first_at(periods, mark.first), subject.frequency)
    return watching.first_baseline(known, subject.frequency)


def _between(
    known: Sequence[int], periods: dict[int, Period], first: date, last: date
) -> Baseline | None:
    inside = [at for at in known if first <= periods[at].last <= last]
    if not inside:
        return None
    return watching.baseline_between(known, inside[0], inside[-1] + 1)
