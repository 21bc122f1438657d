"""`okapi export`: write an organisation as files."""

from __future__ import annotations

from pathlib import Path

import click

from okapi.cli import framework
from okapi.wording import say


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--org", required=True, metavar="SLUG")
@click.option("--replace", is_flag=True)
def export(folder: Path, org: str, replace: bool) -> None:
    """Write the files of an organisation, and standings.csv beside them."""
    framework.start()
    from okapi.exchange.exporting import export_files

    count = export_files(folder, org, replace=replace)
    click.echo(say("export.done", n=count, folder=str(folder)))
