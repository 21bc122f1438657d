"""Messages are signed as Standard Webhooks has it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from okapi.base import clock
from okapi.base.models import Change
from okapi.webhooks import actions, queries, signing
from tests.cast import NOW, Cast
from tests.web.conftest import make_goal
from tests.webhooks.receiving import Receiver, make_hook, say, turn


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the documents show it, by nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(one, f"v1,{expected}") for one in given)


def test_messages_are_signed_as_standard_webhooks_has_it(cast: Cast, receiver: Receiver) -> None:
    _, secret = make_hook(cast, receiver)
    make_goal(cast, "O-1")
    say(cast)
    turn()
    assert receiver.got
    for headers, body in receiver.got:
        assert headers["webhook-id"].startswith("msg_")
        assert int(headers["webhook-timestamp"]) == int(NOW.timestamp()) + 1
        assert verified(secret, headers, body)
        assert not verified(secret, headers, body + b" ")
        assert not verified("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)


def test_an_example_of_the_specification() -> None:
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    made = signing.signature(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_rotation_overlaps_for_a_day(cast: Cast, receiver: Receiver) -> None:
    hook, old = make_hook(cast, receiver)
    _, new = actions.rotate(cast.actor(cast.ada), hook.pk)
    make_goal(cast, "O-1")
    say(cast)
    turn()
    assert verified(old, *receiver.got[0])
    assert verified(new, *receiver.got[0])
    receiver.got.clear()
    with clock.at(NOW + actions.OVERLAP):
        say(cast)
        turn()
    assert not verified(old, *receiver.got[-1])
    assert verified(new, *receiver.got[-1])


def test_the_secret_is_shown_once_and_kept_sealed(cast: Cast, receiver: Receiver) -> None:
    hook, secret = make_hook(cast, receiver)
    _, second = actions.rotate(cast.actor(cast.ada), hook.pk)
    hook.refresh_from_db()
    kept = f"{hook.secret} {list(Change.objects.values())}"
    shown = str(queries.webhook(cast.actor(cast.ada), hook.pk))
    for one in (secret, second):
        assert one not in kept + shown
        assert one.removeprefix("whsec_") not in kept + shown


@pytest.mark.parametrize("name", ["webhooks.md", "webhooks.zh-CN.md"])
def test_the_code_of_the_documents_works(cast: Cast, receiver: Receiver, name: str) -> None:
    """It takes a message and each signature of a rotation, and refuses what others could send."""
    text = (Path(__file__).parents[2] / "docs" / "reference" / name).read_text("utf-8")
    ((code),) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    told: dict[str, Any] = {}
    exec(compile(code, name, "exec"), told)
    is_ours = told["is_ours"]
    now = int(NOW.timestamp())
    told["time"] = SimpleNamespace(time=lambda: now)  # the receiver's own clock
    hook, old = make_hook(cast, receiver)
    _, new = actions.rotate(cast.actor(cast.ada), hook.pk)
    make_goal(cast, "O-1")
    say(cast)
    turn()
    headers, body = receiver.got[0]
    assert is_ours(old, headers, body)
    assert is_ours(new, headers, body)
    assert not is_ours(new, headers, body + b" ")
    assert not is_ours("whsec_" + base64.b64encode(b"x" * 32).decode(), headers, body)
    assert not is_ours(new, {**headers, "webhook-id": "msg_other"}, body)
    assert not is_ours(new, {**headers, "webhook-signature": "v1,密"}, body)
    for missing in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert not is_ours(new, {k: v for k, v in headers.items() if k != missing}, body)
    for at in (now - 600, now + 600):
        late = signing.headers([new], headers["webhook-id"], at, body)
        assert not is_ours(new, {**headers, **late}, body)
