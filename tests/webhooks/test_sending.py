"""Webhooks: what they are told, signed how, and what happens when nobody answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from okapi.base import clock, scope
from okapi.base.models import Change, Outbox
from okapi.core.errors import Forbidden, NotFound, Refused
from okapi.goals import actions as goals
from okapi.goals.models import Objective
from okapi.kpis.ingest import committing
from okapi.kpis.models import Kpi
from okapi.talk import actions as talk
from okapi.webhooks import actions, queries, sending
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import delivering, gathering, worker
from tests.cast import NOW, Cast
from tests.exchange.sources.serving import send, serving
from tests.kpis.making import make_kpi, row, take
from tests.web.conftest import make_goal

ALL = ["objective.changed", "key_result.changed", "check_in.added", "comment.changed",
       "kpi.changed", "intake.changed"]  # fmt: skip


class Receiver:
    """The other program: what it was sent, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.status = 204
        self.got: list[tuple[dict[str, str], bytes]] = []

    def handle(self, one: BaseHTTPRequestHandler) -> None:
        body = one.rfile.read(int(one.headers["Content-Length"]))
        self.got.append(({name.lower(): value for name, value in one.headers.items()}, body))
        send(one, b"", self.status, **({"Location": self.url} if self.status == 302 else {}))

    @property
    def told(self) -> list[Any]:
        return [json.loads(body) for _, body in self.got]

    @property
    def types(self) -> list[str]:
        return [one["type"] for one in self.told]


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]
    made = Receiver()
    with serving(made.handle) as url:
        made.url = url
        yield made


@pytest.fixture
def hook(cast: Cast, receiver: Receiver) -> Webhook:
    return make_hook(cast, receiver)[0]


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


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As the documents show it, by nothing of ours."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = headers["webhook-signature"].split(" ")
    return any(hmac.compare_digest(one, f"v1,{expected}") for one in given)


