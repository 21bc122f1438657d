"""A remark on data in one sentence, the same on pages and in the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, assert_never

from okapi.core.frequencies import Frequency
from okapi.core.quality import RemarkKind
from okapi.wording import number, period, readable_digits, say
from okapi.wording.signals import span_of_values


class Remarked(Protocol):
    """What a remark says, as whoever lists remarks holds it."""

    @property
    def kind(self) -> RemarkKind:
        """What is odd."""

    @property
    def points(self) -> int:
        """How many values it concerns."""

    @property
    def first_label(self) -> str:
        """The first period that it concerns."""

    @property
    def last_label(self) -> str:
        """The last one."""

    @property
    def numbers(self) -> Mapping[str, float]:
        """What was found and what is usual, by name."""


def remark_sentence(remark: Remarked, frequency: Frequency, unit: str, decimals: int | None) -> str:
    """`2026-W38: 5,000 is 100 times what is usual (about 50).`; the rest as its KPI is measured."""
    points, numbers = remark.points, remark.numbers

    def figure(name: str, *, about: bool = False) -> str:
        value = numbers.get(name, 0.0)
        exact = decimals if about else None
        return number(value, unit, digits=readable_digits(value) if exact is None else exact)

    place = _place(remark.first_label, remark.last_label)
    match remark.kind:
        case RemarkKind.MISSING:
            code = "remark.missing" if points == 1 else "remark.missing_several"
            return say(code, place=place, span=span_of_values(points, frequency))
        case RemarkKind.SPARSE:
            return say("remark.sparse", n=points, of=round(numbers.get("of", points)))
        case RemarkKind.TWICE:
            return say("remark.twice", place=place, value=figure("value"))
        case RemarkKind.REPEATED:
            back = span_of_values(round(numbers.get("back", 0)), frequency)
            return say("remark.repeated", place=place, n=points, back=back)
        case RemarkKind.SCALE:
            factor = numbers.get("factor", 1.0)
            code = "remark.scale_up" if factor > 1 else "remark.scale_down"
            times = round(factor if factor > 1 else 1 / factor)
            usual = figure("usual", about=True)
            value = figure("value")
            return say(code, place=place, value=value, usual=usual, factor=times)
        case RemarkKind.SIGN:
            usual = figure("usual", about=True)
            return say("remark.sign", place=place, value=figure("value"), usual=usual)
        case RemarkKind.FROZEN:
            longest = round(numbers.get("longest", 1))
            span = span_of_values(points, frequency)
            value = figure("value")
            code = "remark.frozen" if longest > 1 else "remark.frozen_first"
            return say(code, place=place, value=value, span=span, longest=longest)
        case _:
            assert_never(remark.kind)


def _place(first_label: str, last_label: str) -> str:
    if first_label == last_label:
        return period(first_label)
    return say("remark.place", first=period(first_label), last=period(last_label))


def remark_advice(kind: RemarkKind) -> str:
    """What to do about a remark of this kind."""
    return say(f"remark.advice_{kind.value}")
