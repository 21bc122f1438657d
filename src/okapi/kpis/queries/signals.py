"""What pages and the API read of signals, of the limits behind them, and of what people said."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    DateTimeField,
    Exists,
    OuterRef,
    QuerySet,
    UUIDField,
)

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, Question, ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.core.came_before import Before, Begun, came_before
from okapi.core.frequencies import Frequency
from okapi.core.signals import Kind, Side
from okapi.kpis import access
from okapi.kpis.models import Kpi, ProcessLimits, ProcessMark, Signal
from okapi.kpis.queries.asking import Asking

# So many of a KPI's newest signals are listed on its page, and so many marks.
LISTED, MARKS = 30, 30
# So far back lie the signals of other KPIs that may have come before; so many are looked at.
BEFORE, MOST_BEFORE = timedelta(days=92), 2_000
# So many on Home; what was found longer ago is no news.
ON_HOME, NEWS = 6, timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal as it is shown; names are in the reader's language."""

    id: UUID
    kpi_id: UUID
    kpi_key: str
    kpi: str
    unit: str
    decimals: int | None
    frequency: Frequency
    slice_id: int
    slice_key: str
    kind: Kind
    direction: Side
    is_bad: bool | None
    since: date
    since_last: date
    since_label: str
    until: date
    until_label: str
    points: int
    mean: float
    change: float
    strength: float | None
    is_open: bool
    found_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class MarkRow:
    """What somebody said of the process: who, when, why; and who took it back."""

    id: UUID
    first: date
    last: date | None
    label: str
    last_label: str
    reason: str
    at: datetime
    removed_at: datetime | None
    removed_reason: str
    person: str
    removed_by: str


@dataclass(frozen=True, slots=True)
class LimitsRow:
    """The limits of a slice by the baseline from `first` to `last`; without `mean` there are none.

    `mark` is what somebody said that they come from, None for a baseline that was chosen.
    """

    first: date | None
    last: date | None
    points: int
    is_firm: bool
    is_screened: bool
    season: int | None
    mean: float | None
    lower: float | None
    upper: float | None
    range_limit: float | None
    refusal: str
    made_at: datetime
    renewed_at: datetime
    mark: UUID | None


@dataclass(frozen=True, slots=True)
class Process:
    """All that a KPI's page shows of its process: limits, signals newest first, marks."""

    limits: LimitsRow | None
    signals: tuple[SignalRow, ...]
    marks: tuple[MarkRow, ...]

    @property
    def standing(self) -> SignalRow | None:
        """The newest signal that goes on."""
        return next((one for one in self.signals if one.is_open), None)


_SIGNAL = {
    "id": "id",
    "kpi_id": "kpi_id",
    "kpi_key": "kpi__key",
    "name": "kpi__name",
    "name_other": "kpi__name_other",
    "unit": "definition__unit",
    "decimals": "definition__decimals",
    "frequency": "definition__frequency",
    "slice_id": "slice_id",
    "slice_key": "slice__key",
    **{
        name: name
        for name in (
            "kind", "direction", "is_bad", "since", "since_last", "since_label", "until",
            "until_label", "points", "mean", "change", "strength", "is_open", "found_at",
            "withdrawn_at",
        )
    },
}  # fmt: skip


def process_of(
    asked: Round, asking: Asking, kpi_id: UUID, slice_id: int | None
) -> Callable[[], Process]:
    """Of a KPI that the reader sees; answered when the round is."""
    if slice_id is None:
        return lambda: Process(None, (), ())
    limits = asked(_LIMITS.part(slice=slice_id))
    found = asked(_LISTED.part(slice=slice_id))
    marks = asked(_marks_part(asking, kpi_id))
    return lambda: Process(
        next((LimitsRow(*row) for row in limits()), None),
        tuple(_row(asking, row) for row in found()),
        marks(),
    )


_SLICE = Given("slice", BigIntegerField())


