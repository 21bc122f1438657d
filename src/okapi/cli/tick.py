"""`okapi tick`: what the calendar moves. A child of `okapi serve`; alone where that is scaled out.

Every minute: organisations in which a new day has begun get their daily turn (what goes stale,
falls due or begins), intakes that were killed go on, forecasts that are due are fitted by a process
of their own, and what nobody asks for any more is deleted. Every few seconds: sources that are due
are read, webhooks told, and large files worked on, by processes of their own, and KPIs whose values
changed are looked at for signals.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import click

from okapi.cli import children, framework

if TYPE_CHECKING:
    from okapi.kpis.standings import Postponed

log = logging.getLogger(__name__)

EVERY_SECONDS = 60.0
LOOK_SECONDS = 4.0
"""Between two looks for sources that are due, and for signals: somebody may wait for one."""
LETTERS_KEPT = timedelta(days=7)
"""A stream that was away for longer fetches everything anew."""


@click.command()
@click.option("--once", is_flag=True)
def tick(*, once: bool) -> None:
    """Turn until stopped, or once."""
    children.end_with_parent()
    framework.start()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    from okapi.kpis.standings import Postponed

    turned: dict[UUID, date] = {}
    postponed = Postponed()
    with (
        children.Errand("forecasts", ("-m", "okapi", "forecast")) as forecasts,
        children.Errand("sources", ("-m", "okapi", "source", "work")) as sources,
        children.Errand("webhooks", ("-m", "okapi", "webhook", "work")) as webhooks,
        children.Errand("files", ("-m", "okapi", "file", "work")) as files,
    ):
        while True:
            if turn(turned):
                forecasts.run()
            if once:
                look_for_signals(lambda: False)
                _look(sources, webhooks, files)
                for errand in (sources, webhooks, files, forecasts):
                    errand.wait()
                return
            for _ in range(int(EVERY_SECONDS / LOOK_SECONDS)):
                look_for_signals(stopping.is_set, postponed)
                _look(sources, webhooks, files)
                if stopping.wait(LOOK_SECONDS):
                    return


def _look(sources: children.Errand, webhooks: children.Errand, files: children.Errand) -> None:
    """Let the sources that are due be read, webhooks be told, and large files be worked on."""
    from okapi.exchange.file_jobs import worker
    from okapi.exchange.sources import due
    from okapi.webhooks import sending

    if due.is_due():
        sources.run()
    if sending.is_due():
        webhooks.run()
    if worker.is_due():
        files.run()


def turn(turned: dict[UUID, date]) -> bool:
    """One round; `turned` remembers which day of which organisation is done.

    Answers with whether forecasts may be due: values changed, or a day has begun.
    """
    from okapi.base import clock, idempotency, outbox, scope
    from okapi.exchange import uploads
    from okapi.exchange.sources import due as due_sources
    from okapi.goals import renewer
    from okapi.kpis import ingest
    from okapi.kpis import standings as kpi_standings
    from okapi.orgs import queries
    from okapi.webhooks import sending

    ingest.resume_intakes()
    is_due = False
    for organisation in queries.all_organisations("the daily turn of each"):
        today = organisation.today
        if turned.get(organisation.organisation_id) == today:
            is_due = is_due or kpi_standings.has_forecasts_due(organisation.organisation_id)
            continue
        is_due = True
        renewer.turn(organisation.organisation_id, today)
        with scope.organisation(organisation.organisation_id):
            idempotency.forget_old()
            due_sources.forget_old()
            sending.forget_old()
        turned[organisation.organisation_id] = today
    uploads.forget_old()
    outbox.forget_before(clock.now() - LETTERS_KEPT)
    return is_due


def look_for_signals(is_stopping: Callable[[], bool], postponed: Postponed | None = None) -> None:
    """Look at the KPIs whose values changed, until none is left or the ticker stops.

    Organisations take turns, so that a large import does not keep the others waiting; nor does a
    KPI that fails: it is `postponed`.
    """
    from okapi.goals.queries import moved
    from okapi.kpis import standings
    from okapi.orgs import queries

    postponed = standings.Postponed() if postponed is None else postponed
    try:
        while (waiting := standings.watched_organisations(postponed)) and not is_stopping():
            for organisation_id in waiting:
                today = queries.settings_of(organisation_id).today
                slices = moved.moved_slices(organisation_id)
                standings.renew_signals(organisation_id, slices, today, postponed)
    except Exception:
        # What else the calendar moves must not wait for it.
        log.exception("Looking for signals failed and will be tried again.")
