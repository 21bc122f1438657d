"""The other program to which webhooks are sent, and the worker's turn."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from okapi.base import clock
from okapi.goals import actions as goals
from okapi.webhooks import actions
from okapi.webhooks.models import Webhook
from okapi.webhooks.sending import delivering, worker
from tests.cast import Cast
from tests.exchange.sources.serving import send, serving

ALL = ["objective.changed", "key_result.changed", "check_in.added", "comment.changed",
       "kpi.changed", "intake.changed"]  # fmt: skip


class Receiver:
    """The other program: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 204
        self.body = b""
        self.paths: list[str] = []
        self.more: dict[str, str] = {}
        self.got: list[tuple[dict[str, str], bytes]] = []

    def handle(self, one: BaseHTTPRequestHandler) -> None:
        body = one.rfile.read(int(one.headers["Content-Length"]))
        self.got.append(({name.lower(): value for name, value in one.headers.items()}, body))
        self.paths.append(one.path)
        moved = {"Location": self.url} if self.status == 302 else {}
        send(one, self.body, self.status, **moved, **self.more)

    @property
    def told(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.told]


def received(settings: Any) -> Iterator[Receiver]:
    """A receiver that runs: a fixture of who uses it."""
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    made = Receiver()
    with serving(made.handle) as url:
        made.url = url
        yield made


def make_hook(cast: Cast, receiver: Receiver, *events: str) -> tuple[Webhook, str]:
    chosen = list(events or ALL)
    return actions.create(cast.actor(cast.ada), name="Bridge", url=receiver.url, events=chosen)


def say(cast: Cast) -> None:
    """Mia says how O-1.1 goes."""
    goals.check_in(cast.actor(cast.mia), "O-1.1", confidence=7, happened="On.")


def turn(after: timedelta = timedelta(seconds=1)) -> int:
    """What a worker does once, in this thread; how many tries there were."""
    with clock.at(clock.now() + after):
        worker.gather_all()
        claimed = worker.claim(100)
        for one in claimed:
            delivering.deliver(one)
    return len(claimed)
