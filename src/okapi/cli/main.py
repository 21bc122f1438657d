"""The command `okapi`: finds the sub-command, speaks the reader's language, maps every refusal."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

import click

from okapi import __version__
from okapi.base.frames import roomy
from okapi.core.errors import OkapiError
from okapi.wording import has, refusal_lines, say, speaking

# Where each command is; imported when it is called, so that `okapi apply` does not pay for `serve`.
COMMANDS = {
    "apply": "okapi.cli.apply:apply",
    "demo": "okapi.cli.demo:demo",
    "doctor": "okapi.cli.doctor:doctor",
    "export": "okapi.cli.export:export",
    "file": "okapi.cli.file:file",
    "forecast": "okapi.cli.forecast:forecast",
    "goals": "okapi.cli.goals:goals",
    "measure": "okapi.cli.measure:measure",
    "migrate": "okapi.cli.migrate:migrate",
    "password": "okapi.cli.password:password",
    "serve": "okapi.cli.serve:serve",
    "source": "okapi.cli.source:source",
    "tick": "okapi.cli.tick:tick",
    "token": "okapi.cli.token:token",
    "undo": "okapi.cli.measure:undo",
    "version": "okapi.cli.main:version",
    "webhook": "okapi.cli.webhook:webhook",
}

REFUSED = 2
"""Exit status when the input, the installation or the organisation forbids what was asked."""
INTERRUPTED = 130

# What the machine forbids: no room, no right, read-only.
_OF_THE_SYSTEM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
_OF_THE_FILE = (
    "SQLITE_CANTOPEN", "SQLITE_CORRUPT", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_NOTADB",
    "SQLITE_PERM", "SQLITE_READONLY",
)  # fmt: skip


class Commands(click.Group):
    """A group that imports a command when it is needed; its help comes from the phrases."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of this name, with its help in the reader's language."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        _translate(command, f"cli.{cmd_name}")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line for each command, without importing any."""
        with formatter.section(say("cli.commands")):
            formatter.write_dl(
                [(name, say(f"cli.{name}")) for name in self.list_commands(ctx)], col_max=20
            )


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="okapi %(version)s")
def okapi() -> None:
    """Join OKR and KPI; the help itself is a phrase."""


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"okapi {__version__}")


@roomy
def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit: 0 done, 2 refused (with one line for each reason), 1 a bug."""
    with speaking(_language()):
        _translate(okapi, "cli")
        sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        status = okapi.main(arguments, prog_name="okapi", standalone_mode=False)
    except click.exceptions.Exit as left:
        return left.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        return INTERRUPTED
    except OkapiError as error:
        for line in refusal_lines(error):
            click.echo(line, err=True)
        return REFUSED
    except Exception as error:
        if (reason := _of_the_installation(error)) is None:
            raise
        click.echo(reason, err=True)
        return REFUSED
    return status if isinstance(status, int) else 0


def _of_the_installation(error: Exception) -> str | None:
    """What the installation lacks, if that is the cause; None of a bug.

    Django is not imported for commands without it.
    """
    exceptions, db = (sys.modules.get(f"django.{name}") for name in ("core.exceptions", "db"))
    if exceptions is not None and isinstance(error, exceptions.ImproperlyConfigured):
        return f"okapi: {error}"
    if isinstance(error, OSError) and error.errno in _OF_THE_SYSTEM:
        code = "cli.system_refuses_file" if error.filename else "cli.system_refuses"
        return say(code, file=str(error.filename), why=error.strerror or "")
    return (
        None if db is None or not isinstance(error, db.DatabaseError) else _of_the_database(error)
    )


def _of_the_database(error: Exception) -> str | None:
    """The database lacks a table or a column, is not to be had, or is no longer whole.

    What SQLite says of a file has a name of its own; that of a wrong statement is SQLITE_ERROR.
    """
    from django import db
    from django.conf import settings

    from okapi.base.busy import is_busy
    from okapi.cli import migrate

    if is_busy(error):
        return say("cli.database_busy", file=settings.DATABASES["default"]["NAME"])
    why = str(error).strip()
    name = getattr(error.__cause__, "sqlite_errorname", "SQLITE_ERROR")
    if name.startswith(_OF_THE_FILE):
        return say("cli.database_file", file=settings.DATABASES["default"]["NAME"], why=why)
    if not isinstance(error, (db.OperationalError, db.ProgrammingError)):
        return None
    try:
        missing = len(migrate.pending())
    except db.Error:
        return say("cli.database_unreachable", why=why)
    return say("serve.migrations_missing", n=missing) if missing else None


def _language() -> str:
    """OKAPI_LANGUAGE, else that of the terminal, else English."""
    wanted = os.environ.get("OKAPI_LANGUAGE") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    return "zh" if (wanted or "").lower().startswith("zh") else "en"


def _translate(command: click.Command, code: str) -> None:
    """Give a command, its options and its sub-commands their help from the phrases below `code`."""
    command.help = say("cli.okapi" if command is okapi else code)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and has(f"{code}.{parameter.name}"):
            parameter.help = say(f"{code}.{parameter.name}")
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            _translate(child, f"{code}.{name}")
