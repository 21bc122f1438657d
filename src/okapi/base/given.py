"""Values that are known only when a question is asked: parameters of a statement, by name.

They stand in a queryset where a value would; `base.prepared` compiles it once and fills them in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db.models import Expression, Field, UUIDField

from okapi.base.actor import Actor, Door


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value among a statement's parameters, and the form that it takes there."""

    name: str
    form: Callable[[Any], Any]


class Given(Expression):
    """One value, of the kind of a field: `filter(key=Given("key", CharField()))`."""

    def __init__(self, name: str, kind: Field[Any, Any]) -> None:
        super().__init__(output_field=kind)
        self.name = name

    def as_sql(self, _compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Django's own expressions have this shape
        """A parameter that waits for its value."""
        kind: Any = self.output_field
        return "%s", [Slot(self.name, lambda value: kind.get_db_prep_value(value, connection))]


@dataclass(frozen=True, slots=True)
class GivenIds:
    """Several ids, for `arrays.Among`."""

    name: str = "ids"


ORGANISATION = "organisation"
_HERE = cast("UUID", Given(ORGANISATION, UUIDField()))

READER = Actor(
    organisation_id=_HERE,
    door=Door.PAGE,
    person_id=cast("UUID", Given("person", UUIDField())),
    teams=cast("frozenset[UUID]", GivenIds("teams")),
)
"""Whoever will ask: for filters of rights in a question of people."""

SYSTEM = Actor(organisation_id=_HERE, door=Door.COMMAND)
"""The system as it will ask."""
