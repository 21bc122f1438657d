"""Fields of ours: exact decimals on both databases, and ids in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import uuid_utils.compat
from django.db import models

from okapi.base import clock
from okapi.core.quantities import canonical, parse_decimal


def new_id() -> UUID:
    """A UUIDv7: ids sort by the time at which they were made."""
    return uuid_utils.compat.uuid7()


class MadeAtField(models.DateTimeField):  # type: ignore[type-arg]  # a field takes no parameters at run time
    """When a row was made, as the clock of the house tells it.

    Django's own field asks the machine's clock, which the demo and the tests do not set. To a
    migration it is that field.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "auto_now_add": True})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As Django's own field: the database keeps the same."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.DateTimeField", args, options

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """This moment for a new row; what it was for any other."""
        if add:
            setattr(model_instance, self.attname, clock.now())
        return getattr(model_instance, self.attname)


class ExactDecimalField(models.Field):  # type: ignore[type-arg]  # a field takes no parameters at run time
    """A decimal kept digit by digit, at most 38 of them.

    `numeric` without scale on PostgreSQL; canonical text on SQLite, whose own decimals are floats
    (12345678901234567.89 would come back wrong). Sort and compute on the float column beside it.
    """

    description = "exact decimal"

    def db_type(self, connection: Any) -> str:
        """The column's type in this database."""
        return "numeric" if connection.vendor == "postgresql" else "text"

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Decimal | None:
        """What the database holds, as a decimal."""
        if value is None or isinstance(value, Decimal):
            return value
        return Decimal(value)

    def to_python(self, value: Any) -> Decimal | None:
        """Any input, as a decimal; `Refused` where it is none."""
        return None if value is None else parse_decimal(value)

    def get_prep_value(self, value: Any) -> Decimal | None:
        """The decimal to be stored."""
        return None if value is None else parse_decimal(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """The form in which this database takes it."""
        decimal = value if prepared else self.get_prep_value(value)
        if decimal is None:
            return None
        decimal = parse_decimal(decimal)
        return decimal if connection.vendor == "postgresql" else canonical(decimal)

    def value_to_string(self, obj: models.Model) -> str:
        """For serialised fixtures."""
        value = self.value_from_object(obj)
        return "" if value is None else canonical(value)
