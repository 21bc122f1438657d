"""Readings of hours and minutes for a KPI that has days (or longer periods).

They are put together into one value for each period that has ended, and come in as every
measurement does. The readings themselves are not kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from okapi.base import idempotency
from okapi.base.actor import Actor
from okapi.core.errors import Place, Refused
from okapi.core.frequencies import Frequency
from okapi.core.moments import Bundle, Reading, moment_of, put_together
from okapi.core.periods import Period, period_of
from okapi.core.quantities import canonical, parse_decimal
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.actions.drafts import Ref
from okapi.kpis.actions.measuring import record_measurements
from okapi.kpis.ingest import IntakeResult
from okapi.kpis.ingest.findings import Findings
from okapi.kpis.ingest.numbers import refusal
from okapi.kpis.models import Definition
from okapi.orgs.queries import Settings, settings_of

Row = tuple[str, Any]
"""A moment and a value, as they were written."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Readings of a KPI, put together; `running` are those of periods that have not ended."""

    kpi_key: str
    bundles: tuple[Bundle, ...]
    running: tuple[Reading, ...] = ()


def look_at_readings(actor: Actor, kpi: Ref, rows: Sequence[Row]) -> Seen:
    """What readings come to, and which of them are unusual; nothing is written.

    `Refusals` with every row that cannot be read; `Refused`: `moment.no_rows`, `moment.formula`,
    `moment.irregular`, and as `core.moments.put_together`.
    """
    held, settings = access.get(actor, kpi, "measure"), settings_of(actor.organisation_id)
    definition = held.definition
    if definition is None:
        raise Refused("kpi.undefined", field="kpi", found=held.key)
    if definition.formula:
        raise Refused("moment.formula", kpi=held.key)
    if definition.frequency == Frequency.IRREGULAR.value:
        raise Refused("moment.irregular", kpi=held.key)
    if not rows:
        raise Refused("moment.no_rows", field="readings")
    bundles = _put_together(definition, settings, _read(rows, settings))
    ended = tuple(one for one in bundles if one.period.last < settings.today)
    running = tuple(one for late in bundles[len(ended) :] for one in late.readings)
    return Seen(held.key, ended, running)


def record_readings(
    actor: Actor,
    kpi: Ref,
    rows: Sequence[Row],
    *,
    slice: Mapping[str, str] | None = None,
    note_of: Callable[[Bundle], str] | None = None,
    source: str = "",
    request: idempotency.Request | None = None,
) -> tuple[Seen, IntakeResult]:
    """Take in one value for each period that has ended; periods that have not are left out.

    `note_of` words a note of a period, in the language of the one who brings it. Refused as
    `look_at_readings` and `record_measurements` do.
    """
    seen = look_at_readings(actor, kpi, rows)
    measured = [
        {
            "kpi": seen.kpi_key,
            "period": one.period.label,
            "value": canonical(one.value),
            "slice": dict(slice or {}),
            "note": "" if note_of is None else note_of(one),
        }
        for one in seen.bundles
    ]
    return seen, record_measurements(actor, measured, source=source, request=request)


def _read(rows: Sequence[Row], settings: Settings) -> list[Reading]:
    zone, findings = ZoneInfo(settings.time_zone), Findings("")
    found: list[Reading] = []
    for line, (text, value) in enumerate(rows, start=1):
        try:
            at = moment_of(text, zone)
            found.append(Reading(at, _number(value)))
        except Refused as refused:
            findings.add(refused, line)
    findings.raise_any()
    return found


def _number(value: Any) -> Decimal:
    try:
        return parse_decimal(value)
    except (Refused, TypeError):
        raise refusal(value).at(Place(field="value")) from None


def _put_together(
    definition: Definition, settings: Settings, readings: Sequence[Reading]
) -> tuple[Bundle, ...]:
    frequency = Frequency(definition.frequency)

    @cache
    def period(day: date) -> Period:
        return period_of(
            day,
            frequency,
            fiscal_month=settings.fiscal_month,
            first_weekday=settings.first_weekday,
        )

    how = Aggregation(definition.aggregation)
    return put_together(readings, how, ZoneInfo(settings.time_zone), period)
