"""Objectives in short, as they stand around mine: what lies above, and what is followed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.core.branches import Branch
from okapi.core.health import Health, Reason
from okapi.goals import access
from okapi.goals.choices import BranchOf, GoalState
from okapi.goals.models import BranchStanding, Objective
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.key_results import reason_of
from okapi.orgs.choices import TeamKind

MOST = 200
_BRANCH = ("on_track", "at_risk", "off_track", "no_data", "none", "progress")


@dataclass(frozen=True, slots=True)
class GoalPoint:
    """An objective with its stored standing; `owner` is its team, or the person without one.

    `whole` is how the organisation stands in its `cycle`.
    """

    id: UUID
    key: str
    title: str
    state: GoalState
    health: Health
    reason: Reason
    progress: float | None
    owner: str
    owner_id: UUID | None
    team_id: UUID | None
    is_company: bool
    cycle: str
    whole: Branch | None
    is_running: bool


def points_of(
    asking: Asking,
    ids: Collection[UUID],
    *,
    teams: Collection[UUID] = (),
    people: Collection[UUID] = (),
) -> dict[UUID, GoalPoint]:
    """Those of these objectives that are visible, and the running ones of these teams and people.

    One statement.
    """
    given = {"ids": ids, "of_teams": teams, "of_people": people, "today": asking.today}
    return {row[0]: _point(asking, row) for row in _POINTS.rows(asking.actor, **given)}


_COLUMNS = (
    "pk", "key", "title", "title_other", "state", "owner_id", "team_id", "team__kind",
    "team__name", "team__name_other", "owner__name", "owner__name_other",
    "cycle__title", "cycle__title_other", "cycle__starts", "cycle__ends",
    "standing__health", "standing__reason", "standing__reason_data", "standing__progress",
)  # fmt: skip


def _point(asking: Asking, row: tuple[Any, ...]) -> GoalPoint:
    values = dict(zip((*_COLUMNS, "whole"), row, strict=True))

    def name(of: str) -> str:
        return asking.text(values[f"{of}"] or "", values[f"{of}_other"] or "")

    reason = {"reason": values["standing__reason"], "reason_data": values["standing__reason_data"]}
    state, whole = GoalState(values["state"]), values["whole"]
    return GoalPoint(
        id=values["pk"],
        key=values["key"],
        title=name("title"),
        state=state,
        health=Health(values["standing__health"] or Health.NONE),
        reason=reason_of(reason),
        progress=values["standing__progress"],
        owner=name("team__name") or name("owner__name"),
        owner_id=values["owner_id"],
        team_id=values["team_id"],
        is_company=values["team__kind"] == TeamKind.COMPANY,
        cycle=name("cycle__title"),
        whole=None if whole is None else Branch(**whole),
        is_running=state in (GoalState.AGREED, GoalState.DRAFT)
        and values["cycle__starts"] <= asking.today <= values["cycle__ends"],
    )


def _points(reader: Actor) -> QuerySet[Objective, Any]:
    whole = BranchStanding.objects.filter(
        kind=BranchOf.ORGANISATION.value,
        object_id=OuterRef("organisation_id"),
        cycle_id=OuterRef("cycle_id"),
    ).values(data=JSONObject(**{name: name for name in _BRANCH}))
    # Small sets of ids, each from an index: a condition on every objective would look at all.
    named = Objective.objects.filter(Among("id", GivenIds())).values("pk")
    today = Given("today", DateField())
    running = Objective.objects.filter(
        state__in=(GoalState.AGREED.value, GoalState.DRAFT.value),
        cycle__starts__lte=today,
        cycle__ends__gte=today,
    )
    theirs = (
        running.filter(Among(column, GivenIds(given))).values("pk")
        for column, given in (("team_id", "of_teams"), ("owner_id", "of_people"))
    )
    rows: QuerySet[Objective, Any] = access.visible(reader).filter(
        pk__in=named.union(*theirs), archived_at__isnull=True
    )
    ordered = rows.annotate(whole=Subquery(whole[:1])).order_by("-pk")
    return ordered.values_list(*_COLUMNS, "whole")[:MOST]


_POINTS = ReadersQuestion(_points)
