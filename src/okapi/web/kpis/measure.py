"""Adding a measurement on the page, and taking an intake back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import Period, next_period, parse_period
from okapi.core.series import Aggregation
from okapi.kpis import access, actions
from okapi.kpis.ingest import IntakeResult
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.intakes import intake_page
from okapi.kpis.queries.measured import value_at
from okapi.kpis.queries.page import KpiPage, kpi_page
from okapi.web import errors, http
from okapi.web.components import Choice, Crumb, Field, Toast
from okapi.web.editing.told import CHANGED
from okapi.web.editing.typed import read_number
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown
from okapi.web.kpis.chart import slice_words
from okapi.wording import period, say

TEMPLATE = "kpis/measure.html"
_MOST_MISSING = 40
_MOST_MEASURED = 26


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form: as it was sent, or to begin with."""

    period: str = ""
    other_period: str = ""
    value: str = ""
    numerator: str = ""
    denominator: str = ""
    note: str = ""
    slice: str | None = None

    @property
    def asked_period(self) -> str:
        """The period meant: the one that was typed, else the one chosen."""
        return self.other_period.strip() or self.period


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: OrgRequest, key: str) -> HttpResponse:
    """The form, as a page or as the body of the KPI page's dialog; a post records the value."""
    who = http.asking(request)
    access.get(who.actor, key, "measure")
    typed = _typed(request)
    found = kpi_page(who, key, slice_key=typed.slice)
    if request.method != "POST":
        return _form(request, who, found, typed)
    try:
        was, result = _record(who, found, typed)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        return _form(request, who, found, typed, errors.by_field(refused), status=422)
    return _recorded(request, found, typed, was, result)


