"""The demo is prepared, and goes on from day to day."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from okapi.base import clock, scope
from okapi.exchange.demo.people import PASSWORD
from okapi.exchange.demo.preparing import Prepared, prepare
from okapi.goals.models import CheckIn, KeyResult, Objective
from okapi.kpis.models import Kpi, Measurement, MeasurementHistory
from okapi.orgs import queries
from okapi.orgs.models import User
from okapi.talk.models import Comment

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 21, 0, tzinfo=UTC)  # Tuesday, five in the morning, in Shanghai


@pytest.fixture
def told() -> list[str]:
    return []


def start(now: datetime, told: list[str]) -> Prepared:
    def tell(code: str, /, **_: Any) -> None:
        told.append(code)

    with clock.at(now):
        return prepare(tell)


def health(cycle: str) -> Counter[str]:
    found = Objective.objects.filter(cycle__key=cycle, archived_at=None)
    return Counter(found.values_list("standing__health", flat=True))


def newest(key: str) -> date | None:
    last: date | None = Kpi.objects.values_list("standing__last", flat=True).get(key=key)
    return last


def test_a_believable_company(told: list[str]) -> None:
    prepared = start(MONDAY, told)
    assert told == ["demo.applying", "demo.applying", "demo.measuring"]
    assert prepared.rows > 50_000
    assert not prepared.is_over
    assert [len(house.doors) for house in prepared.houses] == [6, 1]
    for house in prepared.houses:
        for door in house.doors:
            assert User.objects.get(email=door.visitor.email).check_password(PASSWORD)

    with scope.organisation(queries.settings_by_slug("demo").organisation_id):
        running = health("2026Q4")
        assert set(running) == {"on_track", "at_risk", "off_track", "no_data"}
        assert running["on_track"] > running["off_track"] >= 3
        assert set(health("2026Q3")) == {"none"}
        states = Counter(Kpi.objects.values_list("standing__status", flat=True))
        assert states["no_data"] == states["no_target"] == 1
        assert min(states["green"], states["amber"], states["red"]) >= 3
        fix = KeyResult.objects.select_related("standing").get(key="fix-first-2")
        assert fix.standing.health == "off_track"
        assert fix.standing.is_mismatch
        _the_story_was_told()
        _starts_are_what_titles_say()


def _the_story_was_told() -> None:
    move = KeyResult.objects.get(key="fix-first-3").moves.get()
    assert move.target == 96
    adjustment = Objective.objects.get(key="fix-first").adjustments.get()
    assert adjustment.at.date() == date(2026, 11, 12)
    assert Comment.objects.count() > 12
    newest_word = Comment.objects.latest("created_at")
    assert newest_word.created_at < MONDAY
    assert MeasurementHistory.objects.count() == 3


def _starts_are_what_titles_say() -> None:
    """ "从 78% 升到 88%": the first number is where the key result starts, as it is shown."""
    for key, start in (
        ("fix-first-1", 78),
        ("quality-word-1", 3.1),
        ("quality-word-2", 38),
        ("first-day-1", 71),
        ("double-live-1", 10_500_000),
        ("year-people-1", 14),
    ):
        move = KeyResult.objects.get(key=key).moves.get()
        assert float(move.start) == pytest.approx(start, rel=0.01), key


def test_the_next_starts_add_only_what_is_missing(told: list[str]) -> None:
    start(MONDAY, told)
    told.clear()
    again = start(MONDAY + timedelta(hours=1), told)
    assert again.rows == 0
    assert told == []

    with scope.organisation(queries.settings_by_slug("demo").organisation_id):
        before, words = Measurement.objects.count(), CheckIn.objects.count()
        # What somebody has changed in the meantime stays, and does not stop the demo.
        Kpi.objects.filter(key="orders").update(state="retired")
        KeyResult.objects.filter(key="fix-first-4").update(archived_at=MONDAY)

    later = start(MONDAY + timedelta(days=7), told)
    assert told == ["demo.measuring"]
    with scope.organisation(queries.settings_by_slug("demo").organisation_id):
        assert Measurement.objects.count() == before + later.rows
        assert CheckIn.objects.count() > words
        assert newest("first-fix") == date(2026, 11, 29)
        assert newest("active-devices") == date(2026, 11, 30)
        assert newest("orders") == date(2026, 11, 23)
        assert newest("nps") == date(2026, 10, 31)
        assert MeasurementHistory.objects.count() == 3


def test_a_demo_whose_quarter_is_over_says_so(told: list[str]) -> None:
    start(MONDAY, told)
    over = start(MONDAY + timedelta(days=45), told)
    assert over.is_over
    assert over.rows > 0
