"""The field of a formula: names are offered while one types, and what it comes to is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from okapi.core.errors import Forbidden, NotFound, OkapiError, Refused
from okapi.core.formulas.functions import FUNCTIONS
from okapi.core.formulas.parsing import parse
from okapi.core.formulas.rounding import decimal_of
from okapi.core.formulas.tree import keys_of, written
from okapi.core.frequencies import Frequency
from okapi.core.quantities import Direction
from okapi.core.series import Aggregation
from okapi.kpis import access
from okapi.kpis.actions import DefinitionDraft
from okapi.kpis.actions.definitions import checked, told
from okapi.kpis.formulas.previewing import Preview, preview
from okapi.kpis.formulas.storing import Cell
from okapi.kpis.queries.asking import Asking
from okapi.kpis.queries.finding import names_of
from okapi.kpis.queries.naming import likely
from okapi.kpis.queries.rows import Measure
from okapi.web import http
from okapi.web.components.base import Component
from okapi.web.http import Addresses, OrgRequest
from okapi.web.kpis import shown
from okapi.wording import current_language, period, say

_LONGEST = 5_000  # characters that are looked at: more is refused by the core with its own word


@dataclass(frozen=True, slots=True)
class FunctionRow:
    """A function as the field offers it: how it is written, and what it does."""

    name: str
    text: str
    does: str


@dataclass(frozen=True, slots=True)
class FormulaField(Component):
    """The field of a form in which a formula is written.

    Attributes:
        value: the formula as it stands in the form.
        names: where names are asked for, `?q=` being what was typed.
        preview: where the form is sent for a preview. With it go what stands in the form of
            `unit`, `frequency`, `aggregation`, `slice_aggregation`, `dimensions`, `visibility`,
            and the `kpi` that is edited.
        kpi: the key of that KPI; empty for one that is made.
        error: what was refused when the form was sent.
    """

    value: str
    names: str
    preview: str
    kpi: str = ""
    error: str = ""
    functions: tuple[FunctionRow, ...] = ()
    template: ClassVar[str] = "kpis/formula_field.html"


def formula_field(at: Addresses, value: str, *, kpi: str = "", error: str = "") -> FormulaField:
    """The field, for any form that defines a KPI."""
    functions = tuple(
        FunctionRow(one.name, f"{one.name}({one.sample})", say(f"formula.does.{one.name}"))
        for one in FUNCTIONS
    )
    return FormulaField(
        value, f"{at.formulas}names", f"{at.formulas}preview", kpi, error, functions
    )


def readable(who: Asking, text: str, named: Mapping[str, str]) -> str:
    """A formula with KPIs by their names, in the reader's language; what is none as it is.

    `named` are names that are known already.
    """
    try:
        tree = parse(text)
    except Refused:
        return text
    lacking = [key for key in keys_of(tree) if key not in named]
    found = {**named, **(names_of(who, lacking) if lacking else {})}
    return written(tree, found, _called)


def _called(name: str) -> str:
    """A function's name in the reader's language."""
    if current_language() != "zh":
        return name
    function = next(one for one in FUNCTIONS if one.name == name)
    return next((one for one in function.others if not one.isascii()), name)


@require_safe
def names(request: OrgRequest) -> HttpResponse:
    """KPIs that may be meant by what was typed, as options."""
    who = http.asking(request)
    found = likely(who, request.GET.get("q", "")[:120])
    return http.part(request, "kpis/formula_names.html", {"names": found})


@require_POST
def preview_of(request: OrgRequest) -> HttpResponse:
    """What a formula comes to in its newest periods, or why it cannot stand, at its place."""
    who = http.asking(request)
    text = request.POST.get("formula", "")[:_LONGEST]
    context: dict[str, Any] = {"text": text}
    if text.strip():
        try:
            context |= _previewed(request, who, text)
        except (NotFound, Forbidden):
            raise
        except OkapiError as refused:
            context |= _refused(refused, text)
    return http.part(request, "kpis/formula_preview.html", context)


def _previewed(request: OrgRequest, who: Asking, text: str) -> dict[str, Any]:
    key = request.POST.get("kpi", "")
    draft, held = DefinitionDraft(), None
    if key:
        held = access.get(who.actor, key)
        draft = DefinitionDraft(**told(held.definition))
    columns = {**asdict(draft), **_sent(request)}
    columns |= {"formula": text, "dimensions": (), "has_total": True}
    draft = DefinitionDraft(**columns)
    values = checked(draft)
    kpi = access.unsaved(who.actor) if held is None else held
    done = preview(
        who.actor, kpi, text, values, request.organisation, with_readers=held is not None
    )
    measure = Measure(
        draft.unit,
        draft.decimals,
        Direction(draft.direction),
        Frequency(draft.frequency),
        Aggregation(draft.aggregation),
    )
    named = names_of(who, list(done.fitted.parts))
    return {
        "readable": written(done.fitted.tree, named, _called),
        "rows": [(period(one.label), *_cell(cell, measure, named)) for one, cell in done.periods],
        "note": _note(done),
    }


def _sent(request: OrgRequest) -> dict[str, str]:
    """What stands in the form of the definition, where the form has it."""
    columns = ("unit", "frequency", "aggregation", "slice_aggregation", "direction")
    return {name: request.POST[name][:60] for name in columns if name in request.POST}


def _cell(cell: Cell, measure: Measure, named: Mapping[str, str]) -> tuple[str, str]:
    """A value in words, or a dash and why."""
    if cell.value is None:
        return "—", why(cell.reason["why"], cell.reason["kpis"], named)
    return shown.words(decimal_of(cell.value), measure), ""


def why(code: str, keys: list[str] | tuple[str, ...], named: Mapping[str, str]) -> str:
    """Why a period has no value."""
    kpis = say("kpis.list_joint").join(named.get(key, key) for key in keys)
    return say(f"formula.why.{code}", kpis=kpis)


def _note(done: Preview) -> str:
    dimensions = done.fitted.formula.measured.dimensions
    if dimensions:
        listed = say("kpis.list_joint").join(dimensions)
        return say("kpis.formula.in_slices", dimensions=listed)
    return "" if done.periods else say("kpis.formula.nothing_yet")


def _refused(refused: OkapiError, text: str) -> dict[str, Any]:
    """The refusal in words, and the formula in three parts: before, at, and after its place."""
    found: dict[str, Any] = {"error": say(refused.code, **refused.data)}
    at = refused.data.get("at")
    if isinstance(at, int):
        begin, size = at - 1, int(refused.data.get("size", 1))
        end = begin + size
        found |= {
            "before": text[max(begin - 60, 0) : begin],
            "wrong": text[begin:end] or " ",
            "after": text[end : end + 60],
        }
    return found
