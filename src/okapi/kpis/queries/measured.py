"""The measurements of a slice, each with where it came from, and those that were superseded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, QuerySet, UUIDField, Window

from okapi.base.given import Given
from okapi.base.prepared import Part, Question
from okapi.base.statements import Row
from okapi.core.limits import Status, status
from okapi.core.periods import Period
from okapi.core.series import Point
from okapi.kpis.models import ComputedValue, Measurement, MeasurementHistory
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.plan import Plan
from okapi.kpis.queries.rows import TargetRow

REVISIONS = 30
"""So many of the newest revisions are listed; all are counted."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The intake that brought a value in; `person` is empty where none did it."""

    uid: UUID
    door: str
    at: datetime
    person: str
    source: str
    file_name: str


@dataclass(frozen=True, slots=True)
class MeasuredRow:
    """One period's value, judged by the target that held in it; a computed one has no origin."""

    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    note: str
    revision: int
    origin: Origin | None
    status: Status
    target: TargetRow | None

    @property
    def point(self) -> Point:
        """As the core reads it."""
        return Point(self.period, self.value, self.numerator, self.denominator)


@dataclass(frozen=True, slots=True)
class LackingRow:
    """A period in which a formula came to no value: why, and the keys of the KPIs it is about."""

    period: Period
    why: str
    kpis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """A value that was superseded: what it was, who said so, and who said otherwise later."""

    period: Period
    revision: int
    value: Decimal
    note: str
    origin: Origin
    superseded_by: Origin
    was_undone: bool


@dataclass(frozen=True, slots=True)
class Revisions:
    """The newest superseded values of a slice, and how many there are."""

    rows: tuple[RevisionRow, ...] = ()
    total: int = 0


_READING = (
    "first",
    "last",
    "label",
    "mark",
    "value",
    "numerator",
    "denominator",
    "note",
    "revision",
)
_ORIGIN = ("uid", "door", "created_at", "person__name", "person__name_other", "source", "file_name")


_INTAKE = tuple(f"intake__{column}" for column in _ORIGIN)
_LATER = tuple(f"superseded_by__{column}" for column in _ORIGIN)
_MEASURED = (*_READING, *_INTAKE)
_REVISED = (
    *_MEASURED,
    *_LATER,
    "superseded_by__undone_at",
    "intake_id",
    "superseded_by_id",
    "total",
)
_SLICE = Given("slice", BigIntegerField())


def measured(
    asking: Asking, slice_id: int | None, plan: Plan, *, most: int
) -> tuple[MeasuredRow, ...]:
    """The newest values of a slice, oldest first, with one statement."""
    if slice_id is None:
        return ()
    rows = _NEWEST.rows(most, slice=slice_id)
    origins = _Origins(asking)
    return tuple(
        _measured(origins, dict(zip(_MEASURED, row, strict=True)), plan) for row in reversed(rows)
    )


def _newest(most: int) -> QuerySet[Measurement, Any]:
    rows: QuerySet[Measurement, Any] = Measurement.objects.filter(slice_id=_SLICE)
    return rows.order_by("-last", "-first", "mark").values_list(*_MEASURED)[:most]


_NEWEST = Question(_newest)


def computed(
    definition_id: UUID, slice_id: int, plan: Plan, *, most: int
) -> tuple[tuple[MeasuredRow, ...], tuple[LackingRow, ...]]:
    """The newest values that a definition version came to for a slice, oldest first.

    And the periods without one; one statement.
    """
    values: list[MeasuredRow] = []
    lacking: list[LackingRow] = []
    for row in _COMPUTED.rows(most, definition=definition_id, slice=slice_id):
        one = dict(zip(_COMPUTED_ROW, row, strict=True))
        if one["value"] is None:
            reason = one["reason"]
            lacking.append(LackingRow(_period(one), reason["why"], tuple(reason["kpis"])))
            continue
        held = plan.holding(one["last"])
        values.append(
            MeasuredRow(
                period=_period(one),
                value=one["value"],
                numerator=one["numerator"],
                denominator=one["denominator"],
                note="",
                revision=1,
                origin=None,
                status=plan.status(one["value"], one["last"]),
                target=None if held is None else held.target,
            )
        )
    return tuple(reversed(values)), tuple(lacking)


_COMPUTED_ROW = ("first", "last", "label", "mark", "value", "numerator", "denominator", "reason")


def _newest_computed(most: int) -> QuerySet[ComputedValue, Any]:
    rows: QuerySet[ComputedValue, Any] = ComputedValue.objects.filter(
        series__definition_id=Given("definition", UUIDField()), series__slice_id=_SLICE
    )
    return rows.order_by("-last").values_list(*_COMPUTED_ROW)[:most]


_COMPUTED = Question(_newest_computed)


def _measured(origins: _Origins, values: Mapping[str, Any], plan: Plan) -> MeasuredRow:
    held = plan.holding(values["last"])
    target = None if held is None else held.target
    return MeasuredRow(
        period=_period(values),
        value=values["value"],
        numerator=values["numerator"],
        denominator=values["denominator"],
        note=values["note"],
        revision=values["revision"],
        origin=origins.of(values, _INTAKE),
        status=status(values["value"], None if target is None else target.limits),
        target=target,
    )


def revisions_part(asking: Asking, slice_id: int) -> Part[Revisions]:
    """The newest superseded values of a slice."""
    return _SUPERSEDED.part(slice=slice_id).to(lambda rows: _revisions(asking, rows))


def _revisions(asking: Asking, rows: Iterable[Row]) -> Revisions:
    found = [dict(zip(_REVISED, row, strict=True)) for row in rows]
    origins = _Origins(asking)
    return Revisions(
        tuple(_revision(origins, values) for values in found), found[0]["total"] if found else 0
    )


def _superseded() -> QuerySet[MeasurementHistory, Any]:
    rows: QuerySet[MeasurementHistory, Any] = MeasurementHistory.objects.filter(slice_id=_SLICE)
    counted = rows.annotate(total=Window(Count("pk"))).order_by("-pk")
    return counted.values_list(*_REVISED)[:REVISIONS]


_SUPERSEDED = Question(_superseded)


def _revision(origins: _Origins, values: Mapping[str, Any]) -> RevisionRow:
    return RevisionRow(
        period=_period(values),
        revision=values["revision"],
        value=values["value"],
        note=values["note"],
        origin=origins.of(values, _INTAKE),
        superseded_by=origins.of(values, _LATER),
        was_undone=values["intake_id"] == values["superseded_by_id"]
        or values["superseded_by__undone_at"] is not None,
    )


class _Origins:
    """The intakes of rows, each made once: one intake brings hundreds of values."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._known: dict[UUID, Origin] = {}

    def of(self, values: Mapping[str, Any], columns: tuple[str, ...]) -> Origin:
        """The origin that these columns of a row tell."""
        uid: UUID = values[columns[0]]
        if uid not in self._known:
            _, door, at, name, name_other, source, file_name = map(values.__getitem__, columns)
            person = self._asking.text(name or "", name_other or "")
            self._known[uid] = Origin(uid, door, at, person, source, file_name)
        return self._known[uid]


def _period(values: Mapping[str, Any]) -> Period:
    return Period(values["first"], values["last"], values["label"], values["mark"])


def value_at(slice_id: int, period: Period) -> Decimal | None:
    """The value that a slice has in a period now, with one statement."""
    rows = Measurement.objects.filter(
        slice_id=slice_id, last=period.last, first=period.first, mark=period.mark
    )
    return rows.values_list("value", flat=True).first()
