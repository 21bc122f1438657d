"""The values of KPIs over time, for other programs: row by row, or ready for a chart.

A chart of a hundred KPIs has some ten thousand points. They go from the table into the answer as
the text that the database makes of them; there is no object of Python for any of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Value

from okapi.base import scope, statements
from okapi.base.actor import Actor
from okapi.base.arrays import Among, id_param, ids_param, is_postgresql
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.kpis import access
from okapi.kpis.models import ComputedValue, Measurement, Slice
from okapi.kpis.queries.series_numbers import COMPUTED, MEASURED, Table, series_column

MOST_KPIS = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which values: of these KPIs, in this slice of them, of periods that end in these days."""

    kpis: Sequence[str]
    part: str = ""
    since: date = date.min
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Series:
    """The values of a KPI in the order of time.

    `columns` is JSON without its braces: `periods` (labels), `last` (days) and `values` (numbers
    with all their digits), of equal length.
    """

    kpi: str
    columns: str


class Place(NamedTuple):
    """Where a page of values ended; `series` is as `queries.series_numbers` has it."""

    series: int
    last: date
    first: date
    mark: str


class ValueListed(NamedTuple):
    """One value. `place` tells where the next page begins."""

    kpi: str
    period: str
    first: date
    last: date
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None
    note: str
    revision: int
    place: Place


def series(actor: Actor, wanted: Wanted) -> list[Series]:
    """One for each KPI that the actor may read and that has such a slice.

    Two statements; three where measured and computed KPIs are asked for.
    """
    found = _series_of(actor, wanted)
    if not found:
        return []
    days: list[object] = [wanted.since, wanted.until]
    if not is_postgresql():
        days = [wanted.since.isoformat(), wanted.until.isoformat()]
    own = [id_param(scope.organisation_id()), *days]
    texts: dict[int, str | None] = {}
    for table in (MEASURED, COMPUTED):
        numbers = [one * table.sign for one in found if one * table.sign > 0]
        if numbers:
            ids = ids_param(numbers)
            params = [ids, *own] if is_postgresql() else [*own, ids]
            rows = statements.rows(table.filled(_SERIES[is_postgresql()]), params)
            texts |= {table.number(number): text for number, text in rows}
    return [Series(kpi, texts.get(number) or _EMPTY) for number, kpi in found.items()]


_EMPTY = '"periods":[],"last":[],"values":[]'
_ORDERED = (
    "SELECT o.label, o.last, o.value FROM {table} o WHERE o.organisation_id = %s"
    " AND o.{series} = w.slice_id{known} AND o.last BETWEEN %s AND %s"
    " ORDER BY o.last, o.first, o.mark"
)
_SERIES = {
    # Per slice, so that its rows come in the order of the index.
    True: f"""
SELECT w.slice_id, m.columns
FROM (SELECT unnest(%s::bigint[]) AS slice_id) AS w CROSS JOIN LATERAL (
    SELECT '"periods":' || json_agg(label) || ',"last":["' || string_agg(last::text, '","')
        || '"],"values":[' || string_agg(value::text, ',') || ']' AS columns
    FROM ({_ORDERED}) AS p
) AS m
""",  # noqa: S608 - names of ours
    False: f"""
SELECT w.slice_id, (
    SELECT '"periods":' || json_group_array(label) || ',"last":["' || group_concat(last, '","')
        || '"],"values":[' || group_concat(value, ',') || ']'
    FROM ({_ORDERED})
)
FROM (SELECT value AS slice_id FROM json_each(%s)) AS w
""",  # noqa: S608 - names of ours
}


def _parts(actor: Actor, keys: Collection[str] | GivenIds, part: str) -> QuerySet[Any, Any]:
    readable = access.visible(actor).filter(Among("key", keys), archived_at__isnull=True)
    rows: QuerySet[Any, Any] = Slice.objects.filter(kpi__in=readable, key=part)
    numbered: QuerySet[Any, Any] = rows.annotate(series=series_column("kpi__definition", "pk"))
    return numbered.values_list("series", "kpi__key")


_TOTALS = ReadersQuestion(lambda actor: _parts(actor, GivenIds("keys"), ""), planned=True)


def _series_of(actor: Actor, wanted: Wanted) -> dict[int, str]:
    """Series and the keys of their KPIs, in the order in which these were asked for."""
    order = {key: at for at, key in enumerate(wanted.kpis)}
    if wanted.part:
        rows = list(_parts(actor, list(order), wanted.part))
    else:
        rows = _TOTALS.rows(actor, keys=list(order))
    return dict(sorted((row for row in rows if row[0]), key=lambda row: order[row[1]]))


def values(
    actor: Actor, wanted: Wanted, *, after: Place | None = None, most: int
) -> list[ValueListed]:
    """Values by series, each in the order of time: first what was measured, then what computed.

    Two statements; three where both kinds are asked for.
    """
    kpi_of = _series_of(actor, wanted)
    found: list[tuple[Any, ...]] = []
    for table in (MEASURED, COMPUTED):
        numbers = sorted(one * table.sign for one in kpi_of if one * table.sign > 0)
        is_over = after is not None and after.series < 0 < table.sign
        if not numbers or is_over or len(found) >= most:
            continue
        rows = _listed(table).filter(
            Among(table.column, numbers), last__range=(wanted.since, wanted.until)
        )
        if after is not None and after.series * table.sign > 0:
            rows = rows.filter(_behind(after, table))
        ordered = rows.order_by(table.column, "last", "first", "mark").values_list(
            table.column, *_LISTED
        )
        found += [(table.number(own), *rest) for own, *rest in ordered[: most - len(found)]]
    return [
        ValueListed(
            kpi=kpi_of[number],
            period=label,
            first=first,
            last=last,
            value=value,
            numerator=numerator,
            denominator=denominator,
            note=note,
            revision=revision,
            place=Place(number, last, first, mark),
        )
        for (
            number, label, first, last, mark, value, numerator, denominator, note, revision,
        ) in found
    ]  # fmt: skip


_LISTED = (
    "label", "first", "last", "mark", "value", "numerator", "denominator", "note", "revision",
)  # fmt: skip


def _listed(table: Table) -> QuerySet[Any, Any]:
    """The values of one kind; a computed one has no note and is no revision."""
    if table is MEASURED:
        return Measurement.objects.all()
    rows: QuerySet[Any, Any] = ComputedValue.objects.filter(value__isnull=False).annotate(
        note=Value(""), revision=Value(1)
    )
    return rows


def _behind(place: Place, table: Table) -> Q:
    """What stands behind a place, in the order of the primary key."""
    number = place.series * table.sign
    own = Q(**{table.column: number})
    day = own & Q(last=place.last)
    return (
        Q(**{f"{table.column}__gt": number})
        | (own & Q(last__gt=place.last))
        | (day & Q(first__gt=place.first))
        | (day & Q(first=place.first, mark__gt=place.mark))
    )
