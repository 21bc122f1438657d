"""What large changes leave to the renewer, which looks several times a second."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from okapi.base.upserts import insert
from okapi.core.formulas.reach import Range
from okapi.kpis.models import FormulaDirt

_NAMES = ("organisation_id", "kpi_id", "slice_id", "since", "until")


def leave(
    organisation_id: UUID, changed: Collection[tuple[UUID, int | None, Range | None]]
) -> None:
    """Leave the dependants of these slices to the renewer, in the transaction of the change.

    Without a slice and days everything of the KPI is meant, and the KPI's own formula too.
    """
    rows = [
        (organisation_id, kpi_id, slice_id, *(_day(days, at) for at in (0, 1)))
        for kpi_id, slice_id, days in changed
    ]
    insert(FormulaDirt, _NAMES, rows)


def forget() -> None:
    """Everything was computed anew: there is nothing left to do."""
    FormulaDirt.objects.all().delete()


def _day(days: Range | None, at: int) -> date | None:
    return None if days is None else date.fromordinal(days[at])
