"""From what was read of the alignment to the cards of the map, level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from okapi.core.branches import Branch
from okapi.core.errors import NotFound
from okapi.goals.queries import alignment, tree
from okapi.goals.queries.alignment import EVERYTHING, Node, Spread, Wanted
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import branches_of
from okapi.goals.queries.rows import ObjectiveRow
from okapi.goals.queries.tree import Goals, Place
from okapi.orgs.queries import TeamRow
from okapi.web import http
from okapi.web.goals.asked import Asked
from okapi.web.goals.map_items import GroupCard, MapItem, also_above, card_of
from okapi.web.goals.switch import View
from okapi.web.http import OrgRequest
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class MapLevel:
    """Items beside each other; `rest` more follow, at `next` (0: nothing more is known of)."""

    items: tuple[MapItem, ...]
    rest: int = 0
    next: str = ""


@dataclass(slots=True)
class MapDrawing:
    """One map. `rows` are the objectives that were read, `focus` the one it is about."""

    request: OrgRequest
    who: Asking
    found: Asked
    rows: list[ObjectiveRow] = field(default_factory=list)
    focus: ObjectiveRow | None = None

    @property
    def _wanted(self) -> Wanted:
        if self.request.GET.get("focus"):
            return EVERYTHING
        return Wanted.by(self.who, self.found.filter, self.found.teams)

    def whole(self) -> MapLevel:
        """By goal, from those that contribute to nothing above them."""
        return self.more_tops("", 0)

    def more_tops(self, _key: str, after: int) -> MapLevel:
        """The tops from one on."""
        first, rest = alignment.tops(self.who, self._wanted, self.found.teams, after=after)
        levels = alignment.LEVELS if after == 0 else 1
        read = alignment.spread(self.who, self._wanted, first, levels=levels, rest=rest)
        return MapLevel(self._items(read), rest, self.level_at("top:", after + len(first)))

    def around(self, key: str) -> MapLevel:
        """What lies above and below one objective."""
        focus, way = alignment.way_up(self.who, key)
        lower = {child for children in way.values() for child in children}
        tops = [one for one in way if one not in lower] or [focus]
        read = alignment.spread(self.who, EVERYTHING, tops, way=way, levels=3)
        self.focus = read.nodes[focus].row
        return MapLevel(self._items(read))

    def below_goal(self, key: str, after: int) -> MapLevel:
        """What contributes directly to an objective, from one on."""
        parent = alignment.named(self.who, key)
        children = alignment.below(self.who, self._wanted, [parent]).get(parent, [])
        page = children[after : after + alignment.CHILDREN]
        read = alignment.spread(self.who, self._wanted, page, levels=1)
        end = after + len(page)
        rest = len(children) - end
        return MapLevel(self._items(read, parent), rest, self.level_at(f"goal:{key}", end))

    def teams(self) -> MapLevel:
        """By team: the teams at the top, and below them as much as there is room for."""
        wanted, known = self.found.filter.team, self.found.teams
        roots = [team for team in known if (team.key == wanted if wanted else team.depth == 0)]
        below = known.below(wanted) if wanted else tuple(known)
        small = self._total <= alignment.MOST and len(below) <= alignment.TOPS
        opened: list[Place] = [team.id for team in (below if small else roots)]
        teams = self._by_team([*opened, *((None,) if small and not wanted else ())])
        items = [teams.team(team) for team in roots if teams.read.shows(team)]
        personal = teams.read.levels.get(None)
        if personal is not None and personal.rows:
            card = GroupCard("map-personal", say("goals.personal"), "", None)
            below_it = teams.below(None)
            items.append(MapItem("personal", "", say("goals.personal"), card, below=below_it))
        return MapLevel(tuple(items))

    def below_team(self, key: str, after: int) -> MapLevel:
        """The objectives of a team and the teams below it, from one on."""
        team = self.found.teams.by_key.get(key)
        if team is None:
            raise NotFound("access.not_found", kind="team", ref=key)
        teams = self._by_team([team.id], after // tree.PAGE + 1)
        level = teams.read.levels[team.id]
        follows = self.level_at(f"team:{key}", level.page * tree.PAGE)
        return MapLevel(teams.below(team.id), max(0, level.total - level.last), follows)

    def _by_team(self, opened: Sequence[Place], page: int = 1) -> _Teams:
        read = tree.goals(
            self.who,
            self.found.filter,
            self.found.teams,
            dict.fromkeys(opened, page),
            total=self._total,
            opened=(True, ()),
        )
        seen = {team.id for level in read.levels.values() for team in level.teams}
        branches: Mapping[UUID, Branch] = read.matches or {}
        if read.matches is None:
            branches = branches_of(self.found.cycle.id, seen | set(filter(None, opened)))
        rows = [row for level in read.levels.values() for row in level.rows]
        return _Teams(self, read, branches, alignment.nodes_of(self.who, rows))

    def pillars(self) -> MapLevel:
        """By pillar, those without one last; in each what contributes to none of the same."""
        by_pillar = alignment.tops_by_pillar(self.who, self._wanted)
        known = [(one.key, one.title) for one in self.found.choices.pillars if one.key in by_pillar]
        if "" in by_pillar:
            known.append(("", say("goals.map_no_pillar")))
        room = max(1, alignment.TOPS // max(1, len(known)))
        first = [one for key, _ in known for one in by_pillar[key][:room]]
        read = alignment.spread(self.who, self._wanted, first, levels=2)
        items = {item.id: item for item in self._items(read)}
        return MapLevel(
            tuple(self._pillar(key, title, by_pillar[key], items, room) for key, title in known)
        )

    def below_pillar(self, key: str, after: int) -> MapLevel:
        """The objectives of a pillar, from one on."""
        tops = alignment.tops_by_pillar(self.who, self._wanted).get(key, [])
        page = tops[after : after + alignment.TOPS]
        read = alignment.spread(self.who, self._wanted, page, levels=1)
        end = after + len(page)
        return MapLevel(
            self._items(read), max(0, len(tops) - end), self.level_at(f"pillar:{key}", end)
        )

    def _pillar(
        self,
        key: str,
        title: str,
        tops: Sequence[UUID],
        items: Mapping[str, MapItem],
        room: int,
    ) -> MapItem:
        href = http.with_query(self.request.path, self.request.GET, view="map", pillar=key)
        hidden = max(0, len(tops) - room)
        return MapItem(
            id=f"pillar-{key}",
            key=key,
            title=title,
            card=GroupCard(f"map-pillar-{key}", title, href if key else "", None),
            hidden=hidden,
            href=href,
            level=self.level_at(f"pillar:{key}", room),
            below=tuple(items[one.hex] for one in tops[:room] if one.hex in items),
        )

    @property
    def _total(self) -> int:
        """About how many objectives the cycle has."""
        return 0 if self.found.cycle.whole is None else self.found.cycle.whole.total

    def _items(self, read: Spread, parent: UUID | None = None) -> tuple[MapItem, ...]:
        self.rows += [node.row for node in read.nodes.values()]
        return tuple(self._spread_item(read, one, parent) for one in read.tops)

    def _spread_item(self, read: Spread, one: UUID, parent: UUID | None) -> MapItem:
        below = tuple(self._spread_item(read, child, one) for child in read.children.get(one, ()))
        return self.goal(read.nodes[one], parent, below)

    def goal(self, node: Node, parent: UUID | None, below: tuple[MapItem, ...] = ()) -> MapItem:
        """An objective with what is open below it."""
        row = node.row
        team = self.found.teams.by_id.get(row.team_id) if row.team_id else None
        query = {"view": View.MAP.value, "focus": row.key, "after": None}
        return MapItem(
            id=row.id.hex,
            key=row.key,
            title=row.title,
            card=card_of(row, http.at(self.request), "" if team is None else team.name),
            above=tuple(one.id for one in node.above),
            also=also_above(node, parent),
            hidden=node.hidden,
            href=http.with_query(self.request.path, self.request.GET, **query),
            level=self.level_at(f"goal:{row.key}", node.reached),
            below=below,
            is_focus=row.key == self.request.GET.get("focus"),
        )

    def level_at(self, under: str, after: int) -> str:
        """The address of what stands below one, from one on."""
        own = {"view": View.MAP.value, "under": under, "after": str(after), "find": None}
        address = http.with_query(self.request.path, self.request.GET, **own)
        return f"{address}&fragment=level"


@dataclass(frozen=True, slots=True)
class _Teams:
    """Levels of teams as items."""

    drawing: MapDrawing
    read: Goals
    branches: Mapping[UUID, Branch]
    nodes: Mapping[UUID, Node]

    def team(self, team: TeamRow) -> MapItem:
        """A team with what is open below it."""
        drawing = self.drawing
        branch, level = self.branches.get(team.id), self.read.levels.get(team.id)
        at = http.at(drawing.request)
        hidden = level.total - level.last if level and level.total else 0
        if level is None:
            below = drawing.found.teams.has_below(team)
            hidden = branch.total if branch is not None and branch.total else int(below)
        return MapItem(
            id=team.id.hex,
            key=team.key,
            title=team.name,
            card=GroupCard(f"map-{team.id.hex}", team.name, at.team(team.key), branch),
            hidden=hidden,
            href=http.with_query(
                drawing.request.path, drawing.request.GET, view="map", team=team.key
            ),
            level=drawing.level_at(f"team:{team.key}", 0 if level is None else tree.PAGE),
            below=self.below(team.id),
        )

    def below(self, place: Place) -> tuple[MapItem, ...]:
        """The objectives of a team, then the teams below it."""
        level = self.read.levels.get(place)
        if level is None:
            return ()
        goals = [self.drawing.goal(self.nodes[row.id], None) for row in level.rows]
        self.drawing.rows += level.rows
        return (*goals, *(self.team(team) for team in level.teams))
