"""What is said beside a key result while it is written: its start, its kind, and what to mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from okapi.core.errors import Refused
from okapi.core.frequencies import Frequency
from okapi.core.progress import Mode
from okapi.core.quantities import divide
from okapi.goals.actions.previewing import MovePreview
from okapi.goals.queries.asking import Asking
from okapi.web.components import Button, Remark
from okapi.web.components.base import Component
from okapi.web.editing.filling import Filling
from okapi.web.editing.typed import number_at
from okapi.wording import number, say

FEW_PERIODS = 3
"""With fewer measured periods in the span there is hardly a path to be followed."""


def slice_words(values: Mapping[str, str]) -> str:
    """A slice by its dimension values; the total has none."""
    return say("kpis.list_joint").join(values.values()) or say("kpis.total")


@dataclass(frozen=True, slots=True)
class Previewed(Component):
    """Where the key result would begin, what it would be, and the coach's remarks."""

    who: Asking
    found: MovePreview | None
    filling: Filling
    action: str
    guard_at: str = ""
    template: ClassVar[str] = "goals/key_result_preview.html"

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Name and words of what is known."""
        return () if self.found is None else tuple(_facts(self.found, self.filling))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What to think about before it is saved."""
        return tuple(_remarks(self.found, self.filling, self.guard_at))


def _facts(found: MovePreview, filling: Filling) -> Iterator[tuple[str, str]]:
    def words(value: Decimal) -> str:
        return number(value, found.unit, digits=found.decimals)

    if found.start is None:
        yield say("key_result.form.start"), say("key_result.form.waits")
    else:
        yield say("key_result.form.start"), _both(found, found.start, words(found.start))
    target = _number(filling, "target", found.unit)
    if target is not None and found.adds_up:
        is_period = filling.of("counted") == "period"
        whole = target * found.periods if is_period else target
        yield say("field.target"), _both(found, whole, words(whole))
    if found.mode is not None and (target is not None or filling.of("low") or filling.of("high")):
        yield say("key_result.form.mode"), say(f"key_result.form.is_{found.mode.value}")
    if found.frequency is not Frequency.IRREGULAR:
        yield (
            say("key_result.form.periods"),
            say(f"kpis.count_{found.frequency.value}", n=found.periods),
        )


def _both(found: MovePreview, whole: Decimal, words: str) -> str:
    """Of a sum the total of the span, and what that is per period."""
    if not found.adds_up or not found.periods:
        return words
    each = divide(whole, Decimal(found.periods))
    per = number(each, found.unit, digits=_digits(found, each))
    frequency = say(f"key_result.form.per_{found.frequency.value}")
    return say("key_result.form.total_and_each", total=words, each=per, per=frequency)


def _digits(found: MovePreview, each: Decimal) -> int:
    """Enough to read: a total of whole things is seldom a whole number per week."""
    return max(found.decimals or 0, 1 if each != each.to_integral_value() else 0)


def _remarks(found: MovePreview | None, filling: Filling, guard_at: str) -> Iterator[Remark]:
    if found is None:
        yield Remark(
            say("coach.nothing_moved.title"), say("coach.nothing_moved.text"), level="hint"
        )
        return
    asked_to_keep = filling.of("mode") == Mode.KEEP.value
    if found.mode is Mode.KEEP and not asked_to_keep and Mode.REACH in found.offered:
        start = found.start if not filling.of("start") else _number(filling, "start", found.unit)
        buttons = (Button(say("coach.keep.guard"), href=guard_at, small=True),) if guard_at else ()
        value = "" if start is None else number(start, found.unit, digits=found.decimals)
        yield Remark(say("coach.keep.title", start=value), say("coach.keep.text"), buttons)
    is_regular = found.frequency is not Frequency.IRREGULAR
    if is_regular and found.periods < FEW_PERIODS:
        yield Remark(
            say("coach.few_periods.title", n=found.periods),
            say("coach.few_periods.text"),
            level="hint",
        )


def _number(filling: Filling, name: str, unit: str) -> Decimal | None:
    """A number as far as it can be read already."""
    try:
        return number_at(filling.of(name), name, unit)
    except Refused:
        return None
