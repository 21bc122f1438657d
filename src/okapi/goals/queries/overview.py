"""What stands around the goals: cycles, pillars, the tree of teams, and how a cycle stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, Value

from okapi.core.health import Health
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchStanding, KeyResultStanding, Moves
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.listing import FEW, Filter, matching
from okapi.goals.queries.rows import Branch
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import CycleState
from okapi.orgs.queries import TeamTree, team_tree

_BRANCH = ("on_track", "at_risk", "off_track", "no_data", "none", "progress")


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle as it stands in a picker."""

    id: UUID
    key: str
    title: str
    starts: date
    ends: date
    state: CycleState


@dataclass(frozen=True, slots=True)
class PillarRow:
    """A pillar as it stands in a filter."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list of goals can be asked by: cycles, newest first, and pillars in their order."""

    cycles: tuple[CycleRow, ...]
    pillars: tuple[PillarRow, ...]

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
    """How a cycle stands: the whole, each team with all below, and what wants attention.

    `private` objectives are listed but not in `whole`, which everyone sees. `mismatches` and
    `without_kpi` are None where counting them takes longer than a page may.
    """

    whole: Branch
    teams: Mapping[UUID, Branch] = field(default_factory=dict)
    private: int = 0
    mismatches: int | None = None
    without_kpi: int | None = None


def choices(asking: Asking) -> Choices:
    """Cycles and pillars, with one statement."""
    actor = asking.actor
    cycles = orgs_access.visible_cycles(actor).filter(archived_at__isnull=True)
    pillars = orgs_access.visible_pillars(actor).filter(archived_at__isnull=True)
    columns = ("kind", "id", "key", "title", "title_other", "starts", "ends", "state", "position")
    no_day = Value(None, output_field=DateField())
    rows = (
        cycles.annotate(what=Value("cycle"), place=Value(0))
        .values_list(
            "what", "id", "key", "title", "title_other", "starts", "ends", "state", "place"
        )
        .union(
            pillars.annotate(
                what=Value("pillar"), first=no_day, last=no_day, stage=Value("")
            ).values_list(
                "what", "id", "key", "title", "title_other", "first", "last", "stage", "position"
            ),
            all=True,
        )
    )
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    return Choices(
        tuple(
            CycleRow(
                row["id"],
                row["key"],
                asking.text(row["title"], row["title_other"]),
                row["starts"],
                row["ends"],
                CycleState(row["state"]),
            )
            for row in sorted(
                (row for row in found if row["kind"] == "cycle"),
                key=lambda row: (row["starts"], row["ends"]),
                reverse=True,
            )
        ),
        tuple(
            PillarRow(row["key"], asking.text(row["title"], row["title_other"]))
            for row in sorted(
                (row for row in found if row["kind"] == "pillar"), key=lambda row: row["position"]
            )
        ),
    )


def tree(asking: Asking) -> TeamTree:
    """All teams, with one statement, named in the reader's language."""
    return team_tree(in_other=asking.language != asking.organisation.language)


def overview(asking: Asking, wanted: Filter, teams: TeamTree) -> Overview:
    """How the filtered list stands, with two statements; one where it is too large to count.

    Without a filter the stored branches say it; with one the matching objectives are counted.
    """
    branches = _branches(asking, wanted.cycle_id)
    company = branches.get(asking.organisation.organisation_id, Branch())
    top = teams.by_key.get(wanted.team)
    whole = company if top is None else branches.get(top.id, Branch())
    if company.total > FEW:
        return Overview(whole, branches)
    counts = _counts(asking, wanted, teams)
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


def _branches(asking: Asking, cycle_id: UUID) -> dict[UUID, Branch]:
    rows = BranchStanding.objects.filter(
        organisation_id=asking.actor.organisation_id,
        cycle_id=cycle_id,
        kind__in=(BranchOf.TEAM.value, BranchOf.ORGANISATION.value),
    )
    return {row[0]: Branch(*row[1:]) for row in rows.values_list("object_id", *_BRANCH)}


def _counts(asking: Asking, wanted: Filter, teams: TeamTree) -> dict[str, int]:
    """All numbers above the list in one statement over what matches."""
    standing = "standing__health"
    unknown = Q(standing__isnull=True)
    sure = KeyResultStanding.objects.filter(
        key_result__objective=OuterRef("pk"), is_mismatch=True, key_result__archived_at__isnull=True
    )
    moved = Moves.objects.filter(key_result__objective=OuterRef("pk"))
    rows = matching(asking, wanted, teams).annotate(
        unsure=Exists(sure), is_moved=Exists(moved), health=F(standing)
    )
    public = Q(visibility="everyone")
    found: dict[str, int] = rows.aggregate(
        **{
            health.value: Count("pk", filter=public & Q(health=health.value))
            for health in Health
            if health is not Health.NONE
        },
        none=Count("pk", filter=public & (Q(health=Health.NONE.value) | unknown)),
        private=Count("pk", filter=~public),
        mismatches=Count("pk", filter=Q(unsure=True)),
        without_kpi=Count("pk", filter=Q(is_moved=False)),
    )
    return found


def total_of(found: Overview) -> int:
    """About how many objectives the cycle has, for the order in which a page is looked up."""
    return max((branch.total for branch in found.teams.values()), default=found.whole.total)
