"""The life of an objective: agreed, given up, closed with grades."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from django.db import transaction

from okapi.base import changes
from okapi.base.actor import Actor, Role
from okapi.base.events import publish
from okapi.core.errors import Forbidden, Refused
from okapi.core.objectives import check_weights
from okapi.core.progress import KeyResultKind
from okapi.core.quantities import clip, parse_decimal, weighted_mean
from okapi.core.tidy import lines
from okapi.goals import standings
from okapi.goals.actions import acting, moving
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import GoalState, ObjectiveKind
from okapi.goals.events import GoalsChanged
from okapi.goals.models import Guard, KeyResult, KeyResultStanding, Objective

_FOUR = Decimal("0.0001")
# From this grade on an objective is a success.
SUCCESS = {ObjectiveKind.COMMITTED: Decimal(1), ObjectiveKind.ASPIRATIONAL: Decimal("0.7")}
# A grade of a key result, and why it is not the computed one.
Grade = tuple[Decimal, str]


@transaction.atomic
def agree(
    actor: Actor, objective: Ref, *, version: int | None = None, override: str = ""
) -> Objective:
    """Agree on a draft with all its key results, from today on.

    `Refused`: `goal.not_draft`, `objective.no_key_results` (a strategist may `override` it with
    a reason), `objective.all_weights_zero`, and what a key result lacks. Guards that are broken
    already are told, and count from the first period after.
    """
    held = acting.hold_objective(actor, objective, "agree", version=version)
    if held.state != GoalState.DRAFT:
        raise Refused("goal.not_draft", ref=held.key, state=GoalState(held.state))
    key_results = list(held.key_results.filter(archived_at__isnull=True))
    today = acting.today_of(actor)
    _check_agreement(actor, key_results, override)
    for key_result in key_results:
        key_result.objective = held
        _check_complete(actor, key_result)
    fields = {"state": GoalState.AGREED.value, "agreed_on": today}
    acting.change(actor, "objective", held, fields)
    for key_result in key_results:
        acting.change(actor, "key_result", key_result, fields)
    if override.strip() and not key_results:
        changes.record(actor, "override", "objective", held.pk, after={"reason": override.strip()})
    broken = standings.broken_guards(held.pk, today)
    Guard.objects.filter(pk__in=broken).update(broken_at_start=True)
    return _finish(actor, held, "agree")


def _check_agreement(actor: Actor, key_results: list[KeyResult], override: str) -> None:
    if key_results or not override.strip():
        check_weights([float(key_result.weight) for key_result in key_results])
    elif not actor.has(Role.STRATEGIST):
        raise Forbidden("access.role", role=Role.STRATEGIST)


def _check_complete(actor: Actor, key_result: KeyResult) -> None:
    """Each kind needs its parts; what moves it is checked again as things are today."""
    match KeyResultKind(key_result.kind):
        case KeyResultKind.METRIC:
            moves = list(key_result.moves.select_related("definition"))
            if not moves and not key_result.informs.exists():
                raise Refused("key_result.nothing_moved", field="moves", ref=key_result.key)
            for move in moves:
                moving.check(key_result, move, acting.today_of(actor))
        case KeyResultKind.MILESTONE:
            if not key_result.milestones.filter(weight__gt=0).exists():
                raise Refused("key_result.no_milestones", field="milestones", ref=key_result.key)
        case KeyResultKind.LEVELS:
            if key_result.levels.count() < 2:
                raise Refused("key_result.no_levels", field="levels", ref=key_result.key)
        case KeyResultKind.YES_NO:
            pass


@transaction.atomic
def cancel(actor: Actor, objective: Ref, *, reason: str, version: int | None = None) -> Objective:
    """Give an objective up with its key results, and say why; it counts nowhere any more."""
    held = acting.hold_objective(actor, objective, "adjust", version=version)
    acting.refuse_ended(held)
    if not reason.strip():
        raise Refused("goal.reason_needed", field="reason", ref=held.key)
    fields = {"state": GoalState.CANCELLED.value}
    before = acting.change(actor, "objective", held, fields)
    for key_result in held.key_results.exclude(state=GoalState.CLOSED.value):
        acting.change(actor, "key_result", key_result, fields)
    acting.adjust(actor, held, reason, before=before, after=fields)
    return _finish(actor, held, "cancel")


@transaction.atomic
def close(
    actor: Actor,
    objective: Ref,
    *,
    grades: Mapping[str, Grade] | None = None,
    reason: str = "",
    version: int | None = None,
) -> Objective:
    """Close an agreed objective with its grades.

    Each key result gets its clipped progress, or what `grades` says by its key, with a reason where
    that differs (`grade.reason_needed`); without data 0. The objective's grade is their weighted
    mean. Closed before the last period is measured it is provisional. With a broken guard it is a
    success only with a written `reason` (`objective.guard_broken`).
    """
    held = acting.hold_objective(actor, objective, "close", version=version)
    if held.state != GoalState.AGREED:
        raise Refused("goal.not_agreed", ref=held.key, state=GoalState(held.state))
    today = acting.today_of(actor)
    key_results = list(held.key_results.filter(archived_at__isnull=True))
    graded = _grades(key_results, grades or {})
    mean = weighted_mean(
        [float(grade) for grade, _ in graded], [float(one.weight) for one in key_results]
    )
    grade = None if mean is None else _rounded(mean)
    success = SUCCESS[ObjectiveKind(held.kind)]
    succeeds = grade is not None and grade >= success
    if succeeds and not reason.strip() and standings.broken_guards(held.pk, today, only_red=True):
        raise Refused("objective.guard_broken", field="reason", ref=held.key)
    provisional = standings.lacks_values(held.pk, today)
    for key_result, (own, why) in zip(key_results, graded, strict=True):
        acting.change(actor, "key_result", key_result, {"state": GoalState.CLOSED.value,
                      "grade": own, "grade_reason": why})  # fmt: skip
    fields: dict[str, Any] = {
        "state": GoalState.CLOSED.value,
        "closed_on": today,
        "grade": grade,
        "grade_reason": lines(reason),
        "is_provisional": provisional,
    }
    acting.change(actor, "objective", held, fields)
    return _finish(actor, held, "close")


def _grades(key_results: list[KeyResult], given: Mapping[str, Grade]) -> list[Grade]:
    unknown = set(given) - {key_result.key for key_result in key_results}
    if unknown:
        raise Refused("reference.unknown", field="grades", found=", ".join(sorted(unknown)))
    progress: dict[Any, float | None] = dict(
        KeyResultStanding.objects.filter(key_result__in=key_results).values_list(
            "key_result_id", "progress"
        )
    )
    found = []
    for key_result in key_results:
        share = progress.get(key_result.pk)
        computed = _rounded(0.0 if share is None else clip(share))
        own, why = given.get(key_result.key, (computed, ""))
        own = parse_decimal(own)
        if not 0 <= own <= 1:
            raise Refused("grade.range", field=f"grades.{key_result.key}", found=own)
        own = own.quantize(_FOUR, ROUND_HALF_EVEN)
        if own != computed and share is not None and not why.strip():
            raise Refused("grade.reason_needed", field=f"grades.{key_result.key}", found=own)
        found.append((own, lines(why)))
    return found


def _rounded(share: float) -> Decimal:
    return Decimal(repr(share)).quantize(_FOUR, ROUND_HALF_EVEN)


def _finish(actor: Actor, held: Objective, verb: str) -> Objective:
    acting.finish(actor, [held.pk], above=[held.pk])
    publish(GoalsChanged(actor.organisation_id, frozenset({held.pk}), verb))
    held.refresh_from_db()
    return held
