"""Webhooks by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.conftest import Program, walked
from tests.cast import Cast
from tests.webhooks.receiving import Receiver, received

Make = Callable[..., Program]
receiver = pytest.fixture(received)
BODY = {"name": "Bridge", "url": "https://bridge.example/in", "events": ["kpi.changed"]}


def test_made_read_changed_removed(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    made = ada.post("webhooks", BODY)
    assert made.status_code == 201
    one = f"webhooks/{made.json()['id']}"
    assert made.json()["secret"].startswith("whsec_")
    assert ada.get(one).json()["secret"] is None
    changed = ada.put(one, {**BODY, "events": ["check_in.added"]})
    assert changed.json()["events"] == ["check_in.added"]
    again = ada.post(f"{one}/secret", {}).json()["secret"]
    assert again not in (None, made.json()["secret"])
    assert [each["secret"] for each in ada.get("webhooks").json()["items"]] == [None]
    assert ada.get(f"{one}/messages").json() == {"items": [], "next": None}
    assert ada.delete(one).status_code == 204
    assert ada.get(one).status_code == 404


def test_what_is_wrong(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    for wrong in ({"url": "file:///etc/passwd"}, {"events": []}, {"events": ["x"]}, {"name": ""}):
        assert ada.post("webhooks", {**BODY, **wrong}).status_code == 422
    assert program(cast, cast.mia).get("webhooks").status_code == 403


def test_paused_and_told_again(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    one = f"webhooks/{ada.post('webhooks', BODY).json()['id']}"
    seen = ada.get(one)["ETag"]
    assert ada.post(f"{one}/pause", {}, **{"If-Match": seen}).json()["paused"] == "person"
    assert ada.post(f"{one}/resume", {}, **{"If-Match": seen}).status_code == 412
    assert ada.post(f"{one}/resume", {}).json()["paused"] == ""


def test_a_secret_is_shown_once_and_kept_nowhere(program: Make, cast: Cast) -> None:
    ada = program(cast, cast.ada)
    made = ada.post("webhooks", BODY)
    at = made["Location"].removeprefix("/api/v1/")
    rotated = ada.post(f"{at}/secret", {})
    for answer in (made, rotated):
        assert answer["Cache-Control"] == "no-store"
        assert answer.json()["secret"] not in ada.get(at).content.decode()


def test_a_page_after_the_other(program: Make, cast: Cast, statements: Callable[[], Any]) -> None:
    ada = program(cast, cast.ada)
    ids = [ada.post("webhooks", BODY).json()["id"] for _ in range(3)]
    assert walked(ada, "webhooks", "id") == sorted(ids, reverse=True)
    with statements() as few:
        ada.get("webhooks", limit=1)
    with statements() as many:
        ada.get("webhooks")
    assert len(few) == len(many)


def test_a_test_message(program: Make, cast: Cast, receiver: Receiver) -> None:
    ada = program(cast, cast.ada)
    one = f"webhooks/{ada.post('webhooks', {**BODY, 'url': receiver.url}).json()['id']}"
    good = ada.post(f"{one}/test", {})
    told = good.json()
    assert good.status_code == 200
    assert (told["type"], told["state"], told["status"]) == ("webhook.test", "delivered", 204)
    assert told["detail"] == ""
    assert told["seconds"] >= 0
    receiver.status = 503
    bad = ada.post(f"{one}/test", {}).json()
    assert (bad["state"], bad["status"]) == ("failed", 503)
    assert "status 503" in bad["detail"]
    assert len(ada.get(f"{one}/messages").json()["items"]) == 2
    for _ in range(3):
        ada.post(f"{one}/test", {})
    often = ada.post(f"{one}/test", {})
    assert often.status_code == 422
    assert "at most 5 times a minute" in often.content.decode()
    assert len(receiver.got) == 5
