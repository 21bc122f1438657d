"""What a file of goals would do, in words: for the page and the command line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.imports import Looked
from okapi.exchange.goal_files.known import Known
from okapi.exchange.goal_files.plan import Does, Item
from okapi.exchange.goal_files.values import show
from okapi.wording import listing, say

_LONGEST = 160
_MOST_HEADERS = 20
_MOST_NAMES = 10


def title_of(known: Known, item: Item) -> str:
    """What people call the thing of a row."""
    title = item.values.get("title") or show(known, "kpi", item.values.get("kpi", ""))
    return _short(title)


def title_there(entry: Entry) -> str:
    """What a row calls the thing that is there already."""
    return _short(entry.text("title") or entry.text("kpi"))


def changes_of(known: Known, item: Item) -> Iterator[str]:
    """Each field that differs, before and after."""
    for name, (before, after) in item.fields.items():
        if name == "title" and item.does is Does.ADD:
            continue
        field = say(f"goalfile.column.{name}")
        old, new = (_short(show(known, name, text)) for text in (before, after))
        if item.does is Does.ADD:
            yield say("goalfile.field_new", field=field, after=_rows(new))
        else:
            told = {"before": old or "—", "after": _rows(new) or "—"}
            yield say("goalfile.field", field=field, **told)


def notes_of(looked: Looked) -> Iterator[str]:
    """How the file was read, and what is not carried over."""
    yield say("goalfile.read_as", form=say(f"goalfile.form.{looked.found.form.name}"))
    for code, n in looked.settled.notes.items():
        if n:
            yield say(code, n=n)
    for code, titles in looked.settled.named.items():
        yield say(code, n=len(titles), names=_some(titles))
    if looked.plan.there:
        yield say("goalfile.note.there", n=len(looked.plan.there))
    by_reason: dict[str, list[str]] = {}
    for header, code in looked.found.lost:
        by_reason.setdefault(code, []).append(header)
    for code, headers in by_reason.items():
        yield say("goalfile.note.lost", columns=listing(headers), why=say(code))
    if looked.found.unknown:
        columns = listing(looked.found.unknown[:_MOST_HEADERS])
        yield say("goalfile.note.unknown", columns=columns)


def _some(titles: Sequence[str]) -> str:
    """The first titles, and how many there are beyond."""
    first = [_short(title) for title in titles[:_MOST_NAMES]]
    if len(titles) > _MOST_NAMES:
        first.append(say("goalfile.more", n=len(titles) - _MOST_NAMES))
    return listing(first)


def _rows(text: str) -> str:
    """What another row of the file is called."""
    return text.replace("row:line ", "row:").replace("row:", f"{say('goalfile.column.row')} ")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
