"""Examples become an organisation's own: KPIs without targets, objectives as drafts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.progress import KeyResultKind
from okapi.exchange.templates import (
    MONEY,
    KeyResultTemplate,
    KpiTemplate,
    ObjectiveTemplate,
    kpi_templates,
    objective_templates,
)
from okapi.goals import actions as goal_actions
from okapi.goals.actions import MoveDraft
from okapi.goals.models import Objective
from okapi.kpis import access as kpi_access
from okapi.kpis.actions import create_kpis
from okapi.kpis.actions.drafts import DefinitionDraft, KpiDraft
from okapi.kpis.models import Kpi
from okapi.orgs.queries import Settings, settings_of

Ref = UUID | str
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Adopted:
    """What was made: KPIs, and objectives in draft."""

    kpis: tuple[Kpi, ...]
    objectives: tuple[Objective, ...]


@transaction.atomic
def adopt(
    actor: Actor,
    *,
    kpis: Iterable[str] = (),
    objectives: Iterable[str] = (),
    team: Ref | None = None,
    cycle: Ref | None = None,
) -> Adopted:
    """Make the chosen examples, all or none, by the ordinary actions and with their rights.

    What an objective's key results move is made along unless a KPI of that key is there. Titles are
    in the organisation's first language, the other one beside. `Refused`: `templates.nothing`,
    `templates.unknown`, `templates.no_cycle`, and what the actions refuse.
    """
    settings = settings_of(actor.organisation_id)
    chosen = [_known(objective_templates(), key) for key in dict.fromkeys(objectives)]
    wanted = dict.fromkeys(kpis)
    if not wanted and not chosen:
        raise Refused("templates.nothing", field="chosen")
    if chosen and not cycle:
        raise Refused("templates.no_cycle", field="cycle")
    moved = [row.kpi for one in chosen for row in one.key_results if row.kpi]
    drafts = [_known(kpi_templates(), key) for key in dict.fromkeys([*wanted, *moved])]
    made = _make_kpis(actor, settings, drafts, team)
    goals = [_objective(actor, settings, one, team, cycle or "") for one in chosen]
    return Adopted(tuple(made), tuple(goals))


def adopted_keys(actor: Actor) -> frozenset[str]:
    """The keys of examples that the organisation's KPIs have taken already."""
    known = kpi_access.visible(actor).filter(key__in=list(kpi_templates()))
    return frozenset(known.values_list("key", flat=True))


def _make_kpis(
    actor: Actor, settings: Settings, chosen: Sequence[KpiTemplate], team: Ref | None
) -> list[Kpi]:
    """The KPIs that are not there yet; which those are is asked of all, private ones too."""
    keys = [one.key for one in chosen]
    there = set(Kpi.objects.filter(key__in=keys).values_list("key", flat=True))
    return create_kpis(
        actor, [_draft(settings, one, team) for one in chosen if one.key not in there]
    )


def _draft(settings: Settings, one: KpiTemplate, team: Ref | None) -> KpiDraft:
    first, other = settings.language, "en" if settings.language == "zh" else "zh"
    return KpiDraft(
        key=one.key,
        name=one.name.in_language(first),
        name_other=one.name.in_language(other),
        description=one.why.in_language(first),
        description_other=one.why.in_language(other),
        team=team,
        definition=DefinitionDraft(
            unit=settings.currency if one.unit == MONEY else one.unit,
            direction=one.direction,
            frequency=one.frequency,
            aggregation=one.aggregation,
            text=one.defined.in_language(first),
        ),
    )


def _objective(
    actor: Actor, settings: Settings, one: ObjectiveTemplate, team: Ref | None, cycle: Ref
) -> Objective:
    first, other = settings.language, "en" if settings.language == "zh" else "zh"
    objective = goal_actions.create_objective(
        actor,
        title=one.title.in_language(first),
        title_other=one.title.in_language(other),
        why=one.why.in_language(first),
        why_other=one.why.in_language(other),
        kind=one.kind,
        cycle=cycle,
        team=team,
    )
    for row in one.key_results:
        _key_result(actor, objective, row, first, other)
    return objective


def _key_result(
    actor: Actor, objective: Objective, row: KeyResultTemplate, first: str, other: str
) -> None:
    moves = [MoveDraft(row.kpi, target=Decimal(row.target))] if row.kpi else []
    kind = KeyResultKind.METRIC if moves else KeyResultKind.YES_NO
    goal_actions.add_key_result(
        actor,
        objective.pk,
        title=row.title.in_language(first),
        title_other=row.title.in_language(other),
        kind=kind.value,
        moves=moves,
    )


def _known(known: Mapping[str, T], key: str) -> T:
    found = known.get(key)
    if found is None:
        raise Refused("templates.unknown", field="chosen", found=key[:60])
    return found
