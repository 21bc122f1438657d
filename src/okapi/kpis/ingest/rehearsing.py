"""The check of rows whose KPIs are not stored yet: a folder's, while its structure has mistakes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from okapi.core.errors import OkapiError
from okapi.kpis.ingest.catalogue import Catalogue, Counting
from okapi.kpis.ingest.checking import Checked, checked
from okapi.kpis.ingest.findings import Findings
from okapi.kpis.ingest.known import Known
from okapi.kpis.ingest.ordering import in_order
from okapi.kpis.ingest.rows import Rows
from okapi.kpis.ingest.staging import IN_MEMORY


class _Planned(Catalogue):
    """The KPIs as they would be."""

    def __init__(self, kpis: Mapping[str, Known], counting: Counting) -> None:
        super().__init__(None, counting, has_history=True)
        self._kpis = kpis

    def _found(self, keys: Sequence[str]) -> Iterator[Known]:
        yield from (self._kpis[key] for key in keys if key in self._kpis)

    def _may(self, kpi: Known) -> bool:
        del kpi
        return True


def rehearse(rows: Rows, kpis: Mapping[str, Known], counting: Counting) -> list[OkapiError]:
    """What an intake of these rows would refuse if there were these KPIs; nothing is stored.

    Repeated rows are told among the first million.
    """
    findings = Findings(rows.file_name)
    parts: list[Checked] = []
    count = 0
    for part in checked(rows, _Planned(kpis, counting), findings):
        count += len(part.places)
        if count <= IN_MEMORY:
            parts.append(part)
    whole = Checked.joined(parts)
    if whole.places:
        in_order(whole, findings)
    return findings.told
