"""Forms of the settings: what stands, what was typed, what is wrong, and what others did meanwhile.

A form is drawn from what stands now. When it comes back with errors it holds what was typed; when
somebody else changed the thing meanwhile, each field that differs says what it says now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from django.http import QueryDict

from okapi.core.errors import Conflict, Forbidden, NotFound, OkapiError, Refused
from okapi.web import errors
from okapi.web.components import Choice, Field
from okapi.wording import say

Told: TypeAlias = Callable[[OkapiError], Mapping[str, str]]
CHANGED = "thing.changed_meanwhile"
_LONGEST = 200_000


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields of a form as they were sent."""

    query: QueryDict

    def text(self, name: str) -> str:
        """A text, empty where it was not sent."""
        return self.query.get(name, "")[:_LONGEST]

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
    """What is wrong with what was sent; empty for a form that is only shown."""

    sent: Sent | None = None
    by_field: Mapping[str, str] = field(default_factory=dict)
    is_conflict: bool = False
    status: int = 200

    @classmethod
    def refused(cls, sent: Sent, error: OkapiError, told: Told = errors.by_field) -> Answer:
        """The errors of a refusal, at their fields."""
        is_conflict = isinstance(error, Conflict) and error.code == CHANGED
        return cls(sent, told(error), is_conflict, errors.status_of(error))


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


@dataclass(frozen=True, slots=True)
class Form:
    """Rows of fields, what is wrong with none of them, and buttons.

    Written by `settings/form.html`, included so that it has the token against forged requests.

    Attributes:
        rows: fields that stand side by side where there is room.
        version: of the thing as it is now.
        cancel: the address that leaves the form; none where the form is a part of its page.
        hidden: further (name, value) pairs that are sent along.
    """

    action: str
    rows: tuple[tuple[Field, ...], ...]
    button: str
    answer: Answer
    version: int | None = None
    cancel: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    danger: bool = False
    upload: bool = False
    plain: bool = False

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

    def text(self, name: str, *, kind: str = "text", **more: Any) -> Field:
        """A text, or another kind of input; its label is the phrase `<area>.<name>`."""
        value = "" if kind == "password" else self.value(name)  # a secret is never sent back
        return self._field(name, kind=kind, value=value, **more)

    def select(self, name: str, choices: Iterable[tuple[str, str]], **more: Any) -> Field:
        """One of several (value, words)."""
        chosen = self.value(name)
        offered = [Choice(value, words, value == chosen) for value, words in choices]
        if chosen and not any(choice.chosen for choice in offered):
            offered.append(Choice(chosen, chosen, chosen=True))
        return self._field(name, kind="select", choices=offered, **more)

    def flag(self, name: str, **more: Any) -> Field:
        """A box to tick."""
        sent = self._answer.sent
        checked = bool(self._stored.get(name)) if sent is None else sent.flag(name)
        return self._field(name, kind="checkbox", checked=checked, **more)

    def value(self, name: str) -> str:
        """What the input holds."""
        if self._answer.sent is not None and name in self._answer.sent.query:
            return self._answer.sent.text(name)
        return words_of(self._stored.get(name))

    def _field(self, name: str, *, label: str = "", note: str = "", **more: Any) -> Field:
        now = self._meanwhile(name, more.get("choices", ()))
        return Field(
            name,
            label or say("form.title" if name == "title" else f"{self._area}.{name}"),
            help=f"{now} {note}".strip(),
            error=self._answer.by_field.get(name, ""),
            **more,
        )

    def _meanwhile(self, name: str, choices: Sequence[Choice]) -> str:
        """What stands now, where somebody else changed it and it differs from what was typed."""
        sent = self._answer.sent
        if not self._answer.is_conflict or sent is None or name not in sent.query:
            return ""
        now = words_of(self._stored.get(name))
        if now == sent.text(name):
            return ""
        words = next((one.text for one in choices if one.value == now), now)
        return say("form.now", value=words.strip() or "–")


def words_of(value: Any) -> str:
    """A stored value as an input holds it."""
    match value:
        case None | False:
            return ""
        case date():
            return value.isoformat()
        case _:
            return str(value)
