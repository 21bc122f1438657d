"""What uvicorn runs: live streams go to a small application of their own, all else to Django.

Django's own ASGI path would hold a thread and a database connection for every open stream
(docs/decisions.md has the figures), so Django is served as WSGI in a pool of threads.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from okapi.config.environment import env_int

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

EVENTS = "/events"
THREADS = env_int("OKAPI_THREADS", 8, least=1)

# Functions that run in a thread of the server as long as it lives, as `module:function`; each is
# given an Event that is set when the server stops.
BACKGROUND: tuple[str, ...] = ()

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "okapi.config.settings")
# Any: the two packages describe the same protocol in types that do not fit each other.
pages: Any = WSGIMiddleware(cast(Any, get_wsgi_application()), workers=THREADS)
live: Any = import_module("okapi.web.live").application if find_spec("okapi.web") else None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """The dispatcher."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["path"] == EVENTS:
        await live(scope, receive, send)
    else:
        await pages(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    stopping = threading.Event()
    threads: list[threading.Thread] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            threads = [_start(name, stopping) for name in BACKGROUND]
            await send({"type": "lifespan.startup.complete"})
        else:
            stopping.set()
            for thread in threads:
                thread.join(timeout=5)
            await send({"type": "lifespan.shutdown.complete"})
            return


def _start(name: str, stopping: threading.Event) -> threading.Thread:
    module, _, function = name.partition(":")
    thread = threading.Thread(
        target=getattr(import_module(module), function),
        args=(stopping,),
        name=function,
        daemon=True,
    )
    thread.start()
    return thread
