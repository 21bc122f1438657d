"""What a goals list is asked for: the filter, order and place that stand in its address."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from okapi.core.errors import NotFound
from okapi.core.health import Health
from okapi.goals.choices import ObjectiveKind
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.listing import Filter, Only, Sort
from okapi.goals.queries.overview import Choices, CycleRow, choices
from okapi.orgs.queries import TeamTree
from okapi.web.http import OrgRequest, member

LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's address, read: the cycle, the filter, the order, and where the page begins.

    What the address names and is not there (a cycle, a team) is a 404; any other nonsense in it is
    left out, so that an old link still opens.
    """

    choices: Choices
    cycle: CycleRow
    teams: TeamTree
    filter: Filter
    sort: Sort
    after: str
    first: int
    with_key_results: bool


def read(request: OrgRequest, who: Asking) -> Asked | None:
    """The address of this request; None where the organisation has no cycle yet."""
    query = request.GET
    offered = choices(who)
    cycle = cycle_of(offered, query.get("cycle", ""), who)
    if cycle is None:
        return None
    teams = offered.teams
    return Asked(
        choices=offered,
        cycle=cycle,
        teams=teams,
        filter=_filter(query, cycle, teams),
        sort=member(Sort, query.get("sort", "")) or Sort.TEAM,
        after=query.get("after", ""),
        first=_first(query.get("n", "")),
        with_key_results=query.get("kr", "") == "1",
    )


def cycle_of(offered: Choices, key: str, who: Asking) -> CycleRow | None:
    """The cycle with this key, the current one without; `NotFound` for an unknown key."""
    if not key:
        return offered.current(who.today)
    found = offered.cycle(key)
    if found is None:
        raise NotFound("access.not_found", kind="cycle", ref=key)
    return found


def _filter(query: QueryDict, cycle: CycleRow, teams: TeamTree) -> Filter:
    team = query.get("team", "")
    if team and team not in teams.by_key:
        raise NotFound("access.not_found", kind="team", ref=team)
    health = (member(Health, text) for text in query.getlist("health"))
    return Filter(
        cycle_id=cycle.id,
        team=team,
        health=frozenset(one for one in health if one is not None),
        owner=query.get("owner", "").strip()[:LONGEST_TEXT],
        pillar=query.get("pillar", ""),
        kind=member(ObjectiveKind, query.get("kind", "")),
        only=member(Only, query.get("only", "")),
        text=query.get("q", "").strip()[:LONGEST_TEXT],
    )


def _first(text: str) -> int:
    """The number of the first row, for the words under the list."""
    return int(text) if text.isdecimal() and len(text) < 8 and int(text) > 0 else 1
