"""Things as files tell them: flat records, each field with its value and its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from okapi.core.errors import OkapiError, Refused
from okapi.core.periods import Period

Identity = tuple[Any, ...]


@dataclass(slots=True)
class Record:
    """One thing in a file. Only fields that the file names are in `values`.

    `identity` starts with its owner's key where it has an owner. `position` is its place among its
    like in the files. What could not be read is not in `values`, and the record is broken.
    """

    table: str
    identity: Identity
    values: dict[str, Any]
    file: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    position: int = 0
    is_broken: bool = False

    @property
    def name(self) -> str:
        """The identity as people read it."""
        return named(self.identity)

    def refused(self, code: str, name: str = "", **data: Any) -> Refused:
        """A refusal at the place of one of its fields, or of the record."""
        place: dict[str, Any] = {"file": self.file, "line": self.lines.get(name, self.line)}
        if name:
            place["field"] = name
        return Refused(code, **place, **data)

    def at(self, error: OkapiError, name: str) -> OkapiError:
        """The error at the place of one of its fields."""
        return type(error)(error.code, **{**error.data, **self.refused(error.code, name).data})


def named(identity: Identity) -> str:
    """An identity as people read it: its parts that are not empty, periods by their label."""
    parts = []
    for part in identity:
        if isinstance(part, tuple):
            parts.append("|".join("=".join(pair) for pair in part))
        elif part is not None:
            parts.append(part.label if isinstance(part, Period) else str(part))
    return " / ".join(filter(None, parts))
