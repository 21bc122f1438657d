"""When the targets of a KPI were changed, by whom, and what they were before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import DateField, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.given import Given
from okapi.base.models import Change
from okapi.base.prepared import Part, ReadersQuestion
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.rows import Measure, TargetRow

VERBS = ("set_targets", "remove_targets")


@dataclass(frozen=True, slots=True)
class TargetChange:
    """A change of targets that were there already; `after` is None for one that was removed."""

    at: datetime
    person: str
    reason: str
    before: TargetRow
    after: TargetRow | None


def target_changes(
    asking: Asking, kpi_id: UUID, measure: Measure, slice_key: str, *, since: date
) -> Part[tuple[TargetChange, ...]]:
    """The changes of a slice's targets since a day, oldest first."""
    return _CHANGES.part(asking.actor, kpi=kpi_id, since=since).to(
        lambda rows: tuple(change for row in rows for change in _changes(measure, slice_key, *row))
    )


def _changed(reader: Actor) -> QuerySet[Change, Any]:
    rows: QuerySet[Change, Any] = Change.objects.filter(
        organisation_id=reader.organisation_id,
        kind="kpi",
        object_id=Given("kpi", UUIDField()),
        verb__in=VERBS,
        at__date__gte=Given("since", DateField()),
    )
    return rows.order_by("number").values_list("at", "person_name", "before", "after")


_CHANGES = ReadersQuestion(_changed)


def _changes(
    measure: Measure,
    slice_key: str,
    at: datetime,
    person: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Iterator[TargetChange]:
    later = dict(_targets(measure, slice_key, after))
    for period, target in _targets(measure, slice_key, before):
        if later.get(period) != target:
            reason = str(after.get("reason") or "")
            yield TargetChange(at, person, reason, target, later.get(period))


def _targets(
    measure: Measure, slice_key: str, said: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, str], TargetRow]]:
    """The targets of the slice in one side of a change record, by label and frequency."""
    for kept in said.get("targets") or ():
        if kept.get("slice", "") == slice_key:
            target = TargetRow.of(measure.direction, kept)
            if target is not None:
                yield (target.label, str(target.frequency)), target
