"""The worker of sources: plans become runs, runs are claimed and carried out, a few at a time."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from uuid import UUID

from django.db import connections

from okapi.base import scope
from okapi.exchange.models import SourceRun
from okapi.exchange.sources import due, running

AT_ONCE = 4
_RENEW_SECONDS = 20.0


def work(stopping: threading.Event | None = None) -> int:
    """Carry out everything that is due now, and what falls due meanwhile; how many runs."""
    done = 0
    under_way: dict[Future[None], SourceRun] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="source") as pool:
        while stopping is None or not stopping.is_set():
            due.plan()
            for run in due.claim(AT_ONCE - len(under_way)):
                under_way[pool.submit(_carry_out, run)] = run
            if not under_way:
                break
            ended, _ = wait(under_way, timeout=_RENEW_SECONDS, return_when="FIRST_COMPLETED")
            for future in ended:
                del under_way[future]
                future.result()
                done += 1
            due.renew(under_way.values())
    return done


def _carry_out(run: SourceRun) -> None:
    try:
        with scope.organisation(run.organisation_id):
            running.carry_out(run)
    finally:
        connections.close_all()  # this thread's own


def work_run(run_id: UUID) -> bool:
    """Carry out this one in the caller's thread and scope, if it can be claimed."""
    claimed = due.claim_one(run_id)
    if claimed is not None:
        running.carry_out(claimed)
    return claimed is not None
