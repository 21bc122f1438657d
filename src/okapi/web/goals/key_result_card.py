"""The card of a key result, written without a template: an objective has several of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from okapi.web.components import (
    Avatar,
    Component,
    Confidence,
    Figure,
    Mismatch,
    Progress,
    StatusMark,
)
from okapi.web.components.writing import icon, text
from okapi.web.goals.cones import Before
from okapi.web.goals.doing import Action
from okapi.web.signal_words import SignalLine
from okapi.wording import day, number, say


@dataclass(frozen=True, slots=True)
class Moved:
    """A KPI that a key result moves, with the way to it; private ones have no address."""

    name: str
    href: str
    version: int
    range: str
    start_note: str

    def render(self, *, with_range: bool) -> str:
        """The KPI with its definition's version, and where its start comes from."""
        name = text(self.name)
        if self.href:
            name = f'<a class="link-plain" href="{text(self.href)}">{name}</a>'
        within = f' <span class="quiet">{text(self.range)}</span>' if with_range else ""
        return (
            f'<p class="kr-card-moves">{icon("chart-line", 14)}<span>{_say("goals.moves")} {name}'
            f' <span class="quiet">v{self.version}</span>{within}'
            f"{_span(self.start_note, 'kr-card-start')}</span></p>\n"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone on its line, or a described level with its share."""

    title: str
    state: str
    note: str

    def milestone(self) -> str:
        """On the line of milestones."""
        done = f"{_hidden('goals.done')} " if self.state == "done" else ""
        return (
            f'<li class="milestone milestone-{text(self.state)}">'
            '<span class="milestone-box" aria-hidden="true"></span>'
            f'<span class="milestone-title">{text(self.title)}</span>'
            f'<span class="milestone-note">{done}{text(self.note)}</span></li>'
        )

    def level(self) -> str:
        """In the list of levels."""
        done = _hidden("goals.done") if self.state == "done" else ""
        return (
            f'<li class="level level-{text(self.state)}"><span class="level-note">'
            f"{text(self.note)}</span><span>{text(self.title)}</span>{done}</li>"
        )


@dataclass(frozen=True, slots=True)
class Card(Component):
    """A key result: what it is, its value, bar, chart or steps, and what is known about it."""

    key: str
    anchor: str
    title: str
    description: str
    owner: Avatar | None
    owner_name: str
    weight: str
    current: Figure | None
    range: str
    progress: Progress
    expected: str
    moved: tuple[Moved, ...]
    signals: tuple[SignalLine, ...]
    chart: Component | None
    forecast: str
    before: Before | None
    steps: tuple[Step, ...]
    steps_kind: str
    status: StatusMark
    reason: str
    pace: float | None
    kept: str
    confidence: Confidence
    checked_in: date | None
    is_silent: bool
    is_mismatch: bool
    grade: str
    check_in: str
    do: tuple[Action, ...]
    inline: str

    def render(self) -> SafeString:
        """What it is and reads; its chart or steps; how it stands and what can be done."""
        anchor = text(self.anchor)
        return SafeString(
            f'<article class="kr-card" id="{anchor}" aria-labelledby="{anchor}-title">\n'
            f'<div class="kr-card-left">\n{self._left()}</div>\n'
            f'<div class="kr-card-middle">\n{self._middle()}\n</div>\n'
            f'<div class="kr-card-right">\n{self._right()}</div>\n</article>'
        )

    def _left(self) -> str:
        description = f'<p class="kr-card-text">{text(self.description)}</p>\n'
        several = len(self.moved) > 1
        return "".join(
            (
                f'<h3 class="kr-card-title" id="{text(self.anchor)}-title">{text(self.title)}</h3>',
                f'\n<div class="inline"><p class="kr-card-meta">{self._meta()}</p></div>\n',
                description if self.description else "",
                self._value(),
                f"{self.progress.bar}\n{self._share()}\n",
                *(moved.render(with_range=several) for moved in self.moved),
                *map(_signal, self.signals),
            )
        )

    def _meta(self) -> str:
        """Who answers for it, its weight, and the pencil of those who may change them."""
        owner = f"{self.owner.render()}<span>{text(self.owner_name)}</span>" if self.owner else ""
        weight = _span(say("goals.weight", share=self.weight)) if self.weight else ""
        if not self.inline:
            return owner + weight
        href, label = text(self.inline), text(say("key_result.inline", title=self.title))
        return (
            f'{owner}{weight}<a class="inline-pencil" href="{href}"'
            f' hx-get="{href}?only=owner,weight" hx-target="closest .inline" hx-swap="innerHTML"'
            f' aria-label="{label}">{icon("pencil", 14)}</a>'
        )

    def _value(self) -> str:
        if self.current is None:
            return ""
        return (
            f'<p class="kr-card-value"><b data-flash>{self.current.render()}</b>'
            f' <span class="kr-card-range">{text(self.range)}</span></p>\n'
        )

    def _share(self) -> str:
        expected = say("component.expected", share=self.expected) if self.expected else ""
        return (
            f'<p class="kr-card-share"><b data-flash>{text(self.progress.share)}</b>'
            f"{_after(expected)}{_after(self.kept)}</p>"
        )

    def _middle(self) -> str:
        """The chart, the steps, or that nothing is measured."""
        if self.chart is not None:
            return f"{self.chart.render()}\n{_caption(self.forecast)}{_before(self.before)}"
        match self.steps_kind:
            case "milestone":
                steps = "".join([step.milestone() for step in self.steps])
                return f'<ol class="milestone-line">{steps}</ol>'
            case "levels":
                steps = "".join([step.level() for step in self.steps])
                return f'<ul class="level-list">{steps}</ul>'
            case "yes_no":
                code = "goals.is_done" if self.progress.value else "goals.not_done"
                return f'<p class="quiet">{_say(code)}</p>'
            case _:
                return f'<p class="quiet kr-card-empty">{_say("goals.nothing_measured")}</p>'

    def _right(self) -> str:
        menu = _menu(self.do, self.title) if self.do else ""
        mismatch = f"<p>{Mismatch().render()}</p>\n" if self.is_mismatch else ""
        return (
            f'<div class="kr-card-status">{self.status.render()}{menu}</div>\n'
            f'<dl class="kr-card-facts">{self._facts()}</dl>\n'
            f"{mismatch}{_caption(self.reason)}{self._check_in()}"
        )

    def _facts(self) -> str:
        """Grade, pace, confidence, and when it was last spoken of."""
        facts = []
        if self.grade:
            facts.append(_fact("goals.grade", text(self.grade)))
        if self.pace is not None:
            facts.append(_fact("goals.pace", number(self.pace, digits=2), " data-flash"))
        facts.append(_fact("goals.confidence", self.confidence.render()))
        if self.checked_in is not None:
            late = ' class="is-late"' if self.is_silent else ""
            facts.append(_fact("goals.checked_in", text(day(self.checked_in, short=True)), late))
        return "".join(facts)

    def _check_in(self) -> str:
        if not self.check_in:
            return ""
        href = text(self.check_in)
        return (
            f'<p><a class="button button-plain button-small" href="{href}"'
            f' hx-get="{href}?from=objective" hx-target="#check-in-body" data-opens="check-in">'
            f"{_say('check_in.do')}</a></p>\n"
        )


def _say(code: str) -> str:
    return text(say(code))


def _hidden(code: str) -> str:
    """Words for the screen reader alone."""
    return f'<span class="visually-hidden">{_say(code)}</span>'


def _span(words: str, kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f"<span{css}>{text(words)}</span>" if words else ""


def _after(words: str) -> str:
    return f" {_span(words)}" if words else ""


def _caption(words: str) -> str:
    return f'<p class="caption">{text(words)}</p>\n' if words else ""


def _before(before: Before | None) -> str:
    if before is None:
        return ""
    way = f'<a href="{text(before.href)}">{text(before.words)}</a>'
    return f'<p class="caption">{text(before.sentence)} {way}</p>\n'


def _fact(code: str, inside: str, more: str = "") -> str:
    return f"<div><dt>{_say(code)}</dt><dd{more}>{inside}</dd></div>"


def _signal(signal: SignalLine) -> str:
    return (
        f'<p class="signal-line signal-line-{text(signal.tone)}"><span class="pill">'
        f'{text(signal.verdict)}</span> <a href="{text(signal.href)}">{text(signal.kpi)}</a>'
        f" <span>{text(signal.words)}</span></p>\n"
    )


def _menu(actions: Sequence[Action], title: str) -> str:
    """What can be done to it; each opens a form in the page's dialog."""
    label = text(say("key_result.do.menu", title=title))
    return (
        '<details class="menu kr-menu">\n'
        f'<summary class="icon-button" aria-label="{label}">{icon("ellipsis")}</summary>\n'
        f'<div class="menu-panel menu-right">{"".join(map(_entry, actions))}</div>\n</details>'
    )


def _entry(action: Action) -> str:
    href = text(action.href)
    return (
        f'<a class="menu-item" href="{href}" hx-get="{href}" hx-target="#edit-body"'
        ' hx-swap="innerHTML" data-opens="edit" aria-haspopup="dialog">'
        f"{icon(action.icon)}<span>{text(action.text)}</span></a>"
    )
