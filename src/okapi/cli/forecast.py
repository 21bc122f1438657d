"""`okapi forecast`: fit the forecasts that are due, then end. Started by `okapi tick`.

A process of its own, since the library that fits takes 200 MB, which neither the server nor the
ticker should hold.
"""

from __future__ import annotations

import click

from okapi.cli import children, framework

# After so many rounds what is still due waits for the next start.
ROUNDS = 1_000


@click.command()
def forecast() -> None:
    """Forecast what is due in all organisations; then look back at KPIs that came with a past."""
    children.end_with_parent()
    framework.start()
    from okapi.goals.queries import moved
    from okapi.kpis import standings
    from okapi.orgs import queries

    organisations = list(queries.all_organisations("the forecasts of each"))
    for organisation in organisations:
        own, today = organisation.organisation_id, organisation.today
        slices = moved.moved_slices(own)
        for _ in range(ROUNDS):
            if not standings.renew_forecasts(own, slices, today):
                break
    # What lies ahead comes first; how good it would have been can wait.
    for organisation in organisations:
        own = organisation.organisation_id
        standings.look_back(own, moved.moved_slices(own), organisation.today)
