"""What was paused since it failed again and again: sources of mine, and webhooks."""

from __future__ import annotations

from collections.abc import Sequence

from okapi.exchange.sources import queries
from okapi.web.components import Button, Remark
from okapi.web.http import OrgRequest
from okapi.web.settings import place
from okapi.webhooks import queries as webhooks
from okapi.wording import say


def paused(request: OrgRequest) -> Sequence[Remark]:
    """One remark for each; asked for data stewards and administrators only."""
    at = place.at(request)
    sources = [
        _remark(
            say("home.source_paused", name=line.name),
            say(f"paused.{line.paused}"),
            at.page("source", key=line.key),
        )
        for line in queries.paused_of(request.actor)
    ]
    hooks = [
        _remark(
            say("home.webhook_paused", name=name),
            say("hook_paused.failures"),
            at.page("webhook", uid=uid),
        )
        for uid, name in webhooks.given_up(request.actor)
    ]
    return [*sources, *hooks]


def _remark(title: str, text: str, href: str) -> Remark:
    return Remark(title, text, (Button(say("home.source_look"), href=href),))
