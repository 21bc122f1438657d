"""`okapi password`: let a person sign in, or give them a new password."""

from __future__ import annotations

import sys

import click

from okapi.cli import framework
from okapi.wording import say


@click.command()
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", required=True, metavar="EMAIL")
def password(org: str, person: str) -> None:
    """Set the password that is typed twice, or that stands alone on a line of standard input."""
    framework.start()
    from okapi.base import scope
    from okapi.orgs import access
    from okapi.orgs.actions import people

    system = framework.actor(org)
    with scope.organisation(system.organisation_id):
        found = access.person_by_email(system, person)
        people.set_password(system, found, _typed())
    click.echo(say("password.done", person=found.email))


def _typed() -> str:
    """Never an argument: those stand in the shell's history and in the list of processes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(
        say("password.ask"), hide_input=True, confirmation_prompt=say("password.again")
    )
    return typed
