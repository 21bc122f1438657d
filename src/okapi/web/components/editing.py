"""Pieces of forms beyond a single input: choosing by search, rows of inputs, and two versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from okapi.web.components.base import Component
from okapi.web.components.controls import Choice, Field


@dataclass(frozen=True, slots=True)
class Picker(Field):
    """An input that finds things by a few letters; without a script what is typed is looked up.

    It sends `name`, the value of what was chosen, and `name`_text, what stands in the box.

    Attributes:
        find: the address that answers with what fits, as options.
        text: the name of what is chosen.
    """

    find: str = ""
    text: str = ""
    template: ClassVar[str] = "components/picker.html"


@dataclass(frozen=True, slots=True)
class PeoplePicker(Component):
    """Several people: those chosen can be taken out, another one is found by a few letters."""

    name: str
    label: str
    chosen: Sequence[Choice]
    find: str
    text: str = ""
    help: str = ""
    error: str = ""
    template: ClassVar[str] = "components/people_picker.html"

    @property
    def adder(self) -> Picker:
        """Where another one is found."""
        return Picker(
            f"{self.name}_more",
            self.label,
            text=self.text,
            find=self.find,
            help=self.help,
            error=self.error,
        )


@dataclass(frozen=True, slots=True)
class RadioField(Component):
    """A few choices in words, each with a note; one of them is chosen.

    `inline` puts them side by side.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    help: str = ""
    error: str = ""
    inline: bool = False
    template: ClassVar[str] = "components/radio_field.html"


@dataclass(frozen=True, slots=True)
class Contested(Component):
    """A field that two people changed: mine in the input, theirs beside it, and a choice.

    Attributes:
        field: the input, with mine in it.
        name: of the field; the choice is sent as `take-<name>`: mine or theirs.
        theirs: what the other one wrote, in words.
    """

    field: Component
    name: str
    mine: str
    theirs: str
    by: str
    at: datetime | None
    template: ClassVar[str] = "components/contested.html"


@dataclass(frozen=True, slots=True)
class Hidden(Component):
    """What a form sends along unseen; kept in its draft."""

    name: str
    value: str
    template: ClassVar[str] = "components/hidden.html"


@dataclass(frozen=True, slots=True)
class Line(Component):
    """Fields side by side, as many as fit."""

    fields: tuple[Component, ...]
    css: str = ""
    template: ClassVar[str] = "components/form_line.html"


@dataclass(frozen=True, slots=True)
class Rows(Component):
    """Rows of inputs of which there may be more: milestones, further KPIs.

    Each row is a group of fields; `blank` is one to copy (its names end like the others'). Without
    a script there are a few blank rows, and an empty one is no row.
    """

    legend: str
    rows: tuple[tuple[Component, ...], ...]
    blank: tuple[Component, ...]
    add: str
    name: str
    help: str = ""
    error: str = ""
    template: ClassVar[str] = "components/rows.html"
