"""`okapi webhook`: send what is due to other programs."""

from __future__ import annotations

import click

from okapi.cli import children, framework


@click.group()
def webhook() -> None:
    """Webhooks."""


@webhook.command()
def work() -> None:
    """Send what is due in all organisations, then end. Started by `okapi tick`."""
    children.end_with_parent()
    framework.start()
    from okapi.webhooks import sending

    sending.work()
