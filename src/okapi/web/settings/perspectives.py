"""The perspectives from which pillars look: called otherwise, ordered, added, taken away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base.actor import Role
from okapi.core.errors import NotFound
from okapi.orgs.actions import pillars as actions
from okapi.orgs.queries import structure
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.wording import say

_TEXTS = ("title", "title_other")
_SAID = {"earlier": "moved", "later": "moved", "remove": "removed"}


@require_http_methods(["GET", "HEAD", "POST"])
def perspectives(request: OrgRequest) -> HttpResponse:
    """The perspectives, each a small form; a post adds one."""
    place.require(request, Role.STRATEGIST)
    if request.method != "POST":
        return _page(request)
    sent = Sent(request.POST)
    titles = {name: sent.text(name) for name in _TEXTS}
    if wrong := tried(sent, lambda: actions.add_perspective(request.actor, **titles)):
        return _page(request, new=wrong)
    return place.on(request, "perspectives", "added")


@require_POST
def perspective(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Change one, move it (`do` is earlier or later) or take it away (`do` is remove)."""
    if all(view.id != uid for view in structure.perspectives(request.actor)):
        raise NotFound("access.not_found", kind="perspective", ref=str(uid))
    place.require(request, Role.STRATEGIST)
    sent = Sent(request.POST)
    if wrong := tried(sent, lambda: _change(request, uid, sent)):
        return _page(request, of=uid, old=wrong)
    return place.on(request, "perspectives", _SAID.get(sent.text("do"), "saved"))


def _change(request: OrgRequest, uid: UUID, sent: Sent) -> None:
    actor, version, do = request.actor, sent.version, sent.text("do")
    if do in ("earlier", "later"):
        actions.move_perspective(actor, uid, earlier=do == "earlier", version=version)
    elif do == "remove":
        actions.remove_perspective(actor, uid, version=version)
    else:
        titles = {name: sent.text(name) for name in _TEXTS}
        actions.edit_perspective(actor, uid, version=version, **titles)


def _page(
    request: OrgRequest,
    *,
    new: Answer | None = None,
    of: UUID | None = None,
    old: Answer | None = None,
) -> HttpResponse:
    at = place.at(request)
    rows = []
    for view in structure.perspectives(request.actor):
        answer = old if old is not None and view.id == of else Answer()
        stored = {"title": view.title, "title_other": view.title_other}
        draw = Drawer("settings.perspectives", stored, answer)
        form = Form(
            action=at.page("perspective", uid=view.id),
            version=view.version,
            answer=answer,
            drawer=draw,
            button=say("form.save"),
            plain=True,
            rows=((_own(draw, "title", view.key), _own(draw, "title_other", view.key)),),
        )
        rows.append((view, form))
    draw = Drawer("settings.perspectives", {}, new or Answer())
    fresh = Form(
        action=at.page("perspectives"),
        answer=new or Answer(),
        button=say("form.add"),
        rows=((draw.text("title", required=True), draw.text("title_other")),),
    )
    context = {"rows": rows, "form": fresh, "note": say("settings.perspectives.note")}
    status = (new or old or Answer()).status
    title = say("settings.perspectives.title")
    return place.page(
        request, "pillars", "settings/perspectives.html", context, title=title, status=status
    )


def _own(draw: Drawer, name: str, key: str) -> Any:
    """A field whose id is its own, since the same form stands here several times."""
    return draw.text(name, id=f"field-{name}-{key}", required=name == "title")
