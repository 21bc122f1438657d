"""Cells as they stand in a file, before anybody has said what they mean; places, and notes.

A cell is a text as somebody typed it, or `Typed` where the file itself knows more.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

LONGEST_CELL = 32_767  # characters, as in Excel
# Of a name, a number or a period. What is longer is none, and is never kept: a file of a gigabyte
# may have a million long cells that all differ.
LONGEST_NAME = 300
LONGEST_TOLD = 60  # of a name in a refusal
MOST_COLUMNS = 16_384  # as in Excel
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–−", "-"))
_TRIMMED = " \t\r\n:：*"


class Kind(StrEnum):
    """What a file says that a cell is, where it says so."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    BOOLEAN = "boolean"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Typed:
    """A cell whose kind the file tells.

    `text` is what a person sees, as far as that matters. A number formatted as a percentage has
    `is_percent`, a date formatted without its day (`Mar-25`) not `shows_day`; `unit` is what the
    number format writes beside a number. `is_copy` marks a cell that lies under a merged one.
    """

    kind: Kind
    text: str
    number: Decimal | None = None
    day: date | None = None
    is_percent: bool = False
    shows_day: bool = True
    unit: str = ""
    is_copy: bool = False


Raw = str | Typed
Grid = list[Raw]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cell is: sheet (empty in a file without sheets), row from 1, column from 0."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """The cell as spreadsheets call it: `C14`."""
        return f"{letters(self.column)}{self.row}"

    def __str__(self) -> str:
        """With its sheet, if it has one: `Sheet!C14`."""
        return f"{self.sheet}!{self.a1}" if self.sheet else self.a1


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling about how a thing was read: a phrase's code and its data."""

    code: str
    data: tuple[tuple[str, Any], ...] = ()

    @property
    def told(self) -> dict[str, Any]:
        """The data by name, as `okapi.wording.say` takes them."""
        return dict(self.data)


def note(code: str, /, **data: Any) -> Note:
    """A note with its data."""
    return Note(code, tuple(data.items()))


def shown(raw: Raw) -> str:
    """The cell as a person sees it, without blanks around it."""
    return (raw if isinstance(raw, str) else raw.text).strip()


def is_empty(raw: Raw) -> bool:
    """Whether nothing stands in the cell."""
    return not shown(raw)


def is_copy(raw: Raw) -> bool:
    """Whether the cell lies under a merged one and only repeats it."""
    return isinstance(raw, Typed) and raw.is_copy


def cell_at(cells: Grid, column: int) -> Raw:
    """The cell in a column; an empty one beyond the row's end."""
    return cells[column] if -1 < column < len(cells) else ""


def trimmed(cells: Grid) -> Grid:
    """The row without the empty cells at its end (the same list)."""
    while cells and is_empty(cells[-1]):
        cells.pop()
    return cells


def plain(text: str) -> str:
    """Full-width made half-width, every dash a hyphen, runs of blanks one blank."""
    return _plain(text) if len(text) <= LONGEST_NAME else _plain.__wrapped__(text)


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_DASHES).split())


def folded(text: str) -> str:
    """The text as names are compared: plain, without case, without colons or stars at its ends."""
    return _folded(text) if len(text) <= LONGEST_NAME else _folded.__wrapped__(text)


@lru_cache(maxsize=65536)
def _folded(text: str) -> str:
    return plain(text).casefold().strip(_TRIMMED)


_BRACKET = re.compile(r"(.*\S)\s*[(\[]([^()\[\]]*)[)\]]")


def without_bracket(text: str) -> tuple[str, str]:
    """A name and what stands in brackets behind it: `收入（万元）` → `收入`, `万元`."""
    found = _BRACKET.fullmatch(plain(text).strip(_TRIMMED))
    return (found[1], found[2].strip()) if found else (text, "")


_CHINESE = "[\u3400-\u9fff]"
_BETWEEN = re.compile(rf"(?<={_CHINESE}) (?={_CHINESE})")
_BORDER = re.compile(rf" ?/ ?|(?<={_CHINESE}) (?=[A-Za-z])|(?<=[A-Za-z)]) ?(?={_CHINESE})")
_ITEM = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}(?:、|\. ?(?=\D)))?"
    r" ?(?:(?:其中|减|加):)? ?(.*)"
)


def tight(text: str) -> str:
    """A plain text without the blanks, once ends of lines, within Chinese: `指标 名称`."""
    return _BETWEEN.sub("", text)


def sides(text: str) -> tuple[str, ...]:
    """What a text says in each of two languages, `Revenue 销售额`; nothing for other texts."""
    parts = tuple(part for part in _BORDER.split(plain(text)) if part)
    return parts if len(parts) == 2 else ()


def without_item(text: str) -> str:
    """A name without the number of its line: `一、营业收入`, `其中：利息`, `3. Tax`."""
    found = _ITEM.fullmatch(plain(text))
    return found[1] if found else text


@lru_cache(maxsize=MOST_COLUMNS)
def letters(column: int) -> str:
    """A column's letters: 0 → `A`, 26 → `AA`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@lru_cache(maxsize=MOST_COLUMNS)
def column_of(name: str) -> int:
    """The inverse of `letters`; anything but capital letters is a ValueError."""
    column = 0
    for letter in name:
        if not "A" <= letter <= "Z":
            raise ValueError(f"{name} is no column")
        column = column * 26 + ord(letter) - ord("A") + 1
    return column - 1


# A cell that begins so is taken for a formula by spreadsheets, in full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def quoted(text: str) -> str:
    """A text that no spreadsheet computes when it opens a CSV file."""
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA) else text


def unquoted(text: str) -> str:
    """The text again, without that mark."""
    is_marked = text.startswith("'") and text.lstrip("'").startswith(_FORMULA)
    return text[1:] if is_marked else text
