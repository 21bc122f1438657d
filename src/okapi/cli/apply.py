"""`okapi apply`: make an organisation what the files of a folder say."""

from __future__ import annotations

import gc
from pathlib import Path

import click

from okapi.cli import framework, migrate


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--org", required=True, metavar="SLUG")
@click.option("--dry-run", is_flag=True)
@click.option("--prune", is_flag=True)
def apply(folder: Path, org: str, dry_run: bool, prune: bool) -> None:
    """Check all files, then write everything they say, or nothing."""
    # A short life with many small objects: collecting at the usual pace costs a tenth of it.
    gc.set_threshold(100_000)
    framework.start()
    migrate.make_if_missing()
    from okapi.exchange import telling
    from okapi.exchange.applying import apply_files
    from okapi.exchange.plan import Plan

    def announce(plan: Plan) -> None:
        for line in telling.lines(plan) if dry_run else telling.removals(plan):
            click.echo(line)

    applied = apply_files(folder, org, dry_run=dry_run, prune=prune, announce=announce)
    for line in telling.summary(applied):
        click.echo(line)
