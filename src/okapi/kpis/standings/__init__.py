"""The stored results of KPIs: loaded, computed and written for many at once.

`renew` is called within the writer's transaction; `renew_due` by the daily turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from okapi.base import clock, outbox, scope
from okapi.base.outbox import EVERYONE, Audience, News
from okapi.kpis import access
from okapi.kpis.models import Kpi, KpiStanding, KpiStandingHistory
from okapi.kpis.standings.figures import Stored, compute
from okapi.kpis.standings.loading import load
from okapi.orgs import queries
from okapi.orgs.choices import Visibility
from okapi.orgs.queries import Settings

CHUNK = 500
"""KPIs whose points are in memory at once."""
HISTORY = ("value", "first", "last", "label", "status")
"""A change of one of these is measured or decided, and is kept."""

__all__ = ["renew", "renew_due"]


def renew(kpi_ids: Iterable[UUID], *, at: datetime, today: date) -> list[News]:
    """Compute these KPIs anew and store what changed, in the caller's transaction.

    Answers with what changed, for the outbox.
    """
    ids = sorted(set(kpi_ids))
    if not ids:
        return []
    settings = queries.settings_of(scope.organisation_id())
    news: list[News] = []
    for start in range(0, len(ids), CHUNK):
        news += _renew(settings, ids[start : start + CHUNK], at, today)
    return news


def renew_due(today: date) -> int:
    """Tell of the KPIs whose freshness has turned by `today`; how many there were."""
    turned = KpiStanding.objects.filter(turns_on__lte=today).order_by("pk")
    ids = list(turned.values_list("pk", flat=True))
    if ids:
        news = renew(ids, at=clock.now(), today=today)
        outbox.tell(scope.organisation_id(), news)
    return len(ids)


def _renew(settings: Settings, ids: Sequence[UUID], at: datetime, today: date) -> list[News]:
    # Locked before anything is read, in the order of ids: two writers wait instead of mixing.
    known = {
        row.pk: row
        for row in KpiStanding.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    }
    loaded = load(settings, ids, today)
    changed: list[tuple[KpiStanding, bool]] = []
    for kpi in loaded.kpis:
        figures = compute(settings, loaded, kpi, today)
        row = known.get(kpi.id)
        differing = _differing(row, figures)
        if row is None or differing:
            is_news = row is None or not differing.isdisjoint(HISTORY)
            changed.append((_row(row, kpi.id, figures, at, is_news=is_news), is_news))
    _write(changed, at)
    private = {kpi.id for kpi in loaded.kpis if kpi.visibility != Visibility.EVERYONE.value} & {
        row.pk for row, _ in changed
    }
    audiences = _audiences(private)
    return [
        News("kpi", row.pk, row.number_of_state, audiences.get(row.pk, EVERYONE))
        for row, _ in changed
    ]


def _differing(row: KpiStanding | None, figures: Stored) -> set[str]:
    if row is None:
        return set(figures)
    return {name for name, value in figures.items() if getattr(row, name) != value}


def _row(
    row: KpiStanding | None, kpi_id: UUID, figures: Stored, at: datetime, *, is_news: bool
) -> KpiStanding:
    learned = at if is_news or row is None else row.learned_at
    number = 1 if row is None else row.number_of_state + 1
    fixed: dict[str, Any] = {
        "kpi_id": kpi_id,
        "organisation_id": scope.organisation_id(),
        "learned_at": learned if figures["value"] is not None else None,
        "number_of_state": number,
        "signal": None if row is None else row.signal,
    }
    return KpiStanding(**fixed, **figures)


def _write(changed: Sequence[tuple[KpiStanding, bool]], at: datetime) -> None:
    if not changed:
        return
    columns = [
        field.name
        for field in KpiStanding._meta.concrete_fields
        if field.name not in ("kpi", "organisation")
    ]
    KpiStanding.objects.bulk_create(
        [row for row, _ in changed],
        update_conflicts=True,
        unique_fields=["kpi"],
        update_fields=columns,
        batch_size=CHUNK,
    )
    KpiStandingHistory.objects.bulk_create(
        KpiStandingHistory(
            organisation_id=row.organisation_id,
            kpi_id=row.pk,
            valid_from=at,
            value=row.value,
            first=row.first,
            last=row.last,
            label=row.label,
            status=row.status,
        )
        for row, is_news in changed
        if is_news
    )


def _audiences(kpi_ids: set[UUID]) -> dict[UUID, Audience]:
    if not kpi_ids:
        return {}
    return {kpi.pk: access.audience(kpi) for kpi in Kpi.objects.filter(pk__in=kpi_ids)}
