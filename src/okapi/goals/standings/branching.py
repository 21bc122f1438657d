"""Branches kept by differences: what an objective changes is added to all that lies above it.

An objective is counted once in each branch above it, so a change of its figures changes each of
them by the same difference, however many paths lead there and however much else they hold. The
cost depends on how much lies above what was touched, and, where an alignment changed, on what
lies below it; never on the size of the organisation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from okapi.base.arrays import Among
from okapi.base.upserts import upsert
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchLink, BranchMember, BranchStanding, Objective
from okapi.goals.standings import tallies
from okapi.goals.standings.members import (
    Edge,
    Member,
    Standing,
    counted_above,
    counted_below,
    links_counted,
    links_now,
    members_counted,
    standings_now,
    teams_above,
    ways_up,
)
from okapi.goals.standings.rebuilding import rebuild
from okapi.goals.standings.tallies import Key, Tally

# From so many objectives on, all branches are counted anew: that is quicker.
MOST = 3000


@dataclass(frozen=True, slots=True)
class _Links:
    """The alignments that come and go."""

    added: frozenset[Edge]
    removed: frozenset[Edge]

    def apply(self, edges: set[Edge]) -> set[Edge]:
        """The alignments afterwards."""
        return (edges - self.removed) | self.added


def merge(organisation_id: UUID, ids: Collection[UUID], today: date) -> int:
    """Count these objectives as they are now; how many branches moved.

    In an open transaction that holds the renewer's lock. A fixed number of statements.
    """
    if len(ids) > MOST:
        return rebuild(organisation_id, today)
    now = standings_now(ids, today)
    links = _links(ids, now)
    moved = {child for child, _ in links.added | links.removed}
    below = counted_below(organisation_id, moved) if moved else set()
    affected = set(ids) | moved | {child for child, _ in below}
    if len(affected) > MOST:
        return rebuild(organisation_id, today)
    before = members_counted(affected)
    after = {one: now[one].member if one in now else before.get(one) for one in affected}
    changed = _differing(affected, moved | {child for child, _ in below}, before, after)
    differences = _differences(organisation_id, changed, before, after, links)
    _move_cycles(now)
    _write(organisation_id, set(ids), before, after, links)
    return tallies.write(organisation_id, differences)


def _links(ids: Collection[UUID], now: Mapping[UUID, Standing]) -> _Links:
    gone = {one for one in ids if one not in now or not now[one].is_there}
    counted, actual = links_counted(ids, gone), links_now(ids, gone)
    return _Links(frozenset(actual - counted), frozenset(counted - actual))


def _differing(
    affected: Iterable[UUID],
    moved: Collection[UUID],
    before: Mapping[UUID, Member],
    after: Mapping[UUID, Member | None],
) -> list[UUID]:
    return [one for one in affected if one in moved or before.get(one) != after[one]]


def _differences(
    organisation_id: UUID,
    changed: Collection[UUID],
    before: Mapping[UUID, Member],
    after: Mapping[UUID, Member | None],
    links: _Links,
) -> dict[Key, Tally]:
    """What each branch has to be changed by."""
    if not changed:
        return {}
    seeds = set(changed) | {parent for _, parent in links.added}
    edges = counted_above(organisation_id, seeds)
    old, new = _Above(edges), _Above(links.apply(edges))
    members = [*before.values(), *(one for one in after.values() if one)]
    teams = {member.team_id for member in members if member.team_id is not None}
    paths = ways_up(teams_above(organisation_id, teams))
    differences: dict[Key, Tally] = defaultdict(Tally)
    per_objective: dict[UUID, Tally] = defaultdict(Tally)
    for one in changed:
        for member, above, times in ((before.get(one), old, -1), (after[one], new, 1)):
            if member is None:
                continue
            for objective in above.of(one):
                per_objective[objective].add(member, times)
            for key in _houses(organisation_id, member, paths):
                differences[key].add(member, times)
    cycles = dict(
        Objective.objects.filter(Among("id", per_objective)).values_list("id", "cycle_id")
    )
    for objective, tally in per_objective.items():
        differences[BranchOf.OBJECTIVE, objective, cycles[objective]] = tally
    return differences


def _houses(
    organisation_id: UUID, member: Member, paths: Mapping[UUID, frozenset[UUID]]
) -> Iterable[Key]:
    """The teams and the organisation in whose branch the objective is."""
    yield BranchOf.ORGANISATION, organisation_id, member.cycle_id
    if member.team_id is not None:
        for team in paths.get(member.team_id, frozenset({member.team_id})):
            yield BranchOf.TEAM, team, member.cycle_id


class _Above:
    """All that lies above an objective, each once; remembered for its parents."""

    def __init__(self, edges: Iterable[Edge]) -> None:
        self._parents: dict[UUID, list[UUID]] = defaultdict(list)
        for child, parent in edges:
            self._parents[child].append(parent)
        self._found: dict[UUID, frozenset[UUID]] = {}

    def of(self, one: UUID) -> frozenset[UUID]:
        """The objectives above this one."""
        if one not in self._found:
            self._found[one] = frozenset()  # a circle ends here
            parents = self._parents.get(one, ())
            above = (frozenset({parent}) | self.of(parent) for parent in parents)
            self._found[one] = frozenset().union(*above)
        return self._found[one]


def _move_cycles(now: Mapping[UUID, Standing]) -> None:
    """An objective's branch goes with it into another cycle."""
    rows = BranchStanding.objects.filter(
        Among("object_id", now), kind=BranchOf.OBJECTIVE.value
    ).values_list("id", "object_id", "cycle_id")
    for row, one, cycle_id in rows:
        if cycle_id != now[one].cycle_id:
            BranchStanding.objects.filter(pk=row).update(cycle_id=now[one].cycle_id)


def _write(
    organisation_id: UUID,
    ids: Collection[UUID],
    before: Mapping[UUID, Member],
    after: Mapping[UUID, Member | None],
    links: _Links,
) -> None:
    """Keep what is counted now."""
    gone = [one for one in ids if one in before and after[one] is None]
    if gone:
        BranchMember.objects.filter(Among("objective_id", gone)).delete()
    names = ("organisation_id", "objective_id", *Member._fields)
    rows = [
        (organisation_id, one, *member)
        for one in ids
        if (member := after[one]) is not None and before.get(one) != member
    ]
    upsert(BranchMember, names, rows, unique=("objective_id",))
    for child, parent in links.removed:
        BranchLink.objects.filter(child_id=child, parent_id=parent).delete()
    BranchLink.objects.bulk_create(
        BranchLink(organisation_id=organisation_id, child_id=child, parent_id=parent)
        for child, parent in sorted(links.added)
    )
