"""The teams of an organisation as a tree, and where a person stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, DateField, QuerySet, TextField, UUIDField, Value

from okapi.base import scope
from okapi.base.arrays import id_param, table_of
from okapi.base.prepared import Part, Question, plain
from okapi.core.errors import Refused
from okapi.orgs.models import Membership, Person, Team, Token


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team as a name; `depth` is 0 at the root of the tree."""

    id: UUID
    key: str
    name: str
    parent_id: UUID | None = None
    depth: int = 0


@dataclass(frozen=True, eq=False)
class TeamTree:
    """All teams that are not archived, depth first, each level by position.

    The same object as long as the teams stay as they are, so that what is made of it can be kept.
    """

    teams: tuple[TeamRow, ...] = ()

    def __iter__(self) -> Iterator[TeamRow]:
        return iter(self.teams)

    def __len__(self) -> int:
        return len(self.teams)

    @cached_property
    def by_id(self) -> Mapping[UUID, TeamRow]:
        """Each team by its id."""
        return {team.id: team for team in self.teams}

    @cached_property
    def by_key(self) -> Mapping[str, TeamRow]:
        """Each team by its key."""
        return {team.key: team for team in self.teams}

    @cached_property
    def _parents(self) -> frozenset[UUID | None]:
        return frozenset(team.parent_id for team in self.teams)

    def has_below(self, team: TeamRow) -> bool:
        """Whether there are teams below this one."""
        return team.id in self._parents

    def below(self, key: str) -> tuple[TeamRow, ...]:
        """A team with all below it; `Refused` where there is none with this key."""
        if key not in self.by_key:
            raise Refused("filter.team_unknown", field="team", found=key)
        at = self.teams.index(self.by_key[key])
        rest = self.teams[at + 1 :]
        depth = self.teams[at].depth
        end = next((place for place, team in enumerate(rest) if team.depth <= depth), len(rest))
        return self.teams[at : at + 1 + end]


def team_tree(*, in_other: bool) -> TeamTree:
    """The tree of the open organisation, by one statement.

    Args:
        in_other: names in the organisation's second language, where they have one.
    """
    return tree_part(in_other=in_other).alone()


def tree_part(*, in_other: bool) -> Part[TeamTree]:
    """As `team_tree`, to be asked in a round."""
    return _TEAMS.part().to(lambda rows: _tree(rows[0][0] or "[]", in_other))


class _Rows(Aggregate):
    """All rows as one text of JSON."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """SQLite's functions."""
        template = "json_group_array(json_array(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        """PostgreSQL's functions."""
        template = "json_agg(json_build_array(%(expressions)s))::text"
        return self.as_sql(compiler, connection, template=template, **extra)


def _teams() -> QuerySet[Team, Any]:
    """One row with the tree as a text: a fifth of a millisecond for a thousand teams.

    Python makes the tree of it (3 ms) only when the text is not one that it has seen before.
    """
    teams = Team.objects.filter(archived_at__isnull=True).order_by().values(what=Value("teams"))
    rows: QuerySet[Any, Any] = teams.annotate(
        text=_Rows("id", "key", "name", "name_other", "parent_id", "position")
    )
    return rows.values_list("text")


_TEAMS = Question(_teams)


@lru_cache(maxsize=64)
def _tree(found: str, in_other: bool) -> TeamTree:
    places = sorted(json.loads(found), key=lambda place: (place[-1], UUID(place[0])))
    known = {place[0] for place in places}
    children: dict[str | None, list[Any]] = {}
    for place in places:
        parent = place[4] if place[4] in known else None
        children.setdefault(parent, []).append(place)
    ordered: list[TeamRow] = []
    # Depth first, without recursion: a tree may be deeper than Python's stack.
    rest = [(place, 0) for place in reversed(children.get(None, []))]
    while rest:
        (pk, key, name, other, parent, _), depth = rest.pop()
        spoken = (other or name) if in_other else (name or other)
        ordered.append(TeamRow(UUID(pk), key, spoken, parent and UUID(parent), depth))
        rest.extend((below, depth + 1) for below in reversed(children.get(pk, [])))
    return TeamTree(tuple(ordered))


