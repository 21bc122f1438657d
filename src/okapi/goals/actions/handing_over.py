"""Goals change hands when somebody leaves: all open ones at once, whoever may read them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F, Q, QuerySet

from okapi.base import changes, clock, outbox
from okapi.base.actor import Actor
from okapi.base.outbox import News
from okapi.goals import access, standings
from okapi.goals.actions import acting
from okapi.goals.choices import Dirt, GoalState
from okapi.goals.models import KeyResult, Objective, ObjectiveStanding

OPEN = (GoalState.DRAFT.value, GoalState.AGREED.value)


def open_objectives(person: UUID) -> QuerySet[Objective]:
    """The drafts and agreed objectives that a person owns; private ones too."""
    rows: QuerySet[Objective] = Objective.objects.filter(owner_id=person, state__in=OPEN)
    return rows.filter(archived_at__isnull=True)


def open_key_results(person: UUID) -> QuerySet[KeyResult]:
    """The drafts and agreed key results that a person owns, of objectives that are open."""
    rows: QuerySet[KeyResult] = KeyResult.objects.filter(owner_id=person, state__in=OPEN)
    return rows.filter(
        archived_at__isnull=True,
        objective__state__in=OPEN,
        objective__archived_at__isnull=True,
    )


def hand_over(actor: Actor, person: UUID, heir: UUID) -> int:
    """Give a person's open goals to another one; how many. Within the action on people.

    The right comes from there: what is agreed, measured and graded stays as it is, only who
    answers for it changes. Personal goals are counted where the heir is at home.
    """
    own: dict[UUID, UUID | None] = dict(open_objectives(person).values_list("pk", "team_id"))
    of_key_results = set(open_key_results(person).values_list("objective_id", flat=True))
    touched = sorted(own.keys() | of_key_results)
    if not touched:
        return 0
    standings.hold(*touched)
    objectives = open_objectives(person)
    key_results = open_key_results(person)
    given = _give(actor, "objective", objectives, person, heir)
    given += _give(actor, "key_result", key_results, person, heir)
    told = standings.renew_objectives(touched, at=clock.now(), today=acting.today_of(actor))
    outbox.tell(actor.organisation_id, [*told, *_news(touched, {one.object_id for one in told})])
    personal = [pk for pk, team in own.items() if team is None]
    standings.leave(actor.organisation_id, Dirt.ABOVE, personal)
    return given


def _give(
    actor: Actor, kind: str, rows: QuerySet[Objective] | QuerySet[KeyResult], was: UUID, heir: UUID
) -> int:
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.filter(pk__in=ids).update(owner_id=heir, version=F("version") + 1)
    before, after = {"owner": str(was)}, {"owner": str(heir)}
    changes.record_many(actor, "hand_over", kind, [(pk, before, after) for pk in ids])
    return len(ids)


def _news(touched: list[UUID], told: set[UUID]) -> list[News]:
    """Objectives whose figures stayed: pages show who answers for them."""
    rows = Objective.objects.filter(Q(pk__in=touched) & ~Q(pk__in=told))
    numbers = dict(
        ObjectiveStanding.objects.filter(objective_id__in=touched).values_list(
            "objective_id", "number_of_state"
        )
    )
    return [News("objective", row.pk, numbers[row.pk], access.audience(row)) for row in rows]
