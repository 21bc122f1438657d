"""One KPI: where it stands in a sentence, its run chart, where each value came from, its goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from okapi.base import clock
from okapi.core.frequencies import Frequency
from okapi.core.freshness import Freshness
from okapi.core.quantities import EXACT
from okapi.exchange.sources.queries import Feeding
from okapi.goals.choices import Followable
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.measured import MeasuredRow
from okapi.kpis.queries.outlook import hindsight, outlook
from okapi.kpis.queries.page import KpiPage, kpi_page
from okapi.kpis.queries.reading import one_row
from okapi.kpis.queries.rows import Measure
from okapi.kpis.queries.signals import before
from okapi.kpis.queries.stand import SliceRow
from okapi.kpis.queries.versions import DefinitionRow
from okapi.web import http
from okapi.web.components import Choice, Crumb, Empty, Segmented, StatusMark, Toast
from okapi.web.editing import told
from okapi.web.following.button import FollowButton, address
from okapi.web.http import Addresses, OrgRequest, member
from okapi.web.kpis import doing, formula_card, measure, remarks, shown, signals, tables, words
from okapi.web.kpis.beside import Beside
from okapi.web.kpis.chart import (
    Forecasts,
    Happened,
    Range,
    chart_of,
    legend_of,
    rows_in,
    slice_words,
)
from okapi.web.kpis.cone import said_of
from okapi.web.kpis.related import related
from okapi.wording import ago, period, say

TEMPLATE = "kpis/kpi.html"


@require_safe
def kpi(request: OrgRequest, key: str) -> HttpResponse:
    """The page; `?fragment=body` and `?fragment=row` are its live regions."""
    who = http.asking(request)
    if request.GET.get("fragment") == "row":
        row = shown.row_of(one_row(who, key), http.at(request), picks="pick" in request.GET)
        return http.part(request, "kpis/row.html", {"row": row})
    return http.page(request, TEMPLATE, context_of(request, who, key))


def context_of(request: OrgRequest, who: Asking, key: str) -> dict[str, Any]:
    """All that the page and its fragments show."""
    wanted = member(Range, request.GET.get("range", "")) or Range.LONG
    beside = Beside(who)
    found = kpi_page(
        who,
        key,
        slice_key=request.GET.get("slice"),
        everything=wanted is Range.ALL,
        beside=beside,
    )
    links = beside.links()
    at, row = http.at(request), found.row
    rows = rows_in(found.rows, wanted, who.today)
    process = found.process
    happened = Happened(links.said, found.target_changes, process)
    is_drawn = request.GET.get("forecasts") == "before"
    forecasts = Forecasts(outlook(who, found), hindsight(found) if is_drawn else None)
    chart = chart_of(who, found, rows, happened, forecasts)
    status = shown.status_shown(found.stand.status, found.stand.age)
    return {
        "frame": http.framed(request, "kpis", _crumbs(at, found)),
        "toasts": (*told.toasts_of(request), *_intake_toasts(request, who)),
        "do": doing.menu_of(found, at),
        "follow": FollowButton(address(at, Followable.KPI, row.key), beside.is_followed()),
        "decide": doing.decision_on(found, at),
        "at": at,
        "here": http.with_query(at.kpi(row.key), request.GET, fragment="body", intake=None),
        "changed": told.CHANGED,
        "topics": " ".join((f"kpi:{row.id}", *links.topics)),
        "found": found,
        "row": row,
        # Files often repeat the name where they have nothing to describe.
        "description": "" if found.description == row.name else found.description,
        "title": row.name,
        "status": shown.mark_of(status, pill=True),
        "owner": shown.avatar_of(row.owner),
        "manner": _manner(found),
        "value": shown.top_figure(
            found.stand.value, row.measure, limits=shown.limits_of(found.stand.target)
        ),
        "is_stale": found.stand.age.freshness is Freshness.STALE,
        "target": shown.target_of(found.stand.target, row.measure),
        "age": shown.age_mark(found.stand.age, row.measure.frequency),
        "learned": rows[-1].origin.at if rows and rows[-1].origin else None,
        "notice": None if found.stand.value is None else words.notice_of(found),
        "empty": _empty(found) if found.stand.value is None and not rows else None,
        "facts": tuple(_facts(found)),
        "chart": chart,
        "legend": None if chart is None else legend_of(chart),
        "forecast": said_of(
            who,
            found,
            forecasts.outlook,
            forecasts.hindsight,
            more=http.with_query(
                request.path, request.GET, forecasts=None if is_drawn else "before"
            ),
            is_drawn=is_drawn,
        ),
        "ranges": _ranges(request, found, wanted),
        "slices": _slices(request, found),
        "slice_words": _slice_name(found.slice),
        "signals": signals.shown_of(found, process, before(who, row.id, process.signals), at),
        "why": f"{at.kpi(row.key)}why" if found.is_explained and rows else "",
        **formula_card.shown_of(who, found, beside.walk, at),
        "values": tables.values(found, rows, at),
        "values_csv": _values_csv(at, request, found),
        "revisions": tables.revisions(found, at),
        "related": related(links, at),
        "quality": tuple(_quality(who, found, rows, beside.feeding(), at)),
        "remarks": remarks.shown_of(who, found, at),
        "definition": Defined(found.definition, row.measure, found),
        "versions": [Defined(one, row.measure, found) for one in found.versions[1:]],
        "measure": f"{at.kpi(row.key)}measure" if found.may_measure else "",
    }


def _intake_toasts(request: OrgRequest, who: Asking) -> tuple[Toast, ...]:
    return measure.toasts_of(request, who) if "intake" in request.GET else ()


def _crumbs(at: Addresses, found: KpiPage) -> tuple[Crumb, ...]:
    team = (Crumb(found.row.team, f"{at.kpis}?team={found.team_key}"),) if found.team_key else ()
    return (Crumb(say("nav.kpis"), at.kpis), *team, Crumb(found.row.name))


def _manner(found: KpiPage) -> str:
    """`weekly · lower is better · definition v3`."""
    measure = found.row.measure
    parts = (
        say(f"frequency.{measure.frequency.value}"),
        say(f"direction.{measure.direction.value}"),
        say("kpis.version", n=found.definition.number),
    )
    return say("kpis.joint").join(parts)


def _empty(found: KpiPage) -> Empty:
    """What to do where nothing was measured yet."""
    return Empty(say("kpis.no_value"), words.first_step(found))


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure beside others: what the value is compared with."""

    name: str
    value: str
    note: str
    status: StatusMark | None = None


