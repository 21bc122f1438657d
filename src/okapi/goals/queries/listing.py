"""The goals list: the order by team, one page after another, and the whole for a file.

A page costs the same in an organisation with 100,000 objectives as in a small one: the order by
team walks the teams, of which a page needs few, and every other order goes on from a cursor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, assert_never
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Field,
    FloatField,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from okapi.base import cursors
from okapi.base.actor import Actor
from okapi.base.arrays import Among, id_param
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.errors import Refused
from okapi.core.health import Health
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.filtering import Filter, Only, Shape, given_by, matching, shape_of
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import ObjectiveRow
from okapi.orgs.queries import TeamTree

__all__ = [
    "FEW",
    "PAGE",
    "Filter",
    "ObjectivePage",
    "Only",
    "Sort",
    "all_ids",
    "everything",
    "page",
]

PAGE = 50
PAGE_WITH_KEY_RESULTS = 16
"""An objective takes about as many lines as three without its key results."""
FEW = 2_000
"""Up to so many objectives in a cycle are simply looked through."""

_FIRST_TEAMS = 4
_EXPORT_BATCH = 400
_BEFORE_ALL = -1e300


class Sort(StrEnum):
    """In which order the list stands. There is none by person."""

    TEAM = "team"
    TITLE = "title"
    PROGRESS = "progress"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    """One page of the list; `next_cursor` is empty on the last one."""

    rows: tuple[ObjectiveRow, ...]
    next_cursor: str


def page(
    asking: Asking,
    wanted: Filter,
    teams: TeamTree,
    *,
    sort: Sort = Sort.TEAM,
    cursor: str = "",
    size: int | None = None,
    total: int = 0,
    with_key_results: bool = False,
) -> ObjectivePage:
    """One page; `total` says about how many objectives the cycle has.

    Unless `size` says how many, a page has about as many lines with key results as without.
    `Refused` (`cursor.unreadable`) for a cursor that is not one of ours.
    """
    size = size or (PAGE_WITH_KEY_RESULTS if with_key_results else PAGE)
    after = _read_cursor(cursor, sort)
    chosen = _Chosen(asking, wanted, teams)
    if sort is Sort.TEAM:
        places = _by_team(chosen, after, size + 1, few=total <= FEW)
    else:
        places = _by_value(chosen, sort, after, size + 1)
    ids = [place[-1] for place in places[:size]]
    rows = objectives_of(asking, ids, in_brief=not with_key_results)
    more = len(places) > size
    return ObjectivePage(tuple(rows), cursors.written(places[size - 1]) if more else "")


def everything(
    asking: Asking, wanted: Filter, teams: TeamTree, *, sort: Sort = Sort.TEAM
) -> Iterator[ObjectiveRow]:
    """The whole filtered list for a file, read in batches."""
    rest = iter(all_ids(asking, wanted, teams, sort=sort))
    while batch := list(islice(rest, _EXPORT_BATCH)):
        yield from objectives_of(asking, batch, in_brief=True)


def all_ids(
    asking: Asking, wanted: Filter, teams: TeamTree, *, sort: Sort = Sort.TEAM
) -> list[UUID]:
    """The ids of the whole filtered list, in its order."""
    chosen = _Chosen(asking, wanted, teams)
    if sort is Sort.TEAM:
        places = _by_team(chosen, None, None, few=True)
    else:
        places = _by_value(chosen, sort, None, None)
    return [place[-1] for place in places]


# A place in the list: what it is sorted by, then its id.
_Place = tuple[Any, ...]


class _Chosen:
    """What a filter leaves, to be asked for in several ways."""

    def __init__(self, asking: Asking, wanted: Filter, teams: TeamTree) -> None:
        self._actor = asking.actor
        self._shape = shape_of(wanted)
        self._given = given_by(asking, wanted, teams)
        # The teams in the order of the tree; what has no team (personal goals) stands last.
        self.order: list[UUID | None]
        if wanted.team:
            self.order = list(self._given["below"])
        else:
            self.order = [*(team.id for team in teams), None]

    def rows(self, question: ReadersQuestion, *more: Any, **given: Any) -> list[tuple[Any, ...]]:
        """The answer to a question about the shape of the filter, and perhaps more."""
        return question.rows(self._actor, self._shape, *more, **self._given, **given)


def _by_team(chosen: _Chosen, after: _Place | None, size: int | None, *, few: bool) -> list[_Place]:
    """(team, position, id) of the next objectives: in one statement, or in three at most."""
    order: Sequence[UUID | None] = chosen.order
    if after is not None:
        order = order[order.index(after[0]) :] if after[0] in order else order
    first = len(order) if few else _FIRST_TEAMS
    places = _in_teams(chosen, order[:first], after)
    missing = 0 if size is None else size - len(places)
    rest = order[first:]
    if missing > 0 and rest:
        places += _in_teams(chosen, _enough(chosen, rest, missing), None)
    return [(team, position, _id(pk)) for team, position, pk in places[:size]]


def _in_teams(chosen: _Chosen, order: Sequence[UUID | None], after: _Place | None) -> list[_Place]:
    """The places in these teams, their ids as the database has them: there are many."""
    rows = chosen.rows(_IN_TEAMS, None in order, order=_known(order))
    team_at = [(None if team is None else id_param(team), team) for team in order]
    rank = {pk: at for at, (pk, _) in enumerate(team_at)}
    rows.sort(key=lambda row: (rank[row[0]], row[1], row[2]))
    places = [(order[rank[team]], position, pk) for team, position, pk in rows]
    if after is None or not order:
        return places
    reached = (after[1], id_param(after[2]))
    return [place for place in places if place[0] != after[0] or place[1:] > reached]


def _places_in(reader: Actor, shape: Shape, with_rest: bool) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = matching(reader, shape).filter(_team_is(with_rest))
    return rows.order_by().values_list("team_id", "position", "id")


_IN_TEAMS = ReadersQuestion(_places_in, raw=True)


def _enough(chosen: _Chosen, order: Sequence[UUID | None], size: int) -> list[UUID | None]:
    """The first teams of `order` that together have `size` objectives."""
    counts = dict(chosen.rows(_COUNTS, None in order, order=_known(order)))
    picked: list[UUID | None] = []
    for team in order:
        if size <= 0:
            break
        if counts.get(team):
            picked.append(team)
            size -= counts[team]
    return picked


def _counts_in(reader: Actor, shape: Shape, with_rest: bool) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = matching(reader, shape).filter(_team_is(with_rest))
    return rows.order_by().values_list("team_id").annotate(n=Count("pk"))


_COUNTS = ReadersQuestion(_counts_in)


def _known(order: Sequence[UUID | None]) -> list[UUID]:
    return [team for team in order if team is not None]


def _team_is(with_rest: bool) -> Q:
    """In one of the teams given as `order`, or also in none."""
    known = Q(Among("team_id", GivenIds("order")))
    return known | Q(team_id__isnull=True) if with_rest else known


def _id(found: Any) -> UUID:
    return found if isinstance(found, UUID) else UUID(found)


def _by_value(chosen: _Chosen, sort: Sort, after: _Place | None, size: int | None) -> list[_Place]:
    """(value, id) of the next objectives."""
    value, pk = after or (None, None)
    return chosen.rows(_VALUED, sort, after is not None, size, value=value, after=pk)


def _valued(
    reader: Actor, shape: Shape, sort: Sort, goes_on: bool, size: int | None
) -> QuerySet[Objective, Any]:
    rows: QuerySet[Any, Any] = matching(reader, shape).annotate(place=_value_of(sort))
    if goes_on:
        kind: Field[Any, Any] = CharField() if sort is Sort.TITLE else FloatField()
        value = Given("value", kind)
        rows = rows.filter(Q(place__gt=value) | Q(place=value, pk__gt=Given("after", UUIDField())))
    return rows.order_by("place", "pk").values_list("place", "pk")[:size]


_VALUED = ReadersQuestion(_valued)


def _value_of(sort: Sort) -> Any:
    """What a list is sorted by, rising."""
    match sort:
        case Sort.TITLE:
            return F("title")
        case Sort.PROGRESS:
            return -Coalesce(F("standing__progress"), Value(_BEFORE_ALL))
        case Sort.HEALTH:
            return Case(
                *(
                    When(standing__health=health.value, then=Value(at))
                    for at, health in enumerate(WORST_FIRST)
                ),
                default=Value(len(WORST_FIRST)),
            )
        case Sort.TEAM:
            raise ValueError("the order by team is no column")
        case _:
            assert_never(sort)


WORST_FIRST = (
    Health.OFF_TRACK,
    Health.AT_RISK,
    Health.NO_DATA,
    Health.ON_TRACK,
    Health.NONE,
)


def _read_cursor(cursor: str, sort: Sort) -> _Place | None:
    if not cursor:
        return None
    place = cursors.read(cursor)
    try:
        last = UUID(place[-1])
        if sort is Sort.TEAM:
            team, position, _ = place
            return (None if team is None else UUID(team), int(position), last)
        value, _ = place
        return (str(value) if sort is Sort.TITLE else float(value), last)
    except (ValueError, TypeError, AttributeError, LookupError) as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable
