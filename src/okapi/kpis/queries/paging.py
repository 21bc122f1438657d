"""The pages of the catalogue: two statements whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Field, IntegerField, Q, QuerySet, UUIDField, Window
from django.db.models.functions import RowNumber

from okapi.base import cursors
from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.errors import Refused
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import (
    GROUPS,
    Counts,
    Filter,
    Shape,
    Sort,
    given_by,
    matching,
    shape_of,
)
from okapi.kpis.queries.reading import rows_of
from okapi.kpis.queries.rows import ATTENTION, KpiRow

PAGE = 50
_EXPORT_BATCH = 500


@dataclass(frozen=True, slots=True)
class KpiPage:
    """One page of the catalogue; `next_cursor` is empty on the last one."""

    rows: tuple[KpiRow, ...]
    next_cursor: str


def page(
    asking: Asking,
    wanted: Filter,
    found: Counts,
    *,
    sort: Sort = Sort.ATTENTION,
    order: Sequence[UUID | None] = (),
    cursor: str = "",
    size: int = PAGE,
) -> KpiPage:
    """One page, with two statements; `order` has the teams or pillars as their groups stand.

    `Refused` (`cursor.unreadable`) for a cursor that is not one of ours.
    """
    after = _read_cursor(cursor)
    places = _places(asking, wanted, found, sort, order, after=after, size=size + 1)
    chosen = [place[-1] for place in places[:size]]
    rows = rows_of(asking, chosen)
    more = len(places) > size
    return KpiPage(tuple(rows), cursors.written(places[size - 1]) if more else "")


def everything(
    asking: Asking,
    wanted: Filter,
    found: Counts,
    *,
    sort: Sort = Sort.ATTENTION,
    order: Sequence[UUID | None] = (),
) -> Iterator[KpiRow]:
    """The whole filtered catalogue for a file, read in batches."""
    places = _places(asking, wanted, found, sort, order, after=None, size=None)
    for start in range(0, len(places), _EXPORT_BATCH):
        ids = [place[-1] for place in places[start : start + _EXPORT_BATCH]]
        yield from rows_of(asking, ids)


# A place in the list: what it is sorted by (group, attention, name), then its id.
_Place = tuple[Any, ...]


def _places(
    asking: Asking,
    wanted: Filter,
    found: Counts,
    sort: Sort,
    order: Sequence[UUID | None],
    *,
    after: _Place | None,
    size: int | None,
) -> list[_Place]:
    shape, given = shape_of(wanted), given_by(asking, wanted)
    columns = ("name",) if sort is Sort.NAME else ("place", "name")
    column = GROUPS.get(sort)
    if after is not None and len(after) != len(columns) + (2 if column else 1):
        raise Refused("cursor.unreadable", field="after")  # of another order
    if column:
        groups = _needed(found, order, after, size)
        begun = after if after and groups and _id_of(after[0]) == groups[0] else None
        return _in_groups(asking, shape, given, column, groups, begun, size)
    given |= _given_after(columns, after)
    return _SORTED.rows(asking.actor, shape, columns, after is not None, size, **given)


def _sorted(
    reader: Actor,
    shape: Shape,
    columns: tuple[str, ...],
    goes_on: bool,
    size: int | None,
) -> QuerySet[Any, Any]:
    """The next entries in the order of the columns and their ids."""
    rows: QuerySet[Any, Any] = matching(reader, shape)
    if goes_on:
        rows = rows.filter(_beyond(columns))
    return rows.order_by(*columns, "pk").values_list(*columns, "pk")[:size]


_SORTED = ReadersQuestion(_sorted)
_KINDS: dict[str, Field[Any, Any]] = {"place": IntegerField(), "name": CharField()}


def _beyond(columns: Sequence[str]) -> Q:
    """Later in the order of the columns and ids than the place that is given."""
    found, same = Q(), Q()
    for column in columns:
        value = Given(f"after_{column}", _KINDS[column])
        found |= same & Q(**{f"{column}__gt": value})
        same &= Q(**{column: value})
    first = columns[0]
    later = found | same & Q(pk__gt=Given("after_pk", UUIDField()))
    # Said once more, so that an index is entered where the page begins.
    return later & Q(**{f"{first}__gte": Given(f"after_{first}", _KINDS[first])})


def _given_after(columns: Sequence[str], after: _Place | None) -> dict[str, Any]:
    if after is None:
        return {}
    *values, pk = after
    named = {f"after_{name}": value for name, value in zip(columns, values, strict=True)}
    return {**named, "after_pk": pk}


def _in_groups(
    asking: Asking,
    shape: Shape,
    given: dict[str, Any],
    column: str,
    groups: Sequence[UUID | None],
    begun: _Place | None,
    size: int | None,
) -> list[_Place]:
    """The next places (group, attention, name, id), the first `size` of each group."""
    known = [group for group in groups if group is not None]
    within = begun[1:] if begun else None
    rows = _GROUPED.rows(
        asking.actor,
        *(shape, column, None in groups, begun is not None, bool(begun and begun[0] is None)),
        size,
        **given,
        **_given_after(("place", "name"), within),
        groups=known,
        group=_id_of(begun[0]) if begun else None,
    )
    rank = {group: at for at, group in enumerate(groups)}
    rows.sort(key=lambda place: (rank[place[0]], *place[1:]))
    return rows[:size]


def _grouped(
    reader: Actor,
    shape: Shape,
    column: str,
    with_rest: bool,
    goes_on: bool,
    in_rest: bool,
    size: int | None,
) -> QuerySet[Any, Any]:
    rest = Q(**{f"{column}__isnull": True})
    known = Q(Among(column, GivenIds("groups")))
    rows: QuerySet[Any, Any] = matching(reader, shape).filter(known | rest if with_rest else known)
    columns = ("place", "name")
    if goes_on:
        begun = rest if in_rest else Q(**{column: Given("group", UUIDField())})
        elsewhere = ~rest if in_rest else rest | ~begun
        rows = rows.filter(elsewhere | begun & _beyond(columns))
    if size is not None:
        nth = Window(RowNumber(), partition_by=[F(column)], order_by=[*columns, "pk"])
        rows = rows.annotate(nth=nth).filter(nth__lte=size)
    return rows.order_by().values_list(column, *columns, "pk")


_GROUPED = ReadersQuestion(_grouped)


def _needed(
    found: Counts, order: Sequence[UUID | None], after: _Place | None, size: int | None
) -> list[UUID | None]:
    """The groups, from the one reached on, that together have enough rows."""
    groups = [group for group in (*order, None) if found.groups.get(group)]
    if after is not None and _id_of(after[0]) in groups:
        groups = groups[groups.index(_id_of(after[0])) :]
    if size is None:
        return groups
    picked, rows = [], 0
    for group in groups:
        picked.append(group)
        # Of the first group some may have been shown already.
        rows += found.groups[group] if picked[1:] or after is None else 0
        if rows >= size:
            break
    return picked


def _id_of(kept: Any) -> UUID | None:
    return None if kept is None else UUID(str(kept))


def _read_cursor(cursor: str) -> _Place | None:
    if not cursor:
        return None
    try:
        *before, name, last = cursors.read(cursor)
        if len(before) > 1:
            _id_of(before[0])
        # Of what it is sorted by, the attention is a number; the rest are texts.
        ATTENTION[int(before[-1]) if before else 0]
        return (*before, str(name), UUID(last))
    except (ValueError, TypeError, AttributeError, LookupError) as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable
