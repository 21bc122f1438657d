"""`okapi file`: the large files that people have brought to a page, worked off."""

from __future__ import annotations

import click

from okapi.cli import children, framework


@click.group()
def file() -> None:
    """Large files."""


@file.command()
def work() -> None:
    """Work on all that wait, in all organisations, then end. Started by `okapi tick`."""
    children.end_with_parent()
    framework.start()
    from okapi.exchange.file_jobs import worker

    worker.work()
