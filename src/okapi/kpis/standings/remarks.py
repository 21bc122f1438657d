"""Remarks on data: found from the values that the detector has read, kept with one id each.

A remark that is found again over some of the same periods is the same one. One that was accepted
stays so until the values that it is about change; one that is not found again is gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from okapi.base import actor as actors
from okapi.base import changes, scope
from okapi.base.actor import Door
from okapi.base.arrays import Among
from okapi.base.fields import new_id
from okapi.core.frequencies import span_at
from okapi.core.periods import period_of
from okapi.core.quality import Remark, RemarkKind, inspect
from okapi.kpis.choices import RemarkState
from okapi.kpis.models import DataRemark
from okapi.kpis.standings.processes import Looked, Period
from okapi.orgs.queries import Settings

TOLD = 20
"""So many remarks of a KPI stand on its page, the newest first."""
_STANDS = (RemarkState.OPEN.value, RemarkState.ACCEPTED.value)


@dataclass(slots=True)
class _Round:
    at: datetime
    fresh: list[DataRemark] = field(default_factory=list)
    changed: list[DataRemark] = field(default_factory=list)
    opened: list[changes.Told] = field(default_factory=list)


class Renewed(NamedTuple):
    """What each KPI's standing says of its remarks, and the KPIs of which some have changed."""

    told: dict[UUID, list[dict[str, Any]] | None]
    moved: set[UUID]


def renew(looked: Sequence[Looked], settings: Settings, at: datetime) -> Renewed:
    """Find and store the remarks of what was looked at; the caller holds the KPIs locked.

    Computed values have none: what is wrong with them is wrong with their parts, where it is told.
    """
    known = _standing([one.subject.slice_id for one in looked])
    this, told = _Round(at), dict[UUID, list[dict[str, Any]] | None]()
    for one in looked:
        stand = _join(this, one, settings, known.get(one.subject.slice_id, []))
        if one.subject.is_headline:
            told[one.subject.kpi_id] = summary_of(stand)
    _write(this)
    return Renewed(told, {row.kpi_id for row in (*this.fresh, *this.changed)})


def _standing(slice_ids: Sequence[int]) -> dict[int, list[DataRemark]]:
    rows = DataRemark.objects.filter(Among("slice_id", slice_ids), state__in=_STANDS)
    found: dict[int, list[DataRemark]] = {}
    for row in rows.select_related("accepted_by").order_by("first", "id"):
        found.setdefault(row.slice_id, []).append(row)
    return found


def _join(
    this: _Round, looked: Looked, settings: Settings, known: Sequence[DataRemark]
) -> list[DataRemark]:
    """The remarks that stand now; those that differ go to what is written."""
    left = list(known)
    stand = []
    for found in _found(looked):
        fields = _fields(found, looked, settings)
        same = next((row for row in left if _is_same(row, fields)), None)
        if same is None:
            stand.append(_made(this, looked, fields))
            continue
        left.remove(same)
        stand.append(_renewed(this, same, fields))
    for row in left:
        row.state, row.renewed_at = RemarkState.GONE.value, this.at
        row.version += 1
        this.changed.append(row)
    return stand


def _found(looked: Looked) -> tuple[Remark, ...]:
    if looked.subject.is_computed:
        return ()
    bounds = (0.0, 100.0) if looked.subject.unit == "%" else (0.0,)
    frequency = looked.subject.frequency
    return inspect(looked.values, frequency, twice=looked.twice, bounds=bounds)


def _is_same(row: DataRemark, fields: Mapping[str, Any]) -> bool:
    overlaps = row.first <= fields["last"] and fields["first"] <= row.last
    return bool(row.kind == fields["kind"] and overlaps)


def _fields(found: Remark, looked: Looked, settings: Settings) -> dict[str, Any]:
    first = _period(found.start, looked, settings)
    last = _period(found.end, looked, settings)
    return {
        "kind": found.kind.value,
        "severity": int(found.severity),
        "first": first.first,
        "last": last.last,
        "first_label": first.label[:60],
        "last_label": last.label[:60],
        "points": found.points,
        "numbers": dict(found.numbers),
        "evidence": _evidence(found, looked, first.first, last.last),
    }