def _facts(found: KpiPage) -> Iterator[Fact]:
    stand, measure = found.stand, found.row.measure
    if stand.value is None:
        return
    yield _compared(say("kpis.previous"), stand.value, stand.previous, measure)
    if measure.frequency is not Frequency.YEAR:  # its period before is that of last year
        yield _compared(say("kpis.year_before"), stand.value, stand.year_before, measure)
    if stand.to_date is None or not words.says_to_date(stand, measure):
        return
    span = period(stand.to_date_of.label) if stand.to_date_of else ""
    is_judged = stand.to_date_status and stand.age.freshness is not Freshness.STALE
    yield Fact(
        say("kpis.to_date_of", span=span) if span else say("kpis.to_date"),
        shown.words(stand.to_date, measure),
        _plan_note(found),
        StatusMark(str(stand.to_date_status)) if is_judged else None,
    )
    if not span:
        earlier = stand.to_date_year_before
        yield _compared(say("kpis.to_date_year_before"), stand.to_date, earlier, measure)


def _compared(name: str, value: Decimal, earlier: Decimal | None, measure: Measure) -> Fact:
    if earlier is None:
        return Fact(name, "—", say("kpis.no_value_then"))
    difference = EXACT.subtract(value, earlier)
    return Fact(
        name,
        shown.difference(difference, measure),
        say("kpis.from", value=shown.words(earlier, measure)),
    )


def _plan_note(found: KpiPage) -> str:
    stand, measure = found.stand, found.row.measure
    plan = shown.rounded(stand.to_date_plan, measure)
    if plan is None:
        return say(f"aggregation.{measure.aggregation.value}")
    return say("kpis.against_plan", plan=shown.words(plan, measure))


def _ranges(request: OrgRequest, found: KpiPage, wanted: Range) -> Segmented | None:
    """How much of the past is shown; nothing to choose where little was measured."""
    if len(found.rows) <= int(Range.SHORT.value):
        return None
    frequency = found.row.measure.frequency

    def choice(one: Range) -> Choice:
        value = None if one is Range.LONG else one.value
        href = http.with_query(request.path, request.GET, range=value)
        text = (
            say(f"kpis.count_{frequency.value}", n=int(one.value))
            if one in (Range.SHORT, Range.LONG)
            else say(f"kpis.range_{one.value}")
        )
        return Choice(one.value, text, one is wanted, href=href)

    # Two years of a yearly KPI are fewer than 13 values of it.
    several = frequency in (Frequency.DAY, Frequency.WEEK)
    offered = [one for one in Range if several or one is not Range.YEARS]
    return Segmented(say("kpis.range"), tuple(map(choice, offered)))


