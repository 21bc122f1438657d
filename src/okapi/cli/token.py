"""`okapi token`: keys by which other programs act for a person."""

from __future__ import annotations

import click

from okapi.cli import framework


@click.group()
def token() -> None:
    """Make and revoke tokens."""


@token.command()
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", required=True, metavar="EMAIL")
@click.option("--name", default="", metavar="TEXT")
def create(org: str, person: str, name: str) -> None:
    """Print a new token of a person, alone on its line: it is shown this once."""
    framework.start()
    from okapi.base import actor as actors
    from okapi.base import scope
    from okapi.base.actor import Door
    from okapi.orgs import access, queries
    from okapi.orgs.actions import tokens

    organisation = queries.settings_by_slug(org)
    system = actors.system(organisation.organisation_id, Door.COMMAND)
    with scope.organisation(organisation.organisation_id):
        owner = access.person_by_email(system, person)
        click.echo(tokens.create(system, owner, name=name))


@token.command("list")
@click.option("--org", required=True, metavar="SLUG")
def list_(org: str) -> None:
    """Show whose tokens there are, how they begin, and whether they still open anything."""
    framework.start()
    from okapi.base import actor as actors
    from okapi.base import scope
    from okapi.base.actor import Door
    from okapi.orgs import access, queries

    organisation = queries.settings_by_slug(org)
    system = actors.system(organisation.organisation_id, Door.COMMAND)
    with scope.organisation(organisation.organisation_id):
        for row in (
            access.visible_tokens(system).select_related("person").order_by("created_at", "id")
        ):
            state = "-" if row.revoked_at is None else row.revoked_at.date().isoformat()
            click.echo(f"{row.start}…\t{row.person.email}\t{row.name}\t{state}")


@token.command()
@click.argument("start", metavar="START")
@click.option("--org", required=True, metavar="SLUG")
def revoke(start: str, org: str) -> None:
    """Let the token that begins with START no longer open anything."""
    framework.start()
    from okapi.base import actor as actors
    from okapi.base import scope
    from okapi.base.actor import Door
    from okapi.core.errors import Refused
    from okapi.orgs import access, queries
    from okapi.orgs.actions import tokens

    organisation = queries.settings_by_slug(org)
    system = actors.system(organisation.organisation_id, Door.COMMAND)
    with scope.organisation(organisation.organisation_id):
        found = list(access.visible_tokens(system).filter(start=start.rstrip("…")))
        if len(found) != 1:
            raise Refused("token.which", found=start, n=len(found))
        tokens.revoke(system, found[0])