@dataclass(frozen=True, slots=True)
class HomeTeam:
    """The team in which a person is at home: its key, and its name in both languages."""

    key: str
    name: str
    name_other: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands among the teams on a day: member, at home, lead with all below."""

    member: frozenset[UUID] = field(default_factory=frozenset)
    leads: frozenset[UUID] = field(default_factory=frozenset)
    home: HomeTeam | None = None


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """A person's place in a team and its days; or, by `what`, that they lead it or what is above.

    The team's names are told of places alone.
    """

    person_id: UUID
    what: str
    team_id: UUID
    key: str
    name: str
    name_other: str
    starts: date | None
    ends: date | None

    def holds(self, day: date) -> bool:
        """Whether it is so on a day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or self.ends >= day
        )


def standing_from(rows: Iterable[PlacedRow], today: date) -> Standing:
    """Where a person stands on a day, by their rows."""
    found = [row for row in rows if row.holds(today)]
    home = next((row for row in found if row.what == _HOME), None)
    return Standing(
        member=frozenset(row.team_id for row in found if row.what != _LEADS),
        leads=frozenset(row.team_id for row in found if row.what == _LEADS),
        home=None if home is None else HomeTeam(home.key, home.name, home.name_other),
    )


def standing_of(person_id: UUID, today: date) -> Standing:
    """The teams of a person of the open organisation, by one statement."""
    here, person = id_param(scope.organisation_id()), id_param(person_id)
    who = "SELECT id, organisation_id FROM {person} WHERE organisation_id = %s AND id = %s"
    return _placed(who, [here, person]).to(lambda rows: standing_from(rows, today)).alone()


def places_of_user(user_id: UUID) -> Part[list[PlacedRow]]:
    """The teams of a user's person in each organisation; of `arriving`, which says who it is."""
    who = "SELECT id, organisation_id FROM {person} WHERE user_id = %s AND archived_at IS NULL"
    return _placed(who, [id_param(user_id)])


def places_of_token(digest: str) -> Part[list[PlacedRow]]:
    """The teams of the person who bears a token; of `bearing`, which says who it is."""
    who = (
        "SELECT bearer.id, bearer.organisation_id FROM {token} token JOIN {person} bearer"
        " ON bearer.id = token.person_id WHERE token.digest = %s"
    )
    return _placed(who, [digest])


def _placed(who: str, params: list[Any]) -> Part[list[PlacedRow]]:
    text = _STANDING.format(
        who=who.format(person=table_of(Person), token=table_of(Token)),
        team=table_of(Team),
        place=table_of(Membership),
    )
    part = plain(text, params, *_PLACED)
    return part.to(lambda rows: [PlacedRow(*row) for row in rows])


_HOME, _LEADS = "home", "leads"
_ID, _TEXT, _DAY = UUIDField(), TextField(), DateField()
_PLACED = (_ID, _TEXT, _ID, _TEXT, _TEXT, _TEXT, _DAY, _DAY)
# CROSS JOIN: SQLite goes from left to right, which is from what is small; PostgreSQL sees a join.
_STANDING = """
WITH RECURSIVE me(id, home) AS ({who}),
led(person, id, home) AS (
  SELECT me.id, team.id, me.home FROM me CROSS JOIN {team} team
  WHERE team.organisation_id = me.home AND team.lead_id = me.id AND team.archived_at IS NULL
  UNION SELECT led.person, below.id, led.home FROM led CROSS JOIN {team} below
  WHERE below.organisation_id = led.home AND below.parent_id = led.id
  AND below.archived_at IS NULL
)
SELECT person, 'leads', id, '', '', '', CAST(NULL AS date), CAST(NULL AS date) FROM led
UNION ALL
SELECT me.id, CASE WHEN place.is_home THEN 'home' ELSE 'member' END,
  team.id, team.key, team.name, team.name_other, place.starts, place.ends
FROM me CROSS JOIN {place} place CROSS JOIN {team} team
WHERE place.organisation_id = me.home AND place.person_id = me.id
AND team.id = place.team_id AND team.archived_at IS NULL
"""
