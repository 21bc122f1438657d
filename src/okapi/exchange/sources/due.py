"""What is due: plans whose time has come become runs, and a run is claimed by one worker.

The lease of a claimed run is renewed while somebody works on it; when that process is killed, the
run is taken up again after a minute.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from okapi.base import clock, scope
from okapi.exchange.models import Source, SourceRun
from okapi.exchange.sources.kinds import OPEN, RunState
from okapi.exchange.sources.schedule import next_after
from okapi.orgs import queries as orgs_queries

LEASE = timedelta(seconds=60)
KEPT_RUNS = 200
_REASON = "the worker of sources serves all organisations"


def is_due() -> bool:
    """Whether a worker would find anything; two statements."""
    now = clock.now()
    with scope.everywhere(_REASON):
        planned = Source.objects.filter(next_at__lte=now, archived_at__isnull=True)
        return planned.exists() or SourceRun.objects.filter(_open(now)).exists()


def plan() -> int:
    """Make runs of the plans whose time has come; how many. Times that were missed are one run."""
    now = clock.now()
    with scope.everywhere(_REASON):
        rows = Source.objects.filter(next_at__lte=now, archived_at__isnull=True)
        due = list(rows.order_by("next_at", "pk").values_list("pk", "organisation_id"))
    made = 0
    for source_id, organisation_id in due:
        with scope.organisation(organisation_id), transaction.atomic():
            made += _plan(source_id)
    return made


def _plan(source_id: UUID) -> int:
    now = clock.now()
    rows = Source.objects.select_for_update(of=("self",), skip_locked=True)
    held = rows.filter(pk=source_id, next_at__lte=now, archived_at__isnull=True).first()
    if held is None:  # another ticker has it
        return 0
    slot = held.next_at
    zone = orgs_queries.settings_of(held.organisation_id).time_zone
    held.next_at = next_after(held.cron, zone, now)
    held.save(update_fields=["next_at"])
    if SourceRun.objects.filter(source=held, state__in=OPEN).exists():
        return 0  # it still runs, or is about to be tried again
    SourceRun.objects.create(
        organisation_id=held.organisation_id, source=held, slot=slot, due_at=now
    )
    return 1


def claim(most: int) -> list[SourceRun]:
    """At most so many runs that are due, each claimed by the caller for a minute."""
    now = clock.now()
    with scope.everywhere(_REASON):
        found = list(SourceRun.objects.filter(_open(now)).order_by("due_at", "pk")[:most])
    return [run for run in found if _claim(run)]


def claim_one(run_id: UUID) -> SourceRun | None:
    """The run, claimed; None where it is not due or another worker has it."""
    run: SourceRun | None = SourceRun.objects.filter(_open(clock.now()), pk=run_id).first()
    return run if run is not None and _claim(run) else None


def _claim(run: SourceRun) -> bool:
    now = clock.now()
    with scope.organisation(run.organisation_id):
        mine = SourceRun.objects.filter(_open(now), pk=run.pk, attempt=run.attempt)
        if not mine.update(
            state=RunState.RUNNING.value,
            lease_until=now + LEASE,
            attempt=F("attempt") + 1,
            started_at=run.started_at or now,
        ):
            return False
        run.refresh_from_db()
        return True


def renew(runs: Collection[SourceRun]) -> None:
    """Say that somebody still works on them."""
    until = clock.now() + LEASE
    with scope.everywhere(_REASON):
        ids = [run.pk for run in runs]
        SourceRun.objects.filter(pk__in=ids, state=RunState.RUNNING.value).update(lease_until=until)


def _open(now: object) -> Q:
    """Waiting and due, or left by a worker that is gone."""
    waiting = Q(state=RunState.WAITING.value, due_at__lte=now)
    return waiting | Q(state=RunState.RUNNING.value, lease_until__lt=now)


def forget_old() -> int:
    """Delete all but the newest runs of each source, of the open scope; how many. A daily job."""
    deleted = 0
    for source in Source.objects.all():
        runs = SourceRun.objects.filter(source=source).order_by("-id")
        kept = runs.values_list("pk", flat=True)[KEPT_RUNS : KEPT_RUNS + 1].first()
        if kept is not None:
            old = SourceRun.objects.filter(source=source, pk__lte=kept).exclude(state__in=OPEN)
            deleted += old.delete()[0]
    return deleted
