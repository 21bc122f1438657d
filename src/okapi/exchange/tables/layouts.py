"""How a sheet is laid out, as found or as told; and the mapping, by which it is told."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, Self

from okapi.core.errors import OkapiError, Refused
from okapi.exchange.tables.cells import Note, Raw, column_of, folded
from okapi.exchange.tables.days import DayOrder
from okapi.exchange.tables.numbers import Marks
from okapi.exchange.tables.words import Role


class Form(StrEnum):
    """The three forms of a table of measurements."""

    LONG = "long"
    BY_PERIOD = "by_period"
    BY_KPI = "by_kpi"


ALL_SHEETS = "*"
_PAIRS = ("columns", "names")
_TARGETS = frozenset(role.value for role in Role if role is not Role.DIMENSION)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """What a person has said of a file, for others of its kind too; it wins.

    `columns` are pairs of a column and what it holds. A column is named by its header, or by `@`
    and its letters (`@C`). It holds a role (`kpi`, `name`, `period`, `year`, `value`, `numerator`,
    `denominator`, `note`, `unit`, `slice`, `ignored`), a dimension (`slice:REGION`) or the values
    of one KPI (`kpi:KEY`). `names` are pairs of a name in the file and the key of the KPI that it
    means there, or `LEFT_OUT`. Empty fields say nothing. `sheet` is a name, or `*` for all that are
    not hidden; `header_row` counts from 1; `kpi` and `period` hold for the whole sheet.
    """

    columns: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    form: str = ""
    sheet: str = ""
    header_row: int = 0
    kpi: str = ""
    period: str = ""
    year: int = 0
    unit: str = ""
    marks: str = ""
    order: str = ""
    encoding: str = ""
    delimiter: str = ""

    def __post_init__(self) -> None:
        for kind, found in ((Form, self.form), (Marks, self.marks), (DayOrder, self.order)):
            if found and found not in {member.value for member in kind}:
                raise Refused("tables.mapping.unreadable", found=str(found)[:60])
        for _, target in self.columns:
            head, _, rest = target.partition(":")
            if not (target in _TARGETS or (rest and head in ("slice", "kpi"))):
                raise Refused("tables.mapping.unreadable", found=target[:60])

    def target_of(self, header: str, column: int) -> str:
        """What the person said that the column holds; empty for nothing."""
        wanted = folded(header)
        for name, target in self.columns:
            if name.startswith("@") and name[1:].isalpha() and name[1:].isascii():
                if column_of(name[1:].upper()) == column:
                    return target
            elif wanted and folded(name) == wanted:
                return target
        return ""

    def as_json(self) -> dict[str, Any]:
        """The form in which a mapping is kept; empty fields are left out."""
        kept = {name: value for name, value in asdict(self).items() if value}
        names = {"names": [list(pair) for pair in self.names]} if self.names else {}
        return {**kept, "columns": [list(pair) for pair in self.columns], **names}

    @classmethod
    def of_json(cls, kept: AnyMapping[str, Any]) -> Self:
        """The inverse of `as_json`. Refused: `tables.mapping.unreadable`."""
        known = {field.name: type(field.default) for field in fields(cls)}
        try:
            columns, names = (
                tuple((str(name), str(target)) for name, target in kept.get(part, ()))
                for part in _PAIRS
            )
        except (TypeError, ValueError):
            raise Refused("tables.mapping.unreadable", found="columns") from None
        for name, value in kept.items():
            if name not in known or (name not in _PAIRS and type(value) is not known[name]):
                raise Refused("tables.mapping.unreadable", found=str(name)[:60])
        return cls(**{**kept, "columns": columns, "names": names})


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is read: its place from 0, its header, and what it holds.

    In the wide forms a value column belongs to a `kpi` (key) or a `period` (its header's cell);
    `unit` is what the header says in brackets.
    """

    index: int
    header: str
    role: Role
    dimension: str = ""
    kpi: str = ""
    period: Raw = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is read.

    `header_row` is the row that names the columns (0: none), `data_row` the first after it.
    `kpi`, `period`, `year` and `unit` come from around the table where its cells lack them.
    `reasons` tell how it was found; `problems` are refusals at header cells.
    """

    sheet: str
    form: Form
    header_row: int
    data_row: int
    columns: tuple[Column, ...]
    kpi: str = ""
    period: str = ""
    year: int | None = None
    unit: str = ""
    marks: tuple[tuple[int, Marks | None], ...] = ()
    order: DayOrder | None = None
    spans_of_years: bool = False
    reasons: tuple[Note, ...] = ()
    problems: tuple[OkapiError, ...] = ()

    def having(self, role: Role) -> tuple[Column, ...]:
        """The columns of a role."""
        return tuple(column for column in self.columns if column.role is role)

    def one(self, role: Role) -> Column | None:
        """The first column of a role."""
        return next((column for column in self.columns if column.role is role), None)
