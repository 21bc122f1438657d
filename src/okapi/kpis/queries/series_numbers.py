"""Series of values: what was measured of a slice, or what a definition version came to for it.

Both are told by one number: that of the slice, or, below 0, that of the computed series. So all
that reads values reads both alike; 0 is a series that has no values yet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import BigIntegerField, Case, F, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.kpis.models import ComputedSeries

Window = tuple[int, date, date]
"""A series and two days."""


@dataclass(frozen=True, slots=True)
class Table:
    """Where the values of series of one kind stand, in plain statements: table `o`.

    `order` is that of the table's numbers in which those of series ascend.
    """

    name: str
    column: str
    known: str
    sign: int
    order: str

    def windows(self, wanted: Sequence[Window]) -> list[Window]:
        """Those of this kind, by the numbers of the table."""
        return [
            (number * self.sign, since, until)
            for number, since, until in wanted
            if number * self.sign > 0
        ]

    def number(self, own: int) -> int:
        """The number of a series by that of the table."""
        return own * self.sign

    def filled(self, text: str, **more: str) -> str:
        """A statement with `{table}`, `{series}` and `{known}` (which rows have a value)."""
        return text.format(table=self.name, series=self.column, known=self.known, **more)


MEASURED = Table("kpis_measurement", "slice_id", "", 1, "ASC")
COMPUTED = Table("kpis_computedvalue", "series_id", " AND o.value IS NOT NULL", -1, "DESC")

_numbers = Prepared(
    lambda ids: ComputedSeries.objects.filter(Among("definition_id", ids)).values_list(
        "definition_id", "slice_id", "id"
    )
)


def numbers_of(definition_ids: Collection[UUID]) -> dict[tuple[UUID, int], int]:
    """The series of versions with a formula, by version and slice; one statement."""
    return {
        (definition_id, slice_id): -pk
        for definition_id, slice_id, pk in _numbers.rows(definition_ids)
    }


def number_of(definition_id: UUID, slice_id: int, *, is_computed: bool) -> int:
    """The series of one slice in a version; 0 where nothing was computed yet."""
    if not is_computed:
        return slice_id
    return numbers_of([definition_id]).get((definition_id, slice_id), 0)


def series_column(definition: str = "definition", slice_: str = "slice_id") -> Case:
    """The series of a row that names a definition version and a slice, as a column."""
    computed = ComputedSeries.objects.filter(
        definition_id=OuterRef(f"{definition}_id"), slice_id=OuterRef(slice_)
    )
    number = Subquery(computed.values("id")[:1], output_field=BigIntegerField())
    return Case(
        When(**{f"{definition}__formula": ""}, then=F(slice_)),
        default=Coalesce(Value(0) - number, Value(0)),
        output_field=BigIntegerField(),
    )
