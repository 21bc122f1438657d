"""What people press, fill in and are told by: buttons, fields, filters, tabs, remarks, toasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from django.utils.safestring import SafeString

from okapi.web.components.base import Component
from okapi.web.components.marks import StatusMark
from okapi.web.components.writing import icon, text
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Button(Component):
    """A link when it has an `href`, else a button.

    Attributes:
        kind: primary (at most one per view), plain, quiet (no outline), danger.
        keys: the key that presses it, shown on a cap (`C`, `⌘ ↵`); the page listens for `key`.
        dialog: id of the dialog it opens.
        get: an address whose answer htmx puts into `target`.
        name, value: what a submit button sends.
    """

    text: str
    href: str = ""
    kind: str = "plain"
    icon: str = ""
    keys: str = ""
    key: str = ""
    small: bool = False
    submit: bool = False
    disabled: bool = False
    dialog: str = ""
    get: str = ""
    target: str = ""
    name: str = ""
    value: str = ""
    template: ClassVar[str] = "components/button.html"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: its value, its words, whether it is chosen."""

    value: str
    text: str
    chosen: bool = False
    href: str = ""
    icon: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field(Component):
    """An input with its label, its help, and its error at the field.

    Attributes:
        name: of the input; its id is `field-<name>` unless `id` is given.
        kind: text, number, date, password, email, search, url, textarea, select, checkbox, file.
        error: one sentence that says what to do; shown in red with its shape.
        choices: of a select.
        autocomplete: as browsers know it (`username`, `current-password`).
        suggest: an address that answers with options for what is typed (`q`).
        decimal: a number that may have a point: brings up the right keyboard on a phone.
    """

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    help: str = ""
    error: str = ""
    placeholder: str = ""
    required: bool = False
    choices: Sequence[Choice] = ()
    checked: bool = False
    autocomplete: str = ""
    autofocus: bool = False
    decimal: bool = False
    suggest: str = ""
    rows: int = 3
    unit: str = ""
    accept: str = ""
    id: str = ""
    switch: bool = False
    template: ClassVar[str] = "components/field.html"

    @property
    def field_id(self) -> str:
        """The id of the input."""
        return self.id or f"field-{self.name}"

    @property
    def described(self) -> str:
        """The ids of its help and error."""
        parts = [(self.error, "error"), (self.help, "help")]
        return " ".join(f"{self.field_id}-{name}" for words, name in parts if words)


@dataclass(frozen=True, slots=True)
class ConfidenceInput(Component):
    """0–10 as a row of radio buttons; digits choose, with 0 after 1 for ten.

    `last` is the figure of the last check-in, shown beside the label.
    """

    name: str = "confidence"
    label: str = ""
    value: int | None = None
    last: int | None = None
    error: str = ""
    required: bool = True
    template: ClassVar[str] = "components/confidence_input.html"

    @property
    def steps(self) -> range:
        """0 … 10."""
        return range(11)


@dataclass(frozen=True, slots=True)
class Segmented(Component):
    """A few views of the same thing; each is a link (with `href`) or a radio of a form (`name`)."""

    label: str
    choices: tuple[Choice, ...]
    name: str = ""

    def render(self) -> SafeString:
        """A group of links, or of radios."""
        role = "radiogroup" if self.name else "group"
        drawn = "\n".join([self._segment(choice) for choice in self.choices])
        return SafeString(
            f'<div class="segmented" role="{role}" aria-label="{text(self.label)}">\n'
            f"{drawn}\n</div>"
        )

    def _segment(self, choice: Choice) -> str:
        mark = icon(choice.icon) if choice.icon else ""
        words = f"<span>{mark}{text(choice.text)}</span>"
        if self.name:
            checked = " checked" if choice.chosen else ""
            return (
                f'<label class="segment"><input type="radio" name="{text(self.name)}"'
                f' value="{text(choice.value)}"{checked}>{words}</label>'
            )
        current = ' aria-current="true"' if choice.chosen else ""
        return f'<a class="segment" href="{text(choice.href)}"{current}>{words}</a>'


@dataclass(frozen=True)
class FilterMenu:
    """One drop-down of a filter bar: one or many of its choices."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    many: bool = False

    @cached_property
    def chosen(self) -> tuple[Choice, ...]:
        """What is chosen now."""
        return tuple(choice for choice in self.choices if choice.chosen)

    @property
    def summary(self) -> str:
        """The words of what is chosen: the only one's, or how many."""
        return self.chosen[0].text if len(self.chosen) == 1 else str(len(self.chosen))

    @cached_property
    def panel(self) -> SafeString:
        """The choices as inputs; written here, since a company may have a thousand teams."""
        kind = "checkbox" if self.many else "radio"
        opened = f'<label class="menu-item"><input type="{kind}" name="{text(self.name)}" value='
        return SafeString("".join([f"{opened}{_choice(choice)}" for choice in self.choices]))


def _choice(choice: Choice) -> str:
    """The rest of an input, with its words."""
    checked = " checked" if choice.chosen else ""
    note = f' <span class="menu-note">{text(choice.note)}</span>' if choice.note else ""
    return f'"{text(choice.value)}"{checked}> <span>{text(choice.text)}</span>{note}</label>'