@require_POST
def undo(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Take an intake back."""
    actions.undo_intake(request.actor, uid)
    if not request.htmx:
        return HttpResponseRedirect(http.at(request).intake(uid))
    return _told(Toast(say("kpis.intake.taken_back")))


def _typed(request: OrgRequest) -> Typed:
    if request.method != "POST":
        asked = request.GET
        return Typed(slice=asked.get("slice"), other_period=asked.get("period", "")[:60])
    sent = request.POST
    texts = {name: sent.get(name, "")[:600] for name in Typed.__slots__ if name != "slice"}
    return Typed(**texts, slice=sent.get("slice"))


def _record(who: Asking, found: KpiPage, typed: Typed) -> tuple[Decimal | None, IntakeResult]:
    """The value that stood before, and what became of the new one."""
    row = _row(found, typed)
    before = _period(who, typed.asked_period)
    was = None
    if before is not None and found.slice is not None:
        was = value_at(found.slice.id, before)
    return was, actions.record_measurements(who.actor, [row])


def _row(found: KpiPage, typed: Typed) -> dict[str, Any]:
    """The measurement as every door takes it; `Refused` at the field of a number."""
    values: Mapping[str, str] = {} if found.slice is None else found.slice.values
    row = {
        "kpi": found.row.key,
        "period": typed.asked_period,
        "slice": dict(values),
        "note": typed.note,
    }
    if _is_ratio(found):
        parts = {name: _number(getattr(typed, name), name) for name in ("numerator", "denominator")}
        if parts["denominator"] == 0:
            raise Refused("kpis.measure.nothing_below", field="denominator")
        return {**row, **parts, "value": ""}
    return {**row, "value": _number(typed.value, "value", found.row.measure.unit)}


def _number(text: str, field: str, unit: str = "") -> Decimal:
    if not text.strip():
        raise Refused("kpis.measure.missing", field=field)
    try:
        return read_number(text, unit, said=shown.unit_words(unit))
    except Refused as refused:
        unreadable = refused.code == "number.unreadable"
        code = "kpis.measure.unreadable" if unreadable else refused.code
        raise Refused(code, **{**refused.data, "field": field}) from None


def _is_ratio(found: KpiPage) -> bool:
    return found.row.measure.aggregation is Aggregation.RATIO


def _period(who: Asking, text: str) -> Period | None:
    try:
        organisation = who.organisation
        read = parse_period(
            text,
            fiscal_month=organisation.fiscal_month,
            first_weekday=organisation.first_weekday,
        )
    except Refused:
        return None
    return read.period


def _recorded(
    request: OrgRequest, found: KpiPage, typed: Typed, was: Decimal | None, result: IntakeResult
) -> HttpResponse:
    at = http.at(request)
    if not request.htmx:
        query = {"intake": str(result.uid)}
        if found.slice is not None and found.slice.key:
            query["slice"] = found.slice.key
        return HttpResponseRedirect(f"{at.kpi(found.row.key)}?{urlencode(query)}")
    return _told(_toast(found, typed, was, result, at))


def _toast(
    found: KpiPage, typed: Typed, was: Decimal | None, result: IntakeResult, at: Addresses
) -> Toast:
    """What became of it, with the way back."""
    label = period(" ".join(typed.asked_period.split()))
    undo_at = f"{at.intake(result.uid)}undo"
    if result.unchanged:
        return Toast(say("kpis.measure.unchanged", period=label))
    if result.revised and was is not None:
        text = say("kpis.measure.revised", period=label, was=shown.words(was, found.row.measure))
    else:
        text = say("kpis.measure.new", period=label)
    return Toast(text, action=say("kpis.measure.undo"), post=undo_at)


def _told(toast: Toast) -> HttpResponse:
    """A toast, and the news for the page."""
    response = HttpResponse(str(toast))
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    response["HX-Trigger"] = CHANGED
    return response


def _form(
    request: OrgRequest,
    who: Asking,
    found: KpiPage,
    typed: Typed,
    wrong: Mapping[str, str] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    at, told = http.at(request), wrong or {}
    fields = tuple(_fields(who, found, typed, told))
    known = {field.name for field in fields}
    href = at.kpi(found.row.key)
    context = {
        "title": say("kpis.measure.title", name=found.row.name),
        "found": found,
        "href": href,
        "action": f"{href}measure",
        "fields": fields,
        "other": " ".join(text for field, text in told.items() if field not in known),
    }
    if request.htmx:
        context["in_dialog"] = True
        return http.part(request, "kpis/measure_form.html", context, status=status)
    crumbs = (
        Crumb(say("nav.kpis"), at.kpis),
        Crumb(found.row.name, href),
        Crumb(say("kpis.measure.do")),
    )
    context["frame"] = http.framed(request, "kpis", crumbs)
    return http.page(request, TEMPLATE, context, status=status)


def _fields(who: Asking, found: KpiPage, typed: Typed, wrong: Mapping[str, str]) -> Iterator[Field]:
    choices = tuple(_periods(who, found, typed))
    wrong_period = wrong.get("period", "")
    if choices:
        is_other = bool(typed.other_period.strip())
        yield Field(
            "period",
            say("chart.period"),
            kind="select",
            choices=choices,
            error="" if is_other else wrong_period,
        )
    if of := slice_field(found, wrong.get("slice", "")):
        yield of
    yield from _values(found, typed, wrong)
    yield Field(
        "note",
        say("kpis.note"),
        value=typed.note,
        placeholder=say("kpis.measure.optional"),
        error=wrong.get("note", ""),
    )
    yield Field(
        "other_period",
        say("kpis.measure.other_period") if choices else say("chart.period"),
        value=typed.other_period,
        placeholder=say("kpis.measure.optional") if choices else "",
        help=say("kpis.measure.period_help"),
        required=not choices,
        error=wrong_period if typed.other_period.strip() or not choices else "",
    )


def slice_field(found: KpiPage, error: str = "") -> Field | None:
    """Which slice it is about, where there is a choice."""
    parts = [one for one in found.slices if found.definition.has_total or not one.is_total]
    if len(parts) < 2 and found.is_total:
        return None
    chosen = None if found.slice is None else found.slice.id
    choices = tuple(
        Choice(
            one.key,
            say("kpis.total") if one.is_total else slice_words(one.values),
            one.id == chosen,
        )
        for one in parts
    )
    return Field("slice", say("kpis.slice"), kind="select", choices=choices, error=error)


def _values(found: KpiPage, typed: Typed, wrong: Mapping[str, str]) -> Iterator[Field]:
    """The value, or the two parts of a ratio."""
    if not _is_ratio(found):
        yield Field(
            "value",
            say("chart.value"),
            kind="number",
            value=typed.value,
            unit=shown.unit_words(found.row.measure.unit),
            error=wrong.get("value", ""),
            required=True,
            autofocus=True,
        )
        return
    for name in ("numerator", "denominator"):
        yield Field(
            name,
            say(f"kpis.measure.{name}"),
            kind="number",
            value=getattr(typed, name),
            error=wrong.get(name, "") or (wrong.get("value", "") if name == "denominator" else ""),
            required=True,
            autofocus=name == "numerator",
        )


def _periods(who: Asking, found: KpiPage, typed: Typed) -> Iterator[Choice]:
    """What is missing, the next one first, then what can be corrected."""
    if found.row.measure.frequency is Frequency.IRREGULAR:
        return
    missing = list(_missing(who, found))
    known = [row.period.label for row in found.rows[: -_MOST_MEASURED - 1 : -1]]
    ahead = [one.label for one in missing]
    chosen = typed.period or next(iter(ahead or known), "")
    gaps = [gap.label for gap in found.gaps[::-1]][:_MOST_MISSING]
    values = {row.period.label: row.value for row in found.rows}
    for label in dict.fromkeys((*ahead, *gaps, *known)):
        text = period(label)
        if label in values:
            words = shown.words(values[label], found.row.measure)
            text = say("kpis.measure.has_value", period=text, value=words)
        yield Choice(label, text, label == chosen)


def _missing(who: Asking, found: KpiPage) -> Iterator[Period]:
    """The periods after the newest value that have begun."""
    here = found.next_period
    for _ in range(_MOST_MISSING):
        if here is None or here.first > who.today:
            return
        yield here
        here = next_period(here, found.row.measure.frequency, **_years(who))


def _years(who: Asking) -> dict[str, int]:
    organisation = who.organisation
    return {
        "fiscal_month": organisation.fiscal_month,
        "first_weekday": organisation.first_weekday,
    }


def toasts_of(request: HttpRequest, who: Asking) -> tuple[Toast, ...]:
    """After a post without JavaScript: what became of the intake that the address names."""
    try:
        found = intake_page(who, UUID(request.GET.get("intake", "")))
    except (NotFound, ValueError):
        return ()
    counts = (("revised", found.revised), ("new", found.new), ("unchanged", found.unchanged))
    what = next((name for name, count in counts if count), "unchanged")
    href = Addresses(who.organisation.slug).intake(found.uid)
    if what == "unchanged" or not found.may_undo:
        return (Toast(say(f"kpis.measure.was_{what}")),)
    return (Toast(say(f"kpis.measure.was_{what}"), action=say("kpis.measure.undo"), href=href),)