def _period(at: int, looked: Looked, settings: Settings) -> Period:
    """The period at a position, also where it has no value."""
    known = looked.periods.get(at)
    if known is not None:
        return known
    begin, frequency = looked.begin, looked.subject.frequency
    span = span_at(begin + at, frequency, settings.fiscal_month, settings.first_weekday)
    found = period_of(
        span[1], frequency,
        fiscal_month=settings.fiscal_month, first_weekday=settings.first_weekday,
    )  # fmt: skip
    return Period(found.first, found.last, found.label)


def _evidence(found: Remark, looked: Looked, first: date, last: date) -> str:
    """A digest of what the remark rests on.

    A frozen run that goes on is the same news; so is a series that stays sparse.
    """
    parts: tuple[object, ...]
    match found.kind:
        case RemarkKind.FROZEN:
            parts = (first, found.numbers["value"])
        case RemarkKind.SPARSE:
            parts = ()
        case RemarkKind.MISSING:
            parts = (first, last, found.points)
        case RemarkKind.TWICE | RemarkKind.REPEATED | RemarkKind.SCALE | RemarkKind.SIGN:
            values = looked.values[found.start : found.end + 1].tolist()
            parts = (first, last, *values)
    return blake2b(repr((found.kind.value, parts)).encode(), digest_size=16).hexdigest()


def _made(this: _Round, looked: Looked, fields: Mapping[str, Any]) -> DataRemark:
    made = DataRemark(
        id=new_id(),
        organisation_id=scope.organisation_id(),
        kpi_id=looked.subject.kpi_id,
        slice_id=looked.subject.slice_id,
        state=RemarkState.OPEN.value,
        found_at=this.at,
        renewed_at=this.at,
        created_at=this.at,
        **fields,
    )
    this.fresh.append(made)
    return made


def _renewed(this: _Round, row: DataRemark, fields: Mapping[str, Any]) -> DataRemark:
    if all(getattr(row, name) == value for name, value in fields.items()):
        return row
    is_other = row.evidence != fields["evidence"]
    for name, value in fields.items():
        setattr(row, name, value)
    if is_other and row.state == RemarkState.ACCEPTED.value:
        before = {"remark": str(row.pk), "reason": row.reason}
        this.opened.append((row.kpi_id, before, {"remark": str(row.pk), "state": "open"}))
        row.state = RemarkState.OPEN.value
        row.accepted_at, row.accepted_by, row.reason = None, None, ""
    row.renewed_at = this.at
    row.version += 1
    this.changed.append(row)
    return row


_WRITTEN = (
    "kind", "severity", "state", "first", "last", "first_label", "last_label", "points",
    "numbers", "evidence", "renewed_at", "accepted_at", "accepted_by", "reason", "version",
)  # fmt: skip


def _write(this: _Round) -> None:
    DataRemark.objects.bulk_create(this.fresh)
    if this.changed:
        DataRemark.objects.bulk_update(this.changed, _WRITTEN)
    if this.opened:
        job = actors.system(scope.organisation_id(), Door.JOB)
        changes.record_many(job, "reopen_remark", "kpi", this.opened)


def summary_of(rows: Iterable[DataRemark]) -> list[dict[str, Any]] | None:
    """What a standing says of a KPI's remarks, those to be looked at first; None for nothing."""
    ordered = sorted(
        rows, key=lambda row: (row.state, row.severity, row.last.toordinal()), reverse=True
    )
    return [_told(row) for row in ordered[:TOLD]] or None


def _told(row: DataRemark) -> dict[str, Any]:
    by = row.accepted_by
    accepted = row.accepted_at and {
        "at": row.accepted_at.isoformat(),
        "by": "" if by is None else by.name,
        "by_other": "" if by is None else by.name_other,
        "reason": row.reason,
    }
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "severity": row.severity,
        "first_label": row.first_label,
        "last_label": row.last_label,
        "points": row.points,
        "numbers": row.numbers,
        "accepted": accepted,
    }


def stand_of(kpi_id: UUID, slice_key: str) -> list[dict[str, Any]] | None:
    """What the standing of a KPI is to say, from what is stored."""
    rows = DataRemark.objects.filter(kpi_id=kpi_id, slice__key=slice_key, state__in=_STANDS)
    return summary_of(rows.select_related("accepted_by"))
