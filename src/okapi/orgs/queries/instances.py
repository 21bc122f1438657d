"""Models from columns that a prepared question has read among others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model


def columns_of(model: type[Model]) -> list[str]:
    """The names of all columns of a table, in the order in which `instance` takes them."""
    return [field.attname for field in model._meta.concrete_fields]


def instance(model: type[Any], values: Sequence[Any]) -> Any:
    """The row with these values in all its columns."""
    return model.from_db(DEFAULT_DB_ALIAS, columns_of(model), values)
