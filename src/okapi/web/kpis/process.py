"""The forms for what people say of a KPI's process: it changed, its baseline, its limits."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.core.periods import period_of
from okapi.core.watching import FIRM
from okapi.kpis import actions
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.editing import KpiToEdit, kpi_to_edit
from okapi.kpis.queries.signals import marks_of, screens_ranges
from okapi.orgs import access as orgs_access
from okapi.web import errors, http
from okapi.web.editing import told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section, show
from okapi.web.editing.sent import tidy
from okapi.web.http import OrgRequest
from okapi.web.kpis import reasons
from okapi.web.kpis.reasons import Question
from okapi.wording import period, say

_FIELDS = ("since", "until", "reason")


@require_http_methods(["GET", "HEAD", "POST"])
def process(request: OrgRequest, key: str) -> HttpResponse:
    """Say that the process changed, or set the baseline; and how limits are made."""
    who = http.asking(request)
    found = kpi_to_edit(who, key)
    screens = screens_ranges(found.id)
    if request.method != "POST":
        return _ask(request, who, found, Filling({"screen": "1" if screens else ""}))
    texts = {name: tidy(request.POST.get(name, "")) for name in _FIELDS}
    on = bool(request.POST.get("screen"))
    filling = Filling({**texts, "screen": "1" if on else ""})
    try:
        with changes.gather() as made:
            if on != screens:
                actions.screen_ranges(who.actor, found.id, on=on, reason=texts["reason"])
            if texts["since"] or on == screens:
                draft = actions.MarkDraft(texts["since"], texts["reason"], texts["until"])
                actions.mark_process(who.actor, found.id, draft)
    except (NotFound, Forbidden):
        raise
    except OkapiError as refused:
        filling = replace(filling, errors=errors.by_field(refused))
        return _ask(request, who, found, filling, came_back=True)
    return told.saved(request, made[::-1], onward=http.at(request).kpi(found.key))


def _ask(
    request: OrgRequest,
    who: Asking,
    found: KpiToEdit,
    filling: Filling,
    *,
    came_back: bool = False,
) -> HttpResponse:
    form = Form(
        id="process-form",
        title=say("process.title", name=found.title(who)),
        action=request.path,
        save=say("process.save"),
        sections=(
            Section(
                (
                    filling.text(
                        "since", say("process.since"),
                        help=say("process.since_help", example=_example(who, found)),
                    ),
                    filling.text(
                        "until", say("process.until"), help=say("process.until_help", n=FIRM)
                    ),
                    filling.text(
                        "reason", say("process.why"), help=say("process.why_help"),
                        rows=3, kind="textarea",
                    ),
                    filling.check(
                        "screen", say("process.screen"), help=say("process.screen_help")
                    ),
                )
            ),
        ),
        cancel=http.at(request).kpi(found.key),
        draft=f"process:{found.id}",
        intro=say("process.intro"),
        error=filling.rest((*_FIELDS, "screen")),
        came_back=came_back,
    )  # fmt: skip
    return show(request, form, place="kpis", crumbs=reasons.crumbs(request, who, found))


def _example(who: Asking, found: KpiToEdit) -> str:
    """The label of a period of the KPI's frequency, or today."""
    frequency = found.definition.frequency
    try:
        return period_of(
            who.today,
            frequency,
            fiscal_month=who.organisation.fiscal_month,
            first_weekday=who.organisation.first_weekday,
        ).label
    except OkapiError:
        return who.today.isoformat()


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: OrgRequest, key: str, mark: UUID) -> HttpResponse:
    """Take back what was said; it stays on record."""
    who = http.asking(request)
    found = kpi_to_edit(who, key)
    said = next((one for one in marks_of(who, found.id) if one.id == mark), None)
    if said is None:
        raise orgs_access.missing("mark", mark)
    question = Question(
        id="process-remove-form",
        draft=f"process-remove:{mark}",
        title=say("process.remove_title", label=period(said.label)),
        intro=say("process.remove_intro"),
        why=say("process.why"),
        save=say("signal.mark_remove"),
        kind="danger",
    )

    def remove_it(reason: str) -> None:
        actions.remove_mark(who.actor, found.id, mark, reason=reason)

    return reasons.ask(request, who, found, question, remove_it)
