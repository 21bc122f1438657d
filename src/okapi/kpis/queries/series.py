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

from django.db.models import Q, QuerySet

from okapi.base import scope, statements
from okapi.base.actor import Actor
from okapi.base.arrays import Among, id_param, ids_param, is_postgresql
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.kpis import access
from okapi.kpis.models import Measurement, Slice

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
    """Where a page of values ended."""

    slice_id: int
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
    """One for each KPI that the actor may read and that has such a slice; two statements."""
    found = _slices(actor, wanted)
    if not found:
        return []
    days: list[object] = [wanted.since, wanted.until]
    if not is_postgresql():
        days = [wanted.since.isoformat(), wanted.until.isoformat()]
    own = [id_param(scope.organisation_id()), *days]
    ids = ids_param(list(found))
    params = [ids, *own] if is_postgresql() else [*own, ids]
    texts: dict[int, str | None] = dict(statements.rows(_SERIES[is_postgresql()], params))
    return [Series(kpi, texts[pk] or _EMPTY) for pk, kpi in found.items()]


_EMPTY = '"periods":[],"last":[],"values":[]'
_ORDERED = (
    "SELECT o.label, o.last, o.value FROM kpis_measurement o WHERE o.organisation_id = %s"
    " AND o.slice_id = w.slice_id AND o.last BETWEEN %s AND %s ORDER BY o.last, o.first, o.mark"
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

_COLUMNS = ("pk", "kpi__key")


def _parts(actor: Actor, keys: Collection[str] | GivenIds, part: str) -> QuerySet[Any, Any]:
    readable = access.visible(actor).filter(Among("key", keys), archived_at__isnull=True)
    return Slice.objects.filter(kpi__in=readable, key=part).values_list(*_COLUMNS)


_TOTALS = ReadersQuestion(lambda actor: _parts(actor, GivenIds("keys"), ""), planned=True)


def _slices(actor: Actor, wanted: Wanted) -> dict[int, str]:
    """Slices and the keys of their KPIs, in the order in which these were asked for."""
    order = {key: at for at, key in enumerate(wanted.kpis)}
    if wanted.part:
        rows = list(_parts(actor, list(order), wanted.part))
    else:
        rows = _TOTALS.rows(actor, keys=list(order))
    return dict(sorted(rows, key=lambda row: order[row[1]]))


def values(
    actor: Actor, wanted: Wanted, *, after: Place | None = None, most: int
) -> list[ValueListed]:
    """Values by slice, each in the order of time; two statements."""
    kpi_of = _slices(actor, wanted)
    rows = Measurement.objects.filter(
        Among("slice_id", sorted(kpi_of)), last__range=(wanted.since, wanted.until)
    )
    if after is not None:
        rows = rows.filter(_behind(after))
    found = rows.order_by("slice_id", "last", "first", "mark").values_list(
        "slice_id", "label", "first", "last", "mark", "value", "numerator", "denominator", "note",
        "revision",
    )  # fmt: skip
    return [
        ValueListed(
            kpi=kpi_of[slice_id],
            period=label,
            first=first,
            last=last,
            value=value,
            numerator=numerator,
            denominator=denominator,
            note=note,
            revision=revision,
            place=Place(slice_id, last, first, mark),
        )
        for (
            slice_id, label, first, last, mark, value, numerator, denominator, note, revision,
        ) in found[:most]
    ]  # fmt: skip


def _behind(place: Place) -> Q:
    """What stands behind a place, in the order of the primary key."""
    own = Q(slice_id=place.slice_id)
    day = own & Q(last=place.last)
    return (
        Q(slice_id__gt=place.slice_id)
        | (own & Q(last__gt=place.last))
        | (day & Q(first__gt=place.first))
        | (day & Q(first=place.first, mark__gt=place.mark))
    )
