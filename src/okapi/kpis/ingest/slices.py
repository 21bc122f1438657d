"""Slices in the tables: found by KPI and key, made where they are not there yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from uuid import UUID

from okapi.kpis.ingest.staging import SliceRef
from okapi.kpis.models import Slice

_AT_ONCE = 300


def ids_of(organisation_id: UUID, wanted: Mapping[int, SliceRef]) -> dict[int, int]:
    """The ids of slices by place; missing ones are made in the caller's transaction."""
    found = _find(wanted.values())
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
        found |= _find(missing.values())
    return {place: found[ref.kpi_id, ref.key] for place, ref in wanted.items()}


def _find(refs: Iterable[SliceRef]) -> dict[tuple[UUID, str], int]:
    """Ids by KPI and key. Of a KPI with many slices wanted, all are read."""
    keys_of: dict[UUID, set[str]] = {}
    for ref in refs:
        keys_of.setdefault(ref.kpi_id, set()).add(ref.key)
    found: dict[tuple[UUID, str], int] = {}
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
