"""All branches of an organisation counted anew: after an import, or when very much changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import numpy as np

from okapi.base.arrays import Among
from okapi.base.upserts import upsert
from okapi.core.branches import BranchColumns, branch_columns, pairs_below
from okapi.core.columns import Codes, Floats, Ints, code_of, floats
from okapi.core.health import Health
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchLink, BranchMember, Objective
from okapi.goals.standings import tallies
from okapi.goals.standings.members import (
    Edge,
    Member,
    links_now,
    members_counted,
    standings_now,
    ways_up,
)
from okapi.goals.standings.tallies import Key, Tally
from okapi.orgs.models import Team


def rebuild(organisation_id: UUID, today: date) -> int:
    """Count every objective anew; how many branches moved. One pass, a fixed number of statements.

    In an open transaction that holds the renewer's lock.
    """
    now = {one: held.member for one, held in standings_now(None, today).items()}
    links = links_now(None)
    _write_members(organisation_id, now)
    _write_links(organisation_id, links)
    branches: dict[Key, Tally] = _objectives(now, links)
    branches |= _houses(organisation_id, now)
    return tallies.replace(organisation_id, branches)


def _objectives(now: Mapping[UUID, Member | None], links: set[Edge]) -> dict[Key, Tally]:
    place = {one: at for at, one in enumerate(now)}
    edges = [(place[child], place[parent]) for child, parent in links]
    child = np.asarray([one for one, _ in edges], dtype=np.int64)
    parent = np.asarray([two for _, two in edges], dtype=np.int64)
    above, below = pairs_below(child, parent, len(place))
    members = list(now.values())
    counted = np.asarray([member is not None for member in members], dtype=np.bool_)
    counts = counted[below]
    columns, measured = _count(above[counts], below[counts], members, len(place))
    cycles = dict(Objective.objects.values_list("id", "cycle_id"))
    ids = list(now)
    return {
        (BranchOf.OBJECTIVE, ids[at], cycles[ids[at]]): _tally(columns, measured, at)
        for at in np.unique(above).tolist()
    }


def _houses(organisation_id: UUID, now: Mapping[UUID, Member | None]) -> dict[Key, Tally]:
    """The branches of teams and of the organisation in each cycle."""
    paths = ways_up(dict(Team.objects.values_list("id", "parent_id")))
    place: dict[Key, int] = {}
    above: list[int] = []
    below: list[int] = []
    for at, member in enumerate(now.values()):
        if member is None:
            continue
        where: list[Key] = [(BranchOf.ORGANISATION, organisation_id, member.cycle_id)]
        if member.team_id is not None:
            where += [(BranchOf.TEAM, team, member.cycle_id) for team in paths[member.team_id]]
        above += [place.setdefault(key, len(place)) for key in where]
        below += [at] * len(where)
    columns, measured = _count(
        np.asarray(above, dtype=np.int64), np.asarray(below, dtype=np.int64),
        list(now.values()), len(place),
    )  # fmt: skip
    return {key: _tally(columns, measured, at) for key, at in place.items()}


def _count(
    above: Ints, below: Ints, members: Sequence[Member | None], n: int
) -> tuple[BranchColumns, Ints]:
    """The branches, and how many objectives of each have a progress of their own."""
    health: Codes = np.asarray(
        [code_of(Health(one.health)) if one else 0 for one in members], dtype=np.int8
    )
    progress: Floats = floats(one.progress if one else None for one in members)
    columns = branch_columns(above, below, n, health, progress)
    return columns, np.bincount(above[~np.isnan(progress[below])], minlength=n)


def _tally(columns: BranchColumns, measured: Ints, at: int) -> Tally:
    counts = (columns.on_track, columns.at_risk, columns.off_track, columns.no_data, columns.none)
    size = int(measured[at])
    # The mean of a sum of whole units, times how many there are, is that sum but for rounding.
    total = tallies.whole_units(float(columns.progress[at]) * size) if size else 0.0
    return Tally([int(column[at]) for column in counts], size, total)


def _write_members(organisation_id: UUID, now: Mapping[UUID, Member | None]) -> None:
    before = members_counted(None)
    gone = [one for one in before if now.get(one) is None]
    if gone:
        BranchMember.objects.filter(Among("objective_id", gone)).delete()
    rows = [
        (organisation_id, one, *member)
        for one, member in now.items()
        if member is not None and before.get(one) != member
    ]
    names = ("organisation_id", "objective_id", *Member._fields)
    upsert(BranchMember, names, rows, unique=("objective_id",))


def _write_links(organisation_id: UUID, links: set[Edge]) -> None:
    held = {
        (child, parent): one
        for one, child, parent in BranchLink.objects.values_list("id", "child_id", "parent_id")
    }
    gone = [held[edge] for edge in held.keys() - links]
    if gone:
        BranchLink.objects.filter(Among("id", gone)).delete()
    rows = [(organisation_id, *edge) for edge in sorted(links - held.keys())]
    unique = ("organisation_id", "child_id", "parent_id")
    upsert(BranchLink, unique, rows, unique=unique)
