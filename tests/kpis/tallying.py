"""What the tallies must say: KPIs and remarks counted one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from uuid import UUID

from okapi.kpis.models import CatalogueEntry, DataRemark, Kpi, TeamTally
from okapi.kpis.queries.rows import ATTENTION
from okapi.kpis.queries.tallies import NAMES

Tallies = dict[UUID | None, dict[str, int]]


def tallied() -> Tallies:
    """What is kept, without what is zero."""
    found: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    for row in TeamTally.objects.all():
        found[row.team_id].update({name: getattr(row, name) for name in NAMES})
    return _without_zeros(found)


def recounted() -> Tallies:
    """From the KPIs in use that everyone may read, their entries and the remarks on their data."""
    found: dict[UUID | None, Counter[str]] = defaultdict(Counter)
    kpis = {
        kpi.pk: kpi for kpi in Kpi.objects.filter(archived_at__isnull=True, visibility="everyone")
    }
    entries = {entry.pk: entry for entry in CatalogueEntry.objects.filter(pk__in=kpis)}
    assert entries.keys() == kpis.keys()
    for pk, entry in entries.items():
        found[kpis[pk].team_id][ATTENTION[entry.place].value] += 1
        found[kpis[pk].team_id]["due"] += entry.is_due
    for remark in DataRemark.objects.filter(kpi_id__in=kpis, state="open"):
        found[kpis[remark.kpi_id].team_id][remark.kind] += 1
    return _without_zeros(found)


def _without_zeros(found: dict[UUID | None, Counter[str]]) -> Tallies:
    some = {team: {name: n for name, n in one.items() if n} for team, one in found.items()}
    return {team: counts for team, counts in some.items() if counts}
