"""What uvicorn runs: live streams go to a small application of their own, all else to Django.

Django's own ASGI path would hold a thread and a database connection for every open stream
(docs/decisions.md has the figures), so Django is served as WSGI in a pool of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from okapi.base.frames import roomy
from okapi.config import memory
from okapi.config.environment import env_int

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okapi.config.settings")
_django = roomy(get_wsgi_application())

# These have models below them, which can be imported only now that the apps are loaded.
from okapi.goals import renewer  # noqa: E402 - see above
from okapi.search import indexing  # noqa: E402 - see above
from okapi.web import live, streams  # noqa: E402 - see above

# An address that cannot be loaded stops the start, not the first visitor.
_addresses = get_resolver().url_patterns

memory.keep()
memory.settle()

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS = "/events"
THREADS = env_int("OKAPI_THREADS", 8, least=1)

# Any: the two packages describe the same protocol in types that do not fit each other.
_pages: Any = WSGIMiddleware(cast(Any, _django), workers=THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The dispatcher."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] == EVENTS:
        await live.application(scope, receive, send)
    else:
        await _pages(_without_disguised_headers(scope), receive, send)


def _without_disguised_headers(scope: Scope) -> Scope:
    """WSGI cannot tell `X_Forwarded_Proto` from `X-Forwarded-Proto`, which only a proxy may set."""
    return {**scope, "headers": [pair for pair in scope["headers"] if b"_" not in pair[0]]}


def renew(stopping: threading.Event) -> None:
    """Keep the branches above what changed up to date until the server stops."""
    running = renewer.start_thread()
    stopping.wait()
    running.stop()


# What runs in a thread of the server as long as it lives; each is given an Event that is set when
# the server stops.
BACKGROUND: tuple[Callable[[threading.Event], None], ...] = (
    streams.follow,
    renew,
    indexing.follow,
)


async def _lifespan(receive: Receive, send: Send) -> None:
    stopping = threading.Event()
    threads = [
        threading.Thread(target=function, args=(stopping,), name=function.__name__, daemon=True)
        for function in BACKGROUND
    ]
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            for thread in threads:
                thread.start()
            await send({"type": "lifespan.startup.complete"})
        else:
            stopping.set()
            for thread in threads:
                thread.join(timeout=5)
            await send({"type": "lifespan.shutdown.complete"})
            return
