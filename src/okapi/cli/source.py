"""`okapi source`: the sources that bring measurements by themselves, listed, run, worked off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from okapi.cli import children, framework
from okapi.wording import refusal_lines, say

if TYPE_CHECKING:
    from okapi.exchange.sources.queries import SourceLine


@click.group()
def source() -> None:
    """Sources of measurements."""


@source.command("list")
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
def list_(org: str, person: str) -> None:
    """One line each: key, kind, plan, how the newest run ended, when."""
    framework.start()
    from okapi.base import scope
    from okapi.exchange.sources import queries

    actor = framework.actor(org, person)
    with scope.organisation(actor.organisation_id):
        for line in queries.sources(actor):
            click.echo(_told(line))


def _told(line: SourceLine) -> str:
    newest = line.newest
    ended = None if newest is None else newest.ended_at
    parts = (
        line.key,
        line.kind.value,
        line.cron or "-",
        "-" if newest is None else newest.state.value,
        "-" if ended is None else ended.isoformat(timespec="seconds"),
        *([f"paused: {line.paused}"] if line.paused else []),
    )
    return "\t".join(parts)


@source.command()
@click.argument("key", metavar="KEY")
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
def run(key: str, org: str, person: str) -> int:
    """Run one now, in this process, and tell what it read."""
    framework.start()
    from okapi.base import scope
    from okapi.exchange.sources import actions, queries, worker
    from okapi.exchange.sources.kinds import RunState

    actor = framework.actor(org, person)
    with scope.organisation(actor.organisation_id):
        asked = actions.run_now(actor, key)
        worker.work_run(asked.pk)
        done = queries.one_run(actor, key, asked.pk)
    if (refused := queries.refusals_of(done)) is not None:
        for line in refusal_lines(refused):
            click.echo(line, err=True)
    if done.state is RunState.DONE:
        click.echo(
            say(
                "source.done",
                received=done.received,
                new=done.new,
                revised=done.revised,
                unchanged=done.unchanged,
                intake=str(done.intake),
                org=org,
            )
        )
    else:
        click.echo(say(f"run_state.{done.state.value}"))
    return 0 if done.state in (RunState.DONE, RunState.NOTHING) else 2


@source.command()
def work() -> None:
    """Carry out what is due in all organisations, then end. Started by `okapi tick`."""
    children.end_with_parent()
    framework.start()
    from okapi.exchange.sources import worker

    worker.work()
