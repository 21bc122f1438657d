"""A target as texts of a form, and back: numbers, limits, and how it is broken down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.http import QueryDict

from okapi.core.breakdowns import BreakdownMethod
from okapi.core.quantities import EXACT, Direction
from okapi.kpis.actions import BreakdownDraft, TargetDraft
from okapi.kpis.queries.editing import KpiToEdit, TargetToEdit, slices_of
from okapi.kpis.queries.rows import LIMITS
from okapi.web.editing import rows, sent
from okapi.web.editing.sent import Sent
from okapi.web.editing.typed import number_at, number_words

AMBER_NONE, AMBER_NUMBER, AMBER_SHARE = "none", "number", "share"
NAMES = (
    "period",
    "slice",
    *LIMITS,
    "amber_is",
    "amber_share",
    "note",
    "method",
    "frequency",
)
SHARES = "shares"
_ALL = Decimal(100)


def texts_of(target: TargetToEdit) -> dict[str, str]:
    """The fields of a target that is there."""
    numbers = {name: number_words(value) for name, value in target.numbers.items()}
    ambers = any(numbers[name] for name in ("amber", "amber_low", "amber_high"))
    return {
        **numbers,
        "period": target.label,
        "slice": target.slice_key,
        "amber_is": AMBER_NUMBER if ambers else AMBER_NONE,
        "amber_share": "",
        "note": target.note,
        "method": target.method,
        "frequency": target.parts_frequency,
        SHARES: ", ".join(target.shares),
    }


def blank(period: str, slice_key: str = "") -> dict[str, str]:
    """A target that is not there yet."""
    return {
        **dict.fromkeys(LIMITS, ""),
        "period": period,
        "slice": slice_key,
        "amber_is": AMBER_NONE,
        "amber_share": "",
        "note": "",
        "method": "",
        "frequency": "",
        SHARES: "",
    }


def read(post: QueryDict) -> Sent:
    """What was sent; shares stand in inputs of their own, one for each period.

    A form that was sent before they were there leaves them as they are.
    """
    found = sent.read(post, NAMES)
    shares = [row[""] for _, row in _numbered(post)]
    if not shares and f"take-{SHARES}" not in post:
        return found
    text = ", ".join(shares) if any(shares) else ""
    return found.with_texts(**{SHARES: sent.taken(post, SHARES, found, text)})


def _numbered(post: QueryDict) -> Iterable[tuple[int, dict[str, str]]]:
    return rows.numbered(post, SHARES, ("",))


def draft_of(found: KpiToEdit, texts: Mapping[str, str]) -> TargetDraft:
    """The target that is meant; `Refused` at the field that cannot be read."""
    unit, is_band = found.definition.unit, found.definition.direction is Direction.BAND
    meant = ("low", "high", "amber_low", "amber_high") if is_band else ("value", "amber")
    by_number = texts.get("amber_is") == AMBER_NUMBER
    wanted = [name for name in meant if by_number or not name.startswith("amber")]
    numbers = {name: number_at(texts.get(name, ""), name, unit) for name in wanted}
    share = None
    if texts.get("amber_is") == AMBER_SHARE:
        typed = number_at(texts.get("amber_share", ""), "amber_share", "%")
        share = None if typed is None else EXACT.divide(typed, _ALL)
    return TargetDraft(
        period=texts.get("period", ""),
        slice=_slice(found, texts.get("slice", "")),
        value=numbers.get("value"),
        amber=numbers.get("amber"),
        low=numbers.get("low"),
        high=numbers.get("high"),
        amber_low=numbers.get("amber_low"),
        amber_high=numbers.get("amber_high"),
        amber_share=share,
        note=texts.get("note", ""),
        breakdown=_breakdown(texts),
    )


def _slice(found: KpiToEdit, key: str) -> Mapping[str, str]:
    """The dimension values of a slice that is there; of the total there are none."""
    return dict(slices_of(found)).get(key, {}) if key else {}


def _breakdown(texts: Mapping[str, str]) -> BreakdownDraft | None:
    method = texts.get("method", "")
    if not method:
        return None
    shares: tuple[Decimal, ...] = ()
    if method == BreakdownMethod.TYPED.value:
        shares = tuple(shares_of(texts.get(SHARES, "")))
    return BreakdownDraft(method=method, frequency=texts.get("frequency", ""), shares=shares)


def shares_of(text: str) -> list[Decimal]:
    """The shares, one for each period; one that is empty is nothing."""
    parts = text.split(",") if text else []
    return [number_at(part, SHARES, "%") or Decimal(0) for part in parts]


def at_fields(told: Mapping[str, str]) -> dict[str, str]:
    """What was refused, at the fields of the form."""
    names = {"target": "value"}
    return {names.get(name, name): text for name, text in told.items()}
