"""What the catalogue is asked for: the filter, order and place that stand in its address."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from okapi.core.errors import NotFound
from okapi.goals.queries.overview import tree
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import Filter, PillarRow, Sort, pillars
from okapi.kpis.queries.rows import Shown
from okapi.orgs.queries import TeamTree
from okapi.web.http import OrgRequest, member

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The catalogue's address, read.

    A team that the address names and is not there is a 404; any other nonsense in it is left out,
    so that an old link still opens.
    """

    teams: TeamTree
    pillars: tuple[PillarRow, ...]
    team: str
    filter: Filter
    sort: Sort
    after: str
    first: int

    @property
    def order(self) -> tuple[UUID, ...]:
        """The groups as they stand: teams by the tree, pillars by their place."""
        if self.sort is Sort.PILLAR:
            return tuple(pillar.id for pillar in self.pillars)
        return tuple(team.id for team in self.teams)


def read(request: OrgRequest, who: Asking) -> Asked:
    """The address of this request."""
    query = request.GET
    teams = tree(who)
    team = query.get("team", "")
    return Asked(
        teams=teams,
        pillars=pillars(who),
        team=team,
        filter=_filter(query, team, teams),
        sort=member(Sort, query.get("sort", "")) or Sort.ATTENTION,
        after=query.get("after", ""),
        first=_first(query.get("n", "")),
    )


def _filter(query: QueryDict, team: str, teams: TeamTree) -> Filter:
    if team and team not in teams.by_key:
        raise NotFound("access.not_found", kind="team", ref=team)
    status = (member(Shown, text) for text in query.getlist("status"))
    return Filter(
        teams=tuple(one.id for one in teams.below(team)) if team else None,
        pillar=query.get("pillar", ""),
        status=frozenset(one for one in status if one is not None),
        owner=query.get("owner", "").strip()[:LONGEST_TEXT],
        text=query.get("q", "").strip()[:LONGEST_TEXT],
        remarks=query.get("remarks") == "1",
    )


def _first(text: str) -> int:
    """The number of the first row, for the words under the list."""
    return int(text) if text.isdecimal() and len(text) < 8 and int(text) > 0 else 1
