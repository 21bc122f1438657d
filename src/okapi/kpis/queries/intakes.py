"""One intake: what brought values in, who, when, and what became of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.base.actor import Role
from okapi.base.models import Change
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.choices import IntakeState
from okapi.kpis.models import Intake, Measurement, MeasurementHistory, Slice
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.rows import Measure
from okapi.orgs import access as orgs_access

MOST = 200
"""So many of its values are listed."""


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """A value that the intake brought; `stands` unless it was superseded or taken back."""

    kpi_key: str
    kpi_name: str
    slice_key: str
    measure: Measure
    period: Period
    value: Decimal
    note: str
    revision: int
    stands: bool


@dataclass(frozen=True, slots=True)
class CorrectedCell:
    """A cell of the file that somebody put right before its values were stored.

    `was` is what was read there; None where nobody wrote it down.
    """

    place: str
    was: str | None
    put: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class IntakePage:
    """An intake with the values that the reader may read.

    `rows` is None for a large one, whose values are found on the pages of their KPIs only. Of what
    was `corrected` in its file those know who may take it back.
    """

    uid: UUID
    state: IntakeState
    door: str
    person: str
    source: str
    file_name: str
    created_at: datetime
    committed_at: datetime | None
    received: int
    new: int
    revised: int
    unchanged: int
    done: float
    undone_at: datetime | None
    undone_by: str
    rows: tuple[BroughtRow, ...] | None
    may_undo: bool
    corrected: tuple[CorrectedCell, ...]


_KPI = (
    "slice__key",
    "slice__kpi__key",
    "slice__kpi__name",
    "slice__kpi__name_other",
    "slice__kpi__definition__unit",
    "slice__kpi__definition__decimals",
    "slice__kpi__definition__direction",
    "slice__kpi__definition__frequency",
    "slice__kpi__definition__aggregation",
)
_READING = ("first", "last", "label", "mark", "value", "note", "revision")


def intake_page(asking: Asking, uid: UUID) -> IntakePage:
    """The intake with this id, with five statements.

    One's own and, for a data steward, all; others those with a value of a KPI that they may read,
    so that every number can be followed to its source. Else `NotFound`.
    """
    actor = asking.actor
    intake = (
        Intake.objects.filter(organisation_id=actor.organisation_id, uid=uid)
        .select_related("person", "undone_by")
        .first()
    )
    if intake is None:
        raise orgs_access.missing("intake", uid)
    is_own = actor.has(Role.STEWARD) or (
        intake.person_id is not None and intake.person_id == actor.person_id
    )
    rows, readable = _brought(asking, intake)
    if not (is_own or readable):
        raise orgs_access.missing("intake", uid)
    state = IntakeState(intake.state)
    return IntakePage(
        uid=intake.uid,
        state=state,
        door=intake.door,
        person=_name(asking, intake.person),
        source=intake.source,
        file_name=intake.file_name,
        created_at=intake.created_at,
        committed_at=intake.committed_at,
        received=intake.received,
        new=intake.new,
        revised=intake.revised,
        unchanged=intake.unchanged,
        done=intake.chunks_done / intake.chunks if intake.chunks else 1.0,
        undone_at=intake.undone_at,
        undone_by=_name(asking, intake.undone_by),
        rows=rows,
        may_undo=is_own and state is IntakeState.COMMITTED,
        corrected=tuple(_corrected(intake)) if is_own else (),
    )


def _corrected(intake: Intake) -> Iterator[CorrectedCell]:
    """The cells in their order, as the change record keeps them."""
    rows = Change.objects.filter(kind="intake", object_id=intake.uid, verb="correct")
    columns = ("person_name", "at", "before", "after")
    for person, at, before, after in rows.order_by("number").values_list(*columns):
        was = before.get("cells", {})
        for place, put in sorted(after.get("cells", {}).items(), key=_in_order):
            yield CorrectedCell(place, was.get(place), put, person, at)


def _in_order(cell: tuple[str, str]) -> tuple[str, int, int, str]:
    """As the rows of a sheet: `B10` behind `C9`, `AA9` behind `Z9`."""
    sheet, _, a1 = cell[0].rpartition("!")
    column = a1.rstrip("0123456789")
    return sheet, int(a1.removeprefix(column) or 0), len(column), column


def _name(asking: Asking, person: Any) -> str:
    return "" if person is None else asking.text(person.name, person.name_other)


def _brought(asking: Asking, intake: Intake) -> tuple[tuple[BroughtRow, ...] | None, bool]:
    """The values that the reader may read, and whether there may be any at all."""
    if intake.slices is None:
        return None, True
    visible = access.visible(asking.actor).values("pk")
    slices = list(
        Slice.objects.filter(pk__in=intake.slices, kpi__in=visible).values_list("pk", flat=True)
    )
    if not slices:
        return (), False
    now = _rows(asking, Measurement.objects.filter(intake_id=intake.pk), slices, stands=True)
    before = MeasurementHistory.objects.filter(intake_id=intake.pk)
    then = _rows(asking, before, slices, stands=False)
    return (*now, *then)[:MOST], True


def _rows(
    asking: Asking, chosen: QuerySet[Any], slices: list[int], *, stands: bool
) -> list[BroughtRow]:
    rows = chosen.filter(slice_id__in=slices).order_by("slice__kpi__key", "-last")
    found = []
    for row in rows.values_list(*_KPI, *_READING)[:MOST]:
        slice_key, key, name, name_other, unit, decimals, direction, frequency, how = row[:9]
        first, last, label, mark, value, note, revision = row[9:]
        found.append(
            BroughtRow(
                kpi_key=key,
                kpi_name=asking.text(name, name_other),
                slice_key=slice_key,
                measure=Measure(
                    unit,
                    decimals,
                    Direction(direction),
                    Frequency(frequency),
                    Aggregation(how),
                ),
                period=Period(first, last, label, mark),
                value=value,
                note=note,
                revision=revision,
                stands=stands,
            )
        )
    return found
