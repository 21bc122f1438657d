"""What is said after something was saved, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect

from okapi.base import changes
from okapi.base.changes import Record
from okapi.core.errors import NotFound
from okapi.goals import actions as goals
from okapi.kpis import actions as kpis
from okapi.web.components import Toast
from okapi.web.editing.sent import number
from okapi.web.http import Addresses, OrgRequest
from okapi.wording import has, say

CHANGED = "okapi-changed"
"""What an answer tells the page, so that its live parts are fetched anew at once."""


def saved(
    request: OrgRequest,
    made: Sequence[Record],
    *,
    onward: str,
    code: str = "",
    kept: bool = False,
    leave: bool = False,
) -> HttpResponse:
    """The answer to a form that was saved.

    In a dialog the page is told, and a toast says so; else it goes `onward`, where the toast is
    said by `toasts_of`.

    Args:
        request: the form's post; `from` in it says where the form stood.
        made: the change records; the first one says what was done.
        onward: the address to go on to.
        code: a phrase that says it better than the change itself.
        kept: what others changed meanwhile was put together with it.
        leave: the page under the dialog is not the right one any more: the thing is new, or gone.
    """
    change = made[0] if made else None
    in_place = request.htmx and request.POST.get("from") != "page" and not leave
    if in_place:
        return told(toast_of(request, change, code=code, kept=kept))
    said: dict[str, str] = {} if change is None else {"said": str(change.number)}
    if code:
        said["as"] = code.partition(".")[2]
    if kept:
        said["kept"] = "1"
    path, _, anchor = onward.partition("#")
    joint = "&" if "?" in path else "?"
    target = f"{path}{joint}{urlencode(said)}" if said else path
    target = f"{target}#{anchor}" if anchor else target
    if not request.htmx:
        return HttpResponseRedirect(target)
    response = HttpResponse()
    response["HX-Redirect"] = target
    return response


def told(toast: Toast, *, news: str = CHANGED) -> HttpResponse:
    """A toast, and the news for the page."""
    response = HttpResponse(str(toast))
    response["HX-Retarget"] = "#toasts"
    response["HX-Reswap"] = "beforeend"
    response["HX-Trigger"] = news
    return response


def toast_of(
    request: OrgRequest, change: Record | None, *, code: str = "", kept: bool = False
) -> Toast:
    """What was done, with the way back where there is one."""
    if change is None:
        return Toast(say("editing.nothing_changed"))
    code = code or f"done.{change.kind}.{change.verb}"
    text = say(code) if has(code) else say("editing.saved")
    if kept:
        text = f"{text} {say('editing.kept')}"
    if not _goes_back(change):
        return Toast(text)
    undo = Addresses(request.organisation.slug).undo(change.number)
    return Toast(text, action=say("editing.undo"), href=undo, post=undo, keys="Z")


def _goes_back(change: Record) -> bool:
    if change.kind == "kpi":
        return kpis.is_reversible(change)
    return goals.is_reversible(change)


def toasts_of(request: OrgRequest) -> tuple[Toast, ...]:
    """What the address says was done (`said`), if it was this person who did it."""
    told_number = number(request.GET.get("said", ""))
    if told_number is None:
        return ()
    try:
        change = changes.own(request.actor, told_number)
    except NotFound:
        return ()
    code = f"done.{request.GET.get('as', '')}"
    code = code if has(code) else ""
    return (toast_of(request, change, code=code, kept="kept" in request.GET),)
