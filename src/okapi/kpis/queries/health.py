"""How the data of an organisation stands: freshness and remarks by team, and what is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.kpis import access
from okapi.kpis.choices import RemarkState
from okapi.kpis.models import CatalogueEntry
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.remarks import Wanted, matching
from okapi.kpis.queries.rows import Age, age_of

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

    def plus(self, other: Ages) -> Ages:
        """Both together."""
        return Ages(
            self.fresh + other.fresh,
            self.due + other.due,
            self.stale + other.stale,
            self.empty + other.empty,
        )


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
        whole = Ages()
        for one in self.ages.values():
            whole = whole.plus(one)
        return whole


def health(asking: Asking, wanted: Wanted) -> Health:
    """The data of the visible KPIs of these teams; three statements, of stored things only."""
    by_team: dict[UUID | None, int] = {}
    by_kind = dict.fromkeys(RemarkKind, 0)
    rows = matching(asking, replace(wanted, kind=None, state=RemarkState.OPEN))
    counted = rows.order_by().values_list("kpi__team_id", "kind").annotate(n=Count("pk"))
    for team, kind, n in counted:
        by_team[team] = by_team.get(team, 0) + n
        by_kind[RemarkKind(kind)] += n
    return Health(_ages(asking, wanted), by_team, by_kind, _late(asking, wanted))


def _entries(asking: Asking, wanted: Wanted) -> QuerySet[CatalogueEntry]:
    rows = access.visible_entries(asking.actor)
    if wanted.teams is not None:
        rows = rows.filter(team_id__in=wanted.teams)
    if wanted.mine:
        rows = rows.filter(kpi__owner_id=asking.actor.person_id)
    return rows


_STANDING = "kpi__standing__"


def _ages(asking: Asking, wanted: Wanted) -> dict[UUID | None, Ages]:
    empty = Q(**{f"{_STANDING}last__isnull": True})
    stale = Q(**{f"{_STANDING}stale_on__lte": asking.today})
    due = Q(**{f"{_STANDING}due_on__lte": asking.today})
    counted = (
        _entries(asking, wanted)
        .order_by()
        .values_list("team_id")
        .annotate(
            n=Count("pk"),
            empty=Count("pk", filter=empty),
            stale=Count("pk", filter=~empty & stale),
            due=Count("pk", filter=due),
        )
    )
    # What is stale was due first.
    return {
        team: Ages(n - none - max(due, stale), max(due - stale, 0), stale, none)
        for team, n, none, stale, due in counted
    }


def _late(asking: Asking, wanted: Wanted) -> tuple[LateRow, ...]:
    """The stale ones, those that are stale for longest first."""
    names = ("kpi__name", "kpi__team__name", "kpi__owner__name")
    columns = (
        "kpi__key",
        "kpi__definition__frequency",
        *(f"{_STANDING}{name}" for name in ("first", "last", "label", "due_on", "stale_on")),
        *names,
        *(f"{name}_other" for name in names),
    )
    rows: QuerySet[Any, Any] = (
        _entries(asking, wanted)
        .filter(**{f"{_STANDING}stale_on__lte": asking.today})
        .order_by(f"{_STANDING}stale_on", "pk")
        .values_list(*columns)
    )
    return tuple(_late_row(asking, values, asking.today) for values in rows[:LATE])


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
