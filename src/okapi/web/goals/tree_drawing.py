"""From what was read of the goals tree to its items, with the addresses that open them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from okapi.core.branches import Branch
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.rows import ObjectiveRow
from okapi.goals.queries.tree import Goals, Place
from okapi.orgs.queries import TeamRow
from okapi.web import http
from okapi.web.components import Pages
from okapi.web.goals.asked import Asked
from okapi.web.goals.switch import View
from okapi.web.goals.tree_items import Fold, Group, Item, item_of, team_line
from okapi.web.http import OrgRequest
from okapi.wording import say

PERSONAL = "~"
"""How an address names the personal goals, which have no team."""


def named(key: str, page: int) -> str:
    """A level as an address names it: `service`, or `service~2` at its second page."""
    return key if page == 1 else f"{key}~{page}"


@dataclass(slots=True)
class Drawing:
    """One tree to be drawn. `pages` are the open levels, `branches` how the seen teams stand."""

    request: OrgRequest
    who: Asking
    found: Asked
    read: Goals
    pages: Mapping[Place, int]
    branches: Mapping[UUID, Branch] = field(default_factory=dict)

    @property
    def roots(self) -> tuple[TeamRow, ...]:
        """The teams at the top: the one that is filtered by, else those without a parent."""
        teams, wanted = self.found.teams, self.found.filter.team
        tops = (teams.by_key[wanted],) if wanted else tuple(t for t in teams if t.depth == 0)
        return tuple(team for team in tops if self.read.shows(team))

    def seen(self) -> set[UUID]:
        """The teams that stand in it."""
        below = {team.id for level in self.read.levels.values() for team in level.teams}
        return below | {team.id for team in self.roots}

    def whole(self) -> Group:
        """The tree from its top."""
        items = [self._team(team, 0) for team in self.roots]
        if self.read.has_personal:
            line = team_line(None, say("goals.personal"), "", None, has_below=False)
            items.append(
                Item(line, self._fold_team(None, say("goals.personal")), self._below(None, 1))
            )
        return Group(0, tuple(items), css="tree-roots")

    def level(self, place: Place, depth: int) -> Group:
        """What stands below a team, or below the personal goals."""
        level = self.read.levels[place]
        goals = (self._goal(row, depth) for row in level.rows)
        teams = (self._team(team, depth) for team in level.teams)
        items = (*goals, *teams)
        none = "" if items else say("goals.none_in_team")
        return Group(depth, items, self._paged(place), none)

    def _below(self, place: Place, depth: int) -> Group | None:
        return self.level(place, depth) if place in self.read.levels else None

    def _team(self, team: TeamRow, depth: int) -> Item:
        matches = self.read.matches
        branch = self.branches.get(team.id) if matches is None else matches.get(team.id)
        line = team_line(
            team.id,
            team.name,
            http.at(self.request).team(team.key),
            branch,
            has_below=self.found.teams.has_below(team),
        )
        return Item(line, self._fold_team(team.id, team.name), self._below(team.id, depth + 1))

    def _goal(self, row: ObjectiveRow, depth: int) -> Item:
        fold = None
        if row.key_result_count:
            turned = set(self.request.GET.getlist("goal")) ^ {row.key}
            fold = Fold(
                name="goal",
                key=row.key,
                title=row.title,
                is_open=bool(row.key_results),
                href=self._address(goal=sorted(turned)),
                level=self._level_at("", row.key),
            )
        return item_of(row, self.who, http.at(self.request), fold, depth=depth + 1)

    def _fold_team(self, place: Place, title: str) -> Fold:
        key = self._key(place)
        pages = dict(self.pages)
        is_open = pages.pop(place, None) is not None
        if not is_open:
            pages[place] = 1
        return Fold(
            name="open",
            key=named(key, self.pages.get(place, 1)),
            title=title,
            is_open=is_open,
            href=self._opened(pages),
            level=self._level_at(key),
        )

    def _paged(self, place: Place) -> Pages | None:
        """Where in a long level, and on."""
        level = self.read.levels[place]
        if level.last - level.first + 1 >= level.total:
            return None
        before = self._opened({**self.pages, place: level.page - 1}) if level.page > 1 else ""
        after = self._opened({**self.pages, place: level.page + 1})
        return Pages(
            first=level.first,
            last=level.last,
            total=level.total,
            previous=before,
            following=after if level.last < level.total else "",
        )

    def _key(self, place: Place) -> str:
        return PERSONAL if place is None else self.found.teams.by_id[place].key

    def _opened(self, pages: Mapping[Place, int]) -> str:
        """The page with these levels open."""
        return self._address(open=list(self._names(pages)) or [""])

    def _names(self, pages: Mapping[Place, int]) -> Iterator[str]:
        return (named(self._key(place), page) for place, page in pages.items())

    def _address(self, **changes: list[str]) -> str:
        query = {"view": View.TREE.value, "under": None, **changes}
        if "open" not in changes:
            query["open"] = list(self._names(self.pages)) or [""]
        return http.with_query(self.request.path, self.request.GET, **query)

    def _level_at(self, key: str, goal: str = "") -> str:
        """The address of one level alone, with the filters."""
        own = {"view": View.TREE.value, "open": None, "goal": goal, "under": key}
        address = http.with_query(self.request.path, self.request.GET, **own)
        return f"{address}&fragment=level"
