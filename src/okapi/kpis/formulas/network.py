"""Formulas and what they depend on, read with a few statements whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import F

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.errors import Refused
from okapi.core.formulas.checking import check
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.ordering import levels
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.parts import Measured
from okapi.kpis.formulas.described import COLUMNS, measured_of
from okapi.kpis.models import Definition, FormulaPart, Kpi


@dataclass(frozen=True, slots=True)
class Version:
    """A definition version with a formula. `serves`: others read its values, it is in force."""

    id: UUID
    kpi_id: UUID
    serves: bool
    text: str
    declared: Measured

    @property
    def key(self) -> str:
        """The key of its KPI."""
        return self.declared.key


@dataclass(frozen=True, slots=True)
class Part:
    """A KPI that formulas name, in its version in force."""

    kpi_id: UUID
    definition_id: UUID
    measured: Measured


@dataclass(slots=True)
class Network:
    """Formulas in the order of computing, and their parts by key.

    `broken` are versions that no longer fit their parts: they have no values.
    """

    formulas: dict[UUID, Formula] = field(default_factory=dict)
    versions: dict[UUID, Version] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)
    broken: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Above:
    """The versions that depend on some KPIs, and how many formulas are the longest way to them."""

    definition_ids: tuple[UUID, ...] = ()
    depth: int = 0


_dependants = Prepared(
    lambda ids: (
        FormulaPart.objects.filter(Among("part_id", ids), definition__is_computed=True)
        .order_by()
        .annotate(in_force=F("definition__kpi__definition_id"))
        .values_list("definition_id", "definition__kpi_id", "in_force")
    )
)
_versions = Prepared(
    lambda ids: (
        Definition.objects.filter(Among("id", ids))
        .annotate(in_force=F("kpi__definition_id"))
        .values_list("id", "kpi_id", "kpi__key", "in_force", *COLUMNS)
    )
)
_named = Prepared(
    lambda ids: (
        FormulaPart.objects.filter(Among("definition_id", ids))
        .order_by()
        .values_list("definition_id", "part_id")
    )
)
_parts = Prepared(
    lambda ids: Kpi.objects.filter(Among("id", ids), definition__isnull=False).values_list(
        "id", "definition_id", "key", *(f"definition__{name}" for name in COLUMNS)
    )
)


def above(kpi_ids: Collection[UUID], *, most: int) -> Above:
    """What depends on these KPIs, directly or through others; one statement for each level.

    Once there are more than `most`, it is not looked further.
    """
    found: dict[UUID, None] = {}
    seen = set(kpi_ids)
    frontier: Collection[UUID] = seen
    depth = 0
    while frontier and len(found) <= most:
        rows = _dependants.rows(frontier)
        new = {definition for definition, _, _ in rows} - found.keys()
        if not new:
            break
        depth += 1
        found |= dict.fromkeys(sorted(new))
        frontier = {kpi for one, kpi, in_force in rows if one == in_force and one in new} - seen
        seen |= frontier
    return Above(tuple(found), depth)


def load(definition_ids: Collection[UUID]) -> Network:
    """These versions with their parts; three statements."""
    network = Network()
    if not definition_ids:
        return network
    versions = {row[0]: _version(row) for row in _versions.rows(definition_ids)}
    named: dict[UUID, list[UUID]] = {}
    for definition_id, part_id in _named.rows(definition_ids):
        named.setdefault(definition_id, []).append(part_id)
    wanted = {one for parts in named.values() for one in parts}
    part_of = {row[0]: _part(row) for row in _parts.rows(wanted)} if wanted else {}
    network.parts = {part.measured.key: part for part in part_of.values()}
    in_order = levels(
        {
            one: [part_of[kpi].definition_id for kpi in named.get(one, ()) if kpi in part_of]
            for one in versions
        }
    )
    network.versions = {one: versions[one] for one in in_order}
    _check(network)
    return network


def _version(row: tuple[Any, ...]) -> Version:
    pk, kpi_id, key, in_force, *values = row
    told = dict(zip(COLUMNS, values, strict=True))
    return Version(pk, kpi_id, in_force == pk, told["formula"], measured_of(key, told))


def _part(row: tuple[Any, ...]) -> Part:
    kpi_id, definition_id, key, *values = row
    return Part(kpi_id, definition_id, measured_of(key, dict(zip(COLUMNS, values, strict=True))))


def _check(network: Network) -> None:
    known = {key: part.measured for key, part in network.parts.items()}
    for version in network.versions.values():
        formula = fitted(version, known)
        if formula is None:
            network.broken.append(version.id)
            continue
        network.formulas[version.id] = formula
        if version.serves and version.key in known:
            known[version.key] = formula.measured


def fitted(version: Version, known: Mapping[str, Measured]) -> Formula | None:
    """The formula of a version; None where it does not fit its parts as they are now."""
    try:
        return check(parse(version.text), version.declared, known)
    except Refused:
        return None


def below(kpi_ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """What these KPIs are made of, in their versions in force, all the way down."""
    found: dict[UUID, list[UUID]] = {}
    frontier = set(kpi_ids)
    while frontier:
        rows = _named_in_force.rows(frontier)
        found |= {kpi: [] for kpi in frontier}
        for kpi, part in rows:
            found[kpi].append(part)
        frontier = {part for _, part in rows} - found.keys()
    return found


_named_in_force = Prepared(
    lambda ids: (
        FormulaPart.objects.filter(
            Among("definition__kpi_id", ids), definition_id=F("definition__kpi__definition_id")
        )
        .order_by("definition_id", "position")
        .values_list("definition__kpi_id", "part_id")
    )
)
