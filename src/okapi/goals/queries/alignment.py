"""The alignment map: objectives under what they contribute to, as far as it is looked at.

An answer holds at most `MOST` objectives, each once however many paths lead to it, with all that
it contributes to, so that every edge can be drawn. What a reader may not read is neither a node nor
an end of an edge, and counts nowhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import Part, Question, ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.core.branches import Branch
from okapi.goals import access
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchStanding, Contribution, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.filtering import Filter, Shape, given_by, matching, shape_of
from okapi.goals.queries.objectives import objectives_in
from okapi.goals.queries.rows import ObjectiveRow
from okapi.orgs.queries import TeamTree

MOST = 120
"""So many objectives are in one answer."""
TOPS = 40
"""So many without anything above them stand on the map at once; the next follow."""
CHILDREN = 24
"""So many below one objective; the next follow."""
LEVELS = 4
"""So many levels are open at first, where there is room."""
_FIRST_TEAMS = 4
_BRANCH = ("on_track", "at_risk", "off_track", "no_data", "none", "progress")

Ids = Sequence[UUID]


@dataclass(frozen=True, slots=True)
class Above:
    """What an objective contributes to."""

    id: UUID
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Node:
    """An objective on the map: what stands above it, how much below, and its branch.

    `below` counts what contributes to it directly and is asked for, `hidden` those of them that
    are not in the answer; the next ones begin after `reached` of them.
    """

    row: ObjectiveRow
    above: tuple[Above, ...]
    branch: Branch | None
    below: int = 0
    hidden: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class Spread:
    """Objectives of the map with what is open below each; every one stands in it once.

    `rest` is how many more are known to stand beside the tops.
    """

    tops: tuple[UUID, ...]
    children: Mapping[UUID, tuple[UUID, ...]]
    nodes: Mapping[UUID, Node]
    rest: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the filter, with the values for its questions; None: everything."""

    shape: Shape | None
    given: Mapping[str, Any]

    @classmethod
    def by(cls, asking: Asking, filter_: Filter, teams: TeamTree) -> Wanted:
        """The objectives that a filter leaves."""
        return cls(shape_of(filter_), given_by(asking, filter_, teams))


EVERYTHING = Wanted(None, {})
"""Whatever the reader may read, of every cycle: what lies around one objective."""


def _asked(reader: Actor, shape: Shape | None) -> QuerySet[Objective]:
    if shape is not None:
        return matching(reader, shape)
    return access.visible(reader).filter(archived_at__isnull=True)


def tops(
    asking: Asking, wanted: Wanted, teams: TeamTree, *, after: int = 0
) -> tuple[list[UUID], int]:
    """The next objectives that contribute to none that is asked for, and how many follow.

    In the order of the teams, of which a page needs few: one statement, or two.
    """
    below = wanted.given.get("below")
    order: list[UUID | None] = [*below] if below else [*(team.id for team in teams), None]
    placed = _tops_in(asking, wanted, order[:_FIRST_TEAMS])
    if len(placed) <= after + TOPS and len(order) > _FIRST_TEAMS:
        placed += _tops_in(asking, wanted, order[_FIRST_TEAMS:])
    return placed[after : after + TOPS], max(0, len(placed) - after - TOPS)


def _tops_in(asking: Asking, wanted: Wanted, order: Sequence[UUID | None]) -> list[UUID]:
    rank = {team: at for at, team in enumerate(order)}
    known = [team for team in order if team is not None]
    rows = _TOPS.rows(asking.actor, wanted.shape, None in order, order=known, **wanted.given)
    rows.sort(key=lambda row: (rank[row[0]], row[1], row[2]))
    return [row[2] for row in rows]


def _tops(reader: Actor, shape: Shape | None, with_personal: bool) -> QuerySet[Objective, Any]:
    above = _asked(reader, shape).filter(supported_by__child_id=OuterRef("pk"))
    known = Q(Among("team_id", GivenIds("order")))
    where = known | Q(team_id__isnull=True) if with_personal else known
    rows: QuerySet[Objective, Any] = _asked(reader, shape).filter(where, ~Exists(above))
    return rows.order_by().values_list("team_id", "position", "id")


_TOPS = ReadersQuestion(_tops)


def tops_by_pillar(asking: Asking, wanted: Wanted) -> dict[str, list[UUID]]:
    """The objectives of each pillar, by key, that contribute to none of the same; "": of none.

    One statement that goes through all that is asked for.
    """
    rows = _BY_PILLAR.rows(asking.actor, wanted.shape, **wanted.given)
    rows.sort(key=lambda row: (row[1], row[2]))
    found: dict[str, list[UUID]] = defaultdict(list)
    for pillar, _, pk in rows:
        found[pillar or ""].append(pk)
    return dict(found)


