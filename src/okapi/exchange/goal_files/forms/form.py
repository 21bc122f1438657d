"""What a form of a file is: the words in its header, and what its rows mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from okapi.exchange.goal_files.columns import Thing
from okapi.exchange.tables.cells import folded


class Shape(StrEnum):
    """How goals stand in rows."""

    TYPED = "typed"  # one thing a row; a column says what it is, or it is an objective
    REPEATED = "repeated"  # a key result a row, its objective repeated beside it


@dataclass(frozen=True)
class Form:
    """One form, told by its header.

    Attributes:
        name: its name, as on the command line.
        headers: for each of our columns the words for it, `|` between them. Columns of a key result
            in a row that repeats its objective begin with `kr.`; `parent` names one above by title
            or id, `first` and `last` are days that tell the cycle.
        marks: the columns without which a file is not of this form.
        things: what its words for kinds of rows mean; other words are objectives.
        beside: columns that, to the right of the key result's title, say it of the key result.
        done_or_not: words for rows that are done or not: tasks, projects.
        lost: words in its header that are known and not carried over, with the phrase that says
            why.
        shape: how goals stand in rows.
        prefix: put before its ids, so that they are ours and do not meet other keys.
        is_own: written by Okapi. Then an empty cell empties the field; elsewhere it says nothing.
    """

    name: str
    headers: Mapping[str, str]
    marks: frozenset[str]
    things: Mapping[str, Thing] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    done_or_not: str = ""
    lost: Mapping[str, str] = field(default_factory=dict)
    shape: Shape = Shape.TYPED
    prefix: str = ""
    is_own: bool = False

    @cached_property
    def _columns(self) -> dict[str, str]:
        return {
            folded(word): column
            for column, words in self.headers.items()
            for word in words.split("|")
        }

    @cached_property
    def _lost(self) -> dict[str, str]:
        return {
            folded(word): code for words, code in self.lost.items() for word in words.split("|")
        }

    def columns(self, header: Sequence[str]) -> dict[str, int]:
        """Our columns that stand in a header, each with its place; the first one counts."""
        found: dict[str, int] = {}
        for at, text in enumerate(header):
            column = self._columns.get(folded(text))
            if column is not None and "kr.title" in found:
                column = self.beside.get(column, column)
            if column is not None:
                found.setdefault(column, at)
        return found

    def fits(self, header: Sequence[str]) -> int:
        """How many of its columns stand in a header; 0 where one of its marks is missing."""
        found = self.columns(header)
        return len(found) if self.marks <= set(found) else 0

    def left_out(self, header: Iterable[str]) -> tuple[list[tuple[str, str]], list[str]]:
        """The headers that are not carried over: with the phrase that says why, and unknown."""
        known: list[tuple[str, str]] = []
        unknown: list[str] = []
        for text in header:
            word = folded(text)
            if word in self._lost:
                known.append((text.strip(), self._lost[word]))
            elif word and word not in self._columns:
                unknown.append(text.strip())
        return known, unknown

    def thing_of(self, text: str) -> Thing:
        """What a row is, by its word for it."""
        return self._things.get(folded(text), Thing.OBJECTIVE)

    @cached_property
    def _things(self) -> dict[str, Thing]:
        return {
            folded(word): thing for words, thing in self.things.items() for word in words.split("|")
        }

    def is_done_or_not(self, text: str) -> bool:
        """Whether a row's word for what it is means something that is done or not."""
        return folded(text) in {folded(word) for word in self.done_or_not.split("|") if word}
