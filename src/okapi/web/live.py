"""`GET /events?org=<slug>`: the live stream, as a raw ASGI application beside Django.

It signs in by the session cookie in a thread, gives the database connection back, and then only
holds a queue: thousands of open streams cost no thread and no connection. A stream carries kind,
id and version of what changed, never contents; pages fetch what they show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.db import connections
from django.http import HttpRequest

from okapi.base import outbox
from okapi.base.actor import Door
from okapi.base.outbox import Letter
from okapi.core.errors import OkapiError
from okapi.orgs import queries
from okapi.web import streams
from okapi.web.streams import Stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PING_SECONDS = 15.0
SIGN_IN_AGAIN_SECONDS = 600.0
RESUME_MOST = 500
"""More missed letters than this, and the pages are told to fetch everything anew."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks for a stream: the answer of a look into session and organisation."""

    organisation_id: UUID
    person_id: UUID | None
    teams: frozenset[UUID]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request for a stream."""
    if scope["type"] != "http" or scope["method"] != "GET":
        await _refuse(send, 405)
        return
    session, slug = _cookie(scope, settings.SESSION_COOKIE_NAME), _query(scope, "org")
    visitor = await asyncio.to_thread(sign_in, session, slug)
    if visitor is None:
        # 204 tells a browser's EventSource not to try again.
        await _refuse(send, 204)
        return
    stream = Stream(visitor.organisation_id, visitor.person_id, visitor.teams)
    if not streams.hub.open(stream):
        await _refuse(send, 429)
        return
    try:
        missed = await _missed(scope, visitor)
        await _start(send)
        await _stream(stream, missed, receive, send, session, slug)
    finally:
        streams.hub.close(stream)


def sign_in(session_key: str, slug: str) -> Visitor | None:
    """The visitor of a session in an organisation, None when there is no such place for them.

    Runs in a thread and leaves no database connection open.
    """
    try:
        engine = import_module(settings.SESSION_ENGINE)
        request = HttpRequest()
        request.session = engine.SessionStore(session_key or None)
        user = auth.get_user(request)
        if not user.is_authenticated:
            return None
        organisation = queries.settings_by_slug(slug)
        actor = queries.actor_for_user(user, organisation, Door.PAGE)
    except OkapiError:
        return None
    finally:
        connections.close_all()
    return Visitor(actor.organisation_id, actor.person_id, actor.circle)


async def _stream(
    stream: Stream,
    missed: list[Letter] | None,
    receive: Receive,
    send: Send,
    session: str,
    slug: str,
) -> None:
    """Send until the browser leaves or the person is no longer signed in."""
    gone = asyncio.create_task(_until_gone(receive))
    loop = asyncio.get_running_loop()
    look_again_at = loop.time() + SIGN_IN_AGAIN_SECONDS
    try:
        await _send(send, _first(missed))
        while not gone.done():
            letters = await _next(stream, gone)
            if any(letter and letter.kind == streams.SESSION_KIND for letter in letters):
                look_again_at = 0.0
            if loop.time() >= look_again_at:
                visitor = await asyncio.to_thread(sign_in, session, slug)
                if visitor is None:
                    return
                stream.teams = visitor.teams
                look_again_at = loop.time() + SIGN_IN_AGAIN_SECONDS
            await _send(send, _as_events(letters))
    finally:
        gone.cancel()
        await _end(send)


async def _next(stream: Stream, gone: asyncio.Task[None]) -> list[Letter | None]:
    """What waits in the queue; an empty list, which becomes a ping, when nothing came for long."""
    waiting = asyncio.create_task(stream.letters.get())
    done, _ = await asyncio.wait(
        {waiting, gone}, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    if waiting not in done:
        waiting.cancel()
        return []
    letters = [waiting.result()]
    while not stream.letters.empty():
        letters.append(stream.letters.get_nowait())
    return letters


async def _missed(scope: Scope, visitor: Visitor) -> list[Letter] | None:
    """What the visitor has not heard since their last event id; None when that is too much."""
    last = _header(scope, b"last-event-id") or _query(scope, "last")
    if not last.isdecimal() or len(last) > 18:
        return []
    letters = await asyncio.to_thread(_letters_after, int(last), visitor)
    return None if len(letters) > RESUME_MOST else letters


def _letters_after(number: int, visitor: Visitor) -> list[Letter]:
    try:
        letters = outbox.after(number, visitor.organisation_id, most=RESUME_MOST + 1)
    finally:
        connections.close_all()
    if len(letters) > RESUME_MOST:
        return letters
    return [
        letter for letter in letters if letter.audience.includes(visitor.teams, visitor.person_id)
    ]


def _first(missed: list[Letter] | None) -> bytes:
    opening = b"retry: 2000\nevent: hello\ndata: {}\n\n"
    return opening + (streams.RESYNC if missed is None else b"".join(map(streams.as_event, missed)))


def _as_events(letters: list[Letter | None]) -> bytes:
    if not letters:
        return b": ping\n\n"
    return b"".join(
        streams.RESYNC if letter is None else streams.as_event(letter) for letter in letters
    )


async def _until_gone(receive: Receive) -> None:
    """Only this task awaits `receive`: two at once lose messages on some servers."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _start(send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _end(send: Send) -> None:
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _header(scope: Scope, name: bytes) -> str:
    values = [value for key, value in scope["headers"] if key == name]
    return values[0].decode("latin-1") if values else ""


def _cookie(scope: Scope, name: str) -> str:
    try:
        cookie = SimpleCookie(_header(scope, b"cookie"))
    except CookieError:
        return ""
    return str(cookie[name].value) if name in cookie else ""


def _query(scope: Scope, name: str) -> str:
    text: str = scope["query_string"].decode("latin-1")
    return parse_qs(text).get(name, [""])[0]
