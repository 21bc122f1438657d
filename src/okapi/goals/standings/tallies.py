"""The counts of branches, changed by differences.

Progress is summed in units of 2⁻³⁰, as `core.branches` does: such sums are exact, so that adding
and taking away leaves no trace and the figures equal those of a renewal of everything.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from okapi.base.arrays import Among
from okapi.base.upserts import upsert
from okapi.core.health import Health
from okapi.core.quantities import clip
from okapi.goals.choices import BranchOf
from okapi.goals.models import BranchStanding
from okapi.goals.standings.members import Member

# What a branch belongs to: its kind, its id, the cycle (of an objective its own).
Key = tuple[BranchOf, UUID, UUID]
_NAMES = ("on_track", "at_risk", "off_track", "no_data", "none", "measured", "total")
_HEALTH = [health.value for health in Health]
_UNITS = 2.0**30


@dataclass(slots=True)
class Tally:
    """Counts by health, how many have a progress of their own, and its sum."""

    counts: list[int] = field(default_factory=lambda: [0] * 5)
    measured: int = 0
    total: float = 0.0

    def add(self, member: Member, times: int = 1) -> None:
        """Count an objective (`times` −1: no longer)."""
        self.counts[_HEALTH.index(member.health)] += times
        if member.progress is not None:
            self.measured += times
            self.total += times * exact_share(member.progress)

    def merge(self, other: Tally) -> None:
        """Add another tally."""
        self.counts = [one + two for one, two in zip(self.counts, other.counts, strict=True)]
        self.measured += other.measured
        self.total += other.total

    @property
    def is_nothing(self) -> bool:
        """Whether it changes nothing."""
        return not any(self.counts) and self.measured == 0 and self.total == 0

    @property
    def progress(self) -> float | None:
        """The mean own progress."""
        return self.total / self.measured if self.measured else None

    @property
    def values(self) -> tuple[float, ...]:
        """The values of the columns `_NAMES`."""
        return (*self.counts, self.measured, self.total)


def exact_share(progress: float) -> float:
    """A progress as the branches sum it: clipped, in whole units."""
    return whole_units(clip(progress))


def whole_units(total: float) -> float:
    """A sum of progress in whole units."""
    return round(total * _UNITS) / _UNITS


def write(organisation_id: UUID, differences: Mapping[Key, Tally]) -> int:
    """Add the differences to the stored branches; how many rows changed.

    Two statements; the caller holds the renewer's lock.
    """
    moved = {key: one for key, one in differences.items() if not one.is_nothing}
    if not moved:
        return 0
    stored = _stored({object_id for _, object_id, _ in moved})
    rows = []
    for key, one in moved.items():
        held, number = stored.get(key, (Tally(), 0))
        held.merge(one)
        rows.append(_row(organisation_id, key, held, number + 1))
    _upsert(rows)
    return len(rows)


def replace(organisation_id: UUID, branches: Mapping[Key, Tally]) -> int:
    """Let the stored branches be exactly these; how many rows changed."""
    stored = _stored(None)
    wanted = {**{key: Tally() for key in stored}, **branches}
    rows = []
    for key, one in wanted.items():
        held, number = stored.get(key, (None, 0))
        if held is None or held.values != one.values:
            rows.append(_row(organisation_id, key, one, number + 1))
    _upsert(rows)
    return len(rows)


def _stored(object_ids: Collection[UUID] | None) -> dict[Key, tuple[Tally, int]]:
    rows = BranchStanding.objects.all()
    if object_ids is not None:
        rows = rows.filter(
            Among("object_id", object_ids), kind__in=[kind.value for kind in BranchOf]
        )
    found: dict[Key, tuple[Tally, int]] = {}
    for kind, object_id, cycle_id, number, *values in rows.values_list(
        "kind", "object_id", "cycle_id", "number_of_state", *_NAMES
    ):
        held = Tally(list(values[:5]), values[5], values[6])
        found[BranchOf(kind), object_id, cycle_id] = (held, number)
    return found


def _row(organisation_id: UUID, key: Key, held: Tally, number: int) -> tuple[object, ...]:
    kind, object_id, cycle_id = key
    place = (organisation_id, kind.value, object_id, cycle_id)
    return (*place, *held.values, held.progress, number)


def _upsert(rows: Sequence[tuple[object, ...]]) -> None:
    place = ("organisation_id", "kind", "object_id", "cycle_id")
    names = (*place, *_NAMES, "progress", "number_of_state")
    upsert(BranchStanding, names, rows, unique=place)
