"""Definition versions: what a KPI means, as agreed at one time. None is ever edited."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max

from okapi.base.actor import Actor
from okapi.core.errors import Refused
from okapi.core.formulas.parsing import LONGEST
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.actions import fields, holding
from okapi.kpis.actions.drafts import DefinitionDraft, Ref
from okapi.kpis.formulas import fitting, linking, renewing
from okapi.kpis.models import Definition, Kpi, Slice
from okapi.orgs.actions.fields import choice, day

LONGEST_DELAY = 400  # days
MOST_DECIMALS = 12
MOST_DIMENSIONS = 12
# Columns of a file of measurements: a dimension of that name could not be told from them.
RESERVED = frozenset({"kpi", "period", "value", "slice", "note", "numerator", "denominator"})


def checked(draft: DefinitionDraft) -> dict[str, Any]:
    """The columns of a definition version; `Refused` at the field that is wrong."""
    choice(Direction, draft.direction, "direction")
    choice(Frequency, draft.frequency, "frequency")
    choice(Aggregation, draft.aggregation, "aggregation")
    if draft.slice_aggregation:
        choice(Aggregation, draft.slice_aggregation, "slice_aggregation")
    texts = {
        "unit": fields.short(draft.unit, "unit", 60),
        "source": fields.short(draft.source, "source"),
        "text": fields.long(draft.text, "text"),
        "formula": fields.long(draft.formula, "formula", LONGEST),
    }
    day(draft.valid_from, "valid_from")
    _within("decimals", draft.decimals or 0, MOST_DECIMALS)
    _within("delay_days", draft.delay_days, LONGEST_DELAY)
    dimensions = [fields.title(name, "dimensions", 80) for name in draft.dimensions]
    _within("dimensions", len(dimensions), MOST_DIMENSIONS)
    for name in dimensions:
        if name.lower() in RESERVED or dimensions.count(name) > 1:
            raise Refused("definition.dimension", field="dimensions", found=name)
    if not draft.has_total and not dimensions and not texts["formula"]:
        raise Refused("definition.no_slices", field="dimensions", found="")
    return {**asdict(draft), **texts, "dimensions": dimensions}


def _within(field: str, found: int, most: int) -> None:
    if not 0 <= found <= most:
        raise Refused("number.outside", field=field, found=found, least=0, most=most)


def fitted(actor: Actor, kpi: Kpi, draft: DefinitionDraft) -> dict[str, Any]:
    """`checked`; a formula is fitted to its parts too, which say in which slices it is computed.

    Refused: what `kpis.formulas.fitting` refuses.
    """
    values = checked(draft)
    if values["formula"]:
        measured = fitting.fit(actor, kpi, values["formula"], values).formula.measured
        values |= {"dimensions": list(measured.dimensions), "has_total": measured.has_total}
    return values


def add(actor: Actor, kpi: Kpi, values: dict[str, Any]) -> Definition:
    """The next version, of `fitted` values, put in force; its total slice is made if it has one."""
    newest = kpi.definitions.aggregate(newest=Max("number"))["newest"]
    definition: Definition = Definition.objects.create(
        organisation_id=actor.organisation_id,
        kpi=kpi,
        number=(newest or 0) + 1,
        decided_by_id=actor.person_id,
        is_computed=bool(values["formula"]),
        **values,
    )
    kpi.definition = definition
    if definition.has_total:
        Slice.objects.get_or_create(organisation_id=actor.organisation_id, kpi=kpi, key="")
    if definition.formula:
        linking.link({definition.pk: definition.formula})
    return definition


@transaction.atomic
def redefine_kpi(
    actor: Actor,
    kpi: Ref,
    definition: DefinitionDraft,
    *,
    version: int | None = None,
    reason: str = "",
) -> Definition:
    """Put a new definition version in force; the earlier ones stay, and so do key results on them.

    Measurements stay as they are. A draft equal to the version in force changes nothing. A formula
    is computed at once, and so is what depends on the KPI.
    """
    renewing.lock_around(access.get(actor, kpi, "define").pk, definition.formula)
    held = holding.hold(actor, kpi, "define", version=version)
    before, after = told(held.definition), fitted(actor, held, definition)
    if before == after and held.definition is not None:
        return held.definition
    made = add(actor, held, after)
    holding.raise_version(held, "definition")
    linking.settle([held.pk])
    differing = {name: value for name, value in after.items() if before.get(name) != value}
    was = {name: before.get(name) for name in differing}
    holding.record(
        actor,
        "define",
        held,
        before=was,
        after={**differing, "number": made.number, "reason": reason.strip()},
    )
    holding.finish(actor, [held.pk], with_values=True)
    return made


def told(definition: Definition | None) -> dict[str, Any]:
    """What a definition says, field by field; empty where there is none."""
    if definition is None:
        return {}
    return {name: getattr(definition, name) for name in asdict(DefinitionDraft())}
