"""The catalogue of KPIs: what it can be asked for, and how what is asked for stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from okapi.core.limits import Status
from okapi.kpis import access
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.rows import ATTENTION, Shown
from okapi.orgs import access as orgs_access


class Sort(StrEnum):
    """In which order the catalogue stands; by team and pillar it is grouped."""

    ATTENTION = "attention"
    TEAM = "team"
    PILLAR = "pillar"
    NAME = "name"


GROUPS = {Sort.TEAM: "team_id", Sort.PILLAR: "pillar_id"}


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed. `teams` (ids, None for all) are those wanted with all below."""

    teams: tuple[UUID, ...] | None = None
    pillar: str = ""
    status: frozenset[Shown] = field(default_factory=frozenset)
    owner: str = ""
    text: str = ""

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for at all."""
        return self.teams is not None or self.is_narrow

    @property
    def is_narrow(self) -> bool:
        """Whether anything but teams is asked for."""
        return any((self.pillar, self.status, self.owner, self.text))


@dataclass(frozen=True, slots=True)
class Counts:
    """How the filtered KPIs stand. `groups` has how many each team (or pillar, None) has."""

    shown: Mapping[Shown, int]
    due: int
    groups: Mapping[UUID | None, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.shown.values())


def counts(asking: Asking, wanted: Filter, *, sort: Sort = Sort.ATTENTION) -> Counts:
    """How the matching KPIs stand, with one statement."""
    group = GROUPS.get(sort)
    rows = matching(asking, wanted).annotate(
        is_due=Case(When(_due(asking), then=Value(1)), default=Value(0))
    )
    by = ("place", "is_due", group) if group else ("place", "is_due")
    shown = dict.fromkeys(ATTENTION, 0)
    groups: dict[UUID | None, int] = {}
    due = 0
    for place, is_due, *of, n in rows.order_by().values_list(*by).annotate(n=Count("pk")):
        shown[ATTENTION[place]] += n
        due += n * is_due
        if of:
            groups[of[0]] = groups.get(of[0], 0) + n
    return Counts(shown, due, groups)


def matching(asking: Asking, wanted: Filter) -> QuerySet[Any]:
    """The visible KPIs that a filter leaves, each with its `place` in `ATTENTION`."""
    rows: QuerySet[Any] = access.visible(asking.actor).filter(archived_at__isnull=True)
    if wanted.teams is not None:
        rows = rows.filter(team_id__in=wanted.teams)
    if wanted.pillar:
        rows = rows.filter(pillar__key=wanted.pillar)
    if wanted.owner:
        rows = rows.filter(_owner_is(asking, wanted.owner))
    if wanted.text:
        rows = rows.filter(text_has(wanted.text))
    rows = rows.annotate(place=_place(asking))
    return rows.filter(_shown_is(asking, wanted.status)) if wanted.status else rows


def _place(asking: Asking) -> Case:
    """What is shown first of a KPI, as its number in `ATTENTION`; see `KpiRow.shown`."""
    place = {shown: Value(at) for at, shown in enumerate(ATTENTION)}
    return Case(
        When(standing__stale_on__lte=asking.today, then=place[Shown.STALE]),
        When(standing__signal__isnull=False, then=place[Shown.SIGNAL]),
        *(
            When(standing__status=status.value, then=place[Shown(status.value)])
            for status in (Status.GREEN, Status.AMBER, Status.RED, Status.NO_TARGET)
        ),
        # Measured, but without a total: nothing that a target could judge.
        When(standing__last__isnull=False, then=place[Shown.NO_TARGET]),
        default=place[Shown.NO_DATA],
        output_field=IntegerField(),
    )


def _due(asking: Asking) -> Q:
    not_stale = Q(standing__stale_on__gt=asking.today) | Q(standing__stale_on__isnull=True)
    return Q(standing__due_on__lte=asking.today) & not_stale


def _shown_is(asking: Asking, status: frozenset[Shown]) -> Q:
    places = [at for at, shown in enumerate(ATTENTION) if shown in status]
    found = [Q(place__in=places)] if places else []
    if Shown.DUE in status:
        found.append(_due(asking))
    return reduce(or_, found)


def _owner_is(asking: Asking, owner: str) -> Q:
    if owner == "me":
        return Q(owner_id=asking.actor.person_id)
    return (
        Q(owner__name__icontains=owner)
        | Q(owner__name_other__icontains=owner)
        | Q(owner__email__iexact=owner)
    )


def text_has(text: str) -> Q:
    """Every word of it somewhere in name or key."""
    found = Q()
    for word in text.split():
        found &= Q(name__icontains=word) | Q(name_other__icontains=word) | Q(key__icontains=word)
    return found


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar as it stands in a filter."""

    id: UUID
    key: str
    title: str


def pillars(asking: Asking) -> tuple[PillarRow, ...]:
    """The pillars in their order, with one statement."""
    rows = orgs_access.visible_pillars(asking.actor).filter(archived_at__isnull=True)
    return tuple(
        PillarRow(pk, key, asking.text(title, title_other))
        for pk, key, title, title_other in rows.order_by("position", "id").values_list(
            "id", "key", "title", "title_other"
        )
    )
