"""What stands around every page: side bar, top bar, tab bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from okapi.web.components.bars import Share
from okapi.web.components.base import Component
from okapi.web.components.controls import Choice
from okapi.web.components.marks import Avatar
from okapi.wording import percent, say


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the side bar (and, the first five, of the phone's tab bar).

    `count` is what waits there; `signals` counts bad signals; `keys` are `g h` and the like.
    """

    text: str
    href: str
    icon: str
    current: bool = False
    count: int = 0
    signals: int = 0
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the way to this page; the last has no address."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Crumbs(Component):
    """The way to this page."""

    steps: tuple[Crumb, ...]
    template: ClassVar[str] = "components/crumbs.html"


@dataclass(frozen=True, slots=True)
class CyclePicker(Component):
    """Which cycle is looked at, how much of it is gone, and the others.

    `elapsed` is a share; None before it starts. The choices' `href` show this page in that cycle.
    """

    name: str
    elapsed: float | None
    choices: tuple[Choice, ...]
    template: ClassVar[str] = "components/cycle_picker.html"

    @property
    def words(self) -> str:
        """`55% elapsed`."""
        if self.elapsed is None:
            return say("component.not_started")
        return say("component.elapsed", share=percent(self.elapsed))

    @property
    def share(self) -> Share:
        """The time gone, as a bar."""
        return Share(self.elapsed or 0.0)


@dataclass(frozen=True, slots=True)
class Frame:
    """All that `base.html` needs; the pages' context has it as `frame`.

    Attributes:
        organisation: its name; `slug` is its name in addresses (and of its stream of events).
        organisations: the others that this person may go to.
        places: the navigation; only what exists. `below` stand at the foot of the side bar.
        person: the signed-in person's name; `person_note` their team or role.
        whose: under which name the browser keeps drafts: the person's and the organisation's.
        path: the address of this page, to come back to after the language was changed.
        theme: light, dark or empty (as the system has it), from the cookie `okapi_theme`.
        search, palette: where a question goes, and where its first lines come from.
        live: whether this page follows the stream of events; `last_event` is the newest number when
            it was written, so that nothing is missed before the stream is open.
    """

    organisation: str
    slug: str
    places: tuple[Place, ...]
    person: str
    path: str = "/"
    organisations: tuple[Choice, ...] = ()
    person_note: str = ""
    crumbs: Crumbs = Crumbs(())
    below: tuple[Place, ...] = ()
    cycle: CyclePicker | None = None
    whose: str = ""
    sign_out: str = "/sign-out"
    language_url: str = "/language"
    home: str = "/"
    theme: str = ""
    live: bool = True
    last_event: int = 0
    search: str = ""
    palette: str = ""

    @property
    def avatar(self) -> Avatar:
        """The signed-in person."""
        return Avatar(self.person, hidden=True)

    @property
    def tabs(self) -> tuple[Place, ...]:
        """The phone's tab bar: the first four; the fifth is the menu of the rest."""
        return self.places[:4]
