"""What a field of a file may hold: how it is read, written back, and told in JSON Schema.

A kind reads text (a YAML scalar or a CSV cell) and raises `Refused` with `found` and `expected`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from okapi.core import keys
from okapi.core.errors import Refused
from okapi.core.keys import read_key
from okapi.core.quantities import canonical, parse_decimal
from okapi.core.years import check_years

_EMAIL = re.compile(r"[^@\s|,;]+@[^@\s|,;]+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YES = {"yes": True, "true": True, "no": False, "false": False}
# What a control character would do in a file, a page or a terminal, nobody wants.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ufeff]")


class Kind(Protocol):
    """One kind of value."""

    def read(self, text: str) -> Any:
        """The value of a text; `Refused` where it is none."""

    def write(self, value: Any) -> Any:
        """The value as YAML takes it: text, whole number, decimal, day, yes or no."""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of the written value."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text of at most `most` characters; `lines` lets it have several lines."""

    most: int
    lines: bool = False

    def read(self, text: str) -> str:
        """The value of a text."""
        tidy = text.replace("\r\n", "\n").strip()
        if len(tidy) > self.most:
            raise Refused("value.too_long", found=f"{tidy[:40]}…", expected=self.most)
        if _CONTROL.search(tidy) or (not self.lines and "\n" in tidy):
            raise Refused("value.control", found=repr(tidy[:60]))
        return tidy

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class Key:
    """A stable name: letters, digits, `.`, `-`, `_`, `+`, at most `most` of them."""

    most: int = 80

    def read(self, text: str) -> str:
        """The value of a text."""
        return read_key(text, self.most)

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "pattern": f"^{keys.PATTERN}$", "maxLength": self.most}


@dataclass(frozen=True, slots=True)
class Email:
    """An e-mail address, in small letters: the key of a person."""

    def read(self, text: str) -> str:
        """The value of a text."""
        address = text.strip().lower()
        if not _EMAIL.fullmatch(address) or len(address) > 254:
            raise Refused("value.email", found=text[:80], expected="name@example.com")
        return address

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+$", "maxLength": 254}


@dataclass(frozen=True, slots=True)
class Ref:
    """The key of another thing; `to` is its table."""

    to: str

    def read(self, text: str) -> str:
        """The value of a text."""
        return Email().read(text) if self.to == "person" else Key(120).read(text)

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return Email().schema() if self.to == "person" else Key(120).schema()


@dataclass(frozen=True, slots=True)
class Day:
    """A day, `2026-11-23`."""

    def read(self, text: str) -> date:
        """The value of a text."""
        try:
            if _DAY.fullmatch(text):
                found = date.fromisoformat(text)
                check_years(found, found)
                return found
        except ValueError:
            pass
        raise Refused("value.day", found=text[:40], expected="2026-11-23")

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "format": "date"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment with its distance from UTC, `2026-11-23T09:30:00+08:00`."""

    def read(self, text: str) -> datetime:
        """The value of a text."""
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None and len(text) > 10:
                check_years(moment.date(), moment.date())
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise Refused("value.moment", found=text[:40], expected="2026-11-23T09:30:00+08:00")

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Number:
    """An exact decimal of at most 38 digits; `least`, `most` and `places` limit it further."""

    least: Decimal | None = None
    most: Decimal | None = None
    places: int | None = None

    def read(self, text: str) -> Decimal:
        """The value of a text."""
        number = parse_decimal(text)
        low = self.least is not None and number < self.least
        high = self.most is not None and number > self.most
        if low or high:
            raise Refused("value.outside", found=text[:60], expected=self._range())
        if self.places is not None and round(number, self.places) != number:
            raise Refused("value.places", found=text[:60], expected=self.places)
        return number

    def _range(self) -> str:
        low = "" if self.least is None else canonical(self.least)
        high = "" if self.most is None else canonical(self.most)
        return f"{low}…{high}"

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return Decimal(canonical(value))

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        limits = {"minimum": self.least, "maximum": self.most}
        told = {name: int(limit) for name, limit in limits.items() if limit is not None}
        return {"type": "number", **told}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 32767

    def read(self, text: str) -> int:
        """The value of a text."""
        if re.fullmatch(r"\d{1,9}", text, re.ASCII) and self.least <= int(text) <= self.most:
            return int(text)
        raise Refused("value.whole", found=text[:40], expected=f"{self.least}…{self.most}")

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, or true or false."""

    def read(self, text: str) -> bool:
        """The value of a text."""
        if text.lower() in YES:
            return YES[text.lower()]
        raise Refused("value.flag", found=text[:40], expected="true, false")

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, enum: type[StrEnum]) -> Choice:
        """The members of an enum."""
        return cls(tuple(member.value for member in enum))

    def read(self, text: str) -> str:
        """The value of a text."""
        if text in self.words:
            return text
        raise Refused("value.choice", found=text[:40], expected=list(self.words))

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week by its English name; stored as a number, Monday is 0."""

    def read(self, text: str) -> int:
        """The value of a text."""
        return _WEEKDAYS.index(Choice(_WEEKDAYS).read(text.lower()))

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return _WEEKDAYS[value]

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"enum": list(_WEEKDAYS)}


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its name, `Asia/Shanghai`."""

    def read(self, text: str) -> str:
        """The value of a text."""
        try:
            ZoneInfo(text)
        except (ValueError, OSError, KeyError):
            raise Refused("value.zone", found=text[:60], expected="Asia/Shanghai") from None
        return text

    def write(self, value: Any) -> Any:
        """The value as YAML takes it."""
        return value

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return {"type": "string", "maxLength": 60}
