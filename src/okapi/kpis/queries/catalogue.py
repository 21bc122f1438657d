"""The catalogue of KPIs: what it can be asked for, and how what is asked for stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Count, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.kpis import access
from okapi.kpis.models import CatalogueEntry
from okapi.kpis.queries import tallies
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
ME = "me"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is listed. `teams` (ids, None for all) are those wanted with all below.

    `remarks` asks for those whose data is to be checked.
    """

    teams: tuple[UUID, ...] | None = None
    pillar: str = ""
    status: frozenset[Shown] = field(default_factory=frozenset)
    owner: str = ""
    text: str = ""
    remarks: bool = False

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for at all."""
        return self.teams is not None or self.is_narrow

    @property
    def is_narrow(self) -> bool:
        """Whether anything but teams is asked for."""
        return any((self.pillar, self.status, self.owner, self.text, self.remarks))


class Shape(NamedTuple):
    """What a filter asks by, whatever the values: each shape is one prepared statement."""

    teams: bool
    pillar: bool
    status: bool
    due: bool
    me: bool
    owner: bool
    words: int
    remarks: bool = False


def shape_of(wanted: Filter) -> Shape:
    """The shape of a filter."""
    return Shape(
        teams=wanted.teams is not None,
        pillar=bool(wanted.pillar),
        status=bool(wanted.status),
        due=Shown.DUE in wanted.status,
        me=wanted.owner == ME,
        owner=bool(wanted.owner) and wanted.owner != ME,
        words=len(wanted.text.split()),
        remarks=wanted.remarks,
    )


def given_by(asking: Asking, wanted: Filter) -> dict[str, Any]:
    """The values of a filter, for the questions that begin with `matching`."""
    return {
        "below": wanted.teams or (),
        "pillar": wanted.pillar,
        "places": [ATTENTION.index(one) for one in wanted.status if one in ATTENTION],
        "me": asking.actor.person_id,
        "owner": wanted.owner,
        **{f"word{at}": word for at, word in enumerate(wanted.text.split())},
    }


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
    if not wanted.is_narrow and sort is not Sort.PILLAR:
        return _summed(asking, wanted, group)
    return _counts_of(
        _COUNTS.rows(asking.actor, shape_of(wanted), group, **given_by(asking, wanted))
    )


def _counts_of(rows: Iterable[Row]) -> Counts:
    """From rows as `_counted` gives them."""
    shown = dict.fromkeys(ATTENTION, 0)
    groups: dict[UUID | None, int] = {}
    due = 0
    for *of, place, is_due, n in rows:
        shown[ATTENTION[place]] += n
        due += n * is_due
        if of:
            groups[of[0]] = groups.get(of[0], 0) + n
    return Counts(shown, due, groups)


def _summed(asking: Asking, wanted: Filter, group: str | None) -> Counts:
    """As `counts`, of some teams or all: from their tallies, and the few that are in none."""
    with Round() as asked:
        kept = asked(_tallied(asking, wanted, group))
        closed = asked(closed_part(asking, wanted, *_columns(group)))
    found, by_team = _counts_of(closed()), kept()
    columns = zip(*by_team.values(), strict=True) if by_team else [[0]] * len(tallies.NAMES)
    numbers = dict(zip(tallies.NAMES, map(sum, columns), strict=True))
    groups = dict(found.groups)
    for team, counts in by_team.items() if group else ():
        groups[team] = groups.get(team, 0) + sum(counts[: len(ATTENTION)])
    shown = {one: n + numbers[one.value] for one, n in found.shown.items()}
    return Counts(shown, found.due + numbers[tallies.DUE], groups)


def _tallied(asking: Asking, wanted: Filter, group: str | None) -> Part[tallies.ByTeam]:
    if group:
        return tallies.by_team(asking.actor, wanted.teams)
    return tallies.whole(asking.actor, wanted.teams).to(lambda numbers: {None: numbers})


def closed_part(asking: Asking, wanted: Filter, *by: str) -> Part[list[Row]]:
    """How many matching KPIs, of those not open to everyone, have the same in these columns."""
    return _CLOSED.part(asking.actor, shape_of(wanted), by, **given_by(asking, wanted))


def counted_by_team(asking: Asking, wanted: Filter) -> list[Row]:
    """How the matching KPIs stand, whatever is asked for: team, place, due or not, how many."""
    group = GROUPS[Sort.TEAM]
    return _COUNTS.rows(asking.actor, shape_of(wanted), group, **given_by(asking, wanted))


def _columns(group: str | None) -> tuple[str, ...]:
    """What is counted by: the group, if any, the place and whether it is due."""
    return (*([group] if group else ()), "place", "is_due")


def _grouped(rows: QuerySet[Any, Any], by: Sequence[str]) -> QuerySet[Any, Any]:
    counted: QuerySet[Any, Any] = rows.order_by().values_list(*by).annotate(n=Count("*"))
    return counted


def _closed(reader: Actor, shape: Shape, by: tuple[str, ...]) -> QuerySet[Any, Any]:
    return _grouped(_filtered(access.entries_apart(reader)[1], shape), by)


def _counted(reader: Actor, shape: Shape, group: str | None) -> QuerySet[Any, Any]:
    public, closed = (_filtered(rows, shape) for rows in access.entries_apart(reader))
    by = _columns(group)
    if group is not None:
        return _grouped(public, by).union(_grouped(closed, by), all=True)
    # A count of each place by itself takes an index half the time of a count in groups.
    each = (
        public.filter(place=at, is_due=Value(is_due))
        .order_by()
        .values_list(Value(at), Value(is_due))
        .annotate(n=Count("*"))
        for at in range(len(ATTENTION))
        for is_due in (False, True)
    )
    return _grouped(closed, by).union(*each, all=True)


_COUNTS, _CLOSED = ReadersQuestion(_counted), ReadersQuestion(_closed)


def matching(reader: Actor, shape: Shape) -> QuerySet[CatalogueEntry]:
    """The entries of visible KPIs that a filter of this shape leaves, in no order."""
    return _filtered(access.visible_entries(reader), shape)


def _filtered(rows: QuerySet[CatalogueEntry], shape: Shape) -> QuerySet[CatalogueEntry]:
    if shape.teams:
        rows = rows.filter(Among("team_id", GivenIds("below")))
    if shape.pillar:
        rows = rows.filter(pillar__key=_text("pillar"))
    if shape.me:
        rows = rows.filter(kpi__owner_id=Given("me", UUIDField()))
    if shape.owner:
        rows = rows.filter(_owner_is(_text("owner")))
    if shape.remarks:
        rows = rows.filter(has_remarks=Value(True))
    for at in range(shape.words):
        rows = rows.filter(_text_has(_text(f"word{at}")))
    if not shape.status:
        return rows
    listed = Q(Among("place", GivenIds("places")))
    return rows.filter(listed | Q(is_due=True) if shape.due else listed)


def _text(name: str) -> Given:
    return Given(name, CharField())


def _owner_is(owner: Given) -> Q:
    return (
        Q(kpi__owner__name__icontains=owner)
        | Q(kpi__owner__name_other__icontains=owner)
        | Q(Exact(Lower("kpi__owner__email"), Lower(owner)))
    )


def _text_has(word: Given) -> Q:
    """A word of a search: somewhere in name or key."""
    return (
        Q(name__icontains=word) | Q(kpi__name_other__icontains=word) | Q(kpi__key__icontains=word)
    )


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar as it stands in a filter."""

    id: UUID
    key: str
    title: str


def pillars(asking: Asking) -> tuple[PillarRow, ...]:
    """The pillars in their order, with one statement."""
    return tuple(
        PillarRow(pk, key, asking.text(title, title_other))
        for pk, key, title, title_other in _PILLARS.rows(asking.actor)
    )


def _pillars(reader: Actor) -> QuerySet[Any, Any]:
    rows = orgs_access.visible_pillars(reader).filter(archived_at__isnull=True)
    found: QuerySet[Any, Any] = rows.order_by("position", "id").values_list(
        "id", "key", "title", "title_other"
    )
    return found


_PILLARS = ReadersQuestion(_pillars)
