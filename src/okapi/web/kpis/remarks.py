"""Remarks on a KPI's data: as its page shows them, and the form that accepts one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base import changes
from okapi.core.quality import RemarkKind, expect_next
from okapi.kpis import actions
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import kpi_to_edit
from okapi.kpis.queries.measured import MeasuredRow
from okapi.kpis.queries.page import KpiPage
from okapi.kpis.queries.remarks import RemarkRow, Told, one_remark, told_of
from okapi.web import http
from okapi.web.editing import told
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import reasons
from okapi.web.kpis.reasons import Question
from okapi.wording import day, say
from okapi.wording.remarks import remark_advice, remark_sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """A remark on the page: its sentence, what to do, and where that is done."""

    words: str
    advice: str
    is_bad: bool
    correct: str
    correct_words: str
    file: str
    accept: str
    reopen: str
    accepted: str


@dataclass(frozen=True, slots=True)
class Remarks:
    """Those to be looked at, and those that somebody has accepted."""

    open: tuple[Shown, ...]
    accepted: tuple[Shown, ...]


def shown_of(who: Asking, found: KpiPage, at: Addresses) -> Remarks:
    """What a KPI's page shows: remarks are on the slice that stands for the KPI."""
    if found.slice is not None and found.slice.key != found.row.slice_key:
        return Remarks((), ())
    rows = told_of(who, found.remarks)
    shown = [(one, _shown(one, found, at)) for one in rows]
    return Remarks(
        tuple(words for one, words in shown if one.accepted is None),
        tuple(words for one, words in shown if one.accepted is not None),
    )


_MISSING = (RemarkKind.MISSING, RemarkKind.SPARSE)


def _shown(one: Told, found: KpiPage, at: Addresses) -> Shown:
    page, may = at.kpi(found.row.key), found.may_measure
    measure = found.row.measure
    is_missing = one.kind in _MISSING
    period = "" if one.kind is RemarkKind.SPARSE else one.first_label
    own = f"{page}remarks/{one.id}/"
    said = one.accepted
    return Shown(
        words=remark_sentence(one, measure.frequency, measure.unit, measure.decimals),
        advice=remark_advice(one.kind) if said is None else "",
        is_bad=one.severity > 1,
        correct=http.query(f"{page}measure", period=period) if may and said is None else "",
        correct_words=say("remark.enter" if is_missing else "remark.correct"),
        file=at.measurement_files if may and said is None and one.points > 1 else "",
        accept=f"{own}accept" if may and said is None else "",
        reopen=f"{own}reopen" if may and said is not None else "",
        accepted=""
        if said is None
        else say("remark.accepted_by", name=said.by, day=day(said.at.date()), reason=said.reason),
    )


def expected_words(found: KpiPage, rows: Sequence[MeasuredRow]) -> str:
    """When the next value is to be expected; empty without a rhythm or a value."""
    entries = [
        (row.period.last, row.origin.at.date())
        for row in rows
        if row.origin is not None and row.revision <= 1
    ]
    newest = rows[-1].period.last if rows else None
    measure = found.row.measure
    expected = expect_next(entries, newest, measure.frequency, delay_days=measure.delay_days)
    if expected is None:
        return ""
    code = "remark.next_by_habit" if expected.is_habit else "kpis.next_due"
    return say(code, day=day(expected.on, short=True))


@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: OrgRequest, key: str, remark: UUID) -> HttpResponse:
    """Say why the values are right."""
    who = http.asking(request)
    found = kpi_to_edit(who, key, "measure")
    row = one_remark(who, found.id, remark)
    question = Question(
        id="remark-form",
        draft=f"remark:{remark}",
        title=say("remark.accept_title"),
        intro=say("remark.accept_intro", remark=sentence_of(row)),
        why=say("remark.why"),
        help=say("remark.why_help"),
        save=say("remark.accept"),
    )

    def accept_it(reason: str) -> None:
        actions.accept_remark(who.actor, found.id, remark, reason=reason)

    return reasons.ask(request, who, found, question, accept_it)


@require_POST
def reopen(request: OrgRequest, key: str, remark: UUID) -> HttpResponse:
    """Take an acceptance back."""
    with changes.gather() as made:
        actions.reopen_remark(request.actor, key, remark)
    return told.saved(request, made, onward=http.at(request).kpi(key))


def sentence_of(row: RemarkRow) -> str:
    """A remark of a list in one sentence."""
    return remark_sentence(row, row.frequency, row.unit, row.decimals)
