"""A formula that fits the KPIs that it names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from okapi.core.formulas.parts import Expression, Measured, PartOf, Read, Series
from okapi.core.formulas.tapes import Tape, tape_of
from okapi.core.frequencies import Frequency


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """How formulas are computed, all but for what stands in their slots: equal ones are one."""

    tape: Tape
    frequency: Frequency
    slots: tuple[tuple[Any, ...], ...]


@lru_cache(maxsize=32_768)
def _way(tape: Tape, frequency: Frequency, slots: tuple[tuple[Any, ...], ...]) -> Way:
    return Way(tape, frequency, slots)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that fits its parts.

    ``measured`` has the dimensions and the total that its parts give it; ``unit`` is what the
    algebra says. ``tape`` computes the value in the declared unit, and of a ratio its two sums:
    value = numerator ÷ denominator × ``measured.scale``. ``slots`` is what the tape reads, ``keys``
    the KPIs by the tape's numbers.

    Of each slot: ``slot_parts`` has its KPI; ``frequencies`` in which periods it is loaded
    (measured values at once in the formula's, since each belongs to the period in which its last
    day lies, whatever its own shape); ``totals`` what is read where all have a total.
    """

    measured: Measured
    parts: tuple[Measured, ...]
    unit: str
    expressions: tuple[Expression, ...]
    tape: Tape
    slots: tuple[PartOf, ...]
    keys: tuple[str, ...]
    slot_parts: tuple[Measured, ...]
    frequencies: tuple[Frequency, ...]
    totals: tuple[tuple[Read], ...] | None
    way: Way

    @classmethod
    def of(
        cls,
        measured: Measured,
        parts: tuple[Measured, ...],
        unit: str,
        expressions: tuple[Expression, ...],
    ) -> Formula:
        """A formula of its value, and of a ratio its numerator and denominator."""
        tape, slots = tape_of(expressions)
        keys = tuple(dict.fromkeys(one.key for one in slots))
        by_key = {part.key: part for part in parts}
        of_slots = tuple(by_key[one.key] for one in slots)
        own = measured.frequency
        frequencies = tuple(one.frequency if one.is_formula else own for one in of_slots)
        totals = tuple(
            (Read(Series(one.key), frequency),)
            for one, frequency in zip(of_slots, frequencies, strict=True)
        )
        has_totals = all(one.has_total for one in of_slots)
        reads = tuple(
            (one.aggregation, one.merging, one.scale, frequency)
            for one, frequency in zip(of_slots, frequencies, strict=True)
        )
        return cls(
            measured,
            parts,
            unit,
            expressions,
            tape,
            slots,
            keys,
            of_slots,
            frequencies,
            totals if has_totals else None,
            _way(tape, own, reads),
        )

    @property
    def is_ratio(self) -> bool:
        """Whether it keeps the two sums of its values."""
        return len(self.expressions) > 1
