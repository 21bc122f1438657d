"""What pages and the API read of remarks on data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, IntegerField, Q, QuerySet, UUIDField

from okapi.base.actor import Actor
from okapi.base.arrays import Among
from okapi.base.given import Given, GivenIds
from okapi.base.prepared import ReadersQuestion
from okapi.base.statements import Row
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
_COLUMNS = (*_PLAIN.values(), *_TEXTS.values(), *(f"{one}_other" for one in _TEXTS.values()))


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


def given_by(asking: Asking, wanted: Wanted) -> dict[str, Any]:
    """What is asked by, by name: the shape of the question, with its values."""
    given: dict[str, Any] = {
        "kpi": wanted.kpi or None,
        "team": wanted.team or None,
        "owner": wanted.owner.lower() or None,
        "kind": wanted.kind and wanted.kind.value,
        "state": wanted.state and wanted.state.value,
        "below": wanted.teams,
        "me": asking.actor.person_id if wanted.mine else None,
    }
    return {name: value for name, value in given.items() if value is not None}


_ASKED_BY = {
    "kpi": Q(kpi__key=Given("kpi", CharField())),
    "team": Q(kpi__team__key=Given("team", CharField())),
    "owner": Q(kpi__owner__email=Given("owner", CharField())),
    "kind": Q(kind=Given("kind", CharField())),
    "state": Q(state=Given("state", CharField())),
    "below": Q(Among("kpi__team_id", GivenIds("below"))),
    "me": Q(kpi__owner_id=Given("me", UUIDField())),
}


def matching(reader: Actor, names: Iterable[str]) -> QuerySet[DataRemark]:
    """The remarks on visible KPIs that are asked for by these names, in no order."""
    rows = access.visible_remarks(reader)
    for name in names:
        rows = rows.filter(_ASKED_BY[name])
    return rows


def remarks(asking: Asking, wanted: Wanted) -> list[RemarkRow]:
    """The severest first, of those the newest; one statement."""
    given = given_by(asking, wanted)
    severity, pk = wanted.after or (None, None)
    shape = (tuple(given), wanted.after is not None, wanted.most)
    return list(
        _rows(asking, _SEVEREST.rows(asking.actor, *shape, **given, severity=severity, pk=pk))
    )


def _severest(
    reader: Actor, names: tuple[str, ...], goes_on: bool, most: int | None
) -> QuerySet[DataRemark, Any]:
    rows = matching(reader, names)
    if goes_on:
        severity, pk = Given("severity", IntegerField()), Given("pk", UUIDField())
        rows = rows.filter(Q(severity__lt=severity) | Q(severity=severity, pk__lt=pk))
    return rows.order_by("-severity", "-pk").values_list(*_COLUMNS)[:most]


_SEVEREST = ReadersQuestion(_severest)


def newest(asking: Asking, wanted: Wanted) -> list[RemarkRow]:
    """Those found last first; one statement."""
    given, before = given_by(asking, wanted), wanted.before
    shape = (tuple(given), before is not None, wanted.most)
    return list(_rows(asking, _NEWEST.rows(asking.actor, *shape, **given, before=before)))


def _newest(
    reader: Actor, names: tuple[str, ...], goes_on: bool, most: int | None
) -> QuerySet[DataRemark, Any]:
    rows = matching(reader, names)
    if goes_on:
        rows = rows.filter(pk__lt=Given("before", UUIDField()))
    return rows.order_by("-pk").values_list(*_COLUMNS)[:most]


_NEWEST = ReadersQuestion(_newest)


def one_remark(asking: Asking, kpi_id: UUID, remark: UUID) -> RemarkRow:
    """A remark of a KPI that the reader sees; `NotFound` for none."""
    rows = DataRemark.objects.filter(kpi__in=access.visible(asking.actor), kpi_id=kpi_id, pk=remark)
    found = list(_rows(asking, rows.values_list(*_COLUMNS)))
    if not found:
        raise orgs_access.missing("remark", remark)
    return found[0]


def _rows(asking: Asking, rows: Iterable[Row]) -> Iterator[RemarkRow]:
    for values in rows:
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
