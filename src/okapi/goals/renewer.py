"""The renewer: after the commit, what lies above a change, and whole batches that are large.

One per organisation works at a time (an advisory lock on PostgreSQL; SQLite has one writer). What
it read from the dirty table is deleted in the transaction that stores the result: a crash loses
nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from threading import Event, Thread
from uuid import UUID

from django.db import close_old_connections, connection, transaction

from okapi.base import clock, outbox, scope
from okapi.base.arrays import Among
from okapi.goals import standings
from okapi.goals.choices import Dirt
from okapi.goals.models import Dirty, KeyResult
from okapi.kpis import renewer as kpi_renewer
from okapi.kpis import standings as kpi_standings
from okapi.orgs import queries as orgs

log = logging.getLogger(__name__)

# So many things are renewed in one transaction: the longest that a writer may have to wait.
BATCH = 500
# After a failure, seconds until the next try.
PAUSE = 5.0


def bring_up_to_date(organisation_id: UUID) -> None:
    """Let an organisation stand as it does today, for commands that may have no server beside them.

    A day that has begun since is turned to, then all is done that a large change left.
    """
    turn(organisation_id, orgs.settings_of(organisation_id).today)
    drain(organisation_id)


def turn(organisation_id: UUID, today: date) -> None:
    """The daily turn of KPIs and goals: what goes stale, falls due, begins or has ended."""
    with scope.organisation(organisation_id):
        kpi_renewer.turn()
        kpi_standings.renew_due(organisation_id, today)
        kpi_standings.leave_unwatched(organisation_id)
        standings.turn(organisation_id, today)


def drain(organisation_id: UUID) -> int:
    """Do everything that is dirty in one organisation; how many rows that were.

    First formulas that a large change left are computed, then key results and objectives of large
    batches are renewed, then support and branches above all that stands otherwise. One event (kind
    "branch", the organisation's id) goes to the outbox when a figure above has moved.
    """
    done = 0
    with scope.organisation(organisation_id):
        done += kpi_renewer.drain(organisation_id)
        today = orgs.settings_of(organisation_id).today
        for step in (_renew_batch, _merge_above):
            while count := step(organisation_id, today):
                done += count
    return done


def _renew_batch(organisation_id: UUID, today: date) -> int:
    kinds = (Dirt.KEY_RESULT, Dirt.OBJECTIVE)
    if not _is_waiting(kinds):
        return 0
    with transaction.atomic():
        standings.lock_renewer(organisation_id)
        rows = _take(kinds, BATCH)
        key_results = [one for _, kind, one in rows if kind == Dirt.KEY_RESULT]
        objectives = {one for _, kind, one in rows if kind == Dirt.OBJECTIVE}
        found = KeyResult.objects.filter(Among("id", key_results)).order_by()
        objectives |= set(found.values_list("objective_id", flat=True))
        told = standings.renew_objectives(objectives, at=clock.now(), today=today)
        if len(told) <= standings.MOST_NEWS:
            outbox.tell(organisation_id, told)
    return len(rows)


def _merge_above(organisation_id: UUID, today: date) -> int:
    kinds = (Dirt.ABOVE, Dirt.TEAMS)
    if not _is_waiting(kinds):
        return 0
    with transaction.atomic():
        standings.lock_renewer(organisation_id)
        rows = _take(kinds)
        ids = {one for _, kind, one in rows if kind == Dirt.ABOVE}
        moved = standings.renew_support(organisation_id, ids, today) if ids else 0
        if any(kind == Dirt.TEAMS for _, kind, _ in rows):
            moved += standings.rebuild(organisation_id, today)
        else:
            moved += standings.merge(organisation_id, ids, today)
        if moved:
            standings.tell_of_branches(organisation_id)
    return len(rows)


def _is_waiting(kinds: Sequence[Dirt]) -> bool:
    """Asked outside a transaction, so that an idle renewer never holds SQLite's only pen."""
    return Dirty.objects.filter(kind__in=[kind.value for kind in kinds]).exists()


def _take(kinds: Sequence[Dirt], most: int | None = None) -> list[tuple[int, str, UUID]]:
    """The next dirty rows (None: all of them), deleted in this transaction."""
    waiting = Dirty.objects.filter(kind__in=[kind.value for kind in kinds]).order_by("id")
    rows = list(waiting.values_list("id", "kind", "object_id")[:most])
    Dirty.objects.filter(Among("id", [row for row, _, _ in rows])).delete()
    return rows


@dataclass(frozen=True, slots=True)
class Running:
    """A renewer's thread."""

    thread: Thread
    ended: Event

    def stop(self) -> None:
        """End the thread after the drain that it is in, and wait for it."""
        self.ended.set()
        standings.woken.set()
        self.thread.join()


def start_thread(*, every: float = 0.2) -> Running:
    """Start this process's renewer: it looks when woken, and every so many seconds."""
    ended = Event()
    thread = Thread(target=_run, args=(every, ended), name="renewer", daemon=True)
    thread.start()
    return Running(thread, ended)


def _run(every: float, ended: Event) -> None:
    try:
        while not ended.is_set():
            standings.woken.wait(every)
            standings.woken.clear()
            if not ended.is_set() and not _drain_all():
                ended.wait(PAUSE)
    finally:
        connection.close()


def _drain_all() -> bool:
    """Drain every organisation that has something dirty; False after a failure."""
    try:
        close_old_connections()
        with scope.everywhere("which organisations the renewer has to do something for"):
            goals = Dirty.objects.order_by().values_list("organisation_id", flat=True).distinct()
            waiting = dict.fromkeys([*kpi_renewer.waiting(), *goals])
        for organisation_id in waiting:
            drain(organisation_id)
    except Exception:
        log.exception("The renewer failed and will try again.")
        connection.close()
        return False
    return True
