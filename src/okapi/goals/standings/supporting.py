"""Support: how far what contributes directly to an objective has come, shown beside its own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

import numpy as np

from okapi.base.arrays import Among
from okapi.base.upserts import upsert
from okapi.core.columns import floats, maybe
from okapi.core.health import Stage
from okapi.core.objectives import gives_support, support_columns
from okapi.core.spans import Span, span_of
from okapi.goals.models import Contribution, ObjectiveStanding
from okapi.orgs.choices import Visibility


class _Given(NamedTuple):
    """One alignment with what both ends need."""

    parent_id: UUID
    child_id: UUID
    parent_starts: date
    parent_ends: date
    parent_agreed_on: date | None
    starts: date
    ends: date
    agreed_on: date | None
    state: str
    weight: float
    progress: float | None


def renew_support(organisation_id: UUID, child_ids: Collection[UUID] | None, today: date) -> int:
    """Renew the support of all that these objectives contribute to (None: of everything).

    Public and not archived ones count. Answers with how many changed; three statements.
    """
    parents = _parents_of(child_ids)
    if not parents:
        return 0
    held = {
        row[0]: row[1:]
        for row in ObjectiveStanding.objects.select_for_update(of=("self",))
        .filter(Among("objective_id", parents))
        .order_by("objective_id")
        .values_list("objective_id", "support", "supporters", "number_of_state")
    }
    given = [one for one in _given(parents) if _counts(one, today)]
    place = {parent: at for at, parent in enumerate(parents)}
    support, supporters = support_columns(
        np.asarray([place[one.parent_id] for one in given], dtype=np.int64),
        np.arange(len(given), dtype=np.int64),
        floats(one.progress for one in given),
        floats(one.weight for one in given),
        len(parents),
    )
    blank = {"known": 0, "counted": 0, "health": "none", "reason": "", "reason_data": {},
             "guard": "", "mismatches": 0, "has_kpi": False}  # fmt: skip
    rows = []
    for parent, at in place.items():
        if parent not in held:
            continue
        *before, number = held[parent]
        after = [maybe(support[at]), int(supporters[at])]
        if before != after:
            rows.append((organisation_id, parent, *after, number + 1, *blank.values()))
    names = ("organisation_id", "objective_id", "support", "supporters", "number_of_state", *blank)
    upsert(ObjectiveStanding, names, rows, unique=("objective_id",), keep=tuple(blank))
    return len(rows)


def _parents_of(child_ids: Collection[UUID] | None) -> list[UUID]:
    rows = Contribution.objects.all()
    if child_ids is not None:
        rows = rows.filter(Among("child_id", child_ids))
    parents = set(rows.order_by().values_list("parent_id", flat=True).distinct())
    return sorted(parents | set(child_ids or ()))


def _given(parents: Collection[UUID]) -> list[_Given]:
    rows = Contribution.objects.filter(
        Among("parent_id", parents),
        child__visibility=Visibility.EVERYONE.value,
        child__archived_at__isnull=True,
    ).values_list(
        "parent_id", "child_id",
        "parent__cycle__starts", "parent__cycle__ends", "parent__agreed_on",
        "child__cycle__starts", "child__cycle__ends", "child__agreed_on",
        "child__state", "child__weight", "child__standing__progress",
    )  # fmt: skip
    return [_Given(*row) for row in rows.order_by("parent_id", "child_id").distinct()]


def _counts(one: _Given, today: date) -> bool:
    own = span_in(one.starts, one.ends, one.agreed_on)
    above = span_in(one.parent_starts, one.parent_ends, one.parent_agreed_on)
    return gives_support(Stage(one.state), own, above, today)


def span_in(starts: date, ends: date, agreed_on: date | None) -> Span:
    """The span of an objective; one agreed on after its cycle is its last day."""
    return span_of(starts, ends, agreed_on=None if agreed_on is None else min(agreed_on, ends))
