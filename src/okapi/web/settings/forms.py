"""Forms of the settings: what stands, what was typed, what is wrong, and what others did meanwhile.

A form is drawn from what stands now, and carries along what it began with. When it comes back with
errors it holds what was typed. When somebody else changed the thing meanwhile, what only the other
one changed stands as they made it; what both changed holds what was typed, with a choice beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, TypeAlias

from django.http import QueryDict

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.web import errors
from okapi.web.components import Choice, Contested, Field
from okapi.web.editing.sent import base_of, tidy
from okapi.wording import say

Drawn: TypeAlias = Field | Contested
"""A field, or one that two people changed."""
Told: TypeAlias = Callable[[OkapiError], Mapping[str, str]]
CHANGED = frozenset({"thing.changed_meanwhile", "thing.changed_by"})
_LONGEST = 200_000


@dataclass(frozen=True)
class Sent:
    """The fields of a form as they were sent."""

    query: QueryDict

    def text(self, name: str) -> str:
        """A text, empty where it was not sent; of what both changed, what was chosen."""
        if self.query.get(f"take-{name}") == "theirs" and name in self.base:
            return self.base[name]
        return self.query.get(name, "")[:_LONGEST]

    @cached_property
    def base(self) -> Mapping[str, str]:
        """What the form began with; nothing where it did not say."""
        return base_of(self.query.get("base", "")) or {}

    def long_text(self, name: str) -> str:
        """A text of any length: what limits it are the rows that are read of it."""
        return self.query.get(name, "")

    def texts(self, name: str) -> list[str]:
        """All values of a name."""
        return self.query.getlist(name)

    def flag(self, name: str) -> bool:
        """Whether a box is ticked."""
        return name in self.query

    def whole(self, name: str) -> int:
        """A whole number: `Refused` (`form.number`)."""
        text = self.text(name).strip()
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
            raise Refused("form.number", field=name, found=text[:40])
        return int(text)

    def day(self, name: str) -> date | None:
        """A day, or none: `Refused` (`form.day`)."""
        text = self.text(name).strip()
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Refused("form.day", field=name, found=text[:40]) from None

    @property
    def version(self) -> int | None:
        """The version of the thing that the person saw; None where the form does not say."""
        text = self.query.get("version", "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class Answer:
    """What is wrong with what was sent; empty for a form that is only shown.

    `by` and `at` say who changed the thing meanwhile, and when, as far as that is known.
    """

    sent: Sent | None = None
    by_field: Mapping[str, str] = field(default_factory=dict)
    is_conflict: bool = False
    status: int = 200
    by: str = ""
    at: datetime | None = None

    @classmethod
    def refused(cls, sent: Sent, error: OkapiError, told: Told = errors.by_field) -> Answer:
        """The errors of a refusal, at their fields."""
        is_conflict = isinstance(error, Conflict) and error.code in CHANGED
        by, at = error.data.get("by", ""), error.data.get("at")
        return cls(sent, told(error), is_conflict, errors.status_of(error), by, at)


def tried(sent: Sent, do: Callable[[], object], told: Told = errors.by_field) -> Answer | None:
    """Do it: None when it is done, else what is wrong with what was sent, told by its fields.

    What is not there and what is not theirs to do have pages of their own.
    """
    try:
        do()
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        return Answer.refused(sent, refused, told)
    return None


class Whose(Enum):
    """Who changed a field while the form was open; `UNKNOWN` where it does not say how it began."""

    MINE = 1
    THEIRS = 2
    BOTH = 3
    UNKNOWN = 4


@dataclass(frozen=True, slots=True)
class Form:
    """Rows of fields, what is wrong with none of them, and buttons.

    Written by `settings/form.html`, included so that it has the token against forged requests.

    Attributes:
        rows: fields that stand side by side where there is room.
        version: of the thing as it is now; `drawer`: who drew it, and knows what it begins with.
        cancel: the address that leaves the form; none where the form is a part of its page.
        hidden: further (name, value) pairs that are sent along.
    """

    action: str
    rows: tuple[tuple[Drawn, ...], ...]
    button: str
    answer: Answer
    version: int | None = None
    cancel: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    danger: bool = False
    upload: bool = False
    plain: bool = False
    drawer: Drawer | None = None

    @property
    def base(self) -> str:
        """What the form begins with, as it is sent along."""
        if self.version is None or self.drawer is None:
            return ""
        return json.dumps(self.drawer.base, ensure_ascii=False, separators=(",", ":"))

    @property
    def other(self) -> str:
        """What was refused and belongs to no field that is seen."""
        seen = {one.name for row in self.rows for one in row}
        told = (words for name, words in self.answer.by_field.items() if name not in seen)
        return " ".join(told)


class Drawer:
    """Draws the fields of one form: what stands, or what was typed, with what is wrong."""

    def __init__(self, area: str, stored: Mapping[str, Any], answer: Answer) -> None:
        self._area = area
        self._stored = stored
        self._answer = answer
        self.base: dict[str, str] = {}

    def text(self, name: str, *, kind: str = "text", **more: Any) -> Drawn:
        """A text, or another kind of input; its label is the phrase `<area>.<name>`."""
        value = "" if kind == "password" else self.value(name)  # a secret is never sent back
        return self._field(name, kind=kind, value=value, **more)

    def select(self, name: str, choices: Iterable[tuple[str, str]], **more: Any) -> Drawn:
        """One of several (value, words)."""
        chosen = self.value(name)
        offered = [Choice(value, words, value == chosen) for value, words in choices]
        if chosen and not any(choice.chosen for choice in offered):
            offered.append(Choice(chosen, chosen, chosen=True))
        return self._field(name, kind="select", choices=offered, **more)

    def flag(self, name: str, **more: Any) -> Drawn:
        """A box to tick."""
        sent = self._answer.sent
        if sent is None or self._whose(name, is_flag=True) is Whose.THEIRS:
            checked = bool(self._stored.get(name))
        else:
            checked = sent.flag(name)
        return self._field(name, kind="checkbox", checked=checked, **more)

    def value(self, name: str) -> str:
        """What the input holds."""
        sent = self._answer.sent
        if sent is not None and name in sent.query and self._whose(name) is not Whose.THEIRS:
            return sent.text(name)
        return words_of(self._stored.get(name))

    def _field(self, name: str, *, label: str = "", note: str = "", **more: Any) -> Drawn:
        kind = more.get("kind", "text")
        if kind != "password":
            self.base[name] = words_of(self._stored.get(name))
        whose = self._whose(name, is_flag=kind == "checkbox")
        mine, theirs = self._words(name, more.get("choices", ()))
        by = self._answer.by or say("form.somebody")
        now = {
            Whose.THEIRS: say("form.theirs", by=by),
            Whose.UNKNOWN: say("form.now", value=theirs),
        }
        made = Field(
            name,
            label or say("form.title" if name == "title" else f"{self._area}.{name}"),
            help=f"{now.get(whose, '')} {note}".strip(),
            error=self._answer.by_field.get(name, ""),
            **more,
        )
        if whose is not Whose.BOTH:
            return made
        return Contested(made, name, mine=mine, theirs=theirs, by=by, at=self._answer.at)

    def _whose(self, name: str, *, is_flag: bool = False) -> Whose:
        """Who changed a field, where it stands otherwise than it was sent."""
        sent = self._answer.sent
        is_sent = sent is not None and (is_flag or name in sent.query)
        if not self._answer.is_conflict or sent is None or not is_sent:
            return Whose.MINE
        mine = words_of(sent.flag(name)) if is_flag else tidy(sent.text(name))
        theirs = tidy(words_of(self._stored.get(name)))
        if mine == theirs:
            return Whose.MINE
        if name not in sent.base:
            return Whose.UNKNOWN
        began = tidy(sent.base[name])
        if began == theirs:
            return Whose.MINE
        return Whose.THEIRS if began == mine else Whose.BOTH

    def _words(self, name: str, choices: Sequence[Choice]) -> tuple[str, str]:
        """What was typed and what stands now, as people read them."""
        sent = self._answer.sent
        values = ("" if sent is None else sent.text(name), words_of(self._stored.get(name)))
        known = {one.value: one.text.strip() for one in choices}
        mine, theirs = (known.get(value, value) or "–" for value in values)
        return mine, theirs


def words_of(value: Any) -> str:
    """A stored value as an input holds it."""
    match value:
        case None | False:
            return ""
        case date():
            return value.isoformat()
        case _:
            return str(value)
