"""Status: colour, shape and word; and the small marks that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from okapi.web.components.base import Component
from okapi.web.components.writing import icon, text
from okapi.wording import current_language, say

# Each kind of status with its colour and its shape. The kinds are the values of core's Status,
# Health and Freshness, and a few words more.
_KINDS: dict[str, tuple[str, str]] = {
    "green": ("ok", "disc"),
    "on_track": ("ok", "disc"),
    "early": ("ok", "disc"),
    "amber": ("warn", "triangle"),
    "at_risk": ("warn", "triangle"),
    "red": ("bad", "square"),
    "off_track": ("bad", "square"),
    "no_data": ("none", "ring"),
    "empty": ("none", "ring"),
    "none": ("none", "ring"),
    "draft": ("none", "ring"),
    "closed": ("none", "check"),
    "no_target": ("none", "dashed"),
    "stale": ("late", "clock"),
    "due": ("late", "half"),
    "fresh": ("late", "check"),
}

# Drawn in a box of 12 × 12. Fills and strokes take the colour of the status.
_SHAPES = {
    "disc": '<circle cx="6" cy="6" r="4.5" fill="currentColor"/>',
    "triangle": '<path d="M6 1.2 11.3 10.6H.7Z" fill="currentColor"/>',
    "square": '<rect x="1.6" y="1.6" width="8.8" height="8.8" rx="1" fill="currentColor"/>',
    "ring": '<circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.5"/>',
    "dashed": (
        '<circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' stroke-dasharray="2 1.77"/>'
    ),
    "clock": (
        '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M6 3.4V6l1.7 1" fill="none" stroke="currentColor" stroke-width="1.3"'
        ' stroke-linecap="round"/>'
    ),
    "half": (
        '<circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" stroke-width="1.5"/>'
        '<path d="M6 1.5a4.5 4.5 0 0 1 0 9Z" fill="currentColor"/>'
    ),
    "check": (
        '<path d="m2.2 6.4 2.5 2.5 5.1-5.6" fill="none" stroke="currentColor" stroke-width="1.5"'
        ' stroke-linecap="round" stroke-linejoin="round"/>'
    ),
}


def shape(kind: str, *, label: str = "") -> SafeString:
    """The shape of a status alone; with a label it is an image that is read out."""
    colour, form = _KINDS[kind]
    heard = f'role="img" aria-label="{text(label)}"' if label else 'aria-hidden="true"'
    return SafeString(
        f'<svg class="shape shape-{colour}" viewBox="0 0 12 12" width="12" height="12" {heard}>'
        f"{_SHAPES[form]}</svg>"
    )


@dataclass(frozen=True, slots=True)
class StatusMark(Component):
    """A status: shape and word in its colour.

    Attributes:
        kind: a value of core's `Status` (green, amber, red, no_target, no_data), `Health`
            (on_track, at_risk, off_track, no_data, none) or `Freshness` (due, stale), or early,
            draft, closed.
        pill: on the soft colour, for the head of a card or page.
        bare: the shape alone is seen; the word is read out.
        note: more words after the status's own (`: guard`).
    """

    kind: str
    pill: bool = False
    bare: bool = False
    note: str = ""

    @property
    def word(self) -> str:
        """The word of this status."""
        return say(f"mark.{self.kind}") + self.note

    @property
    def colour(self) -> str:
        """ok, warn, bad, none or late: the part of a class name."""
        return _KINDS[self.kind][0]

    @property
    def shape(self) -> SafeString:
        """The shape alone, not read out."""
        return shape(self.kind)

    def render(self) -> SafeString:
        """Shape and word."""
        return _status(self, current_language())


@lru_cache(maxsize=512)
def _status(mark: StatusMark, _language: str) -> SafeString:
    """There are few of them, and each stands on a page many times."""
    if mark.bare:
        return shape(mark.kind, label=mark.word)
    pill = " status-pill" if mark.pill else ""
    return SafeString(
        f'<span class="status status-{mark.colour}{pill}">{shape(mark.kind)}'
        f'<span class="status-word">{text(mark.word)}</span></span>'
    )


@dataclass(frozen=True, slots=True)
class StatusCount(Component):
    """How many have this status: `● On track 8`; a link when it filters a list.

    `bare` leaves the word to the screen reader.
    """

    kind: str
    count: int
    href: str = ""
    bare: bool = False
    current: bool = False

    def render(self) -> SafeString:
        """Status and number, in a link where there is an address."""
        inside = f"{StatusMark(self.kind, bare=self.bare).render()} <b>{self.count}</b>"
        if not self.href:
            return SafeString(f'<span class="status-count">{inside}</span>')
        current = ' aria-current="true"' if self.current else ""
        return SafeString(f'<a class="status-count" href="{text(self.href)}"{current}>{inside}</a>')


@dataclass(frozen=True, slots=True)
class Mismatch(Component):
    """The owner's confidence says one thing and the data another. It has no colour."""

    small: bool = False

    def render(self) -> SafeString:
        """An outline with its words; `small` shows the sign and has the words read out."""
        words = text(say("component.mismatch"))
        if self.small:
            return SafeString(
                f'<span class="mismatch mismatch-small" role="img" aria-label="{words}"'
                f' title="{words}">≠</span>'
            )
        return SafeString(
            f'<span class="mismatch"><span aria-hidden="true">≠</span> {words}</span>'
        )


@dataclass(frozen=True, slots=True)
class Pill(Component):
    """A quiet word in a box: committed, aspirational, a count, a definition version."""

    text: str

    def render(self) -> SafeString:
        """The word."""
        return SafeString(f'<span class="pill">{text(self.text)}</span>')


@dataclass(frozen=True, slots=True)
class GuardChip(Component):
    """A KPI that an objective guards, with the shape of its status."""

    name: str
    kind: str
    href: str = ""

    def render(self) -> SafeString:
        """Shield, name and shape."""
        inside = (
            f'{icon("shield", 12)}<span class="visually-hidden">{text(say("component.guard"))}'
            f'</span> <span class="guard-name">{text(self.name)}</span>'
            f" {StatusMark(self.kind, bare=True).render()}"
        )
        if self.href:
            return SafeString(f'<a class="guard" href="{text(self.href)}">{inside}</a>')
        return SafeString(f'<span class="guard">{inside}</span>')


@dataclass(frozen=True, slots=True)
class Avatar(Component):
    """A person by one Chinese character or two initials; the name is the image's text.

    `hidden` when the name stands beside it, so that it is not read out twice. `size` is s, m or l
    (18, 24, 32 pixels).
    """

    name: str
    size: str = "m"
    hidden: bool = False

    @property
    def initials(self) -> str:
        """The family name's character, or the first letters of the first and last word."""
        words = self.name.split()
        if not words:
            return "?"
        if not words[0][0].isascii():
            return words[0][0]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()

    def render(self) -> SafeString:
        """A disc; its hue comes from the name, so that it is the same on every page."""
        hue = sum(map(ord, self.name)) % 6
        heard = (
            'aria-hidden="true"' if self.hidden else f'role="img" aria-label="{text(self.name)}"'
        )
        return SafeString(
            f'<span class="avatar avatar-{text(self.size)} avatar-hue{hue}" {heard}>'
            f"{text(self.initials)}</span>"
        )
