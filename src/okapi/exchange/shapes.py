"""What a table of the format is made of, and the fields that many tables share."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from okapi.exchange.compound import Many
from okapi.exchange.kinds import Choice, Flag, Kind, Moment, Number, Ref, Text
from okapi.orgs.choices import Visibility


@dataclass(frozen=True, slots=True)
class Field:
    """A field as files call it. A new thing that lacks it gets `default`; exports leave it out."""

    name: str
    kind: Kind
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True)
class Items:
    """A list within a thing: its name and the table of its members."""

    name: str
    table: str


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of thing. Two of equal `identity` are one; its first part may be the `owner`.

    `ordered`: its place among its like is the order in the file. `archives`: it can be archived.
    """

    name: str
    identity: tuple[str, ...]
    fields: tuple[Field, ...]
    owner: str = ""
    items: tuple[Items, ...] = ()
    ordered: bool = False
    archives: bool = False
    by_name: dict[str, Field] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        self.by_name.update({one.name: one for one in self.fields})
        if self.owner and self.owner not in self.identity:
            self.by_name[self.owner] = Field(self.owner, Ref(self.owner))


LONG = 20_000
ANY = Number()
TITLE = Text(300)
SHARE = Number(least=Decimal(0), most=Decimal(1), places=4)
WEIGHT = Number(least=Decimal(0), most=Decimal(99999), places=4)
ARCHIVED = Field("archived_at", Moment())
VISIBILITY = (
    Field("visibility", Choice.of(Visibility), default=Visibility.EVERYONE.value),
    Field("readers", Many(Ref("person"), ordered=False), default=[]),
)


def text(name: str, most: int = 300) -> Field:
    """A line of text, empty by default."""
    return Field(name, Text(most), default="")


def long_text(name: str) -> Field:
    """Text of several lines, empty by default."""
    return Field(name, Text(LONG, lines=True), default="")


def flag(name: str) -> Field:
    """Yes or no; no by default."""
    return Field(name, Flag(), default=False)
