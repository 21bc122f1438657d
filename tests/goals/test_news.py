"""What is new around goals: in one order, whatever the database gives first."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from okapi.core.calendars import WorkingCalendar
from okapi.goals.queries import news
from okapi.goals.queries.asking import Asking
from okapi.goals.queries.happened import NAMES
from okapi.orgs.queries import settings_of
from tests.cast import NOW, TODAY, Cast

ABOUT, OTHER = UUID(int=1), UUID(int=2)


def row(what: str, about: UUID = ABOUT, **more: Any) -> tuple[Any, ...]:
    values = dict.fromkeys(NAMES, "") | {"confidence": None, "at": NOW}
    changes = {"before": "at_risk", "after": "on_track"} if what == "health" else {}
    return tuple({**values, **changes, "what": what, "about": about, **more}[one] for one in NAMES)


def test_things_of_one_moment_have_one_order(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row("comment", text="A"), row("comment", text="B"), row("health"),
        row("check_in", key="O-1.1"), row("new", OTHER, key="O-2"),
    ]  # fmt: skip
    settings = settings_of(cast.organisation.pk)
    who = Asking(cast.actor(cast.mia), settings, "en", WorkingCalendar(), TODAY)
    told = set()
    for some in permutations(rows):
        monkeypatch.setattr(news, "happened", lambda *_, _some=some, **__: list(_some))
        found = news.news(who, NOW, news.Cared((), (), (), ()))
        told.add(
            tuple((each.about, tuple((one.what, one.text) for one in each.items)) for each in found)
        )
    assert told == {
        (
            (ABOUT, (("health", ""), ("check_in", ""), ("comment", "A"), ("comment", "B"))),
            (OTHER, (("new", ""),)),
        )
    }
