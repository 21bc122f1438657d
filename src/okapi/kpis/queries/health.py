"""How the data of an organisation stands: freshness and remarks by team, and what is late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, UUIDField, Value

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.kpis import access
from okapi.kpis.choices import RemarkState
from okapi.kpis.queries import tallies
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import (
    ME,
    Filter,
    closed_part,
    counted_by_team,
)
from okapi.kpis.queries.remarks import Wanted, given_by, matching
from okapi.kpis.queries.rows import ATTENTION, Age, Shown, age_of
from okapi.kpis.queries.tallies import DUE, KINDS, NAMES, ByTeam, Numbers

LATE = 20
"""So many of the KPIs that are stale are listed here; the catalogue has all of them."""


class Stand(NamedTuple):
    """How many KPIs are how old, and how many remarks on their data are open."""

    fresh: int
    due: int
    stale: int
    empty: int
    remarks: int

    @property
    def total(self) -> int:
        """All KPIs."""
        return self.fresh + self.due + self.stale + self.empty

    @property
    def work(self) -> int:
        """How much there is to be done."""
        return self.stale + self.remarks


@dataclass(frozen=True, slots=True)
class LateRow:
    """A KPI that is stale, with who answers for it."""

    key: str
    name: str
    team: str
    owner: str
    frequency: Frequency
    age: Age


@dataclass(frozen=True, slots=True)
class Health:
    """How all the KPIs stand, how many open remarks of each kind there are, and the teams.

    Of many teams only those are here that need most work; None are the KPIs of no team.
    """

    whole: Stand
    by_kind: Mapping[RemarkKind, int]
    teams: Mapping[UUID | None, Stand]
    late: tuple[LateRow, ...]


def health(asking: Asking, wanted: Wanted, most: int) -> Health:
    """The data of the visible KPIs of these teams; at most four statements, of stored things.

    Where there are more, at least `most` teams are told of.
    """
    count = _counted if wanted.mine else _summed
    whole, by_team = count(asking, wanted, most)
    return Health(
        whole=_stand(whole),
        by_kind=dict(zip(RemarkKind, whole[_KINDS_AT:], strict=True)),
        teams={team: _stand(numbers) for team, numbers in by_team.items()},
        late=_late(asking, wanted),
    )


_DUE_AT, _KINDS_AT = NAMES.index(DUE), NAMES.index(KINDS[0])
_STALE_AT, _EMPTY_AT = ATTENTION.index(Shown.STALE), ATTENTION.index(Shown.NO_DATA)


def _stand(numbers: Numbers) -> Stand:
    """What is due is told beside its colour, and never stale or empty."""
    due, stale, empty = numbers[_DUE_AT], numbers[_STALE_AT], numbers[_EMPTY_AT]
    fresh = sum(numbers[:_DUE_AT]) - due - stale - empty
    return Stand(fresh, due, stale, empty, sum(numbers[_KINDS_AT:]))


def _summed(asking: Asking, wanted: Wanted, most: int) -> tuple[Numbers, ByTeam]:
    """From the tallies of the teams, and the entries of the few KPIs that are in none."""
    actor, listed = asking.actor, Filter(teams=wanted.teams)
    with Round() as asked:
        whole = asked(tallies.whole(actor, wanted.teams))
        first = asked(tallies.by_team(actor, wanted.teams, most))
        closed = asked(closed_part(asking, listed, "team_id", "place", "is_due", "remarks"))
    by_team, rows = first(), closed()
    apart: ByTeam = {}
    _add_entries(apart, ((team, place, is_due, n) for team, place, is_due, _, n in rows))
    for team, _, _, remarks, n in rows:
        _add_remarks(apart, ((team, kind, n * each) for kind, each in remarks.items()))
    if rest := [team for team in apart if team is not None and team not in by_team]:
        by_team |= tallies.by_team(actor, rest).alone()
    for team, numbers in apart.items():
        by_team[team] = _sum([numbers, by_team.get(team, _NOTHING)])
    return _sum([whole(), *apart.values()]), by_team


def _counted(asking: Asking, wanted: Wanted, _most: int) -> tuple[Numbers, ByTeam]:
    """From the entries and the remarks themselves, whatever is wanted."""
    given = given_by(asking, replace(wanted, kind=None, state=RemarkState.OPEN))
    by_team: ByTeam = {}
    listed = Filter(teams=wanted.teams, owner=ME if wanted.mine else "")
    _add_entries(by_team, counted_by_team(asking, listed))
    _add_remarks(by_team, _OPEN.rows(asking.actor, tuple(given), **given))
    return _sum([_NOTHING, *by_team.values()]), by_team


_NOTHING = [0] * len(NAMES)


def _sum(some: Iterable[Numbers]) -> Numbers:
    return [sum(column) for column in zip(*some, strict=True)]


def _add_entries(by_team: ByTeam, rows: Iterable[Row]) -> None:
    """Rows of team, place, whether it is due, and how many they are."""
    for team, place, is_due, n in rows:
        numbers = by_team.setdefault(team, [*_NOTHING])
        numbers[place] += n
        numbers[_DUE_AT] += n * is_due


def _add_remarks(by_team: ByTeam, rows: Iterable[Row]) -> None:
    """Rows of team, kind, and how many they are."""
    for team, kind, n in rows:
        by_team.setdefault(team, [*_NOTHING])[NAMES.index(kind)] += n


def _open(reader: Actor, names: tuple[str, ...]) -> QuerySet[Any, Any]:
    rows = matching(reader, names).order_by().values_list("kpi__team_id", "kind")
    counted: QuerySet[Any, Any] = rows.annotate(n=Count("pk"))
    return counted


_OPEN = ReadersQuestion(_open)


_STANDING = "kpi__standing__"
_NAMES = ("kpi__name", "kpi__team__name", "kpi__owner__name")
_LATE = (
    "kpi__key",
    "kpi__definition__frequency",
    *(f"{_STANDING}{name}" for name in ("first", "last", "label", "due_on", "stale_on")),
    *_NAMES,
    *(f"{name}_other" for name in _NAMES),
)


def _late(asking: Asking, wanted: Wanted) -> tuple[LateRow, ...]:
    """The stale ones, those that are stale for longest first."""
    rows = _STALE.rows(
        asking.actor,
        wanted.teams is not None,
        wanted.mine,
        below=wanted.teams or (),
        me=asking.actor.person_id,
    )
    return tuple(_late_row(asking, values, asking.today) for values in rows)


def _stale(reader: Actor, in_teams: bool, mine: bool) -> QuerySet[Any, Any]:
    rows = access.visible_entries(reader).filter(place=Value(ATTENTION.index(Shown.STALE)))
    if in_teams:
        rows = rows.filter(Among("team_id", GivenIds("below")))
    if mine:
        rows = rows.filter(kpi__owner_id=Given("me", UUIDField()))
    ordered: QuerySet[Any, Any] = rows.order_by(f"{_STANDING}stale_on", "pk")
    return ordered.values_list(*_LATE)[:LATE]


_STALE = ReadersQuestion(_stale)


def _late_row(asking: Asking, values: tuple[Any, ...], today: date) -> LateRow:
    key, frequency, first, last, label, due_on, stale_on, *texts = values
    name, team, owner = (
        asking.text(text or "", other or "")
        for text, other in zip(texts[:3], texts[3:], strict=True)
    )
    found = {
        "first": first, "last": last, "label": label, "due_on": due_on, "stale_on": stale_on,
    }  # fmt: skip
    rhythm = Frequency(frequency)
    return LateRow(key, name, team, owner, rhythm, age_of(found, rhythm, today))
