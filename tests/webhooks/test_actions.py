"""Who may do what with webhooks."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from okapi.base import addresses, sealing
from okapi.base.addresses import MASK
from okapi.base.models import Change
from okapi.core.errors import Forbidden, NotFound, Refused
from okapi.webhooks import actions, queries
from okapi.webhooks.models import Webhook
from tests.cast import Cast
from tests.web.conftest import make_goal
from tests.webhooks.receiving import Receiver, make_hook, say, turn


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


TOKENS = "https://chat.example/hook/1f0c9a3e-77b2-4d1e-9c55-0a8e6f2b4d10?token=s3cret&room=1"
SHOWN = f"https://chat.example/hook/{MASK}?token={MASK}&room=1"


def test_tokens_of_an_address_are_sealed_and_shown_nowhere(cast: Cast) -> None:
    ada = cast.actor(cast.ada)
    hook, _ = actions.create(ada, name="Chat", url=TOKENS, events=["kpi.changed"])
    assert (hook.url, sent_to(hook)) == (SHOWN, TOKENS)
    actions.edit(
        ada, hook.pk, name="Chat", url=SHOWN.replace("room=1", "room=2"), events=hook.events
    )
    hook.refresh_from_db()
    assert sent_to(hook) == TOKENS.replace("room=1", "room=2")
    changed = TOKENS.replace("s3cret", "0ther")
    actions.edit(ada, hook.pk, name="Chat", url=changed, events=hook.events)
    hook.refresh_from_db()
    assert (hook.url, sent_to(hook)) == (SHOWN, changed)
    moved = SHOWN.replace("chat.", "other.")
    with pytest.raises(Refused) as refused:
        actions.edit(ada, hook.pk, name="Chat", url=moved, events=hook.events)
    assert refused.value.code == "source.secret_again"
    kept = str(list(Change.objects.values_list("before", "after"))) + str(queries.webhooks(ada))
    assert "room=2" in kept
    assert not [one for one in ("s3cret", "0ther", "1f0c9a3e") if one in kept + str(hook.__dict__)]
    actions.remove(ada, hook.pk)
    hook.refresh_from_db()
    assert hook.in_address == ""


def sent_to(hook: Webhook) -> str:
    """The whole address, of which the models know a part only."""
    return addresses.put_back(hook.url, sealing.unseal(hook.pk, hook.in_address))


def test_the_whole_address_is_asked(cast: Cast, receiver: Receiver) -> None:
    receiver.url += "/hook/1f0c9a3e-77b2-4d1e-9c55-0a8e6f2b4d10?token=s3cret"
    make_hook(cast, receiver)
    make_goal(cast, "O-1")
    say(cast)
    turn()
    assert set(receiver.paths) == {"/hook/1f0c9a3e-77b2-4d1e-9c55-0a8e6f2b4d10?token=s3cret"}


def test_addresses_that_were_kept_whole_are_taken_apart(cast: Cast, hook: Webhook) -> None:
    """What stood in the database before tokens were sealed: rows, and what records tell."""
    migration = import_module("okapi.webhooks.migrations.0002_secrets_in_addresses")
    Webhook.objects.filter(pk=hook.pk).update(url=TOKENS)
    told = Change.objects.filter(kind="webhook")
    told.update(after={"url": TOKENS, "name": "Bridge"}, before={"url": TOKENS})
    migration.take_apart(apps, None)
    hook.refresh_from_db()
    assert (hook.url, sent_to(hook)) == (SHOWN, TOKENS)
    assert told.get().after == {"url": SHOWN, "name": "Bridge"}
    assert told.get().before == {"url": SHOWN}
    migration.put_together(apps, None)
    hook.refresh_from_db()
    assert hook.url == TOKENS
