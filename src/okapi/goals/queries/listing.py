"""The goals list: filters, the order by team, one page after another, and the whole for a file.

A page costs the same in an organisation with 100,000 objectives as in a small one: the order by
team walks the teams, of which a page needs few, and every other order goes on from a cursor.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any, assert_never
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from okapi.core.errors import Refused
from okapi.core.health import Health
from okapi.goals import access
from okapi.goals.choices import ObjectiveKind
from okapi.goals.models import KeyResultStanding, Moves, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import ObjectiveRow
from okapi.orgs.queries import TeamTree

PAGE = 50
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


class Only(StrEnum):
    """What the numbers above the list lead to."""

    MISMATCH = "mismatch"
    NO_KPI = "no_kpi"


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a cycle is listed. `team` (a key): with all below; `owner`: "me" or text."""

    cycle_id: UUID
    team: str = ""
    health: frozenset[Health] = field(default_factory=frozenset)
    owner: str = ""
    pillar: str = ""
    kind: ObjectiveKind | None = None
    only: Only | None = None
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything but cycle and team is asked for."""
        return any((self.health, self.owner, self.pillar, self.kind, self.only, self.text))


@dataclass(frozen=True, slots=True)
class ObjectivePage:
    """One page of the list; `next_cursor` is empty on the last one."""

    rows: tuple[ObjectiveRow, ...]
    next_cursor: str


def matching(asking: Asking, wanted: Filter, teams: TeamTree) -> QuerySet[Objective]:
    """The visible objectives that a filter leaves, in no order."""
    rows = access.visible(asking.actor).filter(cycle_id=wanted.cycle_id, archived_at__isnull=True)
    if wanted.team:
        rows = rows.filter(team_id__in=[team.id for team in teams.below(wanted.team)])
    if wanted.health:
        rows = rows.filter(_health_is(wanted.health))
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind.value)
    if wanted.pillar:
        rows = rows.filter(pillar__key=wanted.pillar)
    if wanted.owner:
        rows = rows.filter(_owner_is(asking, wanted.owner))
    if wanted.text:
        rows = rows.filter(_text_has(wanted.text))
    return rows if wanted.only is None else _only(rows, wanted.only)


def page(
    asking: Asking,
    wanted: Filter,
    teams: TeamTree,
    *,
    sort: Sort = Sort.TEAM,
    cursor: str = "",
    size: int = PAGE,
    total: int = 0,
) -> ObjectivePage:
    """One page; `total` says about how many objectives the cycle has.

    `Refused` (`cursor.unreadable`) for a cursor that is not one of ours.
    """
    after = _read_cursor(cursor, sort)
    chosen = matching(asking, wanted, teams)
    if sort is Sort.TEAM:
        order = _team_order(wanted, teams)
        places = _by_team(chosen, order, after, size + 1, few=total <= FEW)
    else:
        places = _by_value(chosen, sort, after, size + 1)
    ids = [place[-1] for place in places[:size]]
    rows = objectives_of(asking, ids)
    more = len(places) > size
    return ObjectivePage(tuple(rows), _cursor(places[size - 1]) if more else "")


def everything(
    asking: Asking, wanted: Filter, teams: TeamTree, *, sort: Sort = Sort.TEAM
) -> Iterator[ObjectiveRow]:
    """The whole filtered list for a file, read in batches."""
    chosen = matching(asking, wanted, teams)
    if sort is Sort.TEAM:
        order = _team_order(wanted, teams)
        places = _by_team(chosen, order, None, None, few=True)
    else:
        places = _by_value(chosen, sort, None, None)
    rest = iter(places)
    while batch := [place[-1] for place in islice(rest, _EXPORT_BATCH)]:
        yield from objectives_of(asking, batch)


# A place in the list: what it is sorted by, then its id.
_Place = tuple[Any, ...]


def _team_order(wanted: Filter, teams: TeamTree) -> list[UUID | None]:
    """The teams in the order of the tree; what has no team (personal goals) stands last."""
    if wanted.team:
        return [team.id for team in teams.below(wanted.team)]
    return [*(team.id for team in teams), None]


def _by_team(
    chosen: QuerySet[Objective],
    order: Sequence[UUID | None],
    after: _Place | None,
    size: int | None,
    *,
    few: bool,
) -> list[_Place]:
    """(team, position, id) of the next objectives: in one statement, or in three at most."""
    if after is not None:
        team = None if after[0] is None else UUID(after[0])
        order = order[order.index(team) :] if team in order else order
    first = len(order) if few else _FIRST_TEAMS
    places = _in_teams(chosen, order[:first], after)
    missing = 0 if size is None else size - len(places)
    rest = order[first:]
    if missing > 0 and rest:
        places += _in_teams(chosen, _enough(chosen, rest, missing), None)
    return places if size is None else places[:size]


def _in_teams(
    chosen: QuerySet[Objective], order: Sequence[UUID | None], after: _Place | None
) -> list[_Place]:
    rank = {team: at for at, team in enumerate(order)}
    rows = chosen.filter(_team_is_one_of(order)).values_list("team_id", "position", "id")
    places = sorted(rows, key=lambda place: (rank[place[0]], place[1], place[2]))
    if after is None or not order:
        return places
    reached = (rank.get(None if after[0] is None else UUID(after[0]), 0), after[1], UUID(after[2]))
    return [place for place in places if (rank[place[0]], place[1], place[2]) > reached]


def _enough(
    chosen: QuerySet[Objective], order: Sequence[UUID | None], size: int
) -> list[UUID | None]:
    """The first teams of `order` that together have `size` objectives."""
    rows = chosen.filter(_team_is_one_of(order)).order_by().values_list("team_id")
    counts = dict(rows.annotate(n=Count("pk")))
    picked: list[UUID | None] = []
    for team in order:
        if size <= 0:
            break
        if counts.get(team):
            picked.append(team)
            size -= counts[team]
    return picked


def _team_is_one_of(order: Sequence[UUID | None]) -> Q:
    known = Q(team_id__in=[team for team in order if team is not None])
    return known | Q(team_id__isnull=True) if None in order else known


def _by_value(
    chosen: QuerySet[Objective], sort: Sort, after: _Place | None, size: int | None
) -> list[_Place]:
    """(value, id) of the next objectives."""
    rows = chosen.annotate(place=_value_of(sort))
    if after is not None:
        rows = rows.filter(Q(place__gt=after[0]) | Q(place=after[0], pk__gt=after[-1]))
    places = rows.order_by("place", "pk").values_list("place", "pk")
    return list(places if size is None else places[:size])


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


def _health_is(health: frozenset[Health]) -> Q:
    known = Q(standing__health__in=[one.value for one in health])
    return known | Q(standing__isnull=True) if Health.NONE in health else known


def _owner_is(asking: Asking, owner: str) -> Q:
    if owner == "me":
        return Q(owner_id=asking.actor.person_id)
    return (
        Q(owner__name__icontains=owner)
        | Q(owner__name_other__icontains=owner)
        | Q(owner__email__iexact=owner)
    )


def _text_has(text: str) -> Q:
    """Every word of it somewhere in title or key."""
    found = Q()
    for word in text.split():
        found &= Q(title__icontains=word) | Q(title_other__icontains=word) | Q(key__icontains=word)
    return found


def _only(rows: QuerySet[Objective], only: Only) -> QuerySet[Objective]:
    match only:
        case Only.MISMATCH:
            sure = KeyResultStanding.objects.filter(
                key_result__objective=OuterRef("pk"), is_mismatch=True
            )
            return rows.filter(Exists(sure))
        case Only.NO_KPI:
            return rows.filter(~Exists(Moves.objects.filter(key_result__objective=OuterRef("pk"))))
        case _:
            assert_never(only)


def _cursor(place: _Place) -> str:
    told = [str(part) if isinstance(part, UUID) else part for part in place]
    return urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _read_cursor(cursor: str, sort: Sort) -> _Place | None:
    if not cursor:
        return None
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        UUID(place[-1])
        if sort is Sort.TEAM:
            team, position, _ = place
            return (team and str(UUID(team)), int(position), place[-1])
        value, _ = place
        return (value if sort is Sort.TITLE else float(value), place[-1])
    except (NotBase64, ValueError, TypeError, AttributeError, LookupError) as unreadable:
        raise Refused("cursor.unreadable", field="after") from unreadable
