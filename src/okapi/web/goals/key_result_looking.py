"""Looking at what a key result would be, as far as it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from okapi.core.errors import Refused
from okapi.core.quantities import EXACT
from okapi.goals.actions import MoveDraft
from okapi.goals.actions.previewing import MovePreview, Wanted, preview_move
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import KeyResultToEdit, ObjectiveToEdit
from okapi.kpis.queries import finding as kpi_finding
from okapi.web.editing import rows
from okapi.web.editing.typed import day_at, number_at

_NUMBERS = ("start", "target", "low", "high")


def look_at(
    who: Asking,
    objective: ObjectiveToEdit,
    shown: Mapping[str, str],
    found: KeyResultToEdit | None,
) -> MovePreview | None:
    """The first KPI as the key result would move it; what cannot be read yet counts as empty."""
    key = shown.get("kpi", "")
    if not key:
        return None
    unit = kpi_finding.unit_of(who, key)
    numbers = {name: _number(shown.get(name, ""), unit) for name in _NUMBERS}
    since = who.today if objective.is_agreed else None
    wanted = Wanted(
        due=_day(shown.get("due", "")),
        mode=shown.get("mode", ""),
        reading=shown.get("reading", ""),
        against=bool(shown.get("against", "")),
        agreed_on=since if found is None else found.agreed_on,
    )
    draft = _draft(key, shown, numbers)
    preview = preview_move(who.actor, objective.id, draft, wanted)
    if preview is None or shown.get("counted") != "period" or not preview.adds_up:
        return preview
    times = Decimal(preview.periods)
    totals = {
        name: None if value is None else EXACT.multiply(value, times)
        for name, value in numbers.items()
    }
    return preview_move(who.actor, objective.id, _draft(key, shown, totals), wanted)


def _draft(key: str, shown: Mapping[str, str], numbers: Mapping[str, Decimal | None]) -> MoveDraft:
    return MoveDraft(
        key,
        slice=shown.get("slice", ""),
        start=numbers["start"],
        target=numbers["target"],
        low=numbers["low"],
        high=numbers["high"],
    )


def periods_of(preview: MovePreview | None) -> int:
    """How many periods a total is made of; 0 where values do not add up."""
    return 0 if preview is None or not preview.adds_up else preview.periods


def kpi_names(who: Asking, shown: Mapping[str, str]) -> dict[str, str]:
    """The names of the KPIs in the form, by key; one statement."""
    keys = {shown.get("kpi", ""), *(row["kpi"] for row in rows.parsed(shown.get("more", "")))}
    return kpi_finding.names_of(who, keys - {""})


def _number(text: str, unit: str) -> Decimal | None:
    try:
        return number_at(text, "", unit)
    except Refused:
        return None


def _day(text: str) -> date | None:
    try:
        return day_at(text, "")
    except Refused:
        return None
