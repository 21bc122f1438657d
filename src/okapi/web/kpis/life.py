"""The life of a KPI on pages: proposals adopted, KPIs retired with what is against it, revived."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from okapi.base import changes
from okapi.core.errors import Forbidden, NotFound, OkapiError
from okapi.kpis import actions
from okapi.kpis.choices import KpiState
from okapi.kpis.queries.editing import RetiredKpi, kpi_to_edit, retired_kpis
from okapi.kpis.queries.proposals import proposed_kpis
from okapi.web import errors, http
from okapi.web.components import Crumb, Empty
from okapi.web.editing import told
from okapi.web.editing.filling import Filling
from okapi.web.editing.form import Form, Section, show
from okapi.web.editing.sent import number as read_number
from okapi.web.editing.sent import tidy
from okapi.web.http import OrgRequest
from okapi.wording import say


@require_POST
def adopt(request: OrgRequest, key: str) -> HttpResponse:
    """Make a proposal a KPI in use."""
    with changes.gather() as made:
        actions.adopt_kpi(request.actor, key)
    return told.saved(request, made, onward=http.at(request).kpi(key), code="done.kpi.adopt")


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: OrgRequest, key: str) -> HttpResponse:
    """Take a KPI out of use, unless goals need it: then they are named. A proposal is declined."""
    who, at = http.asking(request), http.at(request)
    found = kpi_to_edit(who, key, "define")
    does = "decline" if found.state is KpiState.PROPOSED else "retire"
    filling, lines = Filling({"reason": tidy(request.POST.get("reason", ""))}), ""
    if request.method == "POST":
        version = read_number(request.POST.get("version", ""))
        try:
            with changes.gather() as made:
                reason = filling.of("reason")
                actions.retire_kpi(who.actor, found.id, version=version, reason=reason)
        except (NotFound, Forbidden):
            raise
        except OkapiError as refused:
            lines = "\n".join(errors.lines_of(refused))
            filling = replace(filling, errors={"": lines})
        else:
            code = f"done.kpi.{does}"
            return told.saved(request, made, onward=at.kpis, code=code, leave=True)
    reason_field = filling.text("reason", say("objective.why_asked"), rows=2, kind="textarea")
    form = Form(
        id="retire-form",
        title=say(f"kpi.{does}.title", name=found.title(who)),
        action=request.path,
        save=say(f"kpi.{does}.do"),
        sections=(Section((reason_field,)),),
        cancel=at.kpi(found.key),
        draft=f"retire:{found.id}",
        version=found.version,
        intro=say(f"kpi.{does}.intro"),
        error=lines,
        kind="danger",
        came_back=bool(lines),
    )
    crumbs = (Crumb(say("nav.kpis"), at.kpis), Crumb(found.title(who), at.kpi(found.key)))
    return show(request, form, place="kpis", crumbs=crumbs)


@require_POST
def revive(request: OrgRequest, key: str) -> HttpResponse:
    """Put a retired KPI back into use."""
    who = http.asking(request)
    found = kpi_to_edit(who, key, "define", retired=True)
    with changes.gather() as made:
        actions.revive_kpi(request.actor, found.id)
    onward = http.at(request).kpi(found.key)
    return told.saved(request, made, onward=onward, code="done.kpi.revive", leave=True)


@require_safe
def retired(request: OrgRequest) -> HttpResponse:
    """The KPIs out of use; their values and history stay."""
    who, at = http.asking(request), http.at(request)
    title = say("kpi.retired.title")
    rows = retired_kpis(who)
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", (Crumb(say("nav.kpis"), at.kpis), Crumb(title))),
        "title": title,
        "rows": [(row, _ended(row), f"{at.kpi(row.key)}revive") for row in rows],
        "empty": None if rows else Empty(say("kpi.retired.none"), say("kpi.retired.none_text")),
        "toasts": told.toasts_of(request),
    }
    return http.page(request, "kpis/retired.html", context)


def _ended(row: RetiredKpi) -> str:
    """Who retired or declined it, and why; empty where nobody is known."""
    ending = row.ending
    if not ending.by:
        return ""
    code = "kpi.declined_by" if ending.was_proposal else "kpi.retired_by"
    if not ending.reason:
        return say(code, name=ending.by)
    return say(f"{code}.why", name=ending.by, reason=ending.reason)


@require_safe
def proposed(request: OrgRequest) -> HttpResponse:
    """The proposals, for those who decide on them and for those who wait."""
    who, at = http.asking(request), http.at(request)
    title = say("kpi.proposed.title")
    rows = proposed_kpis(who)
    context: dict[str, Any] = {
        "frame": http.framed(request, "kpis", (Crumb(say("nav.kpis"), at.kpis), Crumb(title))),
        "title": title,
        "rows": [(row, at.kpi(row.key)) for row in rows],
        "empty": None if rows else Empty(say("kpi.proposed.none"), say("kpi.proposed.none_text")),
        "toasts": told.toasts_of(request),
    }
    return http.page(request, "kpis/proposed.html", context)
