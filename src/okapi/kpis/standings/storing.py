"""Standings in the table: compared with what stood before, written where something changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from okapi.base.outbox import EVERYONE, News
from okapi.kpis import access
from okapi.kpis.models import Kpi, KpiStanding, KpiStandingHistory
from okapi.kpis.standings.facts import load
from okapi.kpis.standings.figures import Figures, figures
from okapi.orgs.choices import Visibility
from okapi.orgs.queries import Settings

AT_ONCE = 400

_FIELDS = tuple(one.name for one in fields(Figures))
_LIVE = _FIELDS.index("value"), _FIELDS.index("first"), _FIELDS.index("last")
_TOLD = ("value", "first", "last", "label", "status")
_WRITTEN = [
    *("definition" if name == "definition_id" else name for name in _FIELDS),
    "learned_at",
    "number_of_state",
]


def store(
    kpi_ids: Iterable[UUID], *, at: datetime, settings: Settings, today: date | None = None
) -> dict[UUID, int]:
    """Renew standings in the caller's transaction, which holds the KPIs locked.

    Answers with the KPIs whose standing changed, and the number of its new state.
    """
    changed: dict[UUID, int] = {}
    day = today or settings.today
    for part in _parts(kpi_ids):
        facts = load(part, settings)
        changed |= _write({one.kpi_id: figures(one, settings, day) for one in facts}, at, settings)
    return changed


def _parts(kpi_ids: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    remaining = iter(kpi_ids)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _write(new: Mapping[UUID, Figures], at: datetime, settings: Settings) -> dict[UUID, int]:
    known = _known(new)
    standings: list[KpiStanding] = []
    history: list[KpiStandingHistory] = []
    changed: dict[UUID, int] = {}
    for kpi_id, found in new.items():
        before, learned_at, number = known.get(kpi_id, (None, None, 0))
        after = _comparable(found)
        if before == after:
            continue
        changed[kpi_id] = number + 1
        is_news = before is None or any(before[place] != after[place] for place in _LIVE)
        standings.append(
            KpiStanding(
                organisation_id=settings.organisation_id,
                kpi_id=kpi_id,
                learned_at=at if is_news and found.last is not None else learned_at,
                number_of_state=number + 1,
                **dict(zip(_FIELDS, after, strict=True)),
            )
        )
        if _is_told(before, found):
            history.append(_history(kpi_id, found, at, settings))
    if standings:
        KpiStanding.objects.bulk_create(
            standings, update_conflicts=True, unique_fields=["kpi"], update_fields=_WRITTEN
        )
        KpiStandingHistory.objects.bulk_create(history)
    return changed


def _known(kpi_ids: Iterable[UUID]) -> dict[UUID, tuple[tuple[Any, ...] | None, Any, int]]:
    rows = KpiStanding.objects.filter(kpi_id__in=list(kpi_ids))
    return {
        kpi_id: (tuple(kept), learned_at, number)
        for kpi_id, learned_at, number, *kept in rows.values_list(
            "kpi_id", "learned_at", "number_of_state", *_FIELDS
        )
    }


def _comparable(found: Figures) -> tuple[Any, ...]:
    return tuple(
        list(value) if isinstance(value, tuple) else value
        for value in (getattr(found, name) for name in _FIELDS)
    )


def _is_told(before: tuple[Any, ...] | None, found: Figures) -> bool:
    """Whether the history gets a row: for another value, period or status."""
    if before is None:
        return found.last is not None
    kept = dict(zip(_FIELDS, before, strict=True))
    return any(kept[name] != getattr(found, name) for name in _TOLD if name != "label")


def _history(kpi_id: UUID, found: Figures, at: datetime, settings: Settings) -> KpiStandingHistory:
    told = {name: getattr(found, name) for name in _TOLD}
    return KpiStandingHistory(
        organisation_id=settings.organisation_id, kpi_id=kpi_id, valid_from=at, **told
    )


def news_of(changed: Mapping[UUID, int]) -> list[News]:
    """One news for each KPI whose standing changed, with its audience."""
    news: list[News] = []
    for part in _parts(changed):
        open_to_all = Kpi.objects.filter(pk__in=part, visibility=Visibility.EVERYONE.value)
        everyone = set(open_to_all.values_list("pk", flat=True))
        news.extend(News("kpi", pk, changed[pk], EVERYONE) for pk in part if pk in everyone)
        private = Kpi.objects.filter(pk__in=[pk for pk in part if pk not in everyone])
        news.extend(News("kpi", kpi.pk, changed[kpi.pk], access.audience(kpi)) for kpi in private)
    return news


def lock_kpis(kpi_ids: Iterable[UUID]) -> None:
    """Lock KPIs in id order until the transaction ends; on SQLite it holds everything already."""
    if connection.features.has_select_for_update:
        rows = Kpi.objects.filter(pk__in=set(kpi_ids)).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
