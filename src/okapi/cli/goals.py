"""`okapi goals`: take a file of goals in, or write the workbook of a cycle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from okapi.cli import framework
from okapi.core.errors import Refusals
from okapi.wording import say

if TYPE_CHECKING:
    from okapi.exchange.goal_files.imports import Looked

_KINDS = ("okapi", "viva", "quantive", "betterworks", "15five", "burningokr", "sheet")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
@click.option("--form", default="", type=click.Choice(["", *_KINDS]), metavar="FORM")
@click.option("--cycle", default="", metavar="KEY")
@click.option("--team", default="", metavar="KEY")
@click.option(
    "--clashes", "clashing", default="stop", type=click.Choice(["stop", "mine", "theirs"])
)
@click.option("--reason", default="", metavar="TEXT")
@click.option("--owner", default="", metavar="EMAIL|none")
@click.option("--again", is_flag=True)
@click.option("--dry-run", is_flag=True)
@click.option("--write", "writes", is_flag=True)
def goals(
    file: Path,
    org: str,
    person: str,
    *,
    form: str,
    cycle: str,
    team: str,
    clashing: str,
    reason: str,
    owner: str,
    again: bool,
    dry_run: bool,
    writes: bool,
) -> None:
    """Read a workbook or the file of another product; every change is told, line by line."""
    framework.start()
    from okapi.base import scope
    from okapi.exchange.goal_files import imports, workbook
    from okapi.exchange.goal_files.imports import Said
    from okapi.exchange.goal_files.plan import Clashing
    from okapi.exchange.goal_files.settling import Missing

    actor = framework.actor(org, person)
    said = Said(form, Missing(cycle, team, owner), Clashing(clashing), reason, again)
    with scope.organisation(actor.organisation_id):
        if writes:
            file.write_bytes(workbook.of_cycle(actor, cycle))
            click.echo(say("goalfile.written", path=str(file)))
            return
        if not file.is_file():
            raise click.BadParameter(say("goalfile.no_file", path=str(file)))
        if dry_run:
            looked = imports.look(actor, file, name=file.name, said=said)
            _show(looked)
            if looked.errors:
                raise Refusals(looked.errors)
            return
        looked, uid = imports.take(actor, file, name=file.name, said=said)
    click.echo(say("goalfile.done", **_counts(looked), id=str(uid), org=org))


def _counts(looked: Looked) -> dict[str, Any]:
    return dict(looked.counts)


def _show(looked: Looked) -> None:
    """Each change, then all in numbers."""
    for line in _lines(looked):
        click.echo(line)
    click.echo(say("goalfile.would_do", **_counts(looked)))


def _lines(looked: Looked) -> Iterator[str]:
    from okapi.exchange.goal_files.telling import changes_of, notes_of, title_of, title_there

    yield from notes_of(looked)
    for item in looked.plan.items:
        what = say(f"goalfile.thing.{item.thing.value}")
        title, told = title_of(looked.known, item), "; ".join(changes_of(looked.known, item))
        code = f"goalfile.line.{item.does.value}"
        yield say(code, line=item.entry.line, what=what, title=title, changes=told)
    for entry in looked.plan.there:
        what, title = say(f"goalfile.thing.{entry.thing.value}"), title_there(entry)
        yield say("goalfile.line.there", line=entry.line, what=what, title=title, key=entry.key)
