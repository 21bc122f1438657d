"""KPIs themselves: made or proposed, edited, retired and revived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from okapi.base import clock, events
from okapi.base.actor import Actor, Role
from okapi.core.errors import Forbidden, Refusals, Refused
from okapi.core.keys import read_key
from okapi.kpis import access
from okapi.kpis.actions import definitions, fields, holding
from okapi.kpis.actions.drafts import KpiDraft, Ref
from okapi.kpis.choices import KpiState
from okapi.kpis.events import RetiringKpi
from okapi.kpis.formulas import fitting, renewing
from okapi.kpis.models import Kpi
from okapi.orgs.actions.fields import choice
from okapi.orgs.choices import Visibility
from okapi.orgs.models import Person


@transaction.atomic
def create_kpi(actor: Actor, draft: KpiDraft) -> Kpi:
    """A new KPI: active from a data steward or the lead of its team, proposed from a member.

    `Refused` at the field that is wrong; `Forbidden` for those who may only read.
    """
    return create_kpis(actor, [draft])[0]


@transaction.atomic
def create_kpis(actor: Actor, drafts: Sequence[KpiDraft]) -> list[Kpi]:
    """Several at once, all or none."""
    made = [_create(actor, draft) for draft in drafts]
    if made:
        holding.finish(actor, [kpi.pk for kpi in made], with_values=True)
    return made


def _create(actor: Actor, draft: KpiDraft) -> Kpi:
    team = fields.team_id(actor, draft.team)
    kpi = Kpi(
        organisation_id=actor.organisation_id,
        key=_key(draft),
        name=fields.title(draft.name),
        name_other=fields.short(draft.name_other, "name_other"),
        description=fields.long(draft.description, "description"),
        description_other=fields.long(draft.description_other, "description_other"),
        team_id=team,
        owner_id=fields.person_id(actor, draft.owner) or actor.person_id,
        pillar_id=fields.pillar_id(actor, draft.pillar),
        visibility=choice(Visibility, draft.visibility, "visibility"),
        state=_state(actor, team).value,
    )
    kpi.save()
    _set_readers(actor, kpi, draft.readers)
    renewing.lock_around(kpi.pk, draft.definition.formula)
    definitions.add(actor, kpi, definitions.fitted(actor, kpi, draft.definition))
    kpi.save(update_fields=["definition"])
    said = ("key", "name", "team_id", "owner_id", "pillar_id", "visibility", "state")
    holding.record(actor, "create", kpi, after={name: getattr(kpi, name) for name in said})
    return kpi


def _state(actor: Actor, team: Any) -> KpiState:
    try:
        access.require_creator(actor, team)
    except Forbidden:
        if not actor.has(Role.MEMBER):
            raise
        return KpiState.PROPOSED
    return KpiState.ACTIVE


def _key(draft: KpiDraft) -> str:
    """The key that was chosen, or a free one from the name."""
    if draft.key:
        key = read_key(draft.key.strip(), fields.LONGEST_KEY, field="key")
        if Kpi.objects.filter(key=key).exists():
            raise Refused("key.taken", field="key", found=key)
        return key
    start = key = fields.key_of(draft.name)
    number = 1
    while Kpi.objects.filter(key=key).exists():
        number += 1
        key = f"{start}-{number}"
    return key


def _set_readers(actor: Actor, kpi: Kpi, readers: Iterable[Ref]) -> None:
    named = [fields.person_id(actor, one, "readers") for one in readers]
    kpi.readers.set(Person.objects.filter(pk__in=named))


@transaction.atomic
def edit_kpi(
    actor: Actor,
    kpi: Ref,
    *,
    version: int | None = None,
    readers: Iterable[Ref] | None = None,
    **given: Any,
) -> Kpi:
    """Change fields of a KPI; what it means is changed by `redefine_kpi`.

    `given`: name, name_other, description, description_other, team, owner, pillar, visibility.
    """
    held = holding.hold(actor, kpi, "edit", version=version)
    if "visibility" in given or "team" in given:
        access.require(actor, "define", held)
    also: dict[str, tuple[Any, Any]] = {}
    if readers is not None:
        before = _emails(held)
        _set_readers(actor, held, readers)
        after = _emails(held)
        also = {} if before == after else {"readers": (before, after)}
    if holding.change(actor, "edit", held, _read(actor, given), also=also):
        fitting.check_readers(held)
        holding.finish(actor, [held.pk])
    return held


def _emails(kpi: Kpi) -> list[str]:
    """Its named readers, as change records keep them."""
    return sorted(kpi.readers.values_list("email", flat=True))


def _read(actor: Actor, given: dict[str, Any]) -> dict[str, Any]:
    readers: dict[str, Any] = {
        "name": ("name", fields.title),
        "name_other": ("name_other", lambda text: fields.short(text, "name_other")),
        "description": ("description", lambda text: fields.long(text, "description")),
        "description_other": (
            "description_other",
            lambda text: fields.long(text, "description_other"),
        ),
        "team": ("team_id", lambda ref: fields.team_id(actor, ref)),
        "owner": ("owner_id", lambda ref: fields.person_id(actor, ref)),
        "pillar": ("pillar_id", lambda ref: fields.pillar_id(actor, ref)),
        "visibility": ("visibility", lambda one: choice(Visibility, one, "visibility")),
    }
    unknown = set(given) - set(readers)
    if unknown:
        raise TypeError(f"unknown fields: {', '.join(sorted(unknown))}")
    return {readers[name][0]: readers[name][1](value) for name, value in given.items()}


@transaction.atomic
def adopt_kpi(actor: Actor, kpi: Ref, *, version: int | None = None) -> Kpi:
    """Make a proposed KPI an active one."""
    held = holding.hold(actor, kpi, "define", version=version)
    if held.state != KpiState.PROPOSED:
        raise Refused("kpi.not_proposed", ref=held.key)
    return _become(actor, "adopt", held, {"state": KpiState.ACTIVE.value})


@transaction.atomic
def retire_kpi(actor: Actor, kpi: Ref, *, version: int | None = None, reason: str = "") -> Kpi:
    """Take a KPI out of use; its values and history stay.

    `Refusals` with the reasons of those above: an open key result moves it, an objective guards
    it, a formula names it.
    """
    held = holding.hold(actor, kpi, "define", version=version)
    if held.state == KpiState.RETIRED:
        return held
    objections = [
        *events.vetoes(RetiringKpi(actor.organisation_id, held.pk)),
        *fitting.object_to_retiring(held),
    ]
    if objections:
        raise Refusals(objections)
    values = {"state": KpiState.RETIRED.value, "archived_at": clock.now()}
    return _become(actor, "retire", held, values, reason)


@transaction.atomic
def revive_kpi(actor: Actor, kpi: Ref, *, version: int | None = None) -> Kpi:
    """Put a retired KPI back into use."""
    held = holding.hold(actor, kpi, "define", version=version)
    return _become(actor, "revive", held, {"state": KpiState.ACTIVE.value, "archived_at": None})


def _become(actor: Actor, verb: str, kpi: Kpi, values: Mapping[str, Any], reason: str = "") -> Kpi:
    if holding.change(actor, verb, kpi, values, reason=reason):
        holding.finish(actor, [kpi.pk])
    return kpi
