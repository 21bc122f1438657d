"""What pages and the API read of remarks on data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.kpis import access
from okapi.kpis.choices import RemarkState
from okapi.kpis.models import DataRemark
from okapi.kpis.queries.asking import Asking
from okapi.orgs import access as orgs_access


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who said that the values are right, when and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """A remark as a KPI's standing tells it; names are in the reader's language."""

    id: UUID
    kind: RemarkKind
    severity: int
    first_label: str
    last_label: str
    points: int
    numbers: Mapping[str, float]
    accepted: Accepted | None


def told_of(asking: Asking, kept: Sequence[Mapping[str, Any]] | None) -> tuple[Told, ...]:
    """The remarks in a standing, those to be looked at first."""
    return tuple(_told(asking, one) for one in kept or ())


def _told(asking: Asking, one: Mapping[str, Any]) -> Told:
    said = one["accepted"]
    return Told(
        id=UUID(one["id"]),
        kind=RemarkKind(one["kind"]),
        severity=one["severity"],
        first_label=one["first_label"],
        last_label=one["last_label"],
        points=one["points"],
        numbers=one["numbers"],
        accepted=said
        and Accepted(
            asking.text(said["by"], said["by_other"]),
            datetime.fromisoformat(said["at"]),
            said["reason"],
        ),
    )


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A remark in a list over many KPIs."""

    id: UUID
    kpi_id: UUID
    kpi_key: str
    kpi: str
    unit: str
    decimals: int | None
    frequency: Frequency
    team: str
    owner: str
    kind: RemarkKind
    severity: int
    state: RemarkState
    first: date
    last: date
    first_label: str
    last_label: str
    points: int
    numbers: Mapping[str, float]
    found_at: datetime
    accepted_at: datetime | None
    accepted_by: str
    reason: str
    version: int


_TEXTS = {
    "kpi": "kpi__name",
    "team": "kpi__team__name",
    "owner": "kpi__owner__name",
    "accepted_by": "accepted_by__name",
}
_PLAIN = {
    "kpi_id": "kpi_id",
    "kpi_key": "kpi__key",
    "unit": "kpi__definition__unit",
    "decimals": "kpi__definition__decimals",
    "frequency": "kpi__definition__frequency",
    **{
        name: name
        for name in (
            "id", "kind", "severity", "state", "first", "last", "first_label", "last_label",
            "points", "numbers", "found_at", "accepted_at", "reason", "version",
        )
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which remarks are asked for. `teams` (ids, None for all) are those with all below.

    `after` is the place (severity, id) of the last one of the page before.
    """

    most: int | None = 50
    after: tuple[int, UUID] | None = None
    before: UUID | None = None
    kpi: str = ""
    team: str = ""
    owner: str = ""
    kind: RemarkKind | None = None
    state: RemarkState | None = RemarkState.OPEN
    teams: tuple[UUID, ...] | None = None
    mine: bool = False


def matching(asking: Asking, wanted: Wanted) -> QuerySet[DataRemark]:
    """The remarks on visible KPIs that are asked for, in no order."""
    rows = access.visible_remarks(asking.actor)
    given: dict[str, Any] = {
        "kpi__key": wanted.kpi or None,
        "kpi__team__key": wanted.team or None,
        "kpi__owner__email": wanted.owner.lower() or None,
        "kind": wanted.kind and wanted.kind.value,
        "state": wanted.state and wanted.state.value,
        "kpi__team_id__in": wanted.teams,
        "kpi__owner_id": asking.actor.person_id if wanted.mine else None,
    }
    found: QuerySet[DataRemark] = rows.filter(
        **{name: value for name, value in given.items() if value is not None}
    )
    return found


def remarks(asking: Asking, wanted: Wanted) -> list[RemarkRow]:
    """The severest first, of those the newest; one statement."""
    rows = matching(asking, wanted)
    if wanted.after is not None:
        severity, pk = wanted.after
        rows = rows.filter(Q(severity__lt=severity) | Q(severity=severity, pk__lt=pk))
    return list(_rows(asking, rows.order_by("-severity", "-pk")[: wanted.most]))


def newest(asking: Asking, wanted: Wanted) -> list[RemarkRow]:
    """Those found last first; one statement."""
    rows = matching(asking, wanted)
    if wanted.before is not None:
        rows = rows.filter(pk__lt=wanted.before)
    return list(_rows(asking, rows.order_by("-pk")[: wanted.most]))


def one_remark(asking: Asking, kpi_id: UUID, remark: UUID) -> RemarkRow:
    """A remark of a KPI that the reader sees; `NotFound` for none."""
    rows = DataRemark.objects.filter(kpi__in=access.visible(asking.actor), kpi_id=kpi_id, pk=remark)
    found = list(_rows(asking, rows))
    if not found:
        raise orgs_access.missing("remark", remark)
    return found[0]


def _rows(asking: Asking, rows: QuerySet[DataRemark]) -> Iterator[RemarkRow]:
    columns = (*_PLAIN.values(), *_TEXTS.values(), *(f"{one}_other" for one in _TEXTS.values()))
    for values in rows.values_list(*columns):
        told = dict(zip(_PLAIN, values, strict=False))
        texts, others = values[len(_PLAIN) : -len(_TEXTS)], values[-len(_TEXTS) :]
        names: dict[str, Any] = {
            name: asking.text(text or "", other or "")
            for name, text, other in zip(_TEXTS, texts, others, strict=True)
        }
        for column, kind in (
            ("frequency", Frequency),
            ("kind", RemarkKind),
            ("state", RemarkState),
        ):
            told[column] = kind(told[column])
        yield RemarkRow(**told, **names)
