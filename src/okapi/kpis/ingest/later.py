"""Values that came in after a large intake had begun: its later chunks leave them as they are.

A commit in chunks takes a while, and one that was killed goes on at the next start. Whoever
measured one of its values anew meanwhile knew more: theirs stays the current one, and what the
intake says goes among the superseded, so that undoing theirs brings it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import connection

from okapi.kpis.ingest.dialects import StageRow, cells, dialect
from okapi.kpis.ingest.merging import MOST_REVISIONS
from okapi.kpis.models import Intake, Measurement, MeasurementHistory

Key: TypeAlias = tuple[int, str, str, str]
"""slice, last, first, mark: the columns that a staged row begins with."""

_KEY = ("slice_id", "last", "first", "mark")
_SAID = ("value", "numerator", "denominator")
_STANDS = (*_SAID, "note", "revision", "intake_id")
_PLACE = f"organisation_id = %s AND {' AND '.join(f'{name} = %s' for name in _KEY)}"
_AGAIN = f"""
UPDATE kpis_measurement SET revision = revision + 1
WHERE {_PLACE} AND revision < {MOST_REVISIONS}
"""
_OURS = f"UPDATE kpis_measurement SET intake_id = %s WHERE {_PLACE}"


@dataclass(frozen=True, slots=True)
class Late:
    """The rows that gave way; `superseded` of them said something else than what stands."""

    keys: frozenset[Key] = frozenset()
    superseded: int = 0


def give_way(intake: Intake, rows: Sequence[StageRow]) -> Late:
    """Put rows for which a later intake has a value in before that.

    A value that differs is kept as superseded; an equal one is this intake's, since the later one
    would have found nothing new. The caller holds the KPIs' rows locked.
    """
    if not rows or not Intake.objects.filter(pk__gt=intake.pk).exists():
        return Late()
    later = _later(intake, rows)
    late = [row for row in rows if row[:4] in later]
    differing = [row for row in late if _differs(row, later[row[:4]])]
    _keep(intake, differing, later)
    different = {row[:4] for row in differing}
    organisation = dialect().uuid(intake.organisation_id)
    with connection.cursor() as cursor:
        for text, mine, keys in (
            (_AGAIN, (), sorted(different)),
            (_OURS, (intake.pk,), sorted(later.keys() - different)),
        ):
            if keys:
                cursor.executemany(text, [[*mine, organisation, *key] for key in keys])
    return Late(frozenset(later), len(differing))


def _later(intake: Intake, rows: Sequence[StageRow]) -> Mapping[Key, Mapping[str, Any]]:
    """What later intakes brought in the slices and days of the rows."""
    days = [row[1] for row in rows]
    found = Measurement.objects.filter(
        slice_id__in={row[0] for row in rows},
        last__range=(min(days), max(days)),
        intake_id__gt=intake.pk,
    )
    ours = {row[:4] for row in rows}
    stands = {
        (slice_id, last.isoformat(), first.isoformat(), mark): dict(zip(_STANDS, rest, strict=True))
        for slice_id, last, first, mark, *rest in found.values_list(*_KEY, *_STANDS)
    }
    return {key: stands[key] for key in stands.keys() & ours}


def _differs(row: StageRow, stands: Mapping[str, Any]) -> bool:
    """As the merge has it: a row without a note says nothing about that."""
    said = dict(cells(row))
    return any(_number(said[name]) != stands[name] for name in _SAID) or (
        said["note"] not in ("", stands["note"])
    )


def _keep(intake: Intake, rows: Sequence[StageRow], later: Mapping[Key, Mapping[str, Any]]) -> None:
    """Keep rows as superseded by the values that stand."""
    MeasurementHistory.objects.bulk_create(
        MeasurementHistory(
            organisation_id=intake.organisation_id,
            intake_id=intake.pk,
            superseded_by_id=later[row[:4]]["intake_id"],
            revision=later[row[:4]]["revision"],
            **{name: _number(text) if name in _SAID else text for name, text in cells(row)},
        )
        for row in rows
    )


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
