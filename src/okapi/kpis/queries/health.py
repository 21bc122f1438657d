"""How the data of an organisation stands: freshness and remarks by team, and what is late."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, UUIDField, Value

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.kpis import access
from okapi.kpis.choices import RemarkState
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.catalogue import ME, Filter, counted_by_team
from okapi.kpis.queries.remarks import Wanted, given_by, matching
from okapi.kpis.queries.rows import ATTENTION, Age, Shown, age_of

LATE = 20
"""So many of the KPIs that are stale are listed here; the catalogue has all of them."""


@dataclass(frozen=True, slots=True)
class Ages:
    """How many KPIs are how old; they add up to all of them."""

    fresh: int = 0
    due: int = 0
    stale: int = 0
    empty: int = 0

    @property
    def total(self) -> int:
        """All KPIs."""
        return self.fresh + self.due + self.stale + self.empty


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
    """Counts by team (None for KPIs of no team), and of open remarks by kind."""

    ages: Mapping[UUID | None, Ages]
    by_team: Mapping[UUID | None, int]
    by_kind: Mapping[RemarkKind, int]
    late: tuple[LateRow, ...]

    @property
    def all_ages(self) -> Ages:
        """Of all KPIs."""
        each = self.ages.values()
        return Ages(
            sum(one.fresh for one in each),
            sum(one.due for one in each),
            sum(one.stale for one in each),
            sum(one.empty for one in each),
        )


def health(asking: Asking, wanted: Wanted) -> Health:
    """The data of the visible KPIs of these teams; three statements, of stored things only."""
    by_team: dict[UUID | None, int] = {}
    by_kind = dict.fromkeys(RemarkKind, 0)
    given = given_by(asking, replace(wanted, kind=None, state=RemarkState.OPEN))
    for team, kind, n in _OPEN.rows(asking.actor, tuple(given), **given):
        by_team[team] = by_team.get(team, 0) + n
        by_kind[RemarkKind(kind)] += n
    return Health(_ages(asking, wanted), by_team, by_kind, _late(asking, wanted))


def _open(reader: Actor, names: tuple[str, ...]) -> QuerySet[Any, Any]:
    rows = matching(reader, names).order_by().values_list("kpi__team_id", "kind")
    counted: QuerySet[Any, Any] = rows.annotate(n=Count("pk"))
    return counted


_OPEN = ReadersQuestion(_open)


def _ages(asking: Asking, wanted: Wanted) -> dict[UUID | None, Ages]:
    """From the catalogue, so that they say the same as its lists, to which they lead."""
    listed = Filter(teams=wanted.teams, owner=ME if wanted.mine else "")
    counted: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    for team, shown, is_due, n in counted_by_team(asking, listed):
        counted[team][_age(shown, is_due=is_due)] += n
    return {team: Ages(**counts) for team, counts in counted.items()}


def _age(shown: Shown, *, is_due: bool) -> str:
    if shown is Shown.STALE:
        return "stale"
    if is_due:
        return "due"
    return "empty" if shown is Shown.NO_DATA else "fresh"


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
