"""`okapi migrate`: bring the database up to date."""

from __future__ import annotations

import click

from okapi.cli import first_tables, framework
from okapi.wording import say


def pending() -> list[str]:
    """The migrations that the database lacks, `app.name`, in their order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date() -> list[str]:
    """Make the database if there is none and apply what it lacks; the migrations applied."""
    from django.conf import settings
    from django.core.management import call_command

    from okapi.base import schema

    schema.refuse_newer()
    settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    applied = pending()
    if applied:
        call_command("migrate", verbosity=0, interactive=False)
    return applied


def make_if_missing() -> None:
    """Make the database where there is none yet; one that is there is left as it is.

    Raises:
        Refused: `serve.database_newer`.
    """
    from django.conf import settings
    from django.db import connection

    from okapi.base import schema

    settings.HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not connection.introspection.table_names():
        first_tables.make()
    else:
        schema.refuse_newer()


@click.command()
def migrate() -> None:
    """Apply what is missing and say what it was."""
    framework.start()
    applied = bring_up_to_date()
    for name in applied:
        click.echo(name)
    click.echo(say("migrate.done", n=len(applied)) if applied else say("migrate.nothing"))