def _pillars(reader: Actor, shape: Shape | None) -> QuerySet[Objective, Any]:
    above = _asked(reader, shape).filter(supported_by__child_id=OuterRef("pk"))
    alike = above.filter(pillar_id=OuterRef("pillar_id"))
    rows: QuerySet[Objective, Any] = _asked(reader, shape).filter(
        (Q(pillar__isnull=True) & ~Exists(above)) | (Q(pillar__isnull=False) & ~Exists(alike))
    )
    return rows.order_by().values_list("pillar__key", "position", "id")


_BY_PILLAR = ReadersQuestion(_pillars)


def below(asking: Asking, wanted: Wanted, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """What contributes directly to each of these, in order; one statement."""
    rows = _BELOW.rows(asking.actor, wanted.shape, ids=ids, **wanted.given)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for parent, _, child in sorted(set(rows)):
        found[parent].append(child)
    return dict(found)


def _below(reader: Actor, shape: Shape | None) -> QuerySet[Contribution, Any]:
    rows = _linked("parent_id", _asked(reader, shape).filter(pk=OuterRef("child_id")))
    return rows.values_list("parent_id", "child__position", "child_id")


_BELOW = ReadersQuestion(_below)


def above(asking: Asking, ids: Collection[UUID]) -> Part[dict[UUID, tuple[Above, ...]]]:
    """What each of these contributes to, in order, as far as the reader may read it."""
    return _ABOVE.part(asking.actor, ids=ids).to(lambda rows: _parents(asking, rows))


def _parents(asking: Asking, rows: Iterable[Row]) -> dict[UUID, tuple[Above, ...]]:
    found: dict[UUID, list[Above]] = defaultdict(list)
    for child, _, parent, key, title, other in sorted(set(rows), key=itemgetter(0, 1, 2)):
        found[child].append(Above(parent, key, asking.text(title, other)))
    return {child: tuple(parents) for child, parents in found.items()}


def _above(reader: Actor) -> QuerySet[Contribution, Any]:
    rows = _linked("child_id", _asked(reader, None).filter(pk=OuterRef("parent_id")))
    own = ("id", "key", "title", "title_other")
    return rows.values_list("child_id", "parent__position", *(f"parent__{name}" for name in own))


_ABOVE = ReadersQuestion(_above)


def _linked(end: str, other: QuerySet[Objective]) -> QuerySet[Contribution, Any]:
    """Contributions by one end, where the other is asked for.

    Begun here, each way has its index; a set of objectives would be looked through.
    """
    rows: QuerySet[Contribution, Any] = Contribution.objects.filter(
        Among(end, GivenIds()), Exists(other)
    )
    return rows.order_by()


def named(asking: Asking, key: str) -> UUID:
    """The id of the objective with this key; `NotFound` when missing, hidden or archived."""
    return access.get(asking.actor, key, among=_asked(asking.actor, None)).pk


def way_up(asking: Asking, key: str) -> tuple[UUID, dict[UUID, list[UUID]]]:
    """An objective and all above it: who stands below whom; `NotFound`.

    A statement for each level, of which alignment has few; at most `LEVELS` times four.
    """
    found = named(asking, key)
    children: dict[UUID, list[UUID]] = defaultdict(list)
    level, seen = {found}, {found}
    for _ in range(LEVELS * 4):
        parents = above(asking, level).alone()
        for child in sorted(level):
            for parent in parents.get(child, ()):
                if child not in children[parent.id]:
                    children[parent.id].append(child)
        level = {one.id for several in parents.values() for one in several} - seen
        if not level or len(seen) > MOST:
            break
        seen |= level
    return found, dict(children)


def spread(
    asking: Asking,
    wanted: Wanted,
    first: Ids,
    *,
    levels: int = LEVELS,
    way: Mapping[UUID, Iterable[UUID]] | None = None,
    rest: int = 0,
) -> Spread:
    """These objectives with what is below them, level by level, as long as there is room.

    `way` are children that stand below some of them in any case, and are open alone: the way down
    to one that is looked for. A statement for each level, and two.
    """
    laid = _Laid(list(first), rest)
    if way is None:
        _spread_down(asking, wanted, laid, levels)
    else:
        laid.follow(way)
        _spread_down(asking, wanted, laid, levels, laid.lowest(way))
        laid.count(below(asking, wanted, [*way]))
    return _read(asking, laid)


def _spread_down(
    asking: Asking, wanted: Wanted, laid: _Laid, levels: int, level: Ids | None = None
) -> None:
    level = laid.order if level is None else level
    for at in range(levels):
        if not level:
            return
        found = below(asking, wanted, level)
        laid.count(found)
        level = [] if at == levels - 1 else laid.open(level, found)


class _Laid:
    """What stands on the map so far, and below what."""

    def __init__(self, first: list[UUID], rest: int) -> None:
        self.tops = tuple(first)
        self.order = first
        self.seen = set(first)
        self.children: dict[UUID, list[UUID]] = {}
        self.below: dict[UUID, Ids] = {}
        self.rest = rest

    def count(self, found: Mapping[UUID, Ids]) -> None:
        """Keep what stands directly below each."""
        self.below.update(found)

    def hidden(self, parent: UUID) -> int:
        """How many of them are not on the map."""
        return sum(child not in self.seen for child in self.below.get(parent, ()))

    def reached(self, parent: UUID) -> int:
        """How many of them come before the first that is not on the map."""
        children = self.children.get(parent)
        return (
            self.below[parent].index(children[-1]) + 1 if children and parent in self.below else 0
        )

    def open(self, level: Ids, found: Mapping[UUID, Ids]) -> list[UUID]:
        """Put the children of a level on the map, those of one parent together."""
        fresh: list[UUID] = []
        for parent in level:
            children = [one for one in found.get(parent, ()) if one not in self.seen][:CHILDREN]
            if children and len(self.seen) + len(children) <= MOST:
                self._put(parent, children)
                fresh += children
        return fresh

    def follow(self, way: Mapping[UUID, Iterable[UUID]]) -> None:
        """Put a way down on the map, from its tops."""
        level = [*self.tops]
        while level:
            fresh: list[UUID] = []
            for parent in level:
                children = [one for one in way.get(parent, ()) if one not in self.seen]
                if children:
                    self._put(parent, children)
                    fresh += children
            level = fresh

    def lowest(self, way: Mapping[UUID, Iterable[UUID]]) -> list[UUID]:
        """Those that nothing of the way stands below."""
        return [one for one in self.order if one not in way]

    def _put(self, parent: UUID, children: list[UUID]) -> None:
        self.children[parent] = children
        self.order = [*self.order, *children]
        self.seen.update(children)


def _read(asking: Asking, laid: _Laid) -> Spread:
    with Round() as asked:
        rows = objectives_in(asked, asking, laid.order)
        found = nodes_in(asked, asking, laid.order)
    nodes = {
        pk: replace(
            node,
            below=len(laid.below.get(pk, ())),
            hidden=laid.hidden(pk),
            reached=laid.reached(pk),
        )
        for pk, node in found(rows()).items()
    }
    return Spread(
        tops=tuple(pk for pk in laid.tops if pk in nodes),
        children={pk: tuple(c for c in below if c in nodes) for pk, below in laid.children.items()},
        nodes=nodes,
        rest=laid.rest,
    )


def nodes_of(asking: Asking, rows: Sequence[ObjectiveRow]) -> dict[UUID, Node]:
    """These objectives with what stands above them and their branches; one statement."""
    with Round() as asked:
        found = nodes_in(asked, asking, [row.id for row in rows])
    return found(rows)


def nodes_in(
    asked: Round, asking: Asking, ids: Collection[UUID]
) -> Callable[[Iterable[ObjectiveRow]], dict[UUID, Node]]:
    """As `nodes_of`; asked for before the rows are known, of which it makes nodes afterwards."""
    parents, branches = asked(above(asking, ids)), asked(_branches(ids))

    def nodes(rows: Iterable[ObjectiveRow]) -> dict[UUID, Node]:
        over, stand = parents(), branches()
        return {row.id: Node(row, over.get(row.id, ()), stand.get(row.id)) for row in rows}

    return nodes


def _branches(ids: Collection[UUID]) -> Part[dict[UUID, Branch]]:
    """How the branches of these objectives stand, as stored."""
    return _BRANCHES.part(ids=ids).to(lambda rows: {pk: Branch(*row) for pk, *row in rows})


def _of_objectives() -> QuerySet[BranchStanding, Any]:
    rows: QuerySet[BranchStanding, Any] = BranchStanding.objects.filter(
        Among("object_id", GivenIds()), kind=BranchOf.OBJECTIVE.value
    )
    return rows.values_list("object_id", *_BRANCH)


_BRANCHES = Question(_of_objectives)
