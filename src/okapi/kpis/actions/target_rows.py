"""The rows that a change of targets touched, as its record keeps them: the way back.

One target set may replace its earlier parts, take the place of targets that were typed for the same
periods, and leave the longer one whose part it was. So the record keeps the rows themselves, before
and after, and taking it back puts them there again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.db.models import QuerySet

from okapi.base.changes import told_all
from okapi.core.errors import Conflict
from okapi.core.limits import TargetLimits
from okapi.core.periods import Period
from okapi.core.quantities import Direction
from okapi.kpis.models import Breakdown, Definition, Kpi, Slice, Target
from okapi.kpis.queries.rows import LIMITS

Place: TypeAlias = tuple[str, str, str]
"""Where a target stands: the key of its slice, its frequency, its first day."""
Row: TypeAlias = Mapping[str, Any]
"""A target as a record keeps it: its place, last day, label, limits, note; `part_of`, the frequency
and first day of the longer one it is a part of; `spread`, how it is itself broken down."""
Rows: TypeAlias = dict[Place, Row]

WAY_BACK = "rows"
"""Under which name a record keeps them."""


@dataclass(frozen=True, slots=True)
class Span:
    """All that a change of targets can touch: the targets of these slices that share its days."""

    kpi: Kpi
    slices: frozenset[str]
    first: date
    last: date

    @classmethod
    def of(
        cls, kpi: Kpi, there: Iterable[Target], periods: Iterable[tuple[Slice, Period]] = ()
    ) -> Span:
        """Around targets that are there, and periods that get one."""
        days = [(one.slice, one.first, one.last) for one in there]
        days += [(slice_, period.first, period.last) for slice_, period in periods]
        slices, firsts, lasts = zip(*days, strict=True)
        return cls(kpi, frozenset(one.key for one in slices), min(firsts), max(lasts))

    def rows(self) -> Rows:
        """They as they stand; one statement."""
        found = _targets(
            self.kpi, slice__key__in=self.slices, first__lte=self.last, last__gte=self.first
        )
        return {_place(target): _row(target) for target in found}


def differing(before: Rows, after: Rows) -> tuple[list[Row], list[Row]]:
    """The rows that are not the same on both sides, in the order of their places."""
    places = sorted(
        place for place in before.keys() | after.keys() if before.get(place) != after.get(place)
    )
    sides = [[rows[place] for place in places if place in rows] for rows in (before, after)]
    return sides[0], sides[1]


def put_back(kpi: Kpi, definition: Definition, *, to: Iterable[Row], of: Iterable[Row]) -> None:
    """Make the rows `of` a change what they were before it.

    `Conflict` (`change.overtaken`) where one of them is not what the change made of it, or the
    longer target that one belonged to is gone; `Refused` (`target.kind`) where the KPI's good
    direction takes other limits by now.
    """
    before, after = _by_place(to), _by_place(of)
    for row in before.values():
        TargetLimits.of(Direction(definition.direction), **_numbers(row))
    there = _at(kpi, before.keys() | after.keys())
    if {place: _row(target) for place, target in there.items()} != after:
        raise Conflict("change.overtaken")
    Target.objects.filter(pk__in=[there[place].pk for place in there.keys() - before]).delete()
    targets = _put(kpi, there, before)
    _spread(targets, before)
    _join(kpi, targets, before)


def _targets(kpi: Kpi, **among: Any) -> QuerySet[Target]:
    """Targets with all that a row says of them."""
    found: QuerySet[Target] = Target.objects.filter(kpi=kpi, **among)
    return found.select_related("slice", "breakdown__target", "spread")


def _place(target: Target) -> Place:
    return target.slice.key, target.frequency, target.first.isoformat()


def _by_place(rows: Iterable[Row]) -> Rows:
    return {(row["slice"], row["frequency"], row["first"]): row for row in rows}


def _row(target: Target) -> Row:
    """A target with the fields that say something."""
    whole = target.breakdown.target if target.breakdown is not None else None
    spread: Breakdown | None = getattr(target, "spread", None)
    said = {
        "slice": target.slice.key,
        "last": target.last,
        "part_of": None if whole is None else [whole.frequency, whole.first],
        "spread": None
        if spread is None
        else {"method": spread.method, "frequency": spread.frequency, "shares": spread.shares},
        **{name: getattr(target, name) for name in ("frequency", "first", "label", *LIMITS)},
        "note": target.note or None,
    }
    return told_all({name: one for name, one in said.items() if one is not None})


def _at(kpi: Kpi, places: Collection[Place]) -> dict[Place, Target]:
    """The targets that stand at these places now."""
    if not places:
        return {}
    days = [date.fromisoformat(first) for _, _, first in places]
    slices = {key for key, _, _ in places}
    found = _targets(kpi, slice__key__in=slices, first__gte=min(days), first__lte=max(days))
    by_place = {_place(target): target for target in found}
    return {place: by_place[place] for place in places if place in by_place}


def _numbers(row: Row) -> dict[str, Decimal | None]:
    return {name: Decimal(row[name]) if name in row else None for name in LIMITS}


def _put(kpi: Kpi, there: Mapping[Place, Target], rows: Rows) -> dict[Place, Target]:
    """The targets as the rows say, parts of nothing yet."""
    slices = dict(Slice.objects.filter(kpi=kpi).values_list("key", "pk"))
    targets = {place: there.get(place) or _blank(kpi, slices, row) for place, row in rows.items()}
    for place, row in rows.items():
        target = targets[place]
        target.last, target.label = date.fromisoformat(row["last"]), row["label"]
        target.note, target.breakdown = row.get("note", ""), None
        target.version += 1
        for name, number in _numbers(row).items():
            setattr(target, name, number)
    Target.objects.bulk_create(targets[place] for place in rows if place not in there)
    kept = [targets[place] for place in rows if place in there]
    Target.objects.bulk_update(kept, _CHANGED, batch_size=500)
    return targets


_CHANGED = ("last", "label", "note", "breakdown", "version", *LIMITS)


def _blank(kpi: Kpi, slices: Mapping[str, int], row: Row) -> Target:
    return Target(
        organisation_id=kpi.organisation_id,
        kpi=kpi,
        slice_id=slices[row["slice"]],
        frequency=row["frequency"],
        first=date.fromisoformat(row["first"]),
        version=0,
    )


def _spread(targets: Mapping[Place, Target], rows: Rows) -> None:
    """How each is broken down; its parts that were not touched keep what they belong to."""
    whole = [targets[place].pk for place, row in rows.items() if "spread" not in row]
    Breakdown.objects.filter(target_id__in=whole).delete()
    for place, row in rows.items():
        if "spread" in row:
            target = targets[place]
            Breakdown.objects.update_or_create(
                organisation_id=target.organisation_id, target=target, defaults=row["spread"]
            )


def _join(kpi: Kpi, targets: Mapping[Place, Target], rows: Rows) -> None:
    """Make the parts among them parts of their longer targets again."""
    parts: dict[Place, list[Target]] = {}
    for place, row in rows.items():
        if "part_of" in row:
            frequency, first = row["part_of"]
            parts.setdefault((row["slice"], frequency, first), []).append(targets[place])
    for (slice_key, frequency, first), among in parts.items():
        whole = Breakdown.objects.filter(
            target__kpi=kpi,
            target__slice__key=slice_key,
            target__frequency=frequency,
            target__first=date.fromisoformat(first),
        ).first()
        if whole is None:
            raise Conflict("change.overtaken")
        Target.objects.filter(pk__in=[part.pk for part in among]).update(breakdown=whole)
