"""What a file would do to the goals, as the page shows it: field by field, before and after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okapi.base.actor import Actor
from okapi.base.changes import TakenBack
from okapi.core.errors import OkapiError
from okapi.exchange.goal_files import imports
from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.forms import FORMS
from okapi.exchange.goal_files.imports import AGAIN, ImportRow, Looked
from okapi.exchange.goal_files.plan import Clashing, Does, Item
from okapi.exchange.goal_files.settling import NOBODY
from okapi.exchange.goal_files.telling import changes_of, notes_of, title_of, title_there
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.overview import choices
from okapi.orgs.choices import CycleState
from okapi.web.components import Cell, Choice, Column, DataTable, Field
from okapi.wording import listing, moment, number, refusal_sentence, say

MOST_LINES = 300
_MOST_WRONG = 100
_COUNTS = ("added", "changed", "archived", "unchanged")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refusal with its place in the file."""

    place: str
    text: str


def fields(who: Asking, options: Mapping[str, str]) -> list[Field]:
    """What may be said of a file."""
    offered = choices(who)
    open_cycles = [one for one in offered.cycles if one.state is not CycleState.CLOSED]
    return [
        _select(
            "form", options, say("goalfile.form_found"),
            [(form.name, say(f"goalfile.form.{form.name}")) for form in FORMS],
        ),
        _select("cycle", options, say("goalfile.none_chosen"),
                [(one.key, one.title) for one in open_cycles]),
        _select("team", options, say("goalfile.none_chosen"),
                [(team.key, team.name) for team in offered.teams]),
        _select(
            "clashing", options, say("goalfile.clashing.stop"),
            [(one.value, say(f"goalfile.clashing.{one.value}")) for one in Clashing
             if one is not Clashing.STOP],
        ),
        _select(
            "owner", options, say("goalfile.owner.stop"),
            [(NOBODY, say("goalfile.owner.none"))],
        ),
        _select("again", options, say("goalfile.again.leave"),
                [(AGAIN, say("goalfile.again.add"))]),
        Field(
            "reason", say("goalfile.option.reason"), value=options.get("reason", ""),
            kind="textarea", rows=2, help=say("goalfile.option.reason_help"),
        ),
    ]  # fmt: skip


def _select(
    name: str, options: Mapping[str, str], none: str, offered: Iterable[tuple[str, str]]
) -> Field:
    now = options.get(name, "")
    chosen = (Choice("", none, not now), *(Choice(v, text, v == now) for v, text in offered))
    return Field(name, say(f"goalfile.option.{name}"), kind="select", choices=chosen)


def looked(found: Looked) -> dict[str, Any]:
    """All that the page says of what a file would do."""
    items = found.plan.items
    parts = [
        (say(f"goalfile.part.{does.value}", n=len(some)), _more(some), _table(found, does, some))
        for does in Does
        if (some := [item for item in items if item.does is does])
    ]
    if there := found.plan.there:
        title = say("goalfile.part.there", n=len(there))
        parts.append((title, _more(there), _table_there(title, there)))
    return {
        "wrong": told(found.errors),
        "facts": counts(found.counts),
        "parts": parts,
        "nothing": not items and not found.errors,
        "can_take": bool(items) and not found.errors,
        "notes": list(notes_of(found)),
    }


def counts(counted: Mapping[str, int]) -> list[tuple[str, str]]:
    """How much is added, changed, archived, and stays."""
    known = [name for name in _COUNTS if name in counted]
    return [(say(f"goalfile.count.{name}"), number(counted[name])) for name in known]


def told(refused: Sequence[OkapiError]) -> list[Wrong]:
    """The first refusals, each with its place, and how many there are beyond."""
    found = [Wrong(_place(one), refusal_sentence(one)) for one in refused[:_MOST_WRONG]]
    if len(refused) > _MOST_WRONG:
        found.append(Wrong("", say("file.more_refusals", n=len(refused) - _MOST_WRONG)))
    return found


def _place(error: OkapiError) -> str:
    sheet, cell, line = (error.data.get(name) for name in ("sheet", "cell", "line"))
    where = str(cell or (say("file.row", n=line) if line else ""))
    return f"{sheet}!{where}" if sheet and where else where


def _more(items: Sequence[object]) -> str:
    more = len(items) - MOST_LINES
    return say("goalfile.more", n=more) if more > 0 else ""


def _table(found: Looked, does: Does, items: Sequence[Item]) -> DataTable:
    columns = (
        Column(say("goalfile.row"), figures=True),
        Column(say("goalfile.what")),
        Column(say("goalfile.changes")),
    )
    rows = [_row(found, item) for item in items[:MOST_LINES]]
    caption = say(f"goalfile.part.{does.value}", n=len(items))
    return DataTable(caption, columns, rows, stacked=True)


def _table_there(title: str, entries: Sequence[Entry]) -> DataTable:
    columns = (Column(say("goalfile.row"), figures=True), Column(say("goalfile.what")))
    rows = [
        [
            Cell(number(entry.line), quiet=True),
            Cell(title_there(entry), note=say("goalfile.there", key=entry.key)),
        ]
        for entry in entries[:MOST_LINES]
    ]
    return DataTable(title, columns, rows, stacked=True)


def _row(found: Looked, item: Item) -> list[Cell]:
    kind = say(f"goalfile.thing.{item.thing.value}")
    note = " · ".join(part for part in (kind, item.key) if part)
    return [
        Cell(number(item.entry.line), quiet=True),
        Cell(title_of(found.known, item), note=note, strong=item.thing is Thing.OBJECTIVE),
        Cell(listing(changes_of(found.known, item))),
    ]


def said_of(row: ImportRow) -> str:
    """Who took a file in, and when."""
    return say("goalfile.by", name=row.person or "—", at=moment(row.at))


def kept(actor: Actor, taken: TakenBack) -> list[Wrong]:
    """What stays as it is although the import was taken back, and why."""
    names = imports.names_of(actor, taken)
    first = [
        Wrong(names.get(record.object_id, ""), refusal_sentence(error))
        for record, error in taken.kept[:_MOST_WRONG]
    ]
    if len(taken.kept) > _MOST_WRONG:
        first.append(Wrong("", say("file.more_refusals", n=len(taken.kept) - _MOST_WRONG)))
    return first