@dataclass(frozen=True, slots=True)
class FilterBar(Component):
    """Search and filters of a list; its state stands in the URL.

    Attributes:
        action: the address of the list.
        target: CSS selector of what the answer replaces (`#list`).
        search: what is searched for; None leaves the box out.
        keep: further (name, value) pairs of the URL that stay (sort, view).
        clear: the address without any filter; empty when none is set.
    """

    action: str
    target: str
    search: str | None = ""
    placeholder: str = ""
    menus: tuple[FilterMenu, ...] = ()
    toggles: tuple[Choice, ...] = ()
    keep: tuple[tuple[str, str], ...] = ()
    clear: str = ""

    def render(self) -> SafeString:
        """A form that asks anew whenever something is chosen."""
        action, target = text(self.action), text(self.target)
        clear = ""
        if self.clear:
            words = text(say("component.filter_none"))
            clear = f'<a class="filter-clear" href="{text(self.clear)}">{words}</a>\n'
        return SafeString(
            '<okapi-filter>\n<form class="filter-bar" role="search" method="get"'
            f' action="{action}" hx-get="{action}" hx-target="{target}" hx-select="{target}"'
            ' hx-swap="morph:outerHTML" hx-push-url="true" hx-trigger="submit, filter-changed">\n'
            f"{''.join(map(_kept, self.keep))}{self._search()}"
            f"{''.join(map(_menu, self.menus))}{''.join(map(_toggle, self.toggles))}"
            '<noscript><button class="button button-plain" type="submit">'
            f"{text(say('component.apply'))}</button></noscript>\n{clear}</form>\n</okapi-filter>"
        )

    def _search(self) -> str:
        if self.search is None:
            return ""
        placeholder = text(self.placeholder)
        label = placeholder or text(say("component.search_in_list"))
        return (
            f'<label class="search">{icon("search")}<span class="visually-hidden">{label}</span>'
            f'<input type="search" name="q" value="{text(self.search)}"'
            f' placeholder="{placeholder}" autocomplete="off" data-key-search>'
            '<kbd class="key" aria-hidden="true">/</kbd></label>\n'
        )


def _kept(pair: tuple[str, str]) -> str:
    name, value = pair
    return f'<input type="hidden" name="{text(name)}" value="{text(value)}">\n'


def _menu(menu: FilterMenu) -> str:
    label, active, words = text(menu.label), "", text(menu.label)
    if menu.chosen:
        active = " button-active"
        words = text(say("component.filter_chosen", name=menu.label, chosen=menu.summary))
    return (
        f'<details class="menu filter-menu">\n<summary class="button button-plain{active}">'
        f"<span>{words}</span>{icon('chevron-down')}</summary>\n"
        f'<div class="menu-panel" role="group" aria-label="{label}">{menu.panel}</div>\n'
        "</details>\n"
    )


def _toggle(toggle: Choice) -> str:
    checked = " checked" if toggle.chosen else ""
    return (
        f'<label class="toggle"><input type="checkbox" name="{text(toggle.value)}" value="1"'
        f"{checked}><span>{text(toggle.text)}</span></label>\n"
    )


@dataclass(frozen=True, slots=True)
class Pages(Component):
    """Where in a long list, and on: `1–50 of 248`; addresses are empty at the ends."""

    first: int
    last: int
    total: int | None
    previous: str = ""
    following: str = ""
    template: ClassVar[str] = "components/pages.html"


@dataclass(frozen=True, slots=True)
class Empty(Component):
    """An empty place: what belongs here, and what to do next. At most one button is primary."""

    title: str
    text: str
    buttons: tuple[Button, ...] = ()
    drawing: bool = True
    template: ClassVar[str] = "components/empty.html"


@dataclass(frozen=True, slots=True)
class Remark(Component):
    """What the coach says: one thing, why, and what can be done about it.

    `level` is hint (a lamp) or warning (a speech bubble with a mark).
    """

    title: str
    text: str
    buttons: tuple[Button, ...] = ()
    level: str = "warning"
    template: ClassVar[str] = "components/remark.html"


@dataclass(frozen=True, slots=True)
class Notice(Component):
    """The reason above the chart: a sentence in bold, the rest plain, on a status's soft colour."""

    kind: str
    title: str
    text: str = ""
    aside: str = ""
    template: ClassVar[str] = "components/notice.html"

    @property
    def mark(self) -> StatusMark:
        """Its status."""
        return StatusMark(self.kind, bare=True)


@dataclass(frozen=True, slots=True)
class Toast(Component):
    """A short word after something happened; goes by itself unless it is an error.

    `kind` is green (done), amber or red (did not work); `action` is a link to `href`, or a button
    that posts to `post`.
    """

    text: str
    kind: str = "green"
    action: str = ""
    href: str = ""
    post: str = ""
    keys: str = ""
    template: ClassVar[str] = "components/toast.html"

    @property
    def mark(self) -> StatusMark:
        """Its status."""
        return StatusMark(self.kind, bare=True)
