"""Objectives: new drafts, and changes of what they say."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from okapi.base import changes, clock
from okapi.base.actor import Actor, Role
from okapi.base.changes import told_all
from okapi.core.errors import Forbidden, Refused
from okapi.goals import access, standings
from okapi.goals.actions import acting, blocks, fields
from okapi.goals.actions.drafts import Ref
from okapi.goals.actions.reach import check_links
from okapi.goals.choices import GoalState, ObjectiveKind
from okapi.goals.models import Contribution, Objective
from okapi.orgs.actions import fields as orgs_fields
from okapi.orgs.actions.fields import choice
from okapi.orgs.choices import PersonalGoals, TeamKind, Visibility
from okapi.orgs.models import Cycle, Person, Team
from okapi.orgs.queries import settings_of

# What was agreed: of an agreed objective these change only by an adjustment.
AGREED_ON = frozenset({"title", "kind", "weight", "cycle_id", "team_id"})
LONGEST_WHY = 20_000


@transaction.atomic
def create_objective(
    actor: Actor,
    *,
    title: str,
    cycle: Ref,
    team: Ref | None = None,
    owner: Ref | None = None,
    key: str = "",
    pillar: Ref | None = None,
    kind: str = ObjectiveKind.COMMITTED.value,
    weight: Decimal = Decimal(1),
    visibility: str = Visibility.EVERYONE.value,
    readers: Iterable[Ref] = (),
    title_other: str = "",
    why: str = "",
    why_other: str = "",
) -> Objective:
    """A new draft of a team, or, without one, of a person; the actor owns it unless told.

    Refused at their fields: what is empty, unknown or too long. `Forbidden` for who may not edit
    it: a member proposes drafts for their teams and makes their own.
    """
    standings.lock_renewer(actor.organisation_id)  # two at once would find the same free key
    found_team, person = fields.team(actor, team), fields.person(actor, owner)
    owner_id = fields.owner_id(person) or actor.person_id
    objective = Objective(
        organisation_id=actor.organisation_id,
        title=fields.title(title),
        title_other=fields.short(title_other, "title_other"),
        why=fields.long(why, "why", LONGEST_WHY),
        why_other=fields.long(why_other, "why_other", LONGEST_WHY),
        cycle=fields.cycle(actor, cycle),
        team=found_team,
        owner_id=owner_id,
        pillar=fields.pillar(actor, pillar),
        kind=choice(ObjectiveKind, kind, "kind"),
        weight=fields.weight(weight),
        visibility=choice(Visibility, visibility, "visibility"),
    )
    _check_creator(actor, objective)
    if objective.team_id is None and _is_narrowed(actor, objective.visibility):
        objective.visibility = Visibility.TEAM.value
    rows = Objective.objects.all()
    objective.key = fields.given_key(rows, key) if key else fields.free_key(rows, "O-")
    objective.save()
    if people := _people(actor, readers):
        objective.readers.set(people)
    blocks.remember(objective)
    after = told_all(
        {"key": objective.key, "title": objective.title, "cycle": objective.cycle,
         "team": objective.team_id, "owner": owner_id, "kind": objective.kind,
         "visibility": objective.visibility}
    )  # fmt: skip
    changes.record(actor, "create", "objective", objective.pk, after=after, is_first=True)
    acting.finish(actor, [objective.pk])
    return objective


def _check_creator(actor: Actor, objective: Objective) -> None:
    if objective.team_id is None and objective.owner_id is None:
        raise Refused("objective.nobody", field="owner")
    if objective.team_id is None:
        _check_personal(actor)
    if actor.is_system or access.may(actor, "agree", objective):
        return
    proposes = objective.team_id in actor.teams and actor.has(Role.MEMBER)
    if not proposes or _is_company(objective):
        raise Forbidden("access.not_to_make", kind="objective")


def _is_narrowed(actor: Actor, visibility: str) -> bool:
    """Whether a personal goal that everybody would see is one that the team and its lead see."""
    level = settings_of(actor.organisation_id).personal_goals
    return level == PersonalGoals.TEAM_AND_LEAD and visibility == Visibility.EVERYONE


def _check_personal(actor: Actor) -> None:
    settings = settings_of(actor.organisation_id)
    if settings.personal_goals == PersonalGoals.NONE:
        raise Refused("objective.no_personal_goals", field="team")


def _is_company(objective: Objective) -> bool:
    return objective.team is not None and objective.team.kind == TeamKind.COMPANY.value


@transaction.atomic
def edit_objective(
    actor: Actor,
    objective: Ref,
    *,
    version: int | None = None,
    reason: str = "",
    readers: Iterable[Ref] | None = None,
    **given: Any,
) -> Objective:
    """Change fields of an objective.

    `given`: title, title_other, why, why_other, kind, weight, visibility, cycle, team, owner,
    pillar, position.

    What was agreed on (title, kind, weight, cycle, team) changes only with a reason, and leaves an
    adjustment. Who gives an objective to another team must be allowed to make one there.
    """
    held = acting.hold_objective(actor, objective, "edit", version=version)
    acting.refuse_ended(held)
    named = {"cycle": "cycle_id", "team": "team_id", "owner": "owner_id", "pillar": "pillar_id"}
    values = {named.get(name, name): value for name, value in _read(actor, given).items()}
    team_id, owner_id = values.get("team_id", held.team_id), values.get("owner_id", held.owner_id)
    if team_id is None and owner_id is None:
        raise Refused("objective.nobody", field="owner")
    opens = values.get("visibility") == Visibility.EVERYONE != held.visibility
    if team_id is None and opens and _is_narrowed(actor, values["visibility"]):
        raise Refused("objective.personal_team_only", field="visibility")
    agreed_on = {name for name in AGREED_ON & set(values) if getattr(held, name) != values[name]}
    adjusts = bool(agreed_on) and acting.check_adjustment(actor, held, reason)
    moves_team = team_id != held.team_id
    also = _set_readers(actor, held, readers)
    before = acting.change(actor, "objective", held, values, also=also)
    if moves_team:
        _check_creator(actor, held)
    if "visibility" in before or "readers" in before:
        check_links(held)
    if adjusts:
        told = {name: before[name] for name in before if name in AGREED_ON}
        after = {name: getattr(held, name) for name in told}
        acting.adjust(actor, held, reason, before=_by_name(told), after=_by_name(after))
    if before:
        acting.finish(actor, [held.pk], above=[held.pk])
    held.refresh_from_db()  # whoever hands a private one over may not be among its readers any more
    return held


def _by_name(values: dict[str, Any]) -> dict[str, Any]:
    """Cycle and team by name: an adjustment is there to be read."""
    models: dict[str, Any] = {"cycle_id": Cycle, "team_id": Team}
    return {
        name: str(models[name].objects.get(pk=value)) if name in models and value else value
        for name, value in values.items()
    }


def _set_readers(
    actor: Actor, held: Objective, readers: Iterable[Ref] | None
) -> dict[str, tuple[Any, Any]]:
    """Let these be the named readers; the e-mail addresses before and after, if they differ."""
    if readers is None:
        return {}
    people = _people(actor, readers)
    before = sorted(held.readers.values_list("email", flat=True))
    after = sorted({person.email for person in people})
    held.readers.set(people)
    return {} if before == after else {"readers": (before, after)}


def _people(actor: Actor, readers: Iterable[Ref]) -> list[Person]:
    """Named readers; an empty name is `Refused` (`text.empty`)."""
    found = [fields.person(actor, one, "readers") for one in readers]
    if None in found:
        raise Refused("text.empty", field="readers")
    return found


def _read(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    def of(read: Any) -> Any:
        return lambda ref: fields.owner_id(read(actor, ref))

    return orgs_fields.read(
        {
            "title": fields.title,
            "title_other": lambda text: fields.short(text, "title_other"),
            "why": lambda text: fields.long(text, "why", LONGEST_WHY),
            "why_other": lambda text: fields.long(text, "why_other", LONGEST_WHY),
            "kind": lambda value: choice(ObjectiveKind, value, "kind"),
            "weight": fields.weight,
            "visibility": lambda value: choice(Visibility, value, "visibility"),
            "position": int,
            "cycle": of(fields.cycle),
            "team": of(fields.team),
            "owner": of(fields.person),
            "pillar": of(fields.pillar),
        },
        given,
    )


@transaction.atomic
def archive_objective(
    actor: Actor, objective: Ref, *, version: int | None = None, reason: str = ""
) -> None:
    """Take an objective out of lists and branches; it stays readable in the history.

    An agreed one needs a reason and leaves an adjustment.
    """
    held = acting.hold_objective(actor, objective, "edit", version=version)
    adjusts = acting.check_adjustment(actor, held, reason)
    moment = clock.now()
    acting.change(actor, "objective", held, {"archived_at": moment})
    if adjusts:
        acting.adjust(actor, held, reason, before={}, after={"archived_at": moment})
    acting.finish(actor, [held.pk], above=[held.pk, *_above(held)])


@transaction.atomic
def restore_objective(actor: Actor, objective: Ref, *, reason: str = "") -> Objective:
    """Put an objective that was archived back into lists and branches.

    An agreed one needs a reason, and leaves an adjustment.
    """
    held = acting.hold_objective(actor, objective, "edit")
    if held.state == GoalState.AGREED and not reason.strip():
        raise Refused("goal.not_draft", ref=held.key, state=GoalState(held.state))
    adjusts = acting.check_adjustment(actor, held, reason)
    before = acting.change(actor, "objective", held, {"archived_at": None})
    if adjusts:
        acting.adjust(actor, held, reason, before=before, after={"archived_at": None})
    acting.finish(actor, [held.pk], above=[held.pk, *_above(held)])
    return held


def _above(held: Objective) -> list[UUID]:
    return list(Contribution.objects.filter(child=held).values_list("parent_id", flat=True))
