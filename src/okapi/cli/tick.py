"""`okapi tick`: what the calendar moves. A child of `okapi serve`; alone where that is scaled out.

Every minute: organisations in which a new day has begun get their daily turn (what goes stale,
falls due or begins), intakes that were killed go on, forecasts that are due are fitted by a process
of their own, and what nobody asks for any more is deleted. Every few seconds: sources that are due
are read, and webhooks told, by processes of their own.
"""

from __future__ import annotations

import signal
import threading
from datetime import date, timedelta
from uuid import UUID

import click

from okapi.cli import children, framework

EVERY_SECONDS = 60.0
LOOK_SECONDS = 4.0
"""Between two looks for sources that are due: somebody may wait for one."""
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
    turned: dict[UUID, date] = {}
    with (
        children.Errand("forecasts", ("-m", "okapi", "forecast")) as forecasts,
        children.Errand("sources", ("-m", "okapi", "source", "work")) as sources,
        children.Errand("webhooks", ("-m", "okapi", "webhook", "work")) as webhooks,
    ):
        while True:
            if turn(turned):
                forecasts.run()
            if once:
                _look(sources, webhooks)
                for errand in (sources, webhooks, forecasts):
                    errand.wait()
                return
            for _ in range(int(EVERY_SECONDS / LOOK_SECONDS)):
                _look(sources, webhooks)
                if stopping.wait(LOOK_SECONDS):
                    return


def _look(sources: children.Errand, webhooks: children.Errand) -> None:
    """Let the sources that are due be read, and webhooks be told."""
    from okapi.exchange.sources import due
    from okapi.webhooks import sending

    if due.is_due():
        sources.run()
    if sending.is_due():
        webhooks.run()


def turn(turned: dict[UUID, date]) -> bool:
    """One round; `turned` remembers which day of which organisation is done.

    Answers with whether forecasts may be due: values changed, or a day has begun.
    """
    from okapi.base import clock, idempotency, outbox, scope
    from okapi.exchange import uploads
    from okapi.exchange.sources import due as due_sources
    from okapi.goals import standings as goal_standings
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
        with scope.organisation(organisation.organisation_id):
            kpi_standings.renew_due(organisation.organisation_id, today)
            goal_standings.turn(organisation.organisation_id, today)
            idempotency.forget_old()
            due_sources.forget_old()
            sending.forget_old()
        turned[organisation.organisation_id] = today
    uploads.forget_old()
    outbox.forget_before(clock.now() - LETTERS_KEPT)
    return is_due
