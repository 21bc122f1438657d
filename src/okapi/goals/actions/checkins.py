"""Check-ins: a dated word from the owner, in under a minute."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.progress import KeyResultKind
from okapi.goals.actions import acting, fields
from okapi.goals.actions.drafts import Ref
from okapi.goals.choices import GoalState
from okapi.goals.models import CheckIn, KeyResult, Milestone

LONGEST = 5000


@transaction.atomic
def check_in(
    actor: Actor,
    key_result: Ref,
    *,
    confidence: int | None = None,
    happened: str = "",
    next_step: str = "",
    level: str = "",
    is_done: bool | None = None,
    milestones: Mapping[str, bool] | None = None,
) -> CheckIn:
    """Say how it goes: everything is optional, but something must be said (`check_in.empty`).

    `level` (a level's key), `is_done` and `milestones` (key → done) belong to key results of
    these kinds only. What is not said stays as it was last said. `Refused`: `check_in.not_running`
    unless the key result is agreed, `confidence.range`, `level.unknown`, `milestone.unknown`.
    """
    held = acting.hold_key_result(actor, key_result, "check_in")
    if held.state != GoalState.AGREED or held.archived_at is not None:
        raise Refused("check_in.not_running", ref=held.key, state=GoalState(held.state))
    if actor.person_id is None:
        raise Refused("check_in.nobody")
    happened = fields.long(happened, "happened", LONGEST)
    next_step = fields.long(next_step, "next_step", LONGEST)
    said = (happened, next_step, level, is_done, confidence, milestones)
    if all(one in ("", None) or one == {} for one in said):
        raise Refused("check_in.empty", field="happened")
    _check(held, confidence, level, is_done, milestones)
    found: CheckIn = CheckIn.objects.create(
        organisation_id=actor.organisation_id,
        key_result=held,
        person_id=actor.person_id,
        at=clock.now(),
        confidence=confidence,
        happened=happened,
        next_step=next_step,
        level=level,
        is_done=is_done,
    )
    done = _set_milestones(actor, held, milestones or {})
    after = {"key_result": str(held.pk), "confidence": confidence, "level": level,
             "is_done": is_done, **done}  # fmt: skip
    told = {name: value for name, value in after.items() if value not in ("", None)}
    changes.record(actor, "check_in", "check_in", found.pk, after=told)
    acting.finish(actor, [held.objective_id])
    return found


def _check(
    held: KeyResult,
    confidence: int | None,
    level: str,
    is_done: bool | None,
    milestones: Mapping[str, bool] | None,
) -> None:
    if confidence is not None and (isinstance(confidence, bool) or not 0 <= confidence <= 10):
        raise Refused("confidence.range", field="confidence", found=confidence)
    belongs = {
        KeyResultKind.LEVELS: ("level", level),
        KeyResultKind.YES_NO: ("is_done", is_done),
        KeyResultKind.MILESTONE: ("milestones", milestones),
    }
    for kind, (field, said) in belongs.items():
        if said not in ("", None) and said != {} and held.kind != kind:
            found = KeyResultKind(held.kind)
            raise Refused("key_result.parts", field=field, found=found, expected=kind)
    if level and not held.levels.filter(key=level).exists():
        raise Refused("level.unknown", field="level", found=level)


def _set_milestones(actor: Actor, held: KeyResult, said: Mapping[str, bool]) -> dict[str, object]:
    """Write which milestones are done, from today on; what changed, for the record."""
    if not said:
        return {}
    known = {one.key: one for one in held.milestones.all()}
    unknown = set(said) - set(known)
    if unknown:
        raise Refused("milestone.unknown", field="milestones", found=", ".join(sorted(unknown)))
    today = acting.today_of(actor)
    changed: list[Milestone] = []
    for key, is_done in said.items():
        one = known[key]
        if is_done != (one.done_on is not None):
            one.done_on = today if is_done else None
            one.version += 1
            changed.append(one)
    Milestone.objects.bulk_update(changed, ["done_on", "version"])
    return {f"milestone:{one.key}": one.done_on is not None for one in changed}
