"""A key result as texts of a form, and back: what is typed becomes drafts for the actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from okapi.core.progress import KeyResultKind
from okapi.core.quantities import EXACT
from okapi.goals.actions import LevelDraft, MilestoneDraft, MoveDraft
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.editing import KeyResultToEdit, MoveToEdit
from okapi.kpis.queries import finding as kpi_finding
from okapi.web.editing import picks, rows, sent
from okapi.web.editing.picks import Pick
from okapi.web.editing.sent import Sent
from okapi.web.editing.typed import day_at, number_at, number_words

COMMON = ("title", "title_other", "description", "weight", "due", "cadence_days")
FIRST = ("slice", "start", "start_reason", "target", "low", "high", "move_weight")
MEASURED = ("mode", "keep_share", "reading", "curve", "against")
MORE = ("kpi", "slice", "start", "start_reason", "target", "low", "high", "weight")
STEP = ("key", "title", "title_other", "due", "weight")
LEVEL = ("key", "text", "text_other", "value")
BOUND = {"kpi": FIRST, "slice": FIRST[1:]}
"""A start and a target belong to the KPI, and to the slice of it, that they were typed for."""
SHOWN = (*COMMON, "owner", "kpi", *FIRST, *MEASURED, "more", "steps", "levels")
"""Fields at which an error is told."""
_NUMBERS = ("start", "target", "low", "high")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: `sent` with totals, `shown` as it was typed, and the choices by search."""

    sent: Sent
    shown: Mapping[str, str]
    picks: Mapping[str, Pick]
    kind: KeyResultKind


def texts_of(found: KeyResultToEdit) -> dict[str, str]:
    """The fields as they stand."""
    texts = {
        "title": found.title,
        "title_other": found.title_other,
        "description": found.description,
        "owner": found.owner,
        "weight": _plain(found.weight),
        "due": "" if found.due is None else found.due.isoformat(),
        "cadence_days": "" if found.cadence_days is None else str(found.cadence_days),
    }
    match found.kind:
        case KeyResultKind.METRIC:
            texts |= _measured(found)
            if found.is_open:
                texts |= _moved(found.moves)
        case KeyResultKind.MILESTONE:
            texts["steps"] = rows.told(
                {
                    "key": step.key,
                    "title": step.title,
                    "title_other": step.title_other,
                    "due": "" if step.due is None else step.due.isoformat(),
                    "weight": _plain(step.weight),
                }
                for step in found.steps
            )
        case KeyResultKind.LEVELS:
            texts["levels"] = rows.told(
                {
                    "key": level.key,
                    "text": level.text,
                    "text_other": level.text_other,
                    "value": _plain(level.value),
                }
                for level in found.levels
            )
        case KeyResultKind.YES_NO:
            pass
    return texts


def _measured(found: KeyResultToEdit) -> dict[str, str]:
    return {
        "mode": found.mode,
        "keep_share": _plain(EXACT.multiply(found.keep_share, Decimal(100))),
        "reading": found.reading,
        "curve": found.curve,
        "against": "1" if found.against else "",
    }


def _moved(moves: Sequence[MoveToEdit]) -> dict[str, str]:
    """The first one field by field, the others as rows."""
    each = [
        {
            "kpi": move.kpi,
            "slice": move.slice,
            "start": number_words(move.start),
            "start_reason": move.start_reason,
            "target": number_words(move.target),
            "low": number_words(move.low),
            "high": number_words(move.high),
            "weight": _plain(move.weight),
        }
        for move in moves
    ]
    first = dict(each[0]) if each else dict.fromkeys(MORE, "") | {"weight": "1"}
    first["move_weight"] = first.pop("weight")
    return {**first, "more": rows.told(each[1:])}


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


# From what was sent.


def read(who: Asking, post: QueryDict, kind: KeyResultKind) -> Typed:
    """What was sent; totals are left to `with_totals`, which needs to know the KPI's periods."""
    is_metric = kind is KeyResultKind.METRIC
    found = sent.read(post, (*COMMON, *FIRST, *MEASURED) if is_metric else COMMON)
    chosen: dict[str, Pick] = {}
    if "owner_text" in post or "owner" in post:
        chosen["owner"] = picks.person(who, post, "owner")
        found = found.with_texts(owner=sent.taken(post, "owner", found, chosen["owner"].value))
    if is_metric and ("kpi" in post or "kpi_text" in post):
        chosen["kpi"] = picks.kpi(who, post, "kpi")
        found = found.with_texts(
            kpi=sent.taken(post, "kpi", found, chosen["kpi"].value),
            against=sent.taken(post, "against", found, "1" if "against" in post else ""),
            more=sent.taken(post, "more", found, _more(who, post, chosen)),
        )
    if kind is KeyResultKind.MILESTONE and rows.were_sent(post, "steps"):
        steps = rows.told(rows.read(post, "steps", STEP, needs=("title",)))
        found = found.with_texts(steps=sent.taken(post, "steps", found, steps))
    if kind is KeyResultKind.LEVELS and rows.were_sent(post, "levels"):
        levels = rows.told(rows.read(post, "levels", LEVEL, needs=("text",)))
        found = found.with_texts(levels=sent.taken(post, "levels", found, levels))
    shown = {**found.texts, "reason": found.reason, "counted": post.get("counted", "")}
    return Typed(found, shown, chosen, kind)


