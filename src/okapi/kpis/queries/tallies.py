"""What is kept counted: how many KPIs stand how, and how many remarks are open, by team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum, Value

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import GivenIds
from okapi.base.prepared import Part, ReadersQuestion
from okapi.core.quality import RemarkKind
from okapi.kpis import access
from okapi.kpis.queries.rows import ATTENTION, Shown

PLACES = tuple(shown.value for shown in ATTENTION)
KINDS = tuple(kind.value for kind in RemarkKind)
DUE = Shown.DUE.value
NAMES = (*PLACES, DUE, *KINDS)
"""What is counted: the columns of a tally."""

Numbers = list[int]
"""How many there are of each of `NAMES`."""
ByTeam = dict[UUID | None, Numbers]


def whole(reader: Actor, teams: Sequence[UUID] | None) -> Part[Numbers]:
    """Of all these teams (None: of everything) together; only of KPIs that everyone may read."""
    part = _WHOLE.part(reader, teams is not None, below=teams or ())
    return part.to(lambda rows: [n or 0 for n in rows[0][1:]] if rows else [0] * len(NAMES))


def by_team(reader: Actor, teams: Sequence[UUID] | None, most: int | None = None) -> Part[ByTeam]:
    """Of each of these teams that has some, and of no team.

    With `most` only of so many teams: those with most stale KPIs and remarks together.
    """
    part = _BY_TEAM.part(reader, teams is not None, most, below=teams or ())
    return part.to(lambda rows: {team: counts for team, *counts in rows if any(counts)})


def _of(reader: Actor, in_teams: bool) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = access.tallies(reader).order_by()
    return rows.filter(Among("team_id", GivenIds("below"))) if in_teams else rows


def _whole(reader: Actor, in_teams: bool) -> QuerySet[Any, Any]:
    found: QuerySet[Any, Any] = _of(reader, in_teams).values_list(Value(1)).annotate(**_SUMS)
    return found


def _by_team(reader: Actor, in_teams: bool, most: int | None) -> QuerySet[Any, Any]:
    rows = _of(reader, in_teams)
    if most is not None:
        named = rows.filter(team__isnull=False).values_list("team_id")
        worst = named.annotate(work=_WORK).order_by("-work", "team_id").values("team_id")[:most]
        rows = rows.filter(Q(team__isnull=True) | Q(team_id__in=worst))
    found: QuerySet[Any, Any] = rows.values_list("team_id").annotate(**_SUMS)
    return found


_SUMS = {f"all_{name}": Sum(name) for name in NAMES}
_WORK = Sum(sum((F(kind) for kind in KINDS), start=F(Shown.STALE.value)))
_WHOLE, _BY_TEAM = ReadersQuestion(_whole), ReadersQuestion(_by_team)
