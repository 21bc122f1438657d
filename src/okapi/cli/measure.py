"""`okapi measure`: take a file of measurements in, or take an intake back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from okapi.cli import framework
from okapi.core.errors import Refusals, Refused
from okapi.wording import say

if TYPE_CHECKING:
    from okapi.exchange.tables import Cell, Note, Preview

_SHOWN = 40  # cells of a dry run


@click.command()
@click.argument(
    "file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
@click.option("--source", default="", metavar="TEXT")
@click.option("--sheet", default="", metavar="NAME")
@click.option("--dry-run", is_flag=True)
def measure(file: Path, org: str, person: str, source: str, sheet: str, dry_run: bool) -> None:
    """Read CSV, XLSX or JSON Lines in any of the three forms; a plain long CSV the quick way."""
    framework.start()
    from okapi.base import scope
    from okapi.exchange import measurement_files
    from okapi.exchange.tables import ColumnMapping
    from okapi.goals import renewer
    from okapi.kpis import ingest

    actor = framework.actor(org, person)
    mapping = ColumnMapping(sheet=sheet) if sheet else None
    if not dry_run:
        ingest.resume_intakes()  # what was killed came first: its values must not supersede these
    with scope.organisation(actor.organisation_id):
        if dry_run:
            _show(measurement_files.look(actor, file, mapping=mapping))
            return
        result = measurement_files.take(actor, file, mapping=mapping, source=source)
    renewer.drain(actor.organisation_id)  # no server may run
    click.echo(
        say(
            "measure.done",
            received=result.received,
            new=result.new,
            revised=result.revised,
            unchanged=result.unchanged,
            intake=str(result.uid),
            org=org,
        )
    )


def _show(preview: Preview) -> None:
    """How the file is read: the form and why, the first cells, all of it in numbers."""
    for note in preview.notes:
        click.echo(_told(note))
    for layout in preview.layouts:
        for note in layout.reasons:
            click.echo(_told(note))
    cells = [cell for row in preview.rows for cell in row.cells if cell.measured is not None]
    for cell in cells[:_SHOWN]:
        click.echo(_line(cell))
    counts = preview.counts
    click.echo(
        say(
            "measure.dry_run",
            read=counts.read,
            nothing=counts.nothing,
            repeated=counts.repeated,
            refused=counts.refused,
            left_out=counts.totals + counts.remarks,
        )
    )
    if preview.refusals:
        raise Refusals(preview.refusals)


def _line(cell: Cell) -> str:
    """`B5  1.2  →  revenue, 2025-01: 12000 (…)`."""
    read = cell.measured
    if read is None:
        return ""
    parts = ", ".join(f"{name}={value}" for name, value in read.slice)
    what = ", ".join(text for text in (read.kpi, read.period.label, parts) if text)
    value = f"{read.numerator}/{read.denominator}" if read.value is None else f"{read.value:f}"
    told = "; ".join(_told(note) for note in cell.notes)
    return f"  {cell.spot.a1}  {cell.found}  →  {what}: {value}" + (f"  ({told})" if told else "")


def _told(note: Note) -> str:
    return say(note.code, **note.told)


@click.command()
@click.argument("intake", metavar="INTAKE")
@click.option("--org", required=True, metavar="SLUG")
@click.option("--person", default="", metavar="EMAIL")
def undo(intake: str, org: str, person: str) -> None:
    """Take back all that an intake brought, or a file of goals."""
    framework.start()
    from okapi.base import scope
    from okapi.exchange.goal_files import imports
    from okapi.goals import renewer
    from okapi.kpis import actions

    actor, uid = framework.actor(org, person), _uid(intake)
    with scope.organisation(actor.organisation_id):
        if imports.is_one(actor, uid):
            taken = imports.undo(actor, uid)
            click.echo(say("goalfile.undo_done", done=taken.done, kept=len(taken.kept)))
            return
        result = actions.undo_intake(actor, uid)
    renewer.drain(actor.organisation_id)
    click.echo(say("undo.done", removed=result.removed, restored=result.restored, kept=result.kept))


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Refused("undo.no_intake", found=text) from wrong
