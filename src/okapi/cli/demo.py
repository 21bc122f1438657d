"""`okapi demo`: two example organisations whose data go on from day to day, served."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from okapi.cli import framework, serve
from okapi.wording import say

if TYPE_CHECKING:
    from okapi.exchange.demo.preparing import Prepared


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(host: str, port: int) -> None:
    """Prepare the demo, print who can sign in, and serve until stopped."""
    began = monotonic()
    os.environ["OKAPI_DEMO"] = "1"
    listener = serve.bind(host, port)
    prepared = ready()
    _tell("demo.ready", seconds=round(monotonic() - began, 1))
    url = serve.address(host, port)
    serve.run(listener, ready=lambda: welcome(prepared, url))


def ready() -> Prepared:
    """Bring the database, the static files, the examples and their data up to date."""
    from django.conf import settings

    framework.start()
    _tell("demo.migrating", home=str(settings.HOME))
    serve.prepare(with_migrate=True)
    from okapi.exchange.demo.preparing import prepare

    prepared = prepare(_tell)
    if prepared.is_over:
        _tell("demo.over", home=str(settings.HOME))
    return prepared


def welcome(prepared: Prepared, url: str) -> None:
    """Print the address and the sign-ins."""
    from okapi.exchange.demo.people import PASSWORD

    click.echo()
    for house in prepared.houses:
        names = dict.fromkeys([house.settings.name, house.settings.name_other])
        click.echo("  " + " · ".join(filter(None, names)))
        for door in house.doors:
            name = " ".join(filter(None, [door.name, door.name_other]))
            role = say(f"demo.role.{door.visitor.role}")
            click.echo(f"    {door.visitor.email:28}  {name}: {role}")
    click.echo()
    _tell("demo.sign_in", password=PASSWORD)
    click.secho(say("demo.address", url=url), bold=True)


def _tell(code: str, /, **data: Any) -> None:
    click.echo(say(code, **data))
