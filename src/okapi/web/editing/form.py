"""A form as a page of its own or in the page's dialog, and how it is answered."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.middleware.csrf import get_token

from okapi.web import http
from okapi.web.components import Crumb, Notice, Remark
from okapi.web.components.base import Component
from okapi.web.editing.filling import Filling
from okapi.web.editing.sent import Now
from okapi.web.http import OrgRequest
from okapi.wording import say


@dataclass(frozen=True, slots=True)
class Section(Component):
    """Fields that belong together; `folded` ones are asked for only when somebody opens them.

    When something in one that `looks` changes, the form is looked at anew.
    """

    fields: tuple[object, ...]
    title: str = ""
    note: str = ""
    folded: bool = False
    opened: bool = False
    css: str = ""
    id: str = ""
    looks: bool = False
    template: ClassVar[str] = "editing/section.html"


@dataclass(frozen=True, slots=True)
class Form(Component):
    """A form with all that it says.

    Attributes:
        id: of the element around it; what comes back with errors takes its place.
        draft: under which name the browser keeps what is typed; empty keeps nothing.
        version, base: what it begins with; sent along, so that two people lose nothing.
        save: the words of its button; `kind` is primary or danger.
        cancel: where one goes without saving.
        came_back: it holds what was sent, and says why it was not enough.
        target: what the answer is put into, unless it takes the form's own place; a form that came
            back is then asked for whole.
        after: what becomes of the dialog when it was answered well: close, or empty for nothing.
    """

    id: str
    title: str
    action: str
    save: str
    sections: Sequence[object]
    cancel: str
    draft: str = ""
    version: int | None = None
    base: str = ""
    intro: str = ""
    error: str = ""
    notice: Notice | None = None
    remarks: Sequence[Remark] = ()
    hidden: Sequence[tuple[str, str]] = ()
    kind: str = "primary"
    css: str = ""
    came_back: bool = False
    in_dialog: bool = False
    token: str = ""
    target: str = ""
    after: str = "close"
    template: ClassVar[str] = "editing/form.html"

    @property
    def takes_place(self) -> str:
        """The selector of what the answer takes the place of."""
        return self.target or f"#{self.id}"

    @property
    def swap(self) -> str:
        """How it takes that place: the form whole, or what stands in the target."""
        return "innerHTML" if self.target else "outerHTML"


def beginning(began: Now | None) -> dict[str, Any]:
    """What a form carries along of what it began with; nothing where the thing is new."""
    if began is None:
        return {}
    base = json.dumps(dict(began.texts), ensure_ascii=False, separators=(",", ":"))
    return {"version": began.version, "base": base}


def show(
    request: OrgRequest,
    form: Form,
    *,
    place: str,
    crumbs: Sequence[Crumb],
    status: int | None = None,
    template: str = "editing/page.html",
    afresh: bool = False,
    beside: Mapping[str, object] | None = None,
) -> HttpResponse:
    """The form: in the dialog where htmx asks, else as a page; 422 when it came back.

    One that came back takes the place of the one that was sent. A clash with another person is told
    so too: the form is to be looked at and sent again. `template` is that of the page, if it shows
    more than the form: what stands `beside` it. `afresh`: the dialog is shown whole each time.
    """
    status = status or (422 if form.came_back else 200)
    asked = request.POST if request.method == "POST" else request.GET
    in_dialog = bool(request.htmx) and asked.get("from") != "page"
    form = replace(form, token=get_token(request), in_dialog=in_dialog)
    if request.htmx and form.came_back and not afresh:
        return http.part(request, "editing/alone.html", {"form": form}, status=status)
    if request.htmx:
        return http.part(request, "editing/dialog.html", {"form": form}, status=status)
    frame = http.framed(request, place, (*crumbs, Crumb(form.title)))
    context = {"frame": frame, "form": form, **(beside or {})}
    return http.page(request, template, context, status=status)


def met_others() -> Notice:
    """What is said above a form in which two people wrote."""
    return Notice("amber", say("editing.clash.title"), say("editing.clash.text"))


def only_of(request: OrgRequest, offered: Collection[str]) -> tuple[str, ...]:
    """The fields that are edited in place (`only`), where htmx asks for some; else none."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("only", "").split(",") if request.htmx else []
    return tuple(name for name in wanted if name in offered)


def show_inline(
    request: OrgRequest,
    thing: UUID,
    filling: Filling,
    fields: Sequence[object],
    only: Sequence[str],
    *,
    began: Now | None,
    came_back: bool,
) -> HttpResponse:
    """A few fields in the place of what they say; `only` names those that are edited there."""
    form = Form(
        id=f"inline-{thing}",
        title="",
        action=request.path,
        save=say("editing.save"),
        sections=(Section(tuple(fields)),),
        cancel="",
        error=filling.rest((*only, "reason")),
        hidden=(("only", ",".join(only)),),
        came_back=came_back,
        token=get_token(request),
        **beginning(began),
    )
    status = 422 if came_back else 200
    return http.part(request, "editing/inline.html", {"form": form}, status=status)
