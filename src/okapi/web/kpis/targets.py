"""The target editor: targets with limits, broken down over periods, looked at before saving."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.breakdowns import BreakdownMethod
from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.core.frequencies import Frequency
from okapi.core.periods import next_period, period_of
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import actions
from okapi.kpis.actions.previewing import TargetPreview, preview_target
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import (
    KpiToEdit,
    TargetToEdit,
    kpi_to_edit,
    slices_of,
    targets_to_edit,
)
from okapi.kpis.queries.rows import Measure
from okapi.web import errors, http
from okapi.web.components import Choice, Crumb, Line, Notice
from okapi.web.components.base import Component
from okapi.web.editing import form as forms
from okapi.web.editing import saving, told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section
from okapi.web.editing.saving import Outcome
from okapi.web.editing.sent import Now, Sent
from okapi.web.http import OrgRequest
from okapi.web.kpis import shown
from okapi.web.kpis import target_texts as texts
from okapi.web.kpis.chart import slice_words
from okapi.web.kpis.target_preview import Spread
from okapi.wording import period, say

TEMPLATE = "kpis/targets.html"
_LONGER = (Frequency.YEAR, Frequency.HALF, Frequency.QUARTER, Frequency.MONTH, Frequency.WEEK)


@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: OrgRequest, key: str) -> HttpResponse:
    """Set a target, look at it first, or take one away; `period` and `slice` name one to begin."""
    who = http.asking(request)
    found = kpi_to_edit(who, key, "adjust")
    there = targets_to_edit(found)
    ask = partial(_ask, request, who, found, there)
    if request.method != "POST":
        slice_key, named = request.GET.get("slice", ""), request.GET.get("period", "")
        now = _now(found, there, named or _first_period(who, found), slice_key)
        return ask(Filling(now.texts), began=now, looks=bool(named))
    if request.POST.get("do") == "remove":
        return _remove(request, who, found)
    sent = texts.read(request.POST)
    now = _now(found, there, sent.text("period"), sent.text("slice"))
    filling = Filling({**now.texts, **sent.texts, "reason": sent.reason})
    if "look" in request.POST:
        return ask(filling, began=sent.began(now), looks=True)
    again = partial(ask, began=sent.began(now), came_back=True)
    try:
        with changes.gather() as made:
            outcome = _save(who, found, there, sent)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        return again(replace(filling, errors=texts.at_fields(errors.by_field(refused))))
    if not outcome.is_saved:
        filling = filling.with_clashes(outcome, "kpi", found.id, told_as=_CHANGED_AS)
        return again(filling, began=outcome.now, notice=forms.met_others())
    onward = f"{http.at(request).kpi(found.key)}targets"
    return told.saved(request, made, onward=onward, kept=bool(outcome.kept), leave=True)


_CHANGED_AS = dict.fromkeys((*texts.NAMES, texts.SHARES), "targets")


def _remove(request: OrgRequest, who: Asking, found: KpiToEdit) -> HttpResponse:
    """Take a target away, with its parts."""
    named = request.POST.get("slice", "")
    values = dict(slices_of(found)).get(named, {})
    with changes.gather() as made:
        actions.remove_targets(
            who.actor, found.id, [request.POST.get("period", "")], of_slice=values
        )
    onward = f"{http.at(request).kpi(found.key)}targets"
    return told.saved(request, made, onward=onward, leave=True)


def _save(who: Asking, found: KpiToEdit, there: Sequence[TargetToEdit], sent: Sent) -> Outcome:
    """Set it; where another one changed the same target meanwhile, both are put together."""
    at = (sent.text("period"), sent.text("slice"))
    if sent.base is not None and (sent.base.get("period"), sent.base.get("slice")) != at:
        # Begun at another period: nothing of that one is changed here.
        sent = replace(sent, version=None, base=None)

    def act(_changed: Mapping[str, str], values: Mapping[str, str], version: int) -> None:
        draft = texts.draft_of(found, values)
        actions.set_targets(who.actor, found.id, [draft], version=version, reason=sent.reason)

    def reload() -> Now:
        latest = kpi_to_edit(who, found.id, "adjust")
        return _now(latest, targets_to_edit(latest), *at)

    return saving.save(sent, _now(found, there, *at), act, reload=reload)


def _now(found: KpiToEdit, there: Sequence[TargetToEdit], label: str, slice_key: str) -> Now:
    """The target of this period and slice as it stands; a blank one where there is none."""
    same = (one for one in there if (one.label, one.slice_key) == (label, slice_key))
    target = next(same, None)
    fields = texts.blank(label, slice_key) if target is None else texts.texts_of(target)
    return Now(found.version, fields)


def _first_period(who: Asking, found: KpiToEdit) -> str:
    """A year is the usual span of a target; of a yearly KPI it is the next one."""
    years = _years(who)
    year = period_of(who.today, Frequency.YEAR, **years)
    if found.definition.frequency is Frequency.YEAR:
        year = next_period(year, Frequency.YEAR, **years)
    return year.label


def _years(who: Asking) -> dict[str, int]:
    organisation = who.organisation
    return {
        "fiscal_month": organisation.fiscal_month,
        "first_weekday": organisation.first_weekday,
    }


def measure_of(found: KpiToEdit) -> Measure:
    """What its numbers are shown with."""
    row = found.definition
    return Measure(
        row.unit, row.decimals, row.direction, row.frequency, row.aggregation, row.delay_days
    )


def _ask(
    request: OrgRequest,
    who: Asking,
    found: KpiToEdit,
    there: Sequence[TargetToEdit],
    filling: Filling,
    *,
    began: Now,
    came_back: bool = False,
    looks: bool = False,
    notice: Notice | None = None,
) -> HttpResponse:
    at = http.at(request)
    preview, error = _look(who, found, filling) if looks or came_back else (None, "")
    error = error if looks else filling.errors.get(texts.SHARES, "")
    waits = not looks and not came_back and bool(filling.of("method"))
    spread = Spread(preview, measure_of(found), filling, request.path, error, waits=waits)
    if looks and request.htmx:
        return http.part(request, "editing/alone.html", {"form": spread})
    fields = (*_fields(found, filling), *_spreading(found, filling))
    form = Form(
        id="target-form",
        title=say("kpi.targets.title", name=found.title(who)),
        action=request.path,
        save=say("kpi.targets.save"),
        sections=(Section((*fields, spread), looks=True), Section(tuple(_words(filling)))),
        cancel=at.kpi(found.key),
        draft=f"targets:{found.id}",
        error=filling.rest((*texts.NAMES, texts.SHARES, "reason")),
        notice=notice,
        css="target-form",
        came_back=came_back or looks,
        **forms.beginning(began),
    )
    crumbs = (Crumb(say("nav.kpis"), at.kpis), Crumb(found.title(who), at.kpi(found.key)))
    return forms.show(
        request,
        form,
        place="kpis",
        crumbs=crumbs,
        status=200 if looks else None,
        template=TEMPLATE,
        beside={
            "there": tuple(_there(one, found, request.path) for one in there),
            "action": request.path,
            "toasts": told.toasts_of(request),
        },
    )


def _look(who: Asking, found: KpiToEdit, filling: Filling) -> tuple[TargetPreview | None, str]:
    """The target as it would be, or why it would be none."""
    try:
        draft = texts.draft_of(found, filling.texts)
        preview = preview_target(who.actor, found.id, draft)
    except Refused as refused:
        told = " ".join(errors.lines_of(refused))
        if refused.field != texts.SHARES:
            return None, told
        # The periods with what was typed for them, so that it can be put right.
        bare = replace(filling, texts={**filling.texts, texts.SHARES: ""})
        return _look(who, found, bare)[0], told
    refused_spread = preview.refused
    wants_shares = filling.of("method") == BreakdownMethod.TYPED.value and not preview.parts
    if refused_spread is None or (wants_shares and not filling.of(texts.SHARES)):
        return preview, ""
    return preview, " ".join(errors.lines_of(refused_spread))


def _fields(found: KpiToEdit, filling: Filling) -> Iterator[Component]:
    row = found.definition
    slices = slices_of(found)
    when = filling.text(
        "period", say("kpi.target.period"), required=True, help=say("kpi.target.period_help")
    )
    if len(slices) > 1 or not row.has_total or filling.has("slice"):
        offered = [
            Choice(key, slice_words(values) if key else say("kpis.total"))
            for key, values in slices
            if key or row.has_total
        ]
        yield Line((when, filling.select("slice", say("kpis.slice"), offered)))
    else:
        yield when
    unit = shown.unit_words(row.unit)
    names = ("low", "high") if row.direction is Direction.BAND else ("value",)
    numbers = [
        filling.text(name, say("field.target" if name == "value" else f"field.{name}"),
                     kind="number", unit=unit)
        for name in names
    ]  # fmt: skip
    yield numbers[0] if len(numbers) == 1 else Line(tuple(numbers))
    ambers = [texts.AMBER_NONE, texts.AMBER_NUMBER, texts.AMBER_SHARE]
    choices = [Choice(one, say(f"kpi.target.amber_{one}")) for one in ambers]
    yield filling.radio(
        "amber_is", say("kpi.target.amber"), choices, inline=True, help=say("kpi.target.amber_help")
    )
    limits = ("amber_low", "amber_high") if row.direction is Direction.BAND else ("amber",)
    limit_fields = [
        filling.text(name, say(f"field.{name}"), kind="number", unit=unit) for name in limits
    ]
    yield Line(tuple(limit_fields), css="amber-number")
    share = filling.text(
        "amber_share", say("kpi.target.amber_share"), kind="number", unit="%",
        help=say("kpi.target.amber_share_help"),
    )  # fmt: skip
    yield Line((share,), css="amber-share")


def _spreading(found: KpiToEdit, filling: Filling) -> Iterator[Component]:
    """How a longer target is broken down; only the core's methods that fit the aggregation."""
    own = found.definition.frequency
    if own in (Frequency.YEAR, Frequency.IRREGULAR):
        return
    how = found.definition.aggregation
    adds = how in (Aggregation.SUM, Aggregation.MEAN)
    methods = [BreakdownMethod.EQUAL]
    if adds:
        methods += [BreakdownMethod.LAST_YEAR, BreakdownMethod.TYPED]
    if how is Aggregation.SUM:
        methods.append(BreakdownMethod.RESPREAD)
    choices = [
        Choice("", say("kpi.target.whole"), note=say("kpi.target.whole_note")),
        *(
            Choice(
                one.value,
                say(f"breakdown_method.{one.value}"),
                note=say(f"kpi.target.method_{one.value}" if adds else "kpi.target.method_same"),
            )
            for one in methods
        ),
    ]
    yield filling.radio("method", say("kpi.target.breakdown"), choices)
    offered = [
        Choice("", say(f"frequency.{own.value}")),
        *(
            Choice(one.value, say(f"frequency.{one.value}"))
            for one in _LONGER
            if own.typical_days < one.typical_days < Frequency.YEAR.typical_days
        ),
    ]
    if len(offered) > 1:
        every = filling.select("frequency", say("kpi.target.parts"), offered)
        yield Line((every,), css="spread-every")


def _words(filling: Filling) -> Iterator[Component]:
    note = filling.text("note", say("kpi.target.note"))
    yield Line((note, filling.text("reason", say("kpi.target.reason"))))


@dataclass(frozen=True, slots=True)
class There:
    """A target in the table of those that are there."""

    label: str
    slice: str
    target: str
    amber: str
    spread: str
    note: str
    href: str
    period: str
    slice_key: str


def _there(one: TargetToEdit, found: KpiToEdit, path: str) -> There:
    measure = measure_of(found)
    limits = None if one.limits is None else one.limits.limits
    target = "—" if one.limits is None else shown.target_of(one.limits, measure).bare
    method = say(f"breakdown_method.{one.method}") if one.method else ""
    frequency = say(f"frequency.{one.parts_frequency}") if one.method else ""
    return There(
        label=period(one.label),
        slice=slice_words(one.slice_values) if one.slice_key else "",
        target=target,
        amber="" if limits is None else shown.amber_words(limits, measure),
        spread=say("kpis.joint").join((frequency, method)) if method else "",
        note=one.note,
        href=http.query(path, period=one.label, slice=one.slice_key),
        period=one.label,
        slice_key=one.slice_key,
    )