def _more(who: Asking, post: QueryDict, chosen: dict[str, Pick]) -> str:
    """Further KPIs: each row has a picker of its own."""
    found = []
    for number, row in rows.numbered(post, "more", (*MORE, "kpi_text")):
        pick = picks.kpi(who, post, f"more-{number}-kpi")
        if pick.value or pick.text:
            chosen[f"more-{number}-kpi"] = pick
            found.append({**{name: row[name] for name in MORE}, "kpi": pick.value})
    return rows.told(found)


def with_totals(typed: Typed, periods: int, unit: str) -> Typed:
    """Values per period as totals of the span; of the first KPI, which the form speaks of."""
    if typed.shown.get("counted") != "period" or periods < 1:
        return typed
    times = Decimal(periods)
    totals = {
        name: number_words(EXACT.multiply(number, times))
        for name in _NUMBERS
        if (number := number_at(typed.sent.text(name), name, unit)) is not None
    }
    return replace(typed, sent=typed.sent.with_texts(**totals))


# To the actions.


def given(who: Asking, texts: Mapping[str, str], fields: Iterable[str]) -> dict[str, Any]:
    """These fields as the actions take them; `Refused` at the field that cannot be read."""
    wanted = set(fields)
    values: dict[str, Any] = {
        name: texts[name]
        for name in ("title", "title_other", "description", "mode", "reading", "curve")
        if name in wanted
    }
    if "owner" in wanted:
        values["owner"] = texts["owner"] or None
    if "weight" in wanted:
        values["weight"] = number_at(texts["weight"], "weight") or 0
    if "due" in wanted:
        values["due"] = day_at(texts["due"], "due")
    if "cadence_days" in wanted:
        days = number_at(texts["cadence_days"], "cadence_days")
        values["cadence_days"] = None if days is None else int(days)
    if "keep_share" in wanted:
        share = number_at(texts["keep_share"], "keep_share", "%")
        values["keep_share"] = EXACT.divide(share or Decimal(90), Decimal(100))
    if "against" in wanted:
        values["against"] = bool(texts["against"])
    if wanted & {"kpi", *FIRST, "more"}:
        values["moves"] = moves_of(who, texts)
    if "steps" in wanted:
        values["milestones"] = [*map(_step, rows.parsed(texts["steps"]))]
    if "levels" in wanted:
        values["levels"] = [*map(_level, rows.parsed(texts["levels"]))]
    return values


def moves_of(who: Asking, texts: Mapping[str, str]) -> list[MoveDraft]:
    """What is moved, the first KPI before the others."""
    drafts = []
    if texts.get("kpi"):
        first = {name: texts.get(name, "") for name in MORE}
        drafts.append(_move(who, {**first, "weight": texts.get("move_weight", "")}))
    drafts += [_move(who, row) for row in rows.parsed(texts.get("more", ""))]
    return drafts


def _move(who: Asking, row: Mapping[str, str]) -> MoveDraft:
    unit = kpi_finding.unit_of(who, row["kpi"])
    numbers = {name: number_at(row[name], name, unit) for name in _NUMBERS}
    weight = number_at(row["weight"], "move_weight")
    return MoveDraft(
        kpi=row["kpi"],
        slice=row["slice"],
        start_reason=row["start_reason"],
        weight=Decimal(1) if weight is None else weight,
        **numbers,
    )


def _step(row: Mapping[str, str]) -> MilestoneDraft:
    weight = number_at(row["weight"], "steps")
    return MilestoneDraft(
        title=row["title"],
        key=row["key"],
        title_other=row["title_other"],
        due=day_at(row["due"], "steps"),
        weight=Decimal(1) if weight is None else weight,
    )


def _level(row: Mapping[str, str]) -> LevelDraft:
    return LevelDraft(row["key"], row["text"], number_at(row["value"], "levels"), row["text_other"])


def at_fields(told: Mapping[str, str]) -> dict[str, str]:
    """What the actions refused, at the fields of the form."""
    found: dict[str, list[str]] = {}
    for field, text in told.items():
        found.setdefault(_field(field), []).append(text)
    return {field: " ".join(texts) for field, texts in found.items()}


def _field(field: str) -> str:
    part, _, rest = field.partition(".")
    number, _, name = rest.partition(".")
    match part:
        case "moves":
            return (name or "kpi") if number in ("0", "") else "more"
        case "milestones":
            return "steps"
        case "levels":
            return "levels"
        case _:
            return field
