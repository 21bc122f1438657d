"""Sources of mine that were paused, since they failed again and again."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from okapi.exchange.sources import queries
from okapi.web.components import Button, Remark
from okapi.web.http import OrgRequest
from okapi.wording import say


def paused(request: OrgRequest) -> Sequence[Remark]:
    """One remark for each; asked for data stewards only."""
    slug = request.organisation.slug
    return [
        Remark(
            say("home.source_paused", name=line.name),
            say(f"paused.{line.paused}"),
            (
                Button(
                    say("home.source_look"),
                    href=reverse("settings:source", kwargs={"slug": slug, "key": line.key}),
                ),
            ),
        )
        for line in queries.paused_of(request.actor)
    ]