def _limits_of_slice() -> QuerySet[ProcessLimits, Any]:
    rows: QuerySet[ProcessLimits, Any] = ProcessLimits.objects.filter(
        slice_id=_SLICE, is_current=True
    )
    return rows.order_by("pk").values_list(*_LIMITS_ROW)[:1]


def _listed() -> QuerySet[Signal, Any]:
    rows: QuerySet[Signal, Any] = Signal.objects.filter(slice_id=_SLICE, withdrawn_at__isnull=True)
    return rows.order_by("-since", "-id").values_list(*_SIGNAL.values())[:LISTED]


_LIMITS_ROW = (
    "first", "last", "points", "is_firm", "is_screened", "season", "mean", "lower", "upper",
    "range_limit", "refusal", "made_at", "renewed_at", "mark_id",
)  # fmt: skip
_LIMITS, _LISTED = Question(_limits_of_slice), Question(_listed)


def screens_ranges(kpi_id: UUID) -> bool:
    """Whether wild moving ranges are left out of a KPI's limits; for one that the reader sees."""
    return bool(Kpi.objects.values_list("screens_ranges", flat=True).get(pk=kpi_id))


def limits_of(actor: Actor, kpi: UUID | str, slice_key: str = "") -> LimitsRow | None:
    """The limits of a slice; `NotFound` for a KPI that the actor may not see."""
    found = access.get(actor, kpi)
    kept = ProcessLimits.objects.filter(
        slice__kpi_id=found.pk, slice__key=slice_key, is_current=True
    )
    row = kept.order_by("pk").values_list(*_LIMITS_ROW).first()
    return None if row is None else LimitsRow(*row)


def marks_of(asking: Asking, kpi_id: UUID) -> tuple[MarkRow, ...]:
    """What was said of a KPI's process, newest first; what was taken back too; one statement."""
    return _marks_part(asking, kpi_id).alone()


def _marks_part(asking: Asking, kpi_id: UUID) -> Part[tuple[MarkRow, ...]]:
    return _MARKS.part(kpi=kpi_id).to(lambda rows: tuple(_mark(asking, row) for row in rows))


def _mark(asking: Asking, row: Sequence[Any]) -> MarkRow:
    *own, person, person_other, remover, remover_other = row
    names = ((person, person_other), (remover, remover_other))
    return MarkRow(*own, *(asking.text(name or "", other or "") for name, other in names))


def _marks() -> QuerySet[ProcessMark, Any]:
    rows: QuerySet[ProcessMark, Any] = ProcessMark.objects.filter(kpi_id=Given("kpi", UUIDField()))
    return rows.order_by("-created_at", "-pk").values_list(
        *("id", "first", "last", "label", "last_label", "reason", "created_at"),
        *("removed_at", "removed_reason"),
        *("person__name", "person__name_other", "removed_by__name", "removed_by__name_other"),
    )[:MARKS]


_MARKS = Question(_marks)


def _rows(asking: Asking, rows: QuerySet[Signal]) -> list[SignalRow]:
    return [_row(asking, values) for values in rows.values_list(*_SIGNAL.values())]


def _row(asking: Asking, values: Sequence[Any]) -> SignalRow:
    told = dict(zip(_SIGNAL, values, strict=True))
    name = asking.text(told.pop("name"), told.pop("name_other"))
    for column, kind in (("frequency", Frequency), ("kind", Kind), ("direction", Side)):
        told[column] = kind(told[column])
    return SignalRow(kpi=name, **told)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which signals of an organisation are asked for; a page begins at those before an id."""

    before: UUID | None = None
    most: int = 50
    kpi: str = ""
    team: str = ""
    owner: str = ""
    is_open: bool | None = None
    is_bad: bool | None = None
    since: date | None = None
    withdrawn: bool = False


def signals(asking: Asking, wanted: Wanted) -> list[SignalRow]:
    """The signals of visible KPIs, those found last first; one statement."""
    rows = Signal.objects.filter(kpi__in=access.visible(asking.actor), kpi__archived_at=None)
    if not wanted.withdrawn:
        rows = rows.filter(withdrawn_at__isnull=True)
    given: dict[str, Any] = {
        "id__lt": wanted.before,
        "kpi__key": wanted.kpi or None,
        "kpi__team__key": wanted.team or None,
        "kpi__owner__email": wanted.owner.lower() or None,
        "is_open": wanted.is_open,
        "is_bad": wanted.is_bad,
        "since__gte": wanted.since,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    return _rows(asking, rows.order_by("-id")[: wanted.most])


def news_of(
    asking: Asking, kpi_ids: Collection[UUID], now: datetime
) -> Part[tuple[SignalRow, ...]]:
    """The newest signals of the reader's own KPIs and of these, found lately."""
    part = _NEWS.part(asking.actor, ids=kpi_ids, since=now - NEWS)
    return part.to(lambda rows: tuple(_row(asking, row) for row in rows))


