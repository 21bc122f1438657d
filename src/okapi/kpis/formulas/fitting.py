"""Whether a formula may be a KPI's: read, its parts found, checked, and no circle closed.

A formula may name what all who may read its KPI may read too; and only what its author may read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from okapi.base.actor import Actor
from okapi.core.errors import Conflict, OkapiError, Refused
from okapi.core.formulas.checking import check, near
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.ordering import levels
from okapi.core.formulas.parsing import parse, refusal_at
from okapi.core.formulas.parts import Measured
from okapi.core.formulas.tree import Kind, Node, keys_of, walk
from okapi.kpis import access
from okapi.kpis.formulas import network
from okapi.kpis.formulas.described import COLUMNS, measured_of
from okapi.kpis.models import Kpi
from okapi.orgs import access as orgs_access
from okapi.orgs.choices import Visibility

_LIKELY = 200


@dataclass(frozen=True, slots=True)
class Fitted:
    """A formula that may stand: as it is computed, and the KPIs that it names, by key."""

    tree: Node
    formula: Formula
    parts: Mapping[str, Kpi]


def fit(
    actor: Actor,
    kpi: Kpi,
    text: str,
    values: Mapping[str, Any],
    *,
    with_readers: bool = True,
) -> Fitted:
    """The formula of a KPI, which may not be saved yet, with the other columns of its definition.

    Refused is what the core refuses, and `formula.unknown_near`, `formula.circle` and
    `formula.private`.
    """
    tree = parse(text)
    parts = _parts(actor, tree)
    declared = measured_of(kpi.key, {**{name: values[name] for name in COLUMNS}, "formula": text})
    known = {key: _measured(part) for key, part in parts.items()}
    _refuse_circle(kpi, parts, tree)
    formula = check(tree, declared, known)
    for key, part in parts.items() if with_readers else ():
        if not all_read(kpi, part):
            raise refusal_at("formula.private", _node(tree, key), found=key)
    return Fitted(tree, formula, parts)


def problem(actor: Actor, key: str) -> Refused | None:
    """Why the formula in force of a KPI does not fit its parts any more; None while it does."""
    kpi = access.get(actor, key)
    definition = kpi.definition
    if definition is None or not definition.formula:
        return None
    try:
        fit(actor, kpi, definition.formula, {name: getattr(definition, name) for name in COLUMNS})
    except Refused as refused:
        return refused
    return None


def _parts(actor: Actor, tree: Node) -> dict[str, Kpi]:
    keys = keys_of(tree)
    rows = access.visible(actor).filter(
        key__in=keys, archived_at__isnull=True, definition__isnull=False
    )
    found = {one.key: one for one in rows.select_related("definition")}
    lacking = next((key for key in keys if key not in found), None)
    if lacking is not None:
        raise _unknown(actor, tree, lacking)
    return {key: found[key] for key in keys}


def _measured(part: Kpi) -> Measured:
    definition: Any = part.definition
    return measured_of(part.key, {name: getattr(definition, name) for name in COLUMNS})


def _unknown(actor: Actor, tree: Node, key: str) -> Refused:
    """What the author may have meant: keys that begin alike, or have the word in them."""
    rows = access.visible(actor).filter(archived_at__isnull=True, definition__isnull=False)
    likely: set[str] = set()
    alike = Q(key__icontains=key) | Q(name__icontains=key) | Q(name_other__icontains=key)
    for wanted in (Q(key__istartswith=key[:2]), alike):
        likely.update(rows.filter(wanted).order_by("key").values_list("key", flat=True)[:_LIKELY])
    named = list(rows.filter(name=key).order_by("key").values_list("key", flat=True)[:3])
    meant = [*named, *(one for one in near(key, likely) if one not in named)]
    if not meant:
        return refusal_at("formula.unknown", _node(tree, key), found=key[:120])
    told: Sequence[str] = [f"[{one}]" for one in meant[:3]]
    return refusal_at("formula.unknown_near", _node(tree, key), found=key[:120], near=told)


def _node(tree: Node, key: str) -> Node:
    """Where the KPI is named first."""
    return next(one for one in walk(tree) if one.kind is Kind.KPI and one.value == key)


def _refuse_circle(kpi: Kpi, parts: Mapping[str, Kpi], tree: Node) -> None:
    below = network.below(part.pk for part in parts.values())
    graph: dict[UUID, Sequence[UUID]] = {one: named for one, named in below.items() if named}
    graph[kpi.pk] = [part.pk for part in parts.values()]
    try:
        levels(graph)
    except Refused as refused:
        circle = _from(refused.data["circle"], kpi.pk)
        keys = dict(Kpi.objects.filter(pk__in=circle).values_list("pk", "key"))
        keys.setdefault(kpi.pk, kpi.key)
        named = [keys[one] for one in circle]
        at_key = next((key for key in named[1:] if key in parts), named[0])
        told = refusal_at("formula.circle", _node(tree, at_key), circle=" → ".join(named))
        raise told from None


def _from(circle: Sequence[UUID], first: UUID) -> list[UUID]:
    """The circle as it goes from this KPI back to it."""
    if first not in circle:
        return list(circle)
    at = circle.index(first)
    return [*circle[at:-1], *circle[: at + 1]]


def check_readers(kpi: Kpi) -> None:
    """`Refused` (`formula.private`) at the visibility of a KPI whose readers changed.

    What its formula names, and the formulas that name it, must suit its readers still.
    """
    parts = Kpi.objects.exclude(visibility=Visibility.EVERYONE.value)
    for part in parts.filter(named_by__definition_id=kpi.definition_id):
        if not all_read(kpi, part):
            raise Refused("formula.private", field="visibility", found=part.key)
    for formula in Kpi.objects.filter(definition__formula_parts__part_id=kpi.pk):
        if not all_read(formula, kpi):
            raise Refused("formula.named", field="visibility", found=formula.key)


def object_to_retiring(kpi: Kpi) -> list[OkapiError]:
    """A KPI that the formula of one in use names is not retired."""
    rows = Kpi.objects.filter(
        definition__formula_parts__part_id=kpi.pk, archived_at__isnull=True
    ).order_by("key")
    return [Conflict("kpi.is_part", formula=key) for key in rows.values_list("key", flat=True)]


def all_read(kpi: Kpi, part: Kpi) -> bool:
    """Whether all who may read a KPI may read a part of it too."""
    if part.visibility == Visibility.EVERYONE:
        return True
    if kpi.visibility == Visibility.EVERYONE:
        return False
    mine, theirs = orgs_access.audience(kpi), orgs_access.audience(part)
    return mine.teams <= theirs.teams and mine.people <= theirs.people
