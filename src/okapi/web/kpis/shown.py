"""From rows of KPIs to components: the same words and marks on every page that shows a KPI."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness
from okapi.core.limits import Status, TargetLimits, status
from okapi.core.quantities import Direction, places_of
from okapi.kpis.queries.measured import Origin
from okapi.kpis.queries.rows import Age, KpiRow, Measure, PersonRow, Shown, TargetRow
from okapi.web import components
from okapi.web.components import Avatar, Figure, Spark, StatusMark, Target
from okapi.web.http import Addresses
from okapi.wording import day, number, period, readable_digits, say

SHORT_FROM = 100_000
"""In rows a value is written in short from here on; its own page writes it out."""
SHORT_AT_THE_TOP_FROM = Decimal(10) ** 12
"""From here on even the head of its page has it in short: it would not stand in one line."""


def row_of(row: KpiRow, at: Addresses, *, picks: bool = False) -> components.KpiRow:
    """A KPI in a list; in one that `picks` it can be chosen."""
    href = at.kpi(row.key)
    return components.KpiRow(
        name=row.name,
        href=href,
        value=figure(row.value, row.measure, compact=True, limits=limits_of(row.target)),
        status=mark_of(row.shown),
        where=where_of(row),
        spark=spark_of(row),
        # Where none is set there is nothing to say: the dashed ring says it.
        target=None if row.target is None else target_of(row.target, row.measure, compact=True),
        age=age_mark(row.age, row.measure.frequency),
        signal=row.is_signal,
        remarks=row.has_remarks,
        topic=f"kpi:{row.id}",
        fragment=f"{href}?fragment=row{'&pick=1' if picks else ''}",
        pick=row.key if picks else "",
    )


def where_of(row: KpiRow) -> str:
    """Team and owner, as far as there are any; before them that it has no total."""
    owner = "" if row.owner is None else row.owner.name
    sliced = say("kpis.slices_only") if row.is_sliced_only else ""
    return say("kpis.joint").join(part for part in (sliced, row.team, owner) if part)


def mark_of(shown: Shown, *, pill: bool = False) -> StatusMark:
    """The status as it is shown: stale outranks any colour; a signal is red."""
    return StatusMark("red" if shown is Shown.SIGNAL else shown.value, pill=pill)


def status_shown(found: Status, age: Age) -> Shown:
    """What is said first of a value: stale outranks any colour."""
    stale = age.freshness is Freshness.STALE
    return Shown.STALE if stale else Shown(found.value)


def figure(
    value: Decimal | None,
    measure: Measure,
    *,
    compact: bool = False,
    limits: TargetLimits | None = None,
) -> Figure:
    """A value in the KPI's unit and with its decimals; `compact` writes large ones in short.

    What misses one of its `limits` by little has more decimals, so that it never reads as if it
    met it.
    """
    if compact and _is_large(value):
        return Figure(value, unit=measure.unit, compact=True)
    return Figure(value, unit=measure.unit, digits=_telling(value, measure.decimals, limits))


def top_figure(
    value: Decimal | None, measure: Measure, *, limits: TargetLimits | None = None
) -> Figure:
    """A value as it stands at the top of its page."""
    is_huge = value is not None and abs(value) >= SHORT_AT_THE_TOP_FROM
    return figure(value, measure, compact=is_huge, limits=limits)


def _telling(value: Decimal | None, digits: int | None, limits: TargetLimits | None) -> int | None:
    """The decimals with which a value reads as it stands against its limits."""
    if value is None or digits is None or limits is None:
        return digits
    exact = status(value, limits)
    enough = (
        more
        for more in range(digits, digits + _MOST_DIGITS_MORE)
        if status(round(value, more), limits) is exact
    )
    return next(enough, None)


_MOST_DIGITS_MORE = 6


def words(value: Decimal | None, measure: Measure, *, limits: TargetLimits | None = None) -> str:
    """The same as text."""
    return figure(value, measure, limits=limits).text


def unit_words(unit: str) -> str:
    """A unit as it stands beside a number: `¥`, `%`, `orders`."""
    return number(Decimal(2), unit).replace("2", "", 1).strip()


def limits_of(target: TargetRow | None) -> TargetLimits | None:
    """The limits of a target, if there is one."""
    return None if target is None else target.limits


def difference(value: Decimal | None, measure: Measure, *, sign: bool = True) -> str:
    """A difference of two values: percentages differ by points."""
    unit = "pp" if measure.unit == "%" else measure.unit
    digits = readable_digits(value) if measure.decimals is None else measure.decimals
    return number(value, unit, digits=digits, sign=sign)


def gap_words(gap: Decimal, measure: Measure) -> str:
    """How much a target is missed by: never 0, since it is missed."""
    unit = "pp" if measure.unit == "%" else measure.unit
    digits = measure.decimals
    if digits is not None and gap and round(gap, digits) == 0:
        digits = -gap.adjusted()
    return number(gap, unit, digits=digits)


def target_of(target: TargetRow | None, measure: Measure, *, compact: bool = False) -> Target:
    """A target, or that there is none."""
    if target is None:
        return Target(measure.direction)
    limits = target.limits
    low, high = (None, None) if limits.band is None else (limits.band.low, limits.band.high)
    return Target(
        limits.direction,
        value=rounded(limits.target, measure),
        low=rounded(low, measure),
        high=rounded(high, measure),
        unit=measure.unit,
        compact=compact and any(map(_is_large, (limits.target, low, high))),
    )


def rounded(value: Decimal | None, measure: Measure) -> Decimal | None:
    """With no more decimals than the KPI shows: the parts of a breakdown may have many."""
    if value is None or measure.decimals is None:
        return value
    return round(value, min(measure.decimals, places_of(value)))


def _is_large(value: Decimal | None) -> bool:
    return value is not None and abs(value) >= SHORT_FROM


def amber_words(limits: TargetLimits, measure: Measure) -> str:
    """Where amber ends; empty where all that misses the target is red."""
    if limits.amber is not None:
        return Target(limits.direction, rounded(limits.amber, measure), unit=measure.unit).bare
    if limits.amber_band is not None:
        low, high = (
            rounded(edge, measure) for edge in (limits.amber_band.low, limits.amber_band.high)
        )
        return Target(Direction.BAND, low=low, high=high, unit=measure.unit).bare
    return ""


def spark_of(row: KpiRow, *, width: int = 88, height: int = 28) -> Spark | None:
    """The last values with the target."""
    if sum(value is not None for value in row.spark) < 2:
        return None
    limits = None if row.target is None else row.target.limits
    band = None if limits is None else limits.band
    return Spark(
        row.spark,
        target=None if limits is None else limits.target,
        band=None if band is None else (band.low, band.high),
        width=width,
        height=height,
        faded=row.age.freshness is Freshness.STALE,
    )


def age_mark(age: Age, frequency: Frequency) -> components.Age:
    """How new the newest value is, for a row."""
    label = period(age.label, short=True) if age.label else ""
    match age.freshness:
        case Freshness.DUE:
            return components.Age("due", say("kpis.age_due", period=label))
        case Freshness.STALE:
            return components.Age("stale", label, late=late_words(age.late, frequency))
        case Freshness.FRESH | Freshness.EMPTY:
            return components.Age(age.freshness.value, label)


def late_words(late: int, frequency: Frequency) -> str:
    """`3 weeks`; empty where nothing is late."""
    return say(f"kpis.count_{frequency.value}", n=late) if late else ""


def days_of(first: date, last: date, *, with_year: bool = True) -> str:
    """The days of a period in words; the year once, or at both ends where they differ."""
    if first == last:
        return day(last, short=not with_year)
    if first.year != last.year:
        return f"{day(first)} – {day(last)}"
    return f"{day(first, short=True)} – {day(last, short=not with_year)}"


def origin_words(origin: Origin) -> str:
    """Who or what brought a value in: the source and the person, else the door."""
    named = [origin.source or origin.file_name, origin.person]
    return say("kpis.joint").join(one for one in named if one) or say(f"door.{origin.door}")


def avatar_of(person: PersonRow | None) -> Avatar | None:
    """A person's disc; nothing for nobody."""
    return None if person is None else Avatar(person.name, size="s", hidden=True)
