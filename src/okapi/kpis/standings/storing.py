"""Standings in the table: compared with what stood before, written where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from okapi.base import statements
from okapi.base.arrays import Among
from okapi.base.outbox import EVERYONE, News
from okapi.base.prepared import Prepared
from okapi.base.upserts import insert, upsert
from okapi.kpis import access
from okapi.kpis.models import Kpi, KpiStanding, KpiStandingHistory
from okapi.kpis.queries.rows import is_due, place_of
from okapi.kpis.standings import entries
from okapi.kpis.standings.facts import load
from okapi.kpis.standings.figures import Figures, figures
from okapi.orgs.choices import Visibility
from okapi.orgs.queries import Settings

AT_ONCE = 400

_FIELDS = tuple(one.name for one in fields(Figures))
_LIVE = tuple(_FIELDS.index(name) for name in ("value", "first", "last"))
_LAST_AT, _STATUS_AT = _FIELDS.index("last"), _FIELDS.index("status")
_SPARK_AT = _FIELDS.index("spark")
_TOLD = ("value", "first", "last", "label", "status")
_TOLD_AT = tuple(_FIELDS.index(name) for name in _TOLD)
_ROW = (*_FIELDS, "organisation_id", "kpi_id", "learned_at", "number_of_state")
_PAST = (*_TOLD, "organisation_id", "kpi_id", "valid_from", "is_reconstructed")

_OPEN = Visibility.EVERYONE.value

_visibilities = Prepared(
    lambda ids: Kpi.objects.filter(Among("id", ids)).values_list("pk", "visibility")
)
_locked = Prepared(
    lambda ids: (
        Kpi.objects.select_for_update(no_key=True)
        .filter(Among("id", ids))
        .order_by("pk")
        .values_list("pk")
    )
)
_standings = Prepared(
    lambda ids: KpiStanding.objects.filter(Among("kpi_id", ids)).values_list(
        *("kpi_id", "learned_at", "number_of_state", *_FIELDS),
        *("signal", "kpi__entry__place", "kpi__entry__is_due"),
    )
)


def store(
    kpi_ids: Iterable[UUID],
    *,
    at: datetime,
    settings: Settings,
    today: date | None = None,
    anew: bool = False,
) -> dict[UUID, int]:
    """Renew standings in the caller's transaction, which holds the KPIs locked.

    Answers with the KPIs whose standing changed, and the number of its new state. `anew` numbers
    every state anew although the figures did not change: something else of the KPI did.
    """
    changed: dict[UUID, int] = {}
    day = today or settings.today
    for part in _parts(kpi_ids):
        facts = load(part, settings)
        found = {one.kpi_id: figures(one, settings, day) for one in facts}
        changed |= _write(found, at, settings, day, anew=anew)
    return changed


def _parts(kpi_ids: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    remaining = iter(kpi_ids)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _write(
    new: Mapping[UUID, Figures], at: datetime, settings: Settings, today: date, *, anew: bool
) -> dict[UUID, int]:
    known = {row[0]: row[1:] for row in _standings.rows(new)}
    standings: list[tuple[Any, ...]] = []
    history: list[tuple[Any, ...]] = []
    moved: list[UUID] = []
    changed: dict[UUID, int] = {}
    for kpi_id, found in new.items():
        learned_at, number, *before, signal, place, due = known.get(kpi_id, _UNKNOWN)
        after = _values(found)
        if (place, due) != _placed(found, today, is_signal=signal is not None):
            moved.append(kpi_id)
        if before == after and not anew:
            continue
        changed[kpi_id] = number + 1
        is_live = not before or any(before[place] != after[place] for place in _LIVE)
        learned_at = at if is_live and found.last is not None else learned_at
        standings.append((*after, settings.organisation_id, kpi_id, learned_at, number + 1))
        if _is_told(before, after):
            told = (after[place] for place in _TOLD_AT)
            history.append((*told, settings.organisation_id, kpi_id, at, False))
    with statements.together():
        upsert(KpiStanding, _ROW, standings, unique=["kpi_id"])
        insert(KpiStandingHistory, _PAST, history)
    if moved:
        entries.renew(moved, today)
    return changed


_UNKNOWN = (None, 0, None, None, None)


def _placed(found: Figures, today: date, *, is_signal: bool) -> tuple[int, bool]:
    """Where these figures put a KPI in the catalogue."""
    place = place_of(
        found.status, last=found.last, stale_on=found.stale_on, is_signal=is_signal, today=today
    )
    return place, is_due(found.due_on, found.stale_on, today)


def _values(found: Figures) -> list[Any]:
    values = [getattr(found, name) for name in _FIELDS]
    values[_SPARK_AT] = list(found.spark)
    return values


def _is_told(before: Sequence[Any], after: Sequence[Any]) -> bool:
    """Whether the history gets a row: for another value, period or status."""
    if not before:
        return after[_LAST_AT] is not None
    return any(before[place] != after[place] for place in (*_LIVE, _STATUS_AT))


def news_of(changed: Mapping[UUID, int]) -> list[News]:
    """One news for each KPI whose standing changed, with its audience."""
    news: list[News] = []
    for part in _parts(changed):
        hidden = [pk for pk, visibility in _visibilities.rows(part) if visibility != _OPEN]
        private = Kpi.objects.filter(pk__in=hidden) if hidden else ()
        audiences = {kpi.pk: access.audience(kpi) for kpi in private}
        news.extend(News("kpi", pk, changed[pk], audiences.get(pk, EVERYONE)) for pk in part)
    return news


def lock_kpis(kpi_ids: Iterable[UUID]) -> None:
    """Lock KPIs in id order until the transaction ends; on SQLite it holds everything already."""
    if connection.features.has_select_for_update:
        _locked.ask(set(kpi_ids))