def test_what_happens_is_told_with_keys_only(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    make_goal(cast, "O-1")
    goals.check_in(
        cast.actor(cast.mia), "O-1.1", confidence=7, happened="A secret word of the house."
    )
    talk.add_comment(cast.actor(cast.mia), "objective", Objective.objects.get().pk, "Well done.")
    turn()
    assert set(receiver.types) >= {"objective.changed", "check_in.added", "comment.changed"}
    (said,) = [one for one in receiver.told if one["type"] == "check_in.added"]
    assert said["data"] == {
        "organisation": "acme", "objective": "O-1", "key_result": "O-1.1", "number": 1,
    }  # fmt: skip
    everything = b"".join(body for _, body in receiver.got).decode()
    for word in ("secret word", "Well done", "Mia", "mia@"):
        assert word not in everything
    assert turn() == 0


def test_a_measurement_is_told(cast: Cast, receiver: Receiver) -> None:
    make_kpi(cast, "returns", frequency="week", unit="%")
    Outbox.objects.all().delete()
    make_hook(cast, receiver, "kpi.changed", "intake.changed")
    take(cast.system, [row("returns", "2026-W46", 1)])
    turn()
    told = [(one["type"], one["data"]["kpi"]) for one in receiver.told]
    assert told == [("kpi.changed", "returns")]


def test_an_intake_of_many_kpis_is_told_as_one(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "MOST_KPI_NEWS", 1)
    for key in ("a", "b"):
        make_kpi(cast, key, frequency="week", unit="%")
    Outbox.objects.all().delete()
    make_hook(cast, receiver, "kpi.changed", "intake.changed")
    made = take(cast.system, [row("a", "2026-W46", 1), row("b", "2026-W46", 1)])
    turn()
    assert {one["data"].get("intake") for one in receiver.told} == {str(made.uid)}


def test_what_is_private_is_not_told_at_all(cast: Cast, hook: Webhook, receiver: Receiver) -> None:
    make_goal(cast, "O-2", visibility="named")
    Kpi.objects.update(visibility="team")
    goals.check_in(cast.actor(cast.mia), "O-2.1", confidence=7, happened="Quiet.")
    turn()
    assert [one for one in receiver.told if "O-2" in json.dumps(one)] == []
    assert {one["type"] for one in receiver.told} <= {"intake.changed"}


def test_what_became_private_meanwhile_is_not_sent(cast: Cast, receiver: Receiver) -> None:
    make_goal(cast, "O-1")
    make_hook(cast, receiver, "check_in.added")
    say(cast)
    with clock.at(NOW + timedelta(seconds=1)):
        assert worker.gather_all() > 0
    Objective.objects.update(visibility="named")
    turn(timedelta(seconds=2))
    assert receiver.got == []
    assert not Delivery.objects.exists()


def test_only_what_was_chosen_and_only_from_then_on(cast: Cast, receiver: Receiver) -> None:
    make_goal(cast, "O-1")
    with clock.at(NOW + timedelta(minutes=1)):
        make_hook(cast, receiver, "comment.changed")
        say(cast)
        talk.add_comment(cast.actor(cast.mia), "objective", Objective.objects.get().pk, "Yes.")
        turn()
    assert receiver.types == ["comment.changed"]


def test_another_organisation_is_told_nothing(
    cast: Cast, strangers: Cast, hook: Webhook, receiver: Receiver
) -> None:
    with scope.organisation(strangers.organisation.pk):
        make_goal(strangers, "O-1")
        say(strangers)
    turn()
    assert receiver.got == []
    with scope.organisation(strangers.organisation.pk), pytest.raises(NotFound):
        queries.webhook(strangers.actor(strangers.ada), hook.pk)


def test_a_letter_that_comes_late_is_told_once(cast: Cast, receiver: Receiver) -> None:
    """Numbers are given before transactions commit."""
    kpi = make_kpi(cast, "returns", frequency="week", unit="%")
    Outbox.objects.all().delete()
    make_hook(cast, receiver, "kpi.changed")

    def letter(number: int) -> None:
        Outbox.objects.create(
            organisation=cast.organisation, kind="kpi", object_id=kpi.pk, number=number,
            audience={"everyone": True}, at=NOW + timedelta(seconds=1),
        )  # fmt: skip

    letter(2)
    turn(timedelta(seconds=2))
    letter(1)
    letter(3)
    with clock.at(NOW + timedelta(seconds=30)):
        Outbox.objects.create(
            organisation=cast.organisation, kind="kpi", object_id=kpi.pk, number=4,
            audience={"everyone": True}, at=clock.now(),
        )  # fmt: skip
        turn()
        turn()
    assert [one["data"]["number"] for one in receiver.told] == [2, 1, 3, 4]


def test_nothing_is_lost_among_many_that_were_not_chosen(
    cast: Cast, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read at once is full of others' letters, all of them in the same minute."""
    monkeypatch.setattr(gathering, "_AT_ONCE", 3)
    make_goal(cast, "O-1")
    Outbox.objects.all().delete()
    make_hook(cast, receiver, "objective.changed", "check_in.added")
    goal = Objective.objects.get().pk

    def letters(kind: str, numbers: range) -> None:
        for number in numbers:
            Outbox.objects.create(
                organisation=cast.organisation, kind=kind, object_id=goal, number=number,
                audience={"everyone": True}, at=clock.now(),
            )  # fmt: skip

    letters("kpi", range(10))
    letters("objective", range(10))
    say(cast)
    turn()
    told = [one["data"]["number"] for one in receiver.told if one["type"] == "objective.changed"]
    assert told[:10] == list(range(10))
    assert "check_in.added" in receiver.types
    assert turn() == 0


# --- Signatures -----------------------------------------------------------------------------------


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
    from okapi.webhooks import signing

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


# --- When nobody answers --------------------------------------------------------------------------


@pytest.fixture
def one(cast: Cast, receiver: Receiver) -> Webhook:
    """A webhook to which exactly one message is due."""
    kpi = make_kpi(cast, "returns", frequency="week", unit="%")
    Outbox.objects.all().delete()
    hook, _ = make_hook(cast, receiver, "kpi.changed")
    Outbox.objects.create(
        organisation=cast.organisation, kind="kpi", object_id=kpi.pk, number=1,
        audience={"everyone": True}, at=NOW + timedelta(seconds=1),
    )  # fmt: skip
    return hook


def test_it_is_tried_again_with_the_same_id_and_given_up(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    now = NOW + timedelta(seconds=2)
    for _ in range(len(delivering.PAUSES) + 1):
        with clock.at(now):
            assert turn(timedelta()) == 1
            assert turn(timedelta()) == 0
        now = Delivery.objects.get().due_at
    found = Delivery.objects.get()
    assert (found.state, found.attempt, found.status) == ("failed", 9, 500)
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len({body for _, body in receiver.got}) == 1
    with clock.at(now + timedelta(days=1)):
        assert turn() == 0
        receiver.status = 200
        actions.send_again(cast.actor(cast.ada), one.pk, found.pk)
        assert turn() == 1
    found.refresh_from_db()
    one.refresh_from_db()
    assert (found.state, one.failing_since) == ("delivered", None)


@pytest.mark.parametrize("status", [301, 302, 400, 404, 503])
def test_what_is_no_success(one: Webhook, receiver: Receiver, status: int) -> None:
    receiver.status = status
    turn(timedelta(seconds=2))
    assert len(receiver.got) == 1  # a redirect is not followed
    found = Delivery.objects.get()
    assert (found.state, found.status, found.code) == ("waiting", status, "webhook.status")


def test_an_address_of_the_own_network(one: Webhook, receiver: Receiver, settings: Any) -> None:
    settings.REACHABLE_HOSTS = []
    turn(timedelta(seconds=2))
    assert receiver.got == []
    assert Delivery.objects.get().code == "outward.private"


def test_after_five_days_without_success_it_is_paused(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    receiver.status = 500
    turn(timedelta(seconds=2))
    with clock.at(NOW + delivering.GIVEN_UP_AFTER + timedelta(minutes=1)):
        turn()
        one.refresh_from_db()
        assert one.paused == "failures"
        assert turn(timedelta(days=1)) == 0
        actions.resume(cast.actor(cast.ada), one.pk)
        receiver.status = 200
        assert turn(timedelta(days=1)) == 1


def test_who_is_gone_is_paused_at_once(one: Webhook, receiver: Receiver) -> None:
    receiver.status = 410
    turn(timedelta(seconds=2))
    one.refresh_from_db()
    assert (one.paused, Delivery.objects.get().state) == ("failures", "failed")


def test_killed_while_sending_it_is_sent_again(one: Webhook, receiver: Receiver) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (claimed,) = worker.claim(10)
        assert worker.claim(10) == []
    turn(timedelta(seconds=30))
    assert receiver.got == []
    turn(worker.LEASE + timedelta(seconds=3))
    ((headers, _),) = receiver.got
    assert headers["webhook-id"] == f"msg_{claimed.pk.hex}"


def test_a_message_that_cannot_be_sent_stops_no_other(
    one: Webhook, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivering.signing, "headers", lambda *_: {"a": object()})
    turn(timedelta(seconds=2))
    found = Delivery.objects.get()
    assert (found.state, found.code) == ("waiting", "webhook.bug")
    assert receiver.got == []


@pytest.mark.parametrize("when", ["before", "while"])
def test_what_was_removed_is_not_brought_back(
    cast: Cast, one: Webhook, receiver: Receiver, when: str
) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (claimed,) = worker.claim(10)
        if when == "before":
            actions.remove(cast.actor(cast.ada), one.pk)
            delivering.deliver(claimed)
        else:
            Delivery.objects.all().delete()
            delivering._settle(claimed, 204, None)
    assert receiver.got == []
    assert not Delivery.objects.exists()


def test_who_took_it_over_says_what_became_of_it(one: Webhook, receiver: Receiver) -> None:
    with clock.at(NOW + timedelta(seconds=2)):
        worker.gather_all()
        (slow,) = worker.claim(10)
    turn(worker.LEASE + timedelta(seconds=3))
    delivering._settle(slow, 500, None)
    found = Delivery.objects.get()
    assert (found.state, found.attempt, found.status) == ("delivered", 2, 204)


def test_one_that_never_answers_leaves_the_others_their_turn(
    cast: Cast, one: Webhook, receiver: Receiver
) -> None:
    body = {"type": "kpi.changed", "data": {}}
    rest = {"organisation": cast.organisation, "type": "kpi.changed", "body": body, "due_at": NOW}
    kpi = Kpi.objects.get().pk
    other, _ = make_hook(cast, receiver, "kpi.changed")
    Webhook.objects.filter(pk=one.pk).update(failing_since=NOW)
    for hook, many in ((one, 8), (other, 2)):
        for number in range(many):
            Delivery.objects.create(webhook=hook, origin=f"{number}", object_id=kpi, **rest)
    with clock.at(NOW + timedelta(seconds=2)):
        first = worker.claim(4)
        again = worker.claim(4)
    assert sorted(each.webhook_id == one.pk for each in first) == [False, False, True]
    assert again == []


def test_old_messages_are_forgotten(one: Webhook, receiver: Receiver) -> None:
    turn(timedelta(seconds=2))
    assert sending.forget_old() == 0
    with clock.at(NOW + timedelta(days=8)):
        assert sending.forget_old() == 1


# --- Who may --------------------------------------------------------------------------------------


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
