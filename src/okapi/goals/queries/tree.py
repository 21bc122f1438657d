"""The goals as a tree by team: below each open team its objectives, then the teams below it.

Read are only the levels that are open, so a page costs by what it shows: whether a team has
anything below is told by the tree of teams and, under a filter, by counting what matches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.branches import Branch
from okapi.core.health import Health
from okapi.goals.models import Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.filtering import Filter, Shape, given_by, matching, shape_of
from okapi.goals.queries.key_results import key_results_of
from okapi.goals.queries.listing import FEW
from okapi.goals.queries.objectives import objectives_of
from okapi.goals.queries.rows import ObjectiveRow
from okapi.orgs.queries import TeamRow, TeamTree

PAGE = 50
"""So many things stand below a team at once; the next page follows."""

Place = UUID | None
"""A team, or None for personal goals, which have no team."""


@dataclass(frozen=True, slots=True)
class Level:
    """What stands directly below a team on one page: objectives first, then teams.

    `first` is the number of the first of them among all `total`.
    """

    rows: tuple[ObjectiveRow, ...] = ()
    teams: tuple[TeamRow, ...] = ()
    page: int = 1
    first: int = 1
    total: int = 0

    @property
    def last(self) -> int:
        """The number of the last of them."""
        return self.first + len(self.rows) + len(self.teams) - 1


@dataclass(frozen=True, slots=True)
class Goals:
    """The open levels of the tree, and what is to be known of the teams that are not open.

    `matches` are the matching objectives in each team with all below, where a filter is set;
    None without one: every team is shown then.
    """

    levels: Mapping[Place, Level]
    has_personal: bool
    matches: Mapping[UUID, Branch] | None = None

    def shows(self, team: TeamRow) -> bool:
        """Whether a team stands in the tree."""
        return self.matches is None or team.id in self.matches


def goals(
    asking: Asking,
    wanted: Filter,
    teams: TeamTree,
    pages: Mapping[Place, int],
    *,
    total: int = 0,
    opened: tuple[bool, Collection[str]] = (False, ()),
) -> Goals:
    """The levels below some teams, each at its page (from 1).

    `total` says about how many objectives the cycle has; `opened` whether the key results of every
    objective are read, and the keys of those for which it is the other way round. Five statements,
    one more for key results, and one where a curve follows a plan.
    """
    shape, given = shape_of(wanted), given_by(asking, wanted, teams)
    matches = _matches(asking, shape, given, teams) if wanted.is_narrow else None
    placed, has_personal = _placed(asking, shape, given, pages, few=total <= FEW)
    children = _children(teams)
    windows: dict[Place, tuple[list[UUID], Level]] = {}
    for place, page in pages.items():
        below = [team for team in children.get(place, ()) if matches is None or team.id in matches]
        windows[place] = _window(placed.get(place, []), below if place else [], page)
    ids = [pk for window, _ in windows.values() for pk in window]
    found = {row.id: row for row in _rows(asking, ids, *opened)}
    levels = {
        place: replace(level, rows=tuple(found[pk] for pk in window if pk in found))
        for place, (window, level) in windows.items()
    }
    return Goals(levels, has_personal, matches)


def _window(ids: list[UUID], below: list[TeamRow], page: int) -> tuple[list[UUID], Level]:
    """What of these objectives and then teams is on a page; the last page where it is too far."""
    total = len(ids) + len(below)
    page = max(1, min(page, -(-total // PAGE)))
    begin, end = (page - 1) * PAGE, page * PAGE
    teams = below[max(0, begin - len(ids)) : max(0, end - len(ids))]
    return ids[begin:end], Level((), tuple(teams), page, begin + 1, total)


def _rows(
    asking: Asking, ids: list[UUID], several: bool, others: Collection[str]
) -> list[ObjectiveRow]:
    """The rows, with the key results of those that are open."""
    rows = objectives_of(asking, ids, in_brief=True)
    opened = [row.id for row in rows if several is not (row.key in others)]
    if not opened:
        return rows
    below = key_results_of(asking, opened)
    return [replace(row, key_results=below.get(row.id, ())) for row in rows]


def _children(teams: TeamTree) -> Mapping[Place, list[TeamRow]]:
    known = teams.by_id
    found: dict[Place, list[TeamRow]] = defaultdict(list)
    for team in teams:
        found[team.parent_id if team.parent_id in known else None].append(team)
    return found


def _placed(
    asking: Asking,
    shape: Shape,
    given: Mapping[str, Any],
    pages: Mapping[Place, int],
    *,
    few: bool,
) -> tuple[dict[Place, list[UUID]], bool]:
    """The objectives of these teams in their order, and whether there are personal ones.

    Of a large cycle the personal ones are read only where they are open.
    """
    with_personal = (few or None in pages) and not shape.team
    order = [team for team in pages if team is not None]
    rows = _PLACED.rows(asking.actor, shape, with_personal, order=order, **given)
    rows.sort(key=lambda row: (row[1], row[2]))
    placed: dict[Place, list[UUID]] = defaultdict(list)
    for team, _, pk in rows:
        placed[team].append(pk)
    if with_personal or shape.team:
        return placed, None in placed
    return placed, bool(_PERSONAL.rows(asking.actor, shape, **given))


def _in_teams(reader: Actor, shape: Shape, with_personal: bool) -> QuerySet[Objective, Any]:
    known = Q(Among("team_id", GivenIds("order")))
    wanted = known | Q(team_id__isnull=True) if with_personal else known
    rows: QuerySet[Objective, Any] = matching(reader, shape).filter(wanted)
    return rows.order_by().values_list("team_id", "position", "id")


_PLACED = ReadersQuestion(_in_teams)


def _personal(reader: Actor, shape: Shape) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = matching(reader, shape).filter(team_id__isnull=True)
    return rows.order_by().values_list("id")[:1]


_PERSONAL = ReadersQuestion(_personal)


def _matches(
    asking: Asking, shape: Shape, given: Mapping[str, Any], teams: TeamTree
) -> dict[UUID, Branch]:
    """How many objectives match in each team with all below; teams without any are left out."""
    found: dict[UUID, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    by_id = teams.by_id
    for team, health, n in _COUNTED.rows(asking.actor, shape, **given):
        here = by_id.get(team)
        while here is not None:
            found[here.id][health or Health.NONE.value] += n
            here = by_id.get(here.parent_id) if here.parent_id else None
    return {team: Branch(**counts) for team, counts in found.items()}


def _counted(reader: Actor, shape: Shape) -> QuerySet[Objective, Any]:
    rows: QuerySet[Objective, Any] = matching(reader, shape).filter(team_id__isnull=False)
    return rows.order_by().values_list("team_id", "standing__health").annotate(n=Count("pk"))


_COUNTED = ReadersQuestion(_counted)
