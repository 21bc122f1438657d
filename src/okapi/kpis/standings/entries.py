"""The catalogue's entries: written where what they say of a KPI has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from okapi.base import scope
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.base.upserts import upsert
from okapi.kpis.models import CatalogueEntry, Kpi
from okapi.kpis.queries.rows import has_open, is_due, place_of
from okapi.orgs.choices import Visibility


class Entry(NamedTuple):
    """The fields of an entry that follow from its KPI and its standing."""

    place: int
    is_due: bool
    is_public: bool
    name: str
    team_id: UUID | None
    pillar_id: UUID | None
    has_remarks: bool


_STANDING = ("status", "last", "due_on", "stale_on", "signal")
_COLUMNS = (
    *("id", "archived_at", "visibility", "name", "team_id", "pillar_id"),
    *(f"standing__{name}" for name in _STANDING),
    "standing__remarks",
    *("entry__kpi_id", *(f"entry__{name}" for name in Entry._fields)),
)
_KPIS = Prepared(lambda ids: Kpi.objects.filter(Among("id", ids)).values_list(*_COLUMNS))


def renew(kpi_ids: Iterable[UUID], today: date) -> None:
    """Write the entries of these KPIs where they differ; the caller holds the KPIs locked."""
    organisation = scope.organisation_id()
    written: list[tuple[Any, ...]] = []
    gone: list[UUID] = []
    for row in _KPIS.rows(sorted(set(kpi_ids))):
        values = dict(zip(_COLUMNS, row, strict=True))
        known = values["entry__kpi_id"] is not None
        if values["archived_at"] is not None:
            gone += [values["id"]] if known else []
            continue
        entry = _entry(values, today)
        if not known or entry != Entry(*row[-len(Entry._fields) :]):
            written.append((organisation, values["id"], *entry))
    names = ("organisation_id", "kpi_id", *Entry._fields)
    upsert(CatalogueEntry, names, written, unique=["kpi_id"])
    if gone:
        CatalogueEntry.objects.filter(Among("kpi_id", gone)).delete()


def _entry(values: Mapping[str, Any], today: date) -> Entry:
    status, last, due_on, stale_on, signal = (values[f"standing__{name}"] for name in _STANDING)
    return Entry(
        place=place_of(
            status, last=last, stale_on=stale_on, is_signal=signal is not None, today=today
        ),
        is_due=is_due(due_on, stale_on, today),
        is_public=values["visibility"] == Visibility.EVERYONE.value,
        name=values["name"],
        team_id=values["team_id"],
        pillar_id=values["pillar_id"],
        has_remarks=has_open(values["standing__remarks"]),
    )
