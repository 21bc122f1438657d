"""What webhooks are told, and what not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from okapi.base import clock, scope
from okapi.base.models import Outbox
from okapi.core.errors import NotFound
from okapi.goals import actions as goals
from okapi.goals.models import Objective
from okapi.kpis.ingest import committing
from okapi.kpis.models import Kpi
from okapi.talk import actions as talk
from okapi.webhooks import queries
from okapi.webhooks.models import Delivery, Webhook
from okapi.webhooks.sending import gathering, worker
from tests.cast import NOW, Cast
from tests.kpis.making import make_kpi, row, take
from tests.web.conftest import make_goal
from tests.webhooks.receiving import Receiver, make_hook, say, turn


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
