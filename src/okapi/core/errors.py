"""Everything that can be refused: one tree of errors, each a code with data.

The words come later, from ``okapi.wording``; every skin maps the tree in one place.
Codes are dotted (``period.unreadable``). Data may carry ``file``, ``line``, ``field``, ``found``
and ``expected``, so that bad input is told with its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was read: a file, a line in it (from 1), a field of that line."""

    file: str = ""
    line: int | None = None
    field: str = ""


class OkapiError(Exception):
    """Something that Okapi refuses, told as a code with data.

    ``str()`` is for logs and tests: the code, then ``key=value`` in the order given.
    """

    def __init__(self, code: str, /, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data: dict[str, Any] = data

    @property
    def field(self) -> str | None:
        """The input field that the error belongs to, if it belongs to one."""
        found = self.data.get("field")
        return None if found is None else str(found)

    def at(self, place: Place) -> Self:
        """The same error, told at a place; what the error already knows is kept."""
        known = {"file": place.file, "line": place.line, "field": place.field}
        told = {key: value for key, value in known.items() if value not in (None, "")}
        return type(self)(self.code, **{**told, **self.data})

    def again(self) -> Self:
        """The same error, to be raised once more: one that is kept would grow with every raise."""
        return type(self)(self.code, **self.data)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{key}={value}" for key, value in self.data.items())])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, OkapiError):
            return NotImplemented
        return type(self) is type(other) and self.code == other.code and self.data == other.data

    def __hash__(self) -> int:
        return hash((type(self), self.code))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.code, self.data)


class Refused(OkapiError):  # noqa: N818 - named for what happened
    """Bad input: a value, a file or a request that cannot be accepted as it is."""


class NotFound(OkapiError):  # noqa: N818 - named for what happened
    """There is no such thing, or none that this actor may know of."""


class Forbidden(OkapiError):  # noqa: N818 - named for what happened
    """The actor may see the thing but not do this to it."""


class Conflict(OkapiError):  # noqa: N818 - named for what happened
    """Something else happened first, or what stands above forbids the change."""


class TooLarge(OkapiError):  # noqa: N818 - named for what happened
    """The input is larger than a stated limit."""


class Refusals(OkapiError):  # noqa: N818 - named for what happened
    """Many errors told together: every bad line of a file, not only the first.

    An empty list is a mistake of the caller and raises ValueError.
    """

    def __init__(self, errors: Sequence[OkapiError]) -> None:
        if not errors:
            raise ValueError("Refusals needs at least one error")
        super().__init__("errors.many", count=len(errors))
        self.errors: tuple[OkapiError, ...] = tuple(errors)

    def at(self, place: Place) -> Self:
        """The same errors, each told at the place."""
        return type(self)([error.at(place) for error in self.errors])

    def __str__(self) -> str:
        return "; ".join(str(error) for error in self.errors)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Refusals):
            return NotImplemented
        return self.errors == other.errors

    def __hash__(self) -> int:
        return hash(self.errors)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.errors,)


def _rebuild(kind: type[OkapiError], code: str, data: dict[str, Any]) -> OkapiError:
    return kind(code, **data)
