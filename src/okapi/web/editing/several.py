"""Several things of a list changed at once: each by its own rights, told one by one, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from django.http import HttpResponse

from okapi.base import changes
from okapi.core.errors import OkapiError, Refused
from okapi.web import errors, http
from okapi.web.components import Crumb, Toast
from okapi.web.components.base import Component
from okapi.web.editing import told
from okapi.web.http import OrgRequest
from okapi.wording import say

MOST = 200
"""More things at once than this are changed by files."""
DONE = f"{told.CHANGED}, okapi-bulk-done"
"""What an answer tells the page: to fetch its list anew, and that nothing is chosen any more."""
CLOSES = f"{DONE}, okapi-close"
"""The same, where no more is to be read in the dialog."""


@dataclass(frozen=True, slots=True)
class Do:
    """What can be done to the chosen ones: a button of the bar."""

    name: str
    text: str
    icon: str
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Bar(Component):
    """The bar that comes with the first one chosen; `action` asks what is to become of them."""

    action: str
    text: str
    token: str
    does: tuple[Do, ...]
    template: ClassVar[str] = "editing/several_bar.html"


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one thing; `refused` says why it stayed as it was."""

    title: str
    href: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """What became of several things.

    Attributes:
        title: what was to become of them.
        rows: one for each thing.
        made: the numbers of the change records of those that were changed.
        place, back: of the list in the frame; its words and address.
        code: of the phrase that says how many.
    """

    title: str
    rows: Sequence[Row]
    made: Sequence[int]
    place: str
    back: tuple[str, str]
    code: str = "bulk.done"

    @property
    def done(self) -> int:
        """How many were changed."""
        return sum(not row.refused for row in self.rows)

    @property
    def sentence(self) -> str:
        """How many of how many were changed."""
        return say(self.code, done=self.done, total=len(self.rows))


def asked(
    request: OrgRequest, box: str, does: Sequence[str], *, codes: str
) -> tuple[str, list[str]]:
    """What is to be done (`do`), and the keys of the chosen ones (the name of their `box`).

    `Refused` for something else, for nothing chosen, and for too many; `codes` says it.
    """
    do = request.POST.get("do", "")
    if do not in does:
        raise Refused("choice.unknown", field="do", found=do, expected=", ".join(does))
    keys = list(dict.fromkeys(request.POST.getlist(box)))
    if not keys:
        raise Refused(f"{codes}.nothing")
    if len(keys) > MOST:
        raise Refused(f"{codes}.many", found=len(keys), most=MOST)
    return do, keys


def each(
    keys: Sequence[str],
    names: Mapping[str, str],
    act: Callable[[str], object],
    href: Callable[[str], str],
    *,
    stays: bool,
) -> tuple[list[Row], list[int]]:
    """Do it to each by itself: one that is refused keeps no other one back.

    What was made of each, and the numbers of the change records. `names` are of those that the
    reader finds; `stays`: a thing has its page afterwards too.
    """
    rows, numbers = [], []
    for key in keys:
        title = names.get(key, key)
        try:
            with changes.gather() as made:
                act(key)
        except OkapiError as refused:
            there = href(key) if key in names else ""
            rows.append(Row(title, there, " ".join(errors.lines_of(refused))))
        else:
            numbers += [change.number for change in made]
            rows.append(Row(title, href(key) if stays else ""))
    return rows, numbers


def answer(request: OrgRequest, found: Several) -> HttpResponse:
    """What became of each, those that stayed as they were first; with the way back.

    In a dialog, where all were changed, a toast says it.
    """
    at = http.at(request)
    undo = at.undo_several(found.made) if found.made else ""
    if request.htmx and found.done == len(found.rows):
        more = {"action": say("editing.undo"), "href": undo, "post": undo, "keys": "Z"}
        return told.told(Toast(found.sentence, **(more if undo else {})), news=CLOSES)
    context: dict[str, object] = {
        "title": found.title,
        "summary": found.sentence,
        "rows": sorted(found.rows, key=lambda row: not row.refused),
        "undo": undo,
        "back": found.back,
    }
    if request.htmx:
        response = http.part(request, "editing/several_dialog.html", context)
        response["HX-Trigger"] = DONE
        return response
    crumbs = (Crumb(*found.back), Crumb(found.title))
    context["frame"] = http.framed(request, found.place, crumbs)
    return http.page(request, "editing/several.html", context)