def _slices(request: OrgRequest, found: KpiPage) -> tuple[Choice, ...]:
    """The slices to choose from, the total first; nothing where there is only one."""
    parts = [one for one in found.slices if found.definition.has_total or not one.is_total]
    if len(parts) < 2 and found.is_total:
        return ()
    chosen = None if found.slice is None else found.slice.id
    return tuple(
        Choice(
            one.key,
            _slice_name(one),
            one.id == chosen,
            href=http.with_query(request.path, request.GET, slice=one.key or None),
        )
        for one in parts
    )


def _slice_name(one: SliceRow | None) -> str:
    if one is None:
        return ""
    return say("kpis.total") if one.is_total else slice_words(one.values)


def _values_csv(at: Addresses, request: OrgRequest, found: KpiPage) -> str:
    path = f"{at.kpi(found.row.key)}measurements.csv"
    return http.with_query(path, request.GET, range=None)


@dataclass(frozen=True, slots=True)
class Quality:
    """One fact about the data; `mark` is the icon of what it is about."""

    icon: str
    name: str
    text: str
    href: str = ""


def _quality(
    who: Asking,
    found: KpiPage,
    rows: Sequence[MeasuredRow],
    feeding: Iterable[Feeding],
    at: Addresses,
) -> Iterator[Quality]:
    age, frequency = found.stand.age, found.row.measure.frequency
    fresh = age.freshness is Freshness.FRESH
    expected = remarks.expected_words(who, found, rows)
    if fresh and expected:
        text = expected
    else:
        text = shown.age_mark(age, frequency).words if age.last else "—"
    yield Quality("check" if fresh else "clock", say(f"mark.{age.freshness.value}"), text)
    if expected and not fresh:
        yield Quality("clock", say("remark.next_value"), expected)
    if rows and frequency is not Frequency.IRREGULAR:
        begin = rows[0].period.last
        missing = [gap for gap in found.gaps if gap.last > begin]
        count = len(rows) + len(missing) + age.late
        complete = len(rows) == count
        yield Quality(
            "check" if complete else "minus",
            say("kpis.complete"),
            say("kpis.complete_of", known=len(rows), n=count),
        )
    if found.definition.formula:
        yield Quality("info", say("remark.title"), say("remark.of_parts"), href="#lineage")
        return
    yield _revised(found)
    origins = [row.origin for row in rows if row.origin is not None]
    if origins:
        origin = max(origins, key=lambda origin: origin.at)
        yield Quality(
            "database",
            say("kpis.newest_intake"),
            shown.origin_words(origin),
            href=at.intake(origin.uid),
        )
    for one in feeding:
        code = "kpis.feeding_paused" if one.is_paused else "kpis.feeding_text"
        read = ago(one.read_at, clock.now())
        text = say(code, name=one.name, ago=read, period=period(one.label, short=True))
        yield Quality("database", say("kpis.feeding"), text)


def _revised(found: KpiPage) -> Quality:
    total = found.revisions.total
    newest = dict.fromkeys(period(row.period.label, short=True) for row in found.revisions.rows[:8])
    where = say("kpis.list_joint").join(list(newest)[:3])
    text = say("kpis.revised_times", n=total, where=where) if total else say("kpis.never_revised")
    return Quality("history", say("kpis.revisions"), text)


def _decided(row: DefinitionRow, found: KpiPage) -> str:
    """Since when it holds and who decided so; of a proposal nobody has decided yet."""
    if not row.decided_by:
        return say("kpis.valid_from", day=row.valid_from)
    if found.state is KpiState.PROPOSED:
        return say("kpi.proposed.by", name=row.decided_by)
    return say("kpis.decided_by", name=row.decided_by, day=row.valid_from)


class Defined:
    """A definition version as the panel tells it."""

    def __init__(self, row: DefinitionRow, measure: Measure, found: KpiPage) -> None:
        self.row = row
        self.number = row.number
        self.unit = row.unit
        self.decided = _decided(row, found)
        self.facts = tuple(self._facts())
        limits = None if found.stand.target is None else found.stand.target.limits
        amber = "" if limits is None else shown.amber_words(limits, measure)
        self.amber = say("kpis.amber_until", limit=amber) if amber else ""

    def _facts(self) -> Iterator[tuple[str, str]]:
        row = self.row
        yield say("kpis.over_time"), say(f"aggregation.{row.aggregation.value}")
        if row.unit:
            yield say("kpis.unit"), shown.unit_words(row.unit)
        if row.dimensions:
            yield say("kpis.dimensions"), say("kpis.list_joint").join(row.dimensions)
        if row.slice_aggregation and row.has_total:
            yield say("kpis.over_slices"), say(f"aggregation.{row.slice_aggregation}")
        if row.delay_days:
            yield say("kpis.delay"), say("kpis.count_day", n=row.delay_days)
        if row.source:
            yield say("kpis.source"), row.source
