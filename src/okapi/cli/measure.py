"""`okapi measure`: take a file of measurements in, or take an intake back."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import click

from okapi.cli import framework
from okapi.core.errors import Refused
from okapi.wording import say


@click.command()
@click.argument(
    "file", metavar="FILE.csv", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
@click.option("--source", default="", metavar="TEXT")
def measure(file: Path, org: str, person: str, source: str) -> None:
    """Read a CSV in long form: kpi, period, value, dimensions, note."""
    framework.start()
    from okapi.base import scope
    from okapi.kpis import actions, ingest

    actor = framework.actor(org, person)
    with scope.organisation(actor.organisation_id):
        result = actions.record_measurements(actor, ingest.from_csv(file), source=source)
    click.echo(
        say(
            "measure.done",
            received=result.received,
            new=result.new,
            revised=result.revised,
            unchanged=result.unchanged,
            intake=str(result.uid),
            org=org,
        )
    )


@click.command()
@click.argument("intake", metavar="INTAKE")
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
def undo(intake: str, org: str, person: str) -> None:
    """Take back all that an intake brought; what it had superseded stands again."""
    framework.start()
    from okapi.base import scope
    from okapi.kpis import actions

    actor = framework.actor(org, person)
    with scope.organisation(actor.organisation_id):
        result = actions.undo_intake(actor, _uid(intake))
    click.echo(say("undo.done", removed=result.removed, restored=result.restored, kept=result.kept))


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Refused("undo.no_intake", found=text) from wrong
