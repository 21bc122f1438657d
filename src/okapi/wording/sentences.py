"""Filling a phrase with data: each value is written the way people of the language write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from string import Formatter
from typing import Any

from okapi.core.periods import Period
from okapi.wording import catalogue, dates, numbers
from okapi.wording.languages import current_language

_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_JOINT = {"en": ", ", "zh": "、"}

# What may follow the colon in a placeholder: {share:percent}, {line:plain}, {value:compact} …
FORMS: dict[str, Callable[[Any, str], str]] = {
    "percent": lambda value, language: numbers.percent(value, language=language),
    "plain": lambda value, _: str(value),
    "compact": lambda value, language: numbers.number(value, language=language, compact=True),
    "signed": lambda value, language: numbers.number(
        numbers.rough(value), language=language, compact=True, sign=True
    ),
    "two": lambda value, language: numbers.number(value, language=language, digits=2),
    "day": lambda value, language: dates.day(_date(value), language=language),
    "short": lambda value, language: dates.day(_date(value), language=language, short=True),
    "period": lambda value, language: dates.period(str(value), language=language),
}


def say(code: str, /, *, language: str | None = None, **data: Any) -> str:
    """The sentence of a code, filled with its data.

    Numbers, dates, moments, periods, enum members (by their own phrase, see `code_of`) and lists
    are written in the language; text stays as it is. `language` is the context's unless given.

    Raises:
        KeyError: there is no such phrase, or the phrase names data that was not given.
    """
    spoken = current_language(language)
    return _filled(code, spoken, data) if data else _bare(code, spoken)


@cache
def _bare(code: str, spoken: str) -> str:
    """A sentence without data is always the same."""
    return _filled(code, spoken, {})


def _filled(code: str, spoken: str, data: Mapping[str, Any]) -> str:
    sentence = catalogue.phrase(code).in_language(spoken, one=data.get("n") == 1)
    parts = []
    for text, name, form in _parse(sentence):
        parts.append(text)
        if name:
            parts.append(_write(data[name], form, spoken))
    return "".join(parts)


def code_of(member: Enum) -> str:
    """The code of an enum member: its class in snake case and its value, `health.on_track`."""
    return f"{_CAPITAL.sub('_', type(member).__name__).lower()}.{member.value}"


def listing(items: Iterable[Any], *, language: str | None = None) -> str:
    """Several values in one sentence: `a, b, c` or `a、b、c`."""
    spoken = current_language(language)
    return _JOINT[spoken].join(_write(item, "", spoken) for item in items)


@cache
def _parse(sentence: str) -> tuple[tuple[str, str, str], ...]:
    """(text before, placeholder, form) for each part of a sentence."""
    return tuple(
        (text, name or "", form or "") for text, name, form, _ in Formatter().parse(sentence)
    )


def _write(value: Any, form: str, language: str) -> str:
    if value is None:
        return numbers.NOTHING
    if form:
        return FORMS[form](value, language)
    # A text, by far the most of them, needs no look at what it may be.
    return value if type(value) is str else _write_by_type(value, language)


def _date(value: date | str) -> date:
    """Stored reasons keep their days as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _write_by_type(value: Any, language: str) -> str:
    match value:
        case Enum():
            return say(code_of(value), language=language)
        case bool():
            return say("word.yes" if value else "word.no", language=language)
        case int() | float() | Decimal():
            return numbers.number(value, language=language)
        case datetime():
            return dates.moment(value, language=language)
        case date():
            return dates.day(value, language=language)
        case Period():
            return dates.period(value.label, language=language)
        case list() | tuple() | set() | frozenset():
            return listing(value, language=language)
        case _:
            return str(value)
