"""The pages of the catalogue: two statements whatever the number of rows."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from okapi.core.errors import Refused
from okapi.kpis.models import Kpi
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import GROUPS, Counts, Filter, Sort, matching
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
    return KpiPage(tuple(rows), _cursor(places[size - 1]) if more else "")


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
    rows = matching(asking, wanted)
    if column := GROUPS.get(sort):
        groups = _needed(found, order, after, size)
        rows = rows.filter(_in_groups(column, groups)).annotate(group=_group_rank(column, groups))
        begun = after if after and groups and _id_of(after[0]) == groups[0] else None
        places = _sorted(rows, ("group", "place", "name"), begun and (0, *begun[1:]), size)
        return [(groups[place[0]], *place[1:]) for place in places]
    columns = ("name",) if sort is Sort.NAME else ("place", "name")
    return _sorted(rows, columns, after, size)


def _sorted(
    rows: QuerySet[Kpi], columns: Sequence[str], after: _Place | None, size: int | None
) -> list[_Place]:
    """The next rows in the order of the columns and their ids."""
    if after is not None:
        if len(after) != len(columns) + 1:
            raise Refused("cursor.unreadable", field="after")
        rows = rows.filter(_beyond((*columns, "pk"), after))
    places = rows.order_by(*columns, "pk").values_list(*columns, "pk")
    return list(places if size is None else places[:size])


def _beyond(columns: Sequence[str], after: _Place) -> Q:
    """Later in the order of the columns than these values."""
    found, same = Q(), Q()
    for column, value in zip(columns, after, strict=True):
        found |= same & Q(**{f"{column}__gt": value})
        same &= Q(**{column: value})
    return found


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


def _in_groups(column: str, groups: Sequence[UUID | None]) -> Q:
    known = Q(**{f"{column}__in": [group for group in groups if group is not None]})
    return known | Q(**{f"{column}__isnull": True}) if None in groups else known


def _group_rank(column: str, groups: Sequence[UUID | None]) -> Case:
    ranks = [
        When(**{column: group}, then=Value(at))
        for at, group in enumerate(groups)
        if group is not None
    ]
    return Case(*ranks, default=Value(max(len(groups) - 1, 0)), output_field=IntegerField())


def _cursor(place: _Place) -> str:
    told = [str(part) if isinstance(part, UUID) else part for part in place]
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> _Place | None:
    if not cursor:
        return None
    try:
        *before, name, last = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if len(before) > 1:
            _id_of(before[0])
        # Of what it is sorted by, the attention is a number; the rest are texts.
        ATTENTION[int(before[-1]) if before else 0]
        return (*before, str(name), UUID(last))
    except (NotBase64, ValueError, TypeError, AttributeError, LookupError) as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable
