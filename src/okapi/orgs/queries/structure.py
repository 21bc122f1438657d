"""The structure of an organisation as its settings show it: teams, cycles, pillars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import (
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.prepared import ReadersQuestion
from okapi.orgs import access
from okapi.orgs.choices import CycleKind, CycleState, TeamKind
from okapi.orgs.models import Membership, Perspective


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team as the tree shows it; `members` are in it today, `depth` counts from the top."""

    id: UUID
    key: str
    name: str
    name_other: str
    kind: TeamKind
    purpose: str
    parent_id: UUID | None
    lead_id: UUID | None
    lead: str
    lead_other: str
    lead_email: str
    members: int
    version: int
    is_archived: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class CycleLine:
    """A cycle as the tree shows it."""

    id: UUID
    key: str
    title: str
    title_other: str
    kind: CycleKind
    starts: date
    ends: date
    parent_id: UUID | None
    state: CycleState
    cadence_days: int
    version: int
    depth: int = 0


@dataclass(frozen=True, slots=True)
class PillarLine:
    """A pillar as the list shows it."""

    id: UUID
    key: str
    title: str
    title_other: str
    description: str
    owner_id: UUID | None
    owner: str
    owner_other: str
    owner_email: str
    perspective_id: UUID | None
    horizon_starts: date | None
    horizon_ends: date | None
    version: int
    is_archived: bool


@dataclass(frozen=True, slots=True)
class PerspectiveLine:
    """A perspective with how many pillars look from it."""

    id: UUID
    key: str
    title: str
    title_other: str
    version: int
    pillars: int


def teams(actor: Actor, today: date) -> tuple[TeamLine, ...]:
    """All teams in the order of the tree, put away ones last; one statement."""
    found = [_line(*row) for row in _TEAMS.rows(actor, False, today=today)]
    here = [one for one in found if not one.is_archived]
    return (*_in_tree(here), *(one for one in found if one.is_archived))


def team_with_below(actor: Actor, today: date, key: str) -> tuple[TeamLine, tuple[TeamLine, ...]]:
    """A team and those directly below it that are not put away; one statement; `NotFound`."""
    found = [_line(*row) for row in _TEAMS.rows(actor, True, today=today, key=key)]
    top = _named(found, "team", key)
    return top, tuple(one for one in found if one.parent_id == top.id and not one.is_archived)


def _line(pk: UUID, key: str, name: str, name_other: str, kind: str, *rest: Any) -> TeamLine:
    return TeamLine(pk, key, name, name_other, TeamKind(kind), *rest)


def _lines(reader: Actor, is_one: bool) -> QuerySet[Any, Any]:
    """The columns of `TeamLine` but for its depth; of one team and those below, or of all."""
    today = Given("today", DateField())
    begun = Q(starts__isnull=True) | Q(starts__lte=today)
    running = Membership.objects.filter(begun, Q(ends__isnull=True) | Q(ends__gte=today))
    of_team = running.filter(team_id=OuterRef("pk")).order_by().values("team_id")
    rows: QuerySet[Any, Any] = access.visible_teams(reader).annotate(
        members=Coalesce(
            Subquery(of_team.annotate(n=Count("person_id", distinct=True)).values("n")),
            0,
            output_field=IntegerField(),
        ),
        is_archived=Q(archived_at__isnull=False),
        **{
            name: Coalesce(F(f"lead__{column}"), Value(""))
            for name, column in (
                ("lead_name", "name"),
                ("lead_other", "name_other"),
                ("lead_email", "email"),
            )
        },
    )
    if is_one:
        key = Given("key", CharField())
        rows = rows.filter(Q(key=key) | Q(parent__key=key))
    return rows.order_by("position", "id").values_list(
        "id", "key", "name", "name_other", "kind", "purpose", "parent_id", "lead_id",
        "lead_name", "lead_other", "lead_email", "members", "version", "is_archived",
    )  # fmt: skip


_TEAMS = ReadersQuestion(_lines)


def team(actor: Actor, today: date, key: str) -> tuple[TeamLine, tuple[TeamLine, ...]]:
    """One team and all of them; `NotFound`."""
    lines = teams(actor, today)
    return _named(lines, "team", key), lines


def below(lines: Iterable[TeamLine], top: UUID) -> frozenset[UUID]:
    """The team and all below it."""
    children: Mapping[UUID | None, list[UUID]] = defaultdict(list)
    for one in lines:
        children[one.parent_id].append(one.id)
    found, rest = {top}, [top]
    while rest:
        fresh = set(children.get(rest.pop(), ())) - found
        found |= fresh
        rest.extend(fresh)
    return frozenset(found)


def cycles(actor: Actor) -> tuple[CycleLine, ...]:
    """All cycles that are not put away: years newest first, their parts within them in order."""
    rows = access.visible_cycles(actor).filter(archived_at__isnull=True)
    found = [
        CycleLine(
            id=row.pk,
            key=row.key,
            title=row.title,
            title_other=row.title_other,
            kind=CycleKind(row.kind),
            starts=row.starts,
            ends=row.ends,
            parent_id=row.parent_id,
            state=CycleState(row.state),
            cadence_days=row.cadence_days,
            version=row.version,
        )
        for row in rows.order_by("starts", "-ends", "id")
    ]
    known = {one.id for one in found}
    tops = [one for one in found if one.parent_id not in known]
    ordered: list[CycleLine] = []
    for top in reversed(tops):
        ordered.extend(_in_tree([one for one in found if one not in tops or one is top], top.id))
    return tuple(ordered)


def cycle(actor: Actor, key: str) -> tuple[CycleLine, tuple[CycleLine, ...]]:
    """One cycle and all of them; `NotFound`."""
    lines = cycles(actor)
    return _named(lines, "cycle", key), lines


def pillars(actor: Actor) -> tuple[PillarLine, ...]:
    """All pillars in their order, put away ones last; one statement."""
    rows = access.visible_pillars(actor).select_related("owner").order_by("position", "id")
    found = [
        PillarLine(
            id=row.pk,
            key=row.key,
            title=row.title,
            title_other=row.title_other,
            description=row.description,
            owner_id=row.owner_id,
            owner="" if row.owner is None else row.owner.name,
            owner_other="" if row.owner is None else row.owner.name_other,
            owner_email="" if row.owner is None else row.owner.email,
            perspective_id=row.perspective_id,
            horizon_starts=row.horizon_starts,
            horizon_ends=row.horizon_ends,
            version=row.version,
            is_archived=row.archived_at is not None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.is_archived))


def pillar(actor: Actor, key: str) -> PillarLine:
    """One pillar; `NotFound`."""
    return _named(pillars(actor), "pillar", key)


def perspectives(actor: Actor) -> tuple[PerspectiveLine, ...]:
    """All perspectives in their order; one statement."""
    looking = Count("pillars", filter=Q(pillars__archived_at__isnull=True))
    rows = Perspective.objects.filter(organisation_id=actor.organisation_id)
    return tuple(
        PerspectiveLine(*row)
        for row in rows.annotate(n=looking)
        .order_by("position", "id")
        .values_list("id", "key", "title", "title_other", "version", "n")
    )


_Line = TypeVar("_Line", TeamLine, CycleLine)
_Named = TypeVar("_Named", TeamLine, CycleLine, PillarLine)


def _in_tree(lines: list[_Line], top: UUID | None = None) -> list[_Line]:
    """Depth first, in the order given; with `top` only that one and what is below it."""
    known = {one.id for one in lines}
    children: dict[UUID | None, list[_Line]] = defaultdict(list)
    for one in lines:
        children[one.parent_id if one.parent_id in known else None].append(one)
    begin = children[None] if top is None else [one for one in lines if one.id == top]
    rest = [(one, 0) for one in reversed(begin)]
    ordered: list[_Line] = []
    while rest:
        one, depth = rest.pop()
        ordered.append(replace(one, depth=depth))
        rest.extend((child, depth + 1) for child in reversed(children.get(one.id, [])))
    return ordered


def _named(lines: Iterable[_Named], kind: str, key: str) -> _Named:
    found = next((one for one in lines if one.key == key), None)
    if found is None:
        raise access.missing(kind, key)
    return found
