"""The target editor as it is opened on a target that is broken down already."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from okapi.kpis.models import Kpi, Target
from tests.cast import Cast
from tests.goals.making import make_kpi
from tests.web.conftest import Browser
from tests.web.test_objective_edit import began, text_of

Open = Callable[..., Browser]
PATH = "kpis/sales/targets"
QUARTERS = {
    "period": "2026", "value": "1200", "amber_is": "none", "method": "typed", "frequency": "quarter"
}  # fmt: skip
SHARES = {f"shares-{at}-": share for at, share in enumerate(("10", "20", "30", "40"))}
FOLLOWS = 'look-again from:closest form, load"'
"""The parts follow by themselves once the page is there."""


@pytest.fixture
def lea(browser: Open, cast: Cast) -> Browser:
    """Who leads the team whose sales have a target, a tenth of it in the first quarter."""
    made = make_kpi(cast, "sales", aggregation="sum", unit="CNY")
    Kpi.objects.filter(pk=made.pk).update(team=cast.service, owner=cast.mia)
    found = browser(cast.lea)
    assert FOLLOWS not in text_of(found.get(PATH))
    assert found.post(PATH, {**QUARTERS, **SHARES}).status_code == 302
    return found


def parts() -> list[Any]:
    rows = Target.objects.filter(breakdown__isnull=False).order_by("first")
    return list(rows.values_list("value", flat=True))


def test_its_parts_follow(lea: Browser) -> None:
    """Also where the address names no year, as the link of the KPI's page."""
    assert FOLLOWS in text_of(lea.get(PATH))
    looked = text_of(lea.post(PATH, {**QUARTERS, "look": "1"}, htmx=True))
    assert FOLLOWS not in looked
    assert 'name="shares-3-" value="40"' in looked


def test_who_is_quicker_than_its_parts_keeps_the_shares(lea: Browser) -> None:
    given = began(lea.get(PATH))
    answer = lea.post(PATH, {**QUARTERS, **given, "value": "2400", "reason": "More stock"})
    assert answer.status_code == 302
    assert parts() == [Decimal(240), Decimal(480), Decimal(720), Decimal(960)]
