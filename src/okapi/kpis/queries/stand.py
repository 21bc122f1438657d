"""Where the slice of a KPI that a page looks at stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from okapi.core.freshness import due_on, stale_on
from okapi.core.limits import Status
from okapi.core.periods import Period
from okapi.core.series import changes
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.measured import MeasuredRow
from okapi.kpis.queries.plan import Plan
from okapi.kpis.queries.rows import Age, KpiRow, TargetRow, age_of

_PERCENT = Decimal(100)
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A slice by its dimension values; the total has none."""

    id: int
    key: str
    values: Mapping[str, str]

    @property
    def is_total(self) -> bool:
        """Whether it stands for the whole KPI."""
        return not self.key


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the chosen slice stands: its newest value against targets, and against earlier ones.

    `to_date` is the span so far of the longer target (`to_date_of`) where there is a plan, else of
    the year.
    """

    value: Decimal | None
    status: Status
    age: Age
    target: TargetRow | None
    previous: Decimal | None = None
    year_before: Decimal | None = None
    to_date: Decimal | None = None
    to_date_year_before: Decimal | None = None
    to_date_plan: Decimal | None = None
    to_date_status: Status | None = None
    to_date_of: TargetRow | None = None


def stand_of(
    asking: Asking,
    values: Values,
    row: KpiRow,
    chosen: SliceRow | None,
    plan: Plan,
    rows: Sequence[MeasuredRow],
) -> Stand:
    """By the standing that is stored, or, of another slice, by its values.

    `values` are the columns of the KPI's own row, `rows` the values, oldest first.
    """
    if chosen is None or chosen.key == row.slice_key:
        newest = row.age.last
        has_plan = newest is not None and bool(values["to_date_status"])
        longer = plan.to_date(newest) if newest is not None and has_plan else None
        return Stand(
            value=row.value,
            status=row.status,
            age=row.age,
            target=row.target,
            previous=row.previous,
            year_before=row.year_before,
            to_date=row.to_date,
            to_date_year_before=values["year_before_to_date"],
            to_date_plan=values["to_date_plan"],
            to_date_status=Status(values["to_date_status"]) if values["to_date_status"] else None,
            to_date_of=None if longer is None else longer.target,
        )
    return _stand_of_part(asking, row, plan, rows)


def _stand_of_part(asking: Asking, row: KpiRow, plan: Plan, rows: Sequence[MeasuredRow]) -> Stand:
    """Of another slice than the one whose standing is kept: from its values."""
    ended = [one for one in rows if one.period.last < asking.today] or list(rows)
    if not ended:
        held = plan.holding(asking.today)
        target = None if held is None else held.target
        return Stand(None, Status.NO_DATA, _age(asking, row, None), target)
    newest, measure = ended[-1], row.measure
    differ = changes(
        [one.point for one in ended],
        newest.period,
        measure.frequency,
        how=measure.aggregation,
        scale=_PERCENT if measure.unit == "%" else Decimal(1),
        **years_of(asking),
    )
    return Stand(
        value=newest.value,
        status=newest.status,
        age=_age(asking, row, newest.period),
        target=newest.target,
        previous=differ.previous.value,
        year_before=differ.year_before.value,
        to_date=differ.to_date,
        to_date_year_before=differ.to_date_year_before.value,
    )


def _age(asking: Asking, row: KpiRow, newest: Period | None) -> Age:
    measure = row.measure
    values = {
        "first": newest and newest.first,
        "last": newest and newest.last,
        "label": newest.label if newest else "",
        "due_on": newest and due_on(newest.last, measure.frequency),
        "stale_on": newest and stale_on(newest.last, measure.frequency, measure.delay_days),
    }
    return age_of(values, measure.frequency, asking.today)


def years_of(asking: Asking) -> dict[str, int]:
    """How the organisation cuts its years and weeks."""
    organisation = asking.organisation
    return {
        "fiscal_month": organisation.fiscal_month,
        "first_weekday": organisation.first_weekday,
    }
