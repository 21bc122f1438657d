"""Tokens: keys by which other programs act for a person. Made and shown once, listed, revoked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from okapi.base import clock
from okapi.base.actor import Role
from okapi.orgs import access
from okapi.orgs.actions import tokens as actions
from okapi.orgs.queries.tokens import TokenLine
from okapi.orgs.queries.tokens import tokens as lines_of
from okapi.web.components import Empty
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.web.settings.forms import Answer, Drawer, Form, Sent, tried
from okapi.web.settings.invitations import kept_nowhere
from okapi.wording import ago, day, say

_LASTS = (30, 90, 365)


@dataclass(frozen=True, slots=True)
class Row:
    """A token in the list: whose, its words, and the address that revokes it."""

    line: TokenLine
    name: str
    person: str
    used: str
    state: str
    revoke: str


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: OrgRequest) -> HttpResponse:
    """The list; a post makes a token of one's own and shows it, this once."""
    if request.method != "POST":
        return _page(request, Answer())
    sent = Sent(request.POST)
    made: list[str] = []
    if wrong := tried(sent, lambda: made.append(_make(request, sent))):
        return _page(request, wrong)
    return kept_nowhere(_page(request, Answer(), made=made[0]))


def _make(request: OrgRequest, sent: Sent) -> str:
    actor = request.actor
    me = access.visible_people(actor).get(pk=request.visit.person_id)
    days = sent.whole("days") if sent.text("days") else None
    return actions.create(actor, me, name=sent.text("name"), days=days)


def _page(request: OrgRequest, answer: Answer, *, made: str = "") -> HttpResponse:
    draw = Drawer("settings.tokens", {"days": 90}, answer)
    lasts = [(str(days), say("settings.tokens.days_n", n=days)) for days in _LASTS]
    form = Form(
        action=place.at(request).page("tokens"),
        answer=answer,
        drawer=draw,
        button=say("settings.tokens.make"),
        rows=(
            (
                draw.text("name", note=say("settings.tokens.name_note"), autocomplete="off"),
                draw.select("days", [*lasts, ("", say("settings.tokens.for_ever"))]),
            ),
        ),
    )
    rows = [_row(request, line) for line in lines_of(request.actor)]
    everyone = place.may(request, Role.ADMINISTRATOR)
    context: dict[str, Any] = {
        "note": say("settings.tokens.note"),
        "form": form,
        "made": made,
        "rows": rows,
        "everyone": everyone,
        "empty": None
        if rows
        else Empty(say("settings.tokens.empty.title"), say("settings.tokens.empty.text")),
    }
    return place.page(request, "tokens", "settings/tokens.html", context, status=answer.status)


def _row(request: OrgRequest, line: TokenLine) -> Row:
    return Row(
        line=line,
        name=line.name or say("settings.tokens.nameless"),
        person=place.text(request.organisation, line.person, line.person_other),
        used=say("settings.tokens.never")
        if line.used_at is None
        else say("settings.tokens.used", ago=ago(line.used_at, clock.now())),
        state=_state(line),
        revoke=place.at(request).page("revoke_token", uid=line.id) if line.is_open else "",
    )


def _state(line: TokenLine) -> str:
    if line.revoked_at is not None:
        return say("settings.tokens.revoked", day=day(line.revoked_at))
    if line.expires_at is None:
        return say("settings.tokens.for_ever")
    if not line.is_open:
        return say("settings.tokens.expired", day=day(line.expires_at))
    return say("settings.tokens.until", day=day(line.expires_at))


@require_POST
def revoke_token(request: OrgRequest, uid: UUID) -> HttpResponse:
    """Let a token open nothing any more: one's own, or anybody's for an administrator."""
    token = access.visible_tokens(request.actor).filter(pk=uid).first()
    if token is None:
        raise access.missing("token", uid)
    actions.revoke(request.actor, token)
    return place.on(request, "tokens", "revoked")
