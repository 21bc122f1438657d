"""Values made of several: lists, slices, settings; and any value as a cell of a CSV file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okapi.core.errors import Refused
from okapi.core.quantities import canonical, parse_decimal
from okapi.core.slices import read_slice_key, slice_key
from okapi.exchange.kinds import YES, Kind, Text

LONGEST_VALUE = 200  # of one dimension of a slice


@dataclass(frozen=True, slots=True)
class Many:
    """Several values of one kind: a list in YAML, `a|b` in a cell."""

    of: Kind
    ordered: bool = True
    unique: bool = True

    def gather(self, values: Iterable[Any]) -> list[Any]:
        """The values as one: repeated ones are refused, and sorted where order means nothing."""
        found = list(values)
        for at, value in enumerate(found):
            if self.unique and value in found[:at]:
                raise Refused("value.twice", found=str(value))
        return found if self.ordered else sorted(found)

    def read(self, text: str) -> list[Any]:
        """The value of a text."""
        return self.gather(self.of.read(part.strip()) for part in text.split("|") if part.strip())

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return [self.of.write(part) for part in value]

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "array", "items": self.of.schema(), "uniqueItems": self.unique}


@dataclass(frozen=True, slots=True)
class SliceValues:
    """Dimension values: a mapping in YAML, `dimension=value|…` in a cell. Kept as sorted pairs."""

    def read(self, text: str) -> tuple[tuple[str, str], ...]:
        """The value of a text."""
        return self.gather(read_slice_key(text).items())

    def gather(self, pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Sorted pairs; refused where one is empty or longer than the table of slices takes."""
        found = tuple(sorted((dimension.strip(), value.strip()) for dimension, value in pairs))
        for dimension, value in found:
            if not (dimension and value) or len(value) > LONGEST_VALUE:
                told = f"{dimension}={value}"[:80]
                raise Refused("value.slice", found=told, expected=LONGEST_VALUE)
        slice_key(dict(found))  # refuses what is too long together
        return found

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return dict(value)

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "object", "additionalProperties": Text(LONGEST_VALUE).schema()}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The settings of an organisation that differ from the usual ones, by name."""

    def item(self, text: str) -> Any:
        """One of them: a whole number, a number, yes or no, or a word."""
        if text.lower() in YES:
            return YES[text.lower()]
        try:
            number = parse_decimal(text)
        except Refused:
            return Text(200).read(text)
        return int(number) if number == int(number) and "." not in text else float(number)

    def read(self, text: str) -> Any:
        """The value of a text."""
        raise Refused("value.mapping", found=text[:60], expected="name: number")

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "object", "additionalProperties": {"type": ["number", "boolean", "string"]}}


def cell(kind: Kind, value: Any) -> str:
    """A value as a cell of a CSV file."""
    if value is None:
        return ""
    if isinstance(kind, SliceValues):
        return slice_key(dict(value))
    written = kind.write(value)
    if isinstance(written, list):
        return "|".join(str(part) for part in written)
    if isinstance(written, bool):
        return "yes" if written else "no"
    return canonical(written) if isinstance(written, Decimal) else str(written)
