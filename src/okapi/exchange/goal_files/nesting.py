"""Rows below a key result, for which Okapi has no place there: what becomes of them.

A key result that stands below another one belongs to the same objective. A task below one, or below
another task, is kept in words in the description of the key result; one that belongs to nothing is
left out. Each of them is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from okapi.exchange.goal_files.columns import Act, Thing
from okapi.exchange.goal_files.entries import Entry
from okapi.exchange.goal_files.forms import Form
from okapi.exchange.goal_files.values import one_line
from okapi.wording import say

MOVED, IN_WORDS, LEFT = "goalfile.note.moved", "goalfile.note.tasks", "goalfile.note.tasks_left"
Named = dict[str, list[str]]
"""Titles of rows, by the phrase that says what became of them."""


def flatten(form: Form, entries: Sequence[Entry], named: Named) -> None:
    """Give every key result an objective above it; what became of rows is added to `named`."""
    _Flattener(form, entries, named).all()


def leave_out(entry: Entry, named: Named, why: str = LEFT) -> None:
    """Pass over a row, and name it."""
    entry.act = Act.LEAVE
    named.setdefault(why, []).append(entry.values["title"])


class _Flattener:
    def __init__(self, form: Form, entries: Sequence[Entry], named: Named) -> None:
        self._form = form
        self._entries = entries
        self._rows = {entry.row: entry for entry in entries}
        self._named = named
        self._words: dict[str, list[str]] = defaultdict(list)  # by the row of the key result

    def all(self) -> None:
        """All rows: those below key results, then those that contribute to one of them."""
        lifted = {e.row: top for e in self._entries if (top := self._lifted(e)) is not None}
        absorbed: dict[str, str] = {}
        for entry in self._entries:
            top = lifted.get(entry.row)
            if top is None:
                continue
            if self._is_task(entry):
                self._words[top.row].append(self._told(entry))
                leave_out(entry, self._named, IN_WORDS)
                absorbed[entry.row] = top.row
            else:
                self._named.setdefault(MOVED, []).append(entry.values["title"])
                entry.parent_rows = top.parent_rows
                entry.values.pop("above", None)
                if "above" in top.values:
                    entry.values["above"] = top.values["above"]
        for row, words in self._words.items():
            self._write(self._rows[row], words)
        for entry in self._entries:  # what contributes to a task contributes to what has its words
            rows = (absorbed.get(row, row) for row in entry.parent_rows)
            entry.parent_rows = tuple(dict.fromkeys(rows))

    def _lifted(self, entry: Entry) -> Entry | None:
        """The key result below which a row stands that is right below an objective."""
        seen, top = {entry.row}, entry
        while (above := self._above(top)) is not None and above.row not in seen:
            seen.add(above.row)
            top = above
        return None if top is entry else top

    def _above(self, entry: Entry) -> Entry | None:
        """The key result right above a key result, if one is."""
        if entry.is_broken or entry.thing is not Thing.KEY_RESULT:
            return None
        above = [self._rows[row] for row in entry.parent_rows if row in self._rows]
        return above[0] if len(above) == 1 and above[0].thing is Thing.KEY_RESULT else None

    def _is_task(self, entry: Entry) -> bool:
        return self._form.is_done_or_not(entry.text("thing"))

    def _told(self, entry: Entry) -> str:
        more = [one_line(text) for name in ("owner", "last") if (text := entry.text(name))]
        title = entry.values["title"]
        return f"- {title} ({', '.join(more)})" if more else f"- {title}"

    def _write(self, entry: Entry, words: list[str]) -> None:
        listed = "\n".join([say("goalfile.tasks"), *words])
        entry.values["text"] = "\n\n".join(
            part for part in (entry.values.get("text", ""), listed) if part
        )
