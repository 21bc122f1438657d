"""The slices of formula KPIs, and the series that computed values belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from okapi.base import scope
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.core.formulas.formula import Formula
from okapi.core.formulas.parts import Series
from okapi.core.formulas.plans import slices_of
from okapi.core.slices import read_slice_key
from okapi.kpis.formulas.network import Network
from okapi.kpis.models import ComputedSeries, Slice

_AT_ONCE = 1_000

_slices = Prepared(
    lambda ids: (
        Slice.objects.filter(Among("kpi_id", ids)).order_by("id").values_list("id", "kpi_id", "key")
    )
)
_totals = Prepared(
    lambda ids: Slice.objects.filter(Among("kpi_id", ids), key="").values_list(
        "id", "kpi_id", "key"
    )
)
_series = Prepared(
    lambda ids: ComputedSeries.objects.filter(Among("definition_id", ids)).values_list(
        "id", "definition_id", "slice_id"
    )
)


@dataclass(slots=True)
class Slices:
    """Slices and series of a network's KPIs, by key and by id.

    `keys` has the keys of each KPI's slices, `ids` the number of each slice, `series` that of each
    computed series by definition version and slice.
    """

    keys: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[Series, int] = field(default_factory=dict)
    series: dict[tuple[UUID, int], int] = field(default_factory=dict)

    def add(self, series: Series, pk: int) -> None:
        """One more slice."""
        if series not in self.ids:
            self.keys.setdefault(series.kpi, []).append(series.slice)
        self.ids[series] = pk


def load(network: Network) -> Slices:
    """What there is for these formulas and their parts; three statements at most."""
    found = Slices()
    key_of = {part.kpi_id: key for key, part in network.parts.items()}
    key_of |= {version.kpi_id: version.key for version in network.versions.values()}
    in_slices = {
        part.kpi_id
        for part in network.parts.values()
        if part.measured.dimensions or not part.measured.has_total
    }
    in_slices |= {
        network.versions[one].kpi_id
        for one, formula in network.formulas.items()
        if formula.measured.dimensions
    }
    plain = key_of.keys() - in_slices
    rows = _totals.rows(plain) if plain else []
    if in_slices:
        rows += _slices.rows(in_slices)
    for pk, kpi_id, key in rows:
        found.add(Series(key_of[kpi_id], key), pk)
    wanted = {part.definition_id for part in network.parts.values() if part.measured.is_formula}
    wanted |= network.versions.keys()
    for pk, definition_id, slice_id in _series.rows(wanted):
        found.series[definition_id, slice_id] = pk
    return found


def make(network: Network, found: Slices, wanted: Mapping[UUID, Sequence[str]]) -> None:
    """Make the slices and series that the formulas need and that are not there yet."""
    organisation = scope.organisation_id()
    missing = {
        Series(network.versions[one].key, key): network.versions[one].kpi_id
        for one, keys in wanted.items()
        for key in keys
        if Series(network.versions[one].key, key) not in found.ids
    }
    if missing:
        _make_slices(organisation, missing)
        key_of = {kpi_id: series.kpi for series, kpi_id in missing.items()}
        for pk, kpi_id, key in _slices.rows(set(missing.values())):
            found.add(Series(key_of[kpi_id], key), pk)
    pairs = [
        (one, found.ids[Series(network.versions[one].key, key)])
        for one, keys in wanted.items()
        for key in keys
    ]
    new = [pair for pair in pairs if pair not in found.series]
    if new:
        ComputedSeries.objects.bulk_create(
            [
                ComputedSeries(organisation_id=organisation, definition_id=one, slice_id=slice_id)
                for one, slice_id in new
            ],
            ignore_conflicts=True,
            batch_size=_AT_ONCE,
        )
        for pk, definition_id, slice_id in _series.rows({one for one, _ in new}):
            found.series[definition_id, slice_id] = pk


def _make_slices(organisation: UUID, missing: Mapping[Series, UUID]) -> None:
    Slice.objects.bulk_create(
        [
            Slice(
                organisation_id=organisation,
                kpi_id=kpi_id,
                key=series.slice,
                values=read_slice_key(series.slice),
            )
            for series, kpi_id in missing.items()
        ],
        ignore_conflicts=True,
        batch_size=_AT_ONCE,
    )


def of_all(network: Network, found: Slices) -> dict[UUID, list[str]]:
    """The slices at which each formula is computed."""
    keys: dict[str, list[str]] = dict(found.keys)
    wanted: dict[UUID, list[str]] = {}
    for one, formula in network.formulas.items():
        wanted[one] = slices_of(formula, keys)
        if network.versions[one].serves:
            keys[network.versions[one].key] = wanted[one]
    return wanted


def of_touched(
    network: Network, found: Slices, touched: Iterable[Series]
) -> dict[UUID, Collection[str]]:
    """Of those, the ones that a change of these series can move."""
    moving: dict[str, set[str]] = {}
    for series in touched:
        moving.setdefault(series.kpi, set()).add(series.slice)
    wanted: dict[UUID, Collection[str]] = {}
    for one, keys in of_all(network, found).items():
        formula = network.formulas[one]
        reached = _reached(formula, keys, moving)
        wanted[one] = reached
        if network.versions[one].serves:
            moving.setdefault(network.versions[one].key, set()).update(reached)
    return wanted


def _reached(
    formula: Formula, keys: Sequence[str], moving: Mapping[str, set[str]]
) -> Collection[str]:
    if not any(keys):
        return keys
    differing = [of for of in formula.slots if moving.get(of.key)]
    if any(of.in_total for of in differing):
        return keys
    values = [read_slice_key(key) for of in differing for key in moving[of.key]]
    return [
        key
        for key in keys
        if not key or any(read_slice_key(key).items() <= one.items() for one in values)
    ]
