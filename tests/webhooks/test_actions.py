"""Who may do what with webhooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.core.errors import Forbidden, NotFound, Refused
from okapi.webhooks import actions, queries
from okapi.webhooks.models import Webhook
from tests.cast import Cast


def test_administrators_only(cast: Cast, hook: Webhook) -> None:
    for person in (cast.stella, cast.sten, cast.mia, cast.vic):
        actor = cast.actor(person)
        with pytest.raises(Forbidden):
            actions.create(actor, name="x", url="https://a.example", events=["kpi.changed"])
        acts: list[Callable[..., Any]] = [
            actions.rotate, actions.pause, actions.resume, actions.remove, queries.webhook,
        ]  # fmt: skip
        for act in acts:
            with pytest.raises(NotFound):
                act(actor, hook.pk)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"), ({"url": "ftp://a.example"}, "url"),
        ({"url": "https://me:secret@a.example"}, "url"), ({"events": []}, "events"),
        ({"events": ["nothing"]}, "events"),
    ],
)  # fmt: skip
def test_what_is_wrong(cast: Cast, given: dict[str, Any], field: str) -> None:
    good = {"name": "Bridge", "url": "https://a.example", "events": ["kpi.changed"]}
    with pytest.raises(Refused) as refused:
        actions.create(cast.actor(cast.ada), **{**good, **given})
    assert refused.value.field == field
