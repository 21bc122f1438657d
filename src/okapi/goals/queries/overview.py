"""What stands around the goals: cycles, pillars, the tree of teams, and how a cycle stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import Part, Question, ReadersQuestion
from okapi.base.rounds import Round
from okapi.base.statements import Row
from okapi.core.branches import Branch
from okapi.core.health import Health
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchStanding
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.filtering import (
    UNMOVED,
    UNSURE,
    Filter,
    Shape,
    given_by,
    matching,
    shape_of,
)
from okapi.goals.queries.listing import FEW
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.orgs.queries import TeamTree, team_tree, tree_part

_BRANCH = ("on_track", "at_risk", "off_track", "no_data", "none", "progress")


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle as it stands in a picker; `whole` is how the organisation stands in it."""

    id: UUID
    key: str
    title: str
    starts: date
    ends: date
    state: CycleState
    whole: Branch | None = None


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar as it stands in a filter."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list of goals can be asked by: cycles, newest first, pillars in order, teams."""

    cycles: tuple[CycleRow, ...]
    pillars: tuple[PillarRow, ...]
    teams: TeamTree

    def cycle(self, key: str) -> CycleRow | None:
        """The cycle with this key."""
        return next((cycle for cycle in self.cycles if cycle.key == key), None)

    def current(self, today: date) -> CycleRow | None:
        """The shortest running cycle that holds today; else the newest that has begun; else any."""
        running = [c for c in self.cycles if c.starts <= today <= c.ends]
        if running:
            return min(
                running, key=lambda c: (c.state is not CycleState.RUNNING, c.ends - c.starts)
            )
        begun = [c for c in self.cycles if c.starts <= today]
        return next(iter(begun or self.cycles[::-1]), None)


@dataclass(frozen=True, slots=True)
class Overview:
    """How a cycle stands: the whole, some teams each with all below, and what wants attention.

    `private` objectives are listed but not in `whole`, which everyone sees. `mismatches` and
    `without_kpi` are None where counting them takes longer than a page may.
    """

    whole: Branch
    teams: Mapping[UUID, Branch] = field(default_factory=dict)
    private: int = 0
    mismatches: int | None = None
    without_kpi: int | None = None


def choices(asking: Asking) -> Choices:
    """Cycles, pillars and teams, with one statement."""
    actor = asking.actor
    with Round() as asked:
        cycles, pillars = asked(_CYCLES.part(actor)), asked(_PILLARS.part(actor))
        teams = asked(tree_part(in_other=_in_other(asking)))
    return Choices(
        tuple(_cycle(asking, row) for row in cycles()),
        tuple(PillarRow(key, asking.text(*titles)) for key, *titles in pillars()),
        teams(),
    )


def _cycle(asking: Asking, row: Row) -> CycleRow:
    pk, key, title, title_other, starts, ends, state, whole = row
    return CycleRow(
        pk,
        key,
        asking.text(title, title_other),
        starts,
        ends,
        CycleState(state),
        None if whole is None else Branch(**whole),
    )


def _cycles(reader: Actor) -> QuerySet[Any, Any]:
    whole = BranchStanding.objects.filter(
        kind=BranchOf.ORGANISATION.value,
        object_id=OuterRef("organisation_id"),
        cycle_id=OuterRef("pk"),
    ).values(data=JSONObject(**{name: name for name in _BRANCH}))
    rows = orgs_access.visible_cycles(reader).filter(archived_at__isnull=True)
    rows = rows.annotate(whole=Subquery(whole[:1])).order_by("-starts", "-ends", "id")
    found: QuerySet[Any, Any] = rows.values_list(
        "id", "key", "title", "title_other", "starts", "ends", "state", "whole"
    )
    return found


def _pillars(reader: Actor) -> QuerySet[Any, Any]:
    rows = orgs_access.visible_pillars(reader).filter(archived_at__isnull=True)
    found: QuerySet[Any, Any] = rows.order_by("position", "id").values_list(
        "key", "title", "title_other"
    )
    return found


_CYCLES, _PILLARS = ReadersQuestion(_cycles), ReadersQuestion(_pillars)


def tree(asking: Asking) -> TeamTree:
    """All teams, with one statement, named in the reader's language."""
    return team_tree(in_other=_in_other(asking))


def _in_other(asking: Asking) -> bool:
    return asking.language != asking.organisation.language


def overview(
    asking: Asking, wanted: Filter, cycle: CycleRow, teams: TeamTree, shown: Collection[UUID]
) -> Overview:
    """How the filtered list stands, with one statement; where it is too large nothing is counted.

    Without a filter the stored branches say it; with one the matching objectives are counted.
    `shown` are the teams of which it is said how they stand.
    """
    top = teams.by_key.get(wanted.team)
    company = cycle.whole or Branch()
    with Round() as asked:
        stand = asked(branches_part(cycle.id, {*shown, *(() if top is None else (top.id,))}))
        counted = asked(_counts(asking, wanted, teams)) if company.total <= FEW else None
    branches = stand()
    whole = company if top is None else branches.get(top.id, Branch())
    if counted is None:
        return Overview(whole, branches)
    counts = counted()
    return Overview(
        whole=Branch(
            **{name: counts[name] for name in _BRANCH[:-1]},
            progress=None if wanted.is_narrow else whole.progress,
        ),
        teams=branches,
        private=counts["private"],
        mismatches=counts["mismatches"],
        without_kpi=counts["without_kpi"],
    )


def branches_of(cycle_id: UUID, team_ids: Collection[UUID]) -> dict[UUID, Branch]:
    """How these teams stand in a cycle, each with all below; one statement."""
    return branches_part(cycle_id, team_ids).alone()


def branches_part(cycle_id: UUID, team_ids: Collection[UUID]) -> Part[dict[UUID, Branch]]:
    """As `branches_of`, to be asked in a round."""
    part = _BRANCHES.part(cycle=cycle_id, ids=team_ids)
    return part.to(lambda rows: {row[0]: Branch(*row[1:]) for row in rows})


def _of_teams() -> QuerySet[BranchStanding, Any]:
    rows: QuerySet[BranchStanding, Any] = BranchStanding.objects.filter(
        Among("object_id", GivenIds()),
        cycle_id=Given("cycle", UUIDField()),
        kind=BranchOf.TEAM.value,
    )
    return rows.values_list("object_id", *_BRANCH)


_BRANCHES = Question(_of_teams)


def _counts(asking: Asking, wanted: Filter, teams: TeamTree) -> Part[dict[str, int]]:
    """All numbers above the list, over what matches."""
    part = _COUNTS.part(asking.actor, shape_of(wanted), **given_by(asking, wanted, teams))
    return part.to(_summed)


def _summed(rows: Iterable[Row]) -> dict[str, int]:
    found = dict.fromkeys((*_BRANCH[:-1], "private", "mismatches", "without_kpi"), 0)
    for health, is_public, n, unsure, unmoved in rows:
        found[(health or Health.NONE.value) if is_public else "private"] += n
        found["mismatches"] += unsure
        found["without_kpi"] += unmoved
    return found


def _counted(reader: Actor, shape: Shape) -> QuerySet[Any, Any]:
    """How many there are by health and by who may read them, and what wants attention of them."""
    is_public = Case(
        When(visibility="everyone", then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    groups = matching(reader, shape).order_by().values_list("standing__health", is_public)
    counted: QuerySet[Any, Any] = groups.annotate(
        n=Count("pk"),
        unsure_ones=Count("pk", filter=UNSURE),
        unmoved_ones=Count("pk", filter=UNMOVED),
    )
    return counted


_COUNTS = ReadersQuestion(_counted)
