"""`{% load okapi %}`: sentences, numbers and dates in the reader's language; icons; built files."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from okapi import wording
from okapi.base import clock
from okapi.web import build
from okapi.web.components import Component, marks, writing

register = template.Library()


@register.simple_tag
def say(code: str, **data: Any) -> str:
    """`{% say "goals.count" n=3 %}`: the sentence of a code."""
    return wording.say(code, **data)


@register.simple_tag
def language() -> str:
    """The language that is spoken now, for the `lang` attribute: `en` or `zh-Hans`."""
    return "zh-Hans" if wording.current_language() == "zh" else "en"


@register.simple_tag
def speaks(code: str) -> bool:
    """Whether this (`zh`, `en`) is the language that is spoken now."""
    return wording.current_language() == code


@register.filter
def number(value: Decimal | float | None, unit: str = "") -> str:
    """`{{ value|number:"%" }}`."""
    return wording.number(value, unit)


@register.filter
def compact(value: Decimal | float | None, unit: str = "") -> str:
    """A large number in short: 217k, 21.7 万."""
    return wording.number(value, unit, compact=True)


@register.filter
def percent(share: Decimal | float | None) -> str:
    """A share as a percentage: 0.47 is 47%."""
    return wording.percent(share)


@register.filter
def day(value: date | None, form: str = "") -> str:
    """A day; `{{ d|day:"short" }}` leaves the year out."""
    return wording.day(value, short=form == "short")


@register.filter
def moment(value: datetime | None, form: str = "") -> str:
    """A day with its time."""
    return wording.moment(value, short=form == "short")


@register.filter
def ago(value: date | datetime) -> str:
    """How long since: `5 minutes ago`."""
    return wording.ago(value, clock.now())


@register.filter
def period(label: str, form: str = "") -> str:
    """A period by its label."""
    return wording.period(label, short=form == "short")


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """An icon of the sprite; decoration, so the words stand beside it or in a label."""
    return writing.icon(name, size)


@register.simple_tag
def vendor(package: str, file: str) -> str:
    """The address of a file of a third-party package, at the version that was built."""
    return build.vendor(package, file)


@register.simple_tag
def status(kind: str, pill: bool = False, bare: bool = False) -> Component:
    """`{% status "on_track" pill=True %}`, without a component in the context."""
    return marks.StatusMark(kind, pill=pill, bare=bare)


@register.simple_tag
def mismatch(small: bool = False) -> Component:
    """The sign that confidence and data disagree."""
    return marks.Mismatch(small=small)


@register.simple_tag
def kept(name: str, **data: Hashable) -> SafeString:
    """`{% kept "components/frame/keys.html" places=frame.places %}`: an include, kept.

    It is given these data alone, of which there are few, and written once for each language.
    """
    return _written(name, wording.current_language(), tuple(data.items()))


@lru_cache(maxsize=512)
def _written(name: str, _language: str, data: tuple[tuple[str, Hashable], ...]) -> SafeString:
    return render_to_string(name, dict(data))


class _Constant(template.Node):
    """A tag of constants only: what it writes depends on the language alone, and is kept."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self._kept: dict[str, str] = {}

    def render(self, context: template.Context) -> SafeString:
        """What was written before in this language."""
        language = wording.current_language()
        if language not in self._kept:
            self._kept[language] = self._node.render(context)
        return SafeString(self._kept[language])


def _keep_constants(name: str) -> None:
    """Let a simple tag be rendered once per language where all that it is given is constant."""
    compiled = register.tags[name]

    def compile_tag(parser: Any, token: Any) -> template.Node:
        node: Any = compiled(parser, token)
        is_constant = all(map(_is_constant, (*node.args, *node.kwargs.values())))
        return _Constant(node) if is_constant and node.target_var is None else node

    register.tags[name] = compile_tag


def _is_constant(given: Any) -> bool:
    """Whether an argument is a text or a number, and not filtered."""
    return not given.filters and (not given.is_var or given.var.literal is not None)


for _name in ("say", "icon", "vendor"):
    _keep_constants(_name)
