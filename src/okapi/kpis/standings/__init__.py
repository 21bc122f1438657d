"""The stored results of KPIs: loaded, computed and written for many at once.

`renew` is called within the writer's transaction; `renew_due` by the daily turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from okapi.base import clock, outbox, scope
from okapi.base.outbox import EVERYONE, Audience, News
from okapi.base.upserts import insert, upsert
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
    rows: list[Stored] = []
    kept: list[Stored] = []
    for kpi in loaded.kpis:
        figures = compute(settings, loaded, kpi, today)
        before = known.get(kpi.id)
        if _differing(before, figures):
            rows.append(_row(before, kpi.id, figures, at))
            if _is_news(before, figures):
                kept.append(rows[-1])
    _write(rows, kept, at)
    private = {kpi.id for kpi in loaded.kpis if kpi.visibility != Visibility.EVERYONE.value}
    audiences = _audiences(private & {row["kpi_id"] for row in rows})
    return [
        News("kpi", row["kpi_id"], row["number_of_state"], audiences.get(row["kpi_id"], EVERYONE))
        for row in rows
    ]


def _differing(row: KpiStanding | None, figures: Stored) -> set[str]:
    if row is None:
        return set(figures)
    return {name for name, value in figures.items() if getattr(row, name) != value}


def _row(row: KpiStanding | None, kpi_id: UUID, figures: Stored, at: datetime) -> Stored:
    """All columns of a standing that differs from the stored one."""
    learned = at if row is None or _is_news(row, figures) else row.learned_at
    return {
        **figures,
        "kpi_id": kpi_id,
        "organisation_id": scope.organisation_id(),
        "learned_at": learned if figures["value"] is not None else None,
        "number_of_state": 1 if row is None else row.number_of_state + 1,
        "signal": None if row is None else row.signal,
    }


def _is_news(row: KpiStanding | None, figures: Stored) -> bool:
    """Whether something measured or decided differs, which history keeps."""
    return row is None or not _differing(row, figures).isdisjoint(HISTORY)


def _write(rows: Sequence[Stored], kept: Sequence[Stored], at: datetime) -> None:
    if not rows:
        return
    names = list(rows[0])
    upsert(KpiStanding, names, [[row[name] for name in names] for row in rows], unique=["kpi_id"])
    past = ["organisation_id", "kpi_id", *HISTORY]
    insert(
        KpiStandingHistory,
        [*past, "valid_from", "is_reconstructed"],
        [[*(row[name] for name in past), at, False] for row in kept],
    )


def _audiences(kpi_ids: set[UUID]) -> dict[UUID, Audience]:
    if not kpi_ids:
        return {}
    return {kpi.pk: access.audience(kpi) for kpi in Kpi.objects.filter(pk__in=kpi_ids)}
