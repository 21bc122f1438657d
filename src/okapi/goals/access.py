"""Who may read, change and check in which goal. A key result follows its objective."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from okapi.base.actor import Actor, Role
from okapi.base.outbox import Audience
from okapi.core.errors import Forbidden
from okapi.goals.models import KeyResult, Objective
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import TeamKind

VERBS = ("read", "comment", "check_in", "edit", "agree", "adjust", "close")


def visible(actor: Actor) -> QuerySet[Objective]:
    """The objectives that the actor may read: the only start of a query for people."""
    rows = Objective.objects.filter(organisation_id=actor.organisation_id)
    return rows.filter(orgs_access.readable(actor, Objective.readers.through, "objective_id"))


def visible_key_results(actor: Actor) -> QuerySet[KeyResult]:
    """The key results of the visible objectives.

    Each is looked up: SQLite would list all visible objectives first, whatever few are asked for.
    """
    rows = KeyResult.objects.filter(organisation_id=actor.organisation_id)
    own = visible(actor).filter(pk=OuterRef("objective_id"))
    return rows if actor.is_system else rows.filter(Exists(own))


def get(
    actor: Actor,
    ref: UUID | str,
    verb: str = "read",
    *,
    among: QuerySet[Objective] | None = None,
) -> Objective:
    """The objective with this id or key. `NotFound` when missing or hidden, `Forbidden` by verb.

    `among` are the visible ones that are meant, unless all of them are.
    """
    rows = (visible(actor) if among is None else among).select_related("team", "cycle")
    objective: Objective | None = orgs_access.by_ref(rows, ref)
    if objective is None:
        raise orgs_access.missing("objective", ref)
    require(actor, verb, objective)
    return objective


def get_key_result(
    actor: Actor,
    ref: UUID | str,
    verb: str = "read",
    *,
    among: QuerySet[KeyResult] | None = None,
) -> KeyResult:
    """The key result with this id or key, with its objective; errors and `among` as `get`."""
    rows = visible_key_results(actor) if among is None else among
    rows = rows.select_related("objective__team", "objective__cycle")
    key_result: KeyResult | None = orgs_access.by_ref(rows, ref)
    if key_result is None:
        raise orgs_access.missing("key_result", ref)
    require_key_result(actor, verb, key_result)
    return key_result


def may(actor: Actor, verb: str, objective: Objective) -> bool:
    """Whether the actor may do this to an objective that they can read.

    The lead of its team may everything; the owner may edit and check in, and everything with a
    goal of their own; a strategist may everything with company goals, and adjust and close all.
    """
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")
    if verb == "read" or actor.is_system:
        return True
    if not actor.has(Role.MEMBER):
        return False
    if verb == "comment" or (objective.team_id is not None and objective.team_id in actor.leads):
        return True
    if actor.has(Role.STRATEGIST) and (verb in ("adjust", "close") or _is_company(objective)):
        return True
    owns = objective.owner_id is not None and objective.owner_id == actor.person_id
    return owns and (objective.team_id is None or verb in ("check_in", "edit"))


def require(actor: Actor, verb: str, objective: Objective) -> None:
    """`Forbidden` unless `may`."""
    if not may(actor, verb, objective):
        raise Forbidden("access.forbidden", kind="objective", ref=objective.key, verb=verb)


def may_key_result(actor: Actor, verb: str, key_result: KeyResult) -> bool:
    """As `may` of its objective; a key result's owner may check in too."""
    if verb == "check_in" and actor.has(Role.MEMBER):
        owner = key_result.owner_id
        if owner is not None and owner == actor.person_id:
            return True
    return may(actor, verb, key_result.objective)


def require_key_result(actor: Actor, verb: str, key_result: KeyResult) -> None:
    """`Forbidden` unless `may_key_result`."""
    if not may_key_result(actor, verb, key_result):
        raise Forbidden("access.forbidden", kind="key_result", ref=key_result.key, verb=verb)


def audience(objective: Objective) -> Audience:
    """Who may hear of the objective and of its key results."""
    return orgs_access.audience(objective)


def _is_company(objective: Objective) -> bool:
    return objective.team is not None and objective.team.kind == TeamKind.COMPANY.value
