"""What every list of the organisation is asked, and how it is narrowed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from okapi.orgs import access


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page: what follows a key, at most so many; with those that were put away, or without."""

    after: str = ""
    most: int = 100
    archived: bool = False


def narrowed(
    rows: QuerySet[Any], wanted: Wanted, filters: Mapping[str, str], by: str = "key"
) -> QuerySet[Any]:
    """What follows the key that is asked for, by the filters that say something.

    People's addresses are kept in small letters, whoever asks for them in which.
    """
    narrow: dict[str, Any] = {
        name: value.strip().lower() if name.endswith("email") else value
        for name, value in filters.items()
        if value
    }
    if not wanted.archived:
        narrow["archived_at__isnull"] = True
    if wanted.after:
        narrow[f"{by}__gt"] = wanted.after
    return rows.filter(**narrow)


def found_by(rows: QuerySet[Any], kind: str, ref: UUID | str) -> Any:
    """The row with this id or key; `NotFound`."""
    found = access.by_ref(rows, ref)
    if found is None:
        raise access.missing(kind, ref)
    return found
