"""What all shapes share: exact numbers, pages of things, problem JSON, bodies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Generic, Literal, TypeVar

from ninja import Field, Schema
from pydantic import ConfigDict, PlainSerializer, WithJsonSchema, model_validator

from okapi.core.quantities import canonical

T = TypeVar("T")
MOST = 500
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

Exact = Annotated[
    Decimal,
    PlainSerializer(canonical, return_type=str),
    WithJsonSchema({"type": "string", "description": "an exact decimal", "examples": ["83.9"]}),
]
Number = Annotated[
    Decimal,
    WithJsonSchema(
        {"anyOf": [{"type": "number"}, {"type": "string"}], "description": "text keeps all digits"}
    ),
]
"""A number in a body."""


def one_of(kind: type[StrEnum]) -> WithJsonSchema:
    """A text in a body that the action reads as a member of `kind`, and refuses in its words."""
    return WithJsonSchema({"type": "string", "enum": [member.value for member in kind]})


class Body(Schema):
    """What a program sends: a name that is not known is refused, not left out."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, sent: Any) -> Any:
        """Refuses what no database keeps in a text, before anything is read."""
        if isinstance(sent, Mapping) and any(
            isinstance(text, str) and _UNSTORABLE.search(text) for text in sent.values()
        ):
            raise ValueError("a text without NUL and without half characters")
        return sent

    def given(self, *without: str) -> dict[str, Any]:
        """What was sent, by name, so that what was left out stays as it is."""
        return self.model_dump(exclude_unset=True, exclude=set(without))


class Asked(Schema):
    """What every list is asked: where to go on, how many, and which fields of each."""

    cursor: str = Field(default="", description="`next` of the page before")
    limit: int = Field(default=100, ge=1, le=MOST)
    fields: str = Field(default="", description="names with commas between; empty: all")

    def filters(self, *without: str) -> dict[str, Any]:
        """What it asks beyond that, by name."""
        return self.model_dump(exclude={"cursor", "limit", "fields", *without})


class KeptAsked(Asked):
    """A list of things that can be put away."""

    archived: bool = Field(default=False, description="with those that were put away")


class Why(Body):
    """A body that says no more than why."""

    reason: str = ""


class Order(Body):
    """The place among those beside it."""

    to: Literal["earlier", "later"]


class Page(Schema, Generic[T]):
    """A page of things; `next` is the cursor of the next one, null on the last."""

    items: list[T]
    next: str | None


class Refusal(Schema):
    """One thing that was refused, with its place."""

    code: str
    detail: str
    row: int | None = None
    line: int | None = None
    field: str | None = None
    found: Any = None
    expected: Any = None


class Problem(Schema):
    """Problem JSON (RFC 9457): nothing was changed."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Refusal]
    total_errors: int = Field(description="how many there are; at most 1,000 are listed")


READS: dict[int, type[Schema]] = {
    400: Problem, 401: Problem, 404: Problem, 422: Problem, 429: Problem,
}  # fmt: skip
FORBIDS: dict[int, type[Schema]] = {**READS, 403: Problem}
"""Of what is read by few."""
WRITES: dict[int, type[Schema]] = {
    **READS, 403: Problem, 409: Problem, 413: Problem, 503: Problem,
}  # fmt: skip
CHANGES: dict[int, type[Schema]] = {**WRITES, 412: Problem}
"""Of what asks for the version that was seen, if the client sends one."""
