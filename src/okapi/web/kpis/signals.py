"""Signals in words and on the chart: what stands out, by which limits, and what people said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from okapi.core.watching import FIRM, NEWS_FOR
from okapi.core.xmr import PROVISIONAL_FROM
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.rows import Measure
from okapi.kpis.queries.signals import CameBefore, LimitsRow, MarkRow, Process, SignalRow
from okapi.web.components import RunChart
from okapi.web.components.charts import ChartLimits, ChartSpan
from okapi.web.http import Addresses
from okapi.web.signal_words import tone
from okapi.wording import day, number, period, readable_digits, say
from okapi.wording.signals import signal_sentence, span_of_values

_DIGITS = 4


def figure_of(value: float | None, measure: Measure) -> str:
    """A computed figure with as many digits as tell something."""
    if value is None:
        return "—"
    rough = Decimal(f"{value:.{_DIGITS}g}")
    digits = measure.decimals
    if digits is None or (rough and round(rough, digits) == 0):
        digits = readable_digits(rough)
    return number(rough, measure.unit, digits=digits)


@dataclass(frozen=True, slots=True)
class Told:
    """A signal of the list."""

    words: str
    more: str
    tone: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact about the limits."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody said, and where it is taken back (empty where it is not theirs to do)."""

    words: str
    by: str
    reason: str
    removed: str
    remove: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """Another KPI whose signals came before."""

    name: str
    href: str
    words: str
    times: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The panel: the signal that goes on, or that there is none; then what it rests on."""

    standing: Told | None
    quiet: str
    settled: str
    facts: tuple[Fact, ...]
    past: tuple[Told, ...]
    marks: tuple[Mark, ...]
    before: tuple[Earlier, ...]
    change: str


def shown_of(
    found: KpiPage, process: Process, before: Sequence[CameBefore], at: Addresses
) -> Shown | None:
    """The panel of a KPI; None where nothing was measured."""
    if not found.rows:
        return None
    measure, standing = found.row.measure, process.standing
    change = f"{at.kpi(found.row.key)}process"
    past = [one for one in process.signals if one is not standing]
    return Shown(
        standing=None if standing is None else _told(standing, measure),
        quiet="" if standing is not None else _quiet(process.limits),
        settled=_settled(standing),
        facts=tuple(_facts(process, measure)),
        past=tuple(_told(one, measure) for one in past),
        marks=tuple(_mark(one, change, may=found.may.edit) for one in process.marks),
        before=tuple(
            Earlier(
                one.name,
                at.kpi(one.key),
                say(f"signal.before_{one.direction.value}", days=_lag(one.days)),
                say("signal.before_times", n=one.times, of=one.of),
            )
            for one in before
        ),
        change=change if found.may.edit else "",
    )


def _lag(days: int) -> str:
    """Days as people say them."""
    if days < 14:
        return say("kpis.count_day", n=days)
    return say("kpis.count_week", n=round(days / 7))


def _told(signal: SignalRow, measure: Measure) -> Told:
    usual = say(
        "signal.usual",
        mean=figure_of(signal.mean, measure),
        usual=figure_of(signal.mean - signal.change, measure),
    )
    strength = ""
    if signal.strength is not None:
        strength = say("signal.strength", n=number(Decimal(f"{signal.strength:.2g}")))
    verdict = {"bad": "signal.bad", "good": "signal.good", "neither": "signal.neither"}
    kind = tone(signal)
    more = say("kpis.joint").join(one for one in (usual, strength) if one)
    return Told(signal_sentence(signal), more, kind, say(verdict[kind]))


def _quiet(limits: LimitsRow | None) -> str:
    if limits is None:
        return say("signal.not_yet")
    if limits.refusal:
        return say("signal.refused", why=limits.refusal)
    if limits.mean is None:
        return say("signal.waiting", least=PROVISIONAL_FROM, n=limits.points)
    return say("signal.none")


def _settled(standing: SignalRow | None) -> str:
    if standing is None or standing.points <= NEWS_FOR:
        return ""
    return say("signal.settled", span=span_of_values(standing.points, standing.frequency))


def _facts(process: Process, measure: Measure) -> Iterator[Fact]:
    limits = process.limits
    if limits is None or limits.mean is None or limits.first is None or limits.last is None:
        return
    edges = (limits.lower, limits.mean, limits.upper)
    lower, mean, upper = (figure_of(one, measure) for one in edges)
    screened = say("signal.screened") if limits.is_screened else ""
    yield Fact(
        say("signal.limits"), say("signal.range", lower=lower, upper=upper, mean=mean), screened
    )
    of = say("signal.baseline_of", first=day(limits.first), last=day(limits.last), n=limits.points)
    yield Fact(say("signal.baseline"), of, _whence(process, limits))
    if limits.season is not None:
        code = f"signal.season_{measure.frequency.value}"
        yield Fact(say("signal.season"), say(code))


def _whence(process: Process, limits: LimitsRow) -> str:
    if not limits.is_firm:
        return say("signal.provisional", n=FIRM)
    mark = next((one for one in process.marks if one.id == limits.mark), None)
    if mark is not None:
        return say("signal.set_by", name=mark.person or say("door.job"), day=day(mark.at))
    return say("signal.chosen", day=day(limits.made_at))


def _mark(mark: MarkRow, change: str, *, may: bool) -> Mark:
    code = "signal.mark_changed" if mark.last is None else "signal.mark_baseline"
    is_gone = mark.removed_at is not None
    removed = ""
    if mark.removed_at is not None:
        removed = say("signal.mark_removed", name=mark.removed_by, day=day(mark.removed_at))
        removed = f"{removed} {mark.removed_reason}".strip()
    return Mark(
        words=say(code, label=period(mark.label), last=period(mark.last_label)),
        by=say("kpis.joint").join(one for one in (mark.person, day(mark.at)) if one),
        reason=mark.reason,
        removed=removed,
        remove=f"{change}/{mark.id}/remove" if may and not is_gone else "",
    )


def on_chart(
    chart: RunChart, places: Sequence[tuple[date, date]], process: Process, decimals: int | None
) -> RunChart:
    """The chart with the limits drawn and the signals marked; `places` are the points' days."""
    marked = list(chart.points)
    for signal in reversed(process.signals):
        inside = [at for at, (_, last) in enumerate(places) if _holds(signal, last, marked[at])]
        for at in inside:
            marked[at] = replace(marked[at], run=True, signal_text=signal_sentence(signal))
        if inside:
            marked[inside[-1]] = replace(marked[inside[-1]], run=False, signal=tone(signal))
    limits, baseline = _limits(process.limits, places, decimals)
    return replace(chart, points=marked, limits=limits, baseline=baseline)


def _holds(signal: SignalRow, last: date, point: object) -> bool:
    return signal.since_last <= last <= signal.until and getattr(point, "value", None) is not None


def _limits(
    kept: LimitsRow | None, places: Sequence[tuple[date, date]], decimals: int | None
) -> tuple[ChartLimits | None, ChartSpan | None]:
    if kept is None or kept.mean is None or kept.first is None or kept.last is None:
        return None, None
    first = next((at for at, (_, last) in enumerate(places) if last >= kept.first), None)
    if first is None:
        return None, None
    lower, mean, upper = (_rough(one, decimals) for one in (kept.lower, kept.mean, kept.upper))
    inside = [at for at, (_, last) in enumerate(places) if kept.first <= last <= kept.last]
    span = ChartSpan(inside[0], inside[-1], say("signal.baseline")) if inside else None
    return ChartLimits(lower, mean, upper, first), span


def _rough(value: float | None, decimals: int | None) -> Decimal | None:
    """With one decimal more than the KPI shows."""
    if value is None:
        return None
    rough = Decimal(f"{value:.{_DIGITS}g}")
    return rough if decimals is None else round(rough, decimals + 1)
