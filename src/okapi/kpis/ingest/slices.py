"""Slices in the tables: found by KPI and key, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.kpis.ingest.staging import SliceRef
from okapi.kpis.models import Slice

_AT_ONCE = 300


Known = dict[tuple[UUID, str], int]
"""Ids of slices by KPI and key."""


def ids_of(organisation_id: UUID, wanted: Mapping[int, SliceRef], known: Known) -> dict[int, int]:
    """The ids of slices by place; missing ones are made in the caller's transaction."""
    found = dict(known)
    missing = {(ref.kpi_id, ref.key): ref for ref in wanted.values()}
    missing = {name: ref for name, ref in missing.items() if name not in found}
    if missing:
        Slice.objects.bulk_create(
            [
                Slice(
                    organisation_id=organisation_id,
                    kpi_id=ref.kpi_id,
                    key=ref.key,
                    values=dict(ref.values),
                )
                for ref in missing.values()
            ],
            ignore_conflicts=True,
        )
        found |= find(missing.values())
    return {place: found[ref.kpi_id, ref.key] for place, ref in wanted.items()}


_totals = Prepared(
    lambda ids: Slice.objects.filter(Among("kpi_id", ids), key="").values_list("kpi_id", "pk")
)


def find(refs: Iterable[SliceRef]) -> Known:
    """Those of the slices that are there. Of a KPI with many slices wanted, all are read."""
    keys_of: dict[UUID, set[str]] = {}
    for ref in refs:
        keys_of.setdefault(ref.kpi_id, set()).add(ref.key)
    if all(keys == {""} for keys in keys_of.values()):
        return {(kpi_id, ""): pk for kpi_id, pk in _totals.rows(keys_of)}
    found: Known = {}
    for kpis in _parts(keys_of):
        keys = set().union(*(keys_of[kpi] for kpi in kpis))
        rows = Slice.objects.filter(kpi_id__in=kpis)
        if len(keys) <= _AT_ONCE:
            rows = rows.filter(key__in=keys)
        for pk, kpi_id, key in rows.values_list("pk", "kpi_id", "key"):
            if key in keys_of[kpi_id]:
                found[kpi_id, key] = pk
    return found


def _parts(kpis: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    remaining = iter(kpis)
    while part := list(islice(remaining, _AT_ONCE)):
        yield part
