"""The catalogue's entries, and what is counted of them: written where they have changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet

from okapi.base import scope, statements
from okapi.base.arrays import Among
from okapi.base.prepared import Prepared
from okapi.base.upserts import upsert
from okapi.kpis.choices import RemarkState
from okapi.kpis.models import CatalogueEntry, DataRemark, Kpi
from okapi.kpis.queries.rows import has_open, is_due, place_of
from okapi.kpis.queries.tallies import DUE, PLACES
from okapi.kpis.standings import tallies
from okapi.orgs.choices import Visibility


class Entry(NamedTuple):
    """The fields of an entry that follow from its KPI, its standing and the remarks on its data."""

    place: int
    is_due: bool
    is_public: bool
    name: str
    team_id: UUID | None
    pillar_id: UUID | None
    has_remarks: bool
    remarks: Mapping[str, int]


_STANDING = ("status", "last", "due_on", "stale_on", "signal")
_COLUMNS = (
    *("id", "archived_at", "visibility", "name", "team_id", "pillar_id"),
    *(f"standing__{name}" for name in _STANDING),
    "standing__remarks",
    *("entry__kpi_id", *(f"entry__{name}" for name in Entry._fields)),
)
_NAMES = ("organisation_id", "kpi_id", *Entry._fields)
_KPIS = Prepared(lambda ids: Kpi.objects.filter(Among("id", ids)).values_list(*_COLUMNS))


def _open_remarks(ids: Any) -> QuerySet[Any, Any]:
    rows = DataRemark.objects.filter(Among("kpi_id", ids), state=RemarkState.OPEN.value)
    by_kind = rows.order_by().values_list("kpi_id", "kind")
    counted: QuerySet[Any, Any] = by_kind.annotate(n=Count("pk"))
    return counted


_OPEN_REMARKS = Prepared(_open_remarks)


def renew(kpi_ids: Iterable[UUID], today: date) -> None:
    """Write the entries of these KPIs where they differ; the caller holds the KPIs locked."""
    organisation = scope.organisation_id()
    written: list[tuple[Any, ...]] = []
    gone: list[UUID] = []
    moved: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    for kpi_id, before, after in _stand(sorted(set(kpi_ids)), today):
        if before == after:
            continue
        if after is None:
            gone.append(kpi_id)
        else:
            written.append((organisation, kpi_id, *after))
            moved[after.team_id].update(_counted(after))
        if before is not None:
            moved[before.team_id].subtract(_counted(before))
    upsert(CatalogueEntry, _NAMES, written, unique=["kpi_id"])
    if gone:
        CatalogueEntry.objects.filter(Among("kpi_id", gone)).delete()
    tallies.add(moved)


def _stand(
    kpi_ids: Sequence[UUID], today: date
) -> Iterable[tuple[UUID, Entry | None, Entry | None]]:
    """The entry of each KPI as it is written, and as it must be; None where there is none."""
    with statements.together():
        asked, counted = _KPIS.ask(kpi_ids), _OPEN_REMARKS.ask(kpi_ids)
        kpis, counts = asked(), counted()
    remarks: dict[UUID, dict[str, int]] = {}
    for kpi_id, kind, n in counts:
        remarks.setdefault(kpi_id, {})[kind] = n
    for row in kpis:
        values = dict(zip(_COLUMNS, row, strict=True))
        kpi_id = values["id"]
        before = None if values["entry__kpi_id"] is None else Entry(*row[-len(Entry._fields) :])
        is_gone = values["archived_at"] is not None
        yield kpi_id, before, None if is_gone else _entry(values, remarks.get(kpi_id, {}), today)


def _counted(entry: Entry) -> dict[str, int]:
    """What the entry adds to the tally of its team."""
    if not entry.is_public:
        return {}
    return {PLACES[entry.place]: 1, DUE: int(entry.is_due), **entry.remarks}


def _entry(values: Mapping[str, Any], remarks: Mapping[str, int], today: date) -> Entry:
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
        remarks=remarks,
    )
