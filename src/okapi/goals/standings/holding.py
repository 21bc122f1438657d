"""Holding objectives at the beginning of an action."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from okapi.base import scope
from okapi.goals.standings.stored import lock


def hold(*objective_ids: UUID, more: Iterable[UUID] = ()) -> None:
    """Lock the standings of these objectives until the transaction ends.

    An action calls it before it reads or changes anything of them. Rows of goals are then always
    written by one transaction at a time, and locks are always taken in the same order: standings
    in the order of their ids, then everything else.
    """
    lock(scope.organisation_id(), sorted({*objective_ids, *more}))