def _news(reader: Actor) -> QuerySet[Signal, Any]:
    # Two small sets of ids, each from an index: a condition on every KPI would look at all.
    own = Kpi.objects.filter(owner_id=Given("person", UUIDField())).values("pk")
    named = Kpi.objects.filter(Among("id", GivenIds())).values("pk")
    rows: QuerySet[Signal, Any] = Signal.objects.filter(
        Exists(access.visible(reader).filter(pk=OuterRef("kpi_id"), archived_at=None)),
        kpi_id__in=own.union(named),
        is_open=True,
        withdrawn_at__isnull=True,
        found_at__gte=Given("since", DateTimeField()),
    )
    return rows.order_by("-found_at", "-id").values_list(*_SIGNAL.values())[:ON_HOME]


_NEWS = ReadersQuestion(_news)


def standing_part(
    asking: Asking, kpi_ids: Collection[UUID]
) -> Part[Mapping[tuple[UUID, str], SignalRow]]:
    """The newest signal that goes on of each slice of these KPIs, by its key."""

    def standing(rows: Iterable[Row]) -> Mapping[tuple[UUID, str], SignalRow]:
        found = (_row(asking, row) for row in rows)
        return {(one.kpi_id, one.slice_key): one for one in found}

    return _STANDING.part(asking.actor, ids=kpi_ids).to(standing)


def _standing(reader: Actor) -> QuerySet[Signal, Any]:
    rows: QuerySet[Signal, Any] = Signal.objects.filter(
        Among("kpi_id", GivenIds()),
        Exists(access.visible(reader).filter(pk=OuterRef("kpi_id"))),
        is_open=True,
        withdrawn_at__isnull=True,
    )
    return rows.order_by("since", "pk").values_list(*_SIGNAL.values())


_STANDING = ReadersQuestion(_standing)


@dataclass(frozen=True, slots=True)
class CameBefore:
    """Another KPI whose signals began before this one's: how often, and how many days before."""

    key: str
    name: str
    times: int
    of: int
    days: int
    direction: Side


def before(asking: Asking, kpi_id: UUID, own: Sequence[SignalRow]) -> tuple[CameBefore, ...]:
    """KPIs that the reader sees whose signals began before those of this KPI; one statement."""
    if not own:
        return ()
    begins = [one.since for one in own]
    rows = Signal.objects.filter(
        since__range=(min(begins) - BEFORE, max(begins)),
        kpi__in=access.visible(asking.actor),
        kpi__archived_at=None,
        slice__key="",
        withdrawn_at__isnull=True,
    ).exclude(kpi_id=kpi_id)
    found = _rows(asking, rows.order_by("-since", "-id")[:MOST_BEFORE])
    others = {one.kpi_id: one for one in found}
    told = came_before(
        [Begun(one.kpi_id, one.since, one.since_last, one.direction) for one in own],
        [Begun(one.kpi_id, one.since, one.since_last, one.direction) for one in found],
        BEFORE.days,
    )
    return tuple(_before(one, others[one.kpi], len(own)) for one in told)


def _before(told: Before, other: SignalRow, of: int) -> CameBefore:
    return CameBefore(other.kpi_key, other.kpi, told.times, of, told.days, told.direction)
