"""Webhooks on their pages: made with a secret that is shown once, changed, sent again, removed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from okapi.base import clock
from okapi.webhooks.models import Delivery, Webhook
from tests.cast import Cast
from tests.web.conftest import Browser
from tests.webhooks.receiving import Receiver, received

Open = Callable[..., Browser]
receiver = pytest.fixture(received)
PATH = "settings/webhooks/"
FORM = {"name": "Bridge", "url": "https://bridge.example/in", "event-kpi.changed": "on"}


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def made(browser: Open, cast: Cast) -> Webhook:
    browser(cast.ada).post(PATH, FORM)
    found: Webhook = Webhook.objects.get()
    return found


def test_none_yet(browser: Open, cast: Cast) -> None:
    assert "No webhook yet" in text_of(browser(cast.ada).get(PATH))
    others = text_of(browser(cast.mia).get(PATH))
    assert "New webhook" not in others
    assert "No webhook yet" not in others


def test_the_secret_is_shown_once(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    answer = ada.post(PATH, FORM)
    secret = answer.context["secret"]
    assert answer["Cache-Control"] == "no-store"
    assert secret.startswith("whsec_")
    hook = Webhook.objects.get()
    assert hook.events == ["kpi.changed"]
    one = f"{PATH}{hook.pk}/"
    assert secret not in text_of(ada.get(one)) + text_of(ada.get(PATH))
    second = ada.post(f"{one}rotate", {"version": "1"})
    assert second.context["secret"] not in ("", secret)
    assert "the secret of before" in text_of(ada.get(one))


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("url", "ftp://a.example"), ("event-kpi.changed", None)]
)
def test_what_is_wrong(browser: Open, cast: Cast, field: str, value: str | None) -> None:
    sent = {name: text for name, text in {**FORM, field: value}.items() if text is not None}
    assert browser(cast.ada).post(PATH, sent).status_code == 422
    assert not Webhook.objects.exists()


def test_edit_pause_resume_remove(browser: Open, cast: Cast) -> None:
    hook, ada = made(browser, cast), browser(cast.ada)
    one = f"{PATH}{hook.pk}/"
    changed = {**FORM, "name": "Other", "event-check_in.added": "on", "version": "1"}
    assert ada.post(one, changed).status_code == 302
    assert ada.post(one, changed).status_code == 409
    assert ada.post(f"{one}pause", {"version": "2"}).status_code == 302
    assert "Somebody paused it" in text_of(ada.get(one))
    assert ada.post(f"{one}resume", {"version": "3"}).status_code == 302
    hook.refresh_from_db()
    assert (hook.name, hook.events, hook.paused) == (
        "Other", ["check_in.added", "kpi.changed"], "",
    )  # fmt: skip
    assert ada.post(f"{one}remove", {"version": "4"}).status_code == 302
    assert ada.get(one).status_code == 404


def test_what_was_given_up_is_sent_again(browser: Open, cast: Cast) -> None:
    hook, ada = made(browser, cast), browser(cast.ada)
    told = Delivery.objects.create(
        organisation=cast.organisation, webhook=hook, origin="letter 1", type="kpi.changed",
        object_id=hook.pk, body={"type": "kpi.changed", "data": {"kpi": "returns", "number": 1}},
        due_at=clock.now(), state="failed", attempt=9, status=500, code="webhook.status",
        data={"status": "500"}, ended_at=clock.now(),
    )  # fmt: skip
    one = f"{PATH}{hook.pk}/"
    page = text_of(ada.get(one))
    assert "status 500" in page
    assert "returns" in page
    assert ada.post(f"{one}messages/{told.pk}/again").status_code == 302
    told.refresh_from_db()
    assert (told.state, told.attempt) == ("waiting", 0)


@pytest.mark.parametrize("n", [1, 3])
def test_statements(browser: Open, cast: Cast, statements: Any, outside: Any, n: int) -> None:
    ada = browser(cast.ada)
    for number in range(n):
        ada.post(PATH, {**FORM, "name": f"Bridge {number}"})
    ada.get(PATH)
    with outside(), statements() as asked:
        assert ada.get(PATH).status_code == 200
    assert len(asked) == 3  # session, user with their places, the webhooks


def test_administrators_are_told_on_home_that_one_was_paused(browser: Open, cast: Cast) -> None:
    hook = made(browser, cast)
    told = "is told nothing any more"
    assert told not in text_of(browser(cast.ada).get(""))
    Webhook.objects.update(paused="failures")
    home = text_of(browser(cast.ada).get(""))
    assert told in home
    assert f"{PATH}{hook.pk}/" in home
    assert told not in text_of(browser(cast.mia).get(""))


def test_a_token_in_the_address_is_not_shown(browser: Open, cast: Cast) -> None:
    ada = browser(cast.ada)
    ada.post(PATH, {**FORM, "url": "https://chat.example/in?token=s3cret"})
    hook = Webhook.objects.get()
    one = f"{PATH}{hook.pk}/"
    page = text_of(ada.get(one))
    assert "token=•••" in page
    assert "s3cret" not in page + text_of(ada.get(PATH))
    sent = {**FORM, "url": "https://chat.example/in?token=•••", "version": "1", "name": "Chat"}
    assert ada.post(one, sent).status_code == 302
    elsewhere = {**sent, "url": "https://other.example/in?token=•••", "version": "2"}
    refused = ada.post(one, elsewhere)
    assert refused.status_code == 422
    assert "It would be sent to another place" in text_of(refused)


def test_a_test_message_shows_its_answer(browser: Open, cast: Cast, receiver: Receiver) -> None:
    ada = browser(cast.ada)
    ada.post(PATH, {**FORM, "url": receiver.url})
    one = f"{PATH}{Webhook.objects.get().pk}/"
    assert "Send a test message" in text_of(ada.get(one))
    came = text_of(ada.post(f"{one}test"))
    assert "The test message came through: status 204" in came
    assert "webhook.test" in came
    receiver.status = 404
    failed = text_of(ada.post(f"{one}test"))
    assert "did not come through" in failed
    assert "answers with status 404" in failed
    assert "Send again" not in failed
    for _ in range(3):
        ada.post(f"{one}test")
    often = ada.post(f"{one}test")
    assert often.status_code == 422
    assert "at most 5 times a minute" in text_of(often)
    assert len(receiver.got) == 5
