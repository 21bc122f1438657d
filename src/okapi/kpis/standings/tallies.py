"""The tallies of teams: moved by what moves in the catalogue, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.base import scope
from okapi.base.arrays import Among
from okapi.base.fields import new_id
from okapi.base.given import GivenIds
from okapi.base.prepared import Question
from okapi.base.upserts import upsert
from okapi.kpis.models import TeamTally
from okapi.kpis.queries.tallies import NAMES

_ROW = ("id", "organisation_id", "team_id", *NAMES)


def add(moved: Mapping[UUID | None, Mapping[str, int]]) -> None:
    """Add these numbers (names of `NAMES`, some negative) to those of their teams.

    A row that another transaction holds is left to it, and one more is written: nobody waits for
    another, and there are no more rows than once wrote at the same time.
    """
    differing = {
        team: [counts.get(name, 0) for name in NAMES]
        for team, counts in moved.items()
        if any(counts.values())
    }
    if not differing:
        return
    kept: dict[UUID | None, UUID] = {}
    empty: list[UUID] = []
    known = [team for team in differing if team is not None]
    for pk, team, *counts in _FREE.rows(None in differing, teams=known):
        differing[team] = _sum(differing[team], counts)
        if kept.setdefault(team, pk) != pk:
            empty.append(pk)
    organisation = scope.organisation_id()
    rows: list[tuple[Any, ...]] = [
        (kept.get(team) or new_id(), organisation, team, *counts)
        for team, counts in differing.items()
    ]
    upsert(TeamTally, _ROW, rows, unique=["id"])
    if empty:
        TeamTally.objects.filter(Among("id", empty)).delete()


def _sum(one: Sequence[int], other: Sequence[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _free(with_rest: bool) -> QuerySet[Any, Any]:
    """The rows of these teams, and with `rest` of no team, that nobody else is about to write."""
    rows = TeamTally.objects.select_for_update(skip_locked=True)
    of_teams = Q(Among("team_id", GivenIds("teams")))
    rows = rows.filter(of_teams | Q(team__isnull=True) if with_rest else of_teams)
    found: QuerySet[Any, Any] = rows.order_by("pk").values_list("pk", "team_id", *NAMES)
    return found


_FREE = Question(_free, planned=True)
