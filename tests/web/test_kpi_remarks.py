"""Remarks on data: on the KPI's page, in the catalogue, on the page of data health, as a file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from okapi.base import clock
from okapi.kpis.models import DataRemark, Kpi
from tests.cast import Cast
from tests.kpis.test_remarks import SLIP
from tests.kpis.test_signals import QUIET, look, measured
from tests.web.conftest import Browser

Browsers = Callable[..., Browser]
SAID = "is about 100 times the usual"


@pytest.fixture
def slipped(cast: Cast) -> Kpi:
    """A KPI with a slip of unit, one with a gap that only Sten may see, and a quiet one."""
    kpi = measured(cast, SLIP)
    measured(cast, [*QUIET[:20], None, *QUIET[21:]], key="secret")
    measured(cast, QUIET, key="quiet")
    Kpi.objects.filter(key="secret").update(visibility="named", owner=cast.sten)
    look(cast)
    return kpi


def uid(kpi: str = "returns") -> str:
    return str(DataRemark.objects.get(kpi__key=kpi).pk)


def body(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content
    parts = answer.streaming_content if answer.streaming else [answer.content]
    text: str = b"".join(parts).decode()
    return text


def test_the_page_says_what_may_be_wrong_and_what_to_do(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    page = body(browser(cast.mia).get("kpis/returns/"))
    assert SAID in page
    assert "Was it entered in another unit?" in page
    assert "kpis/returns/measure?period=2026-W38" in page
    assert f"kpis/returns/remarks/{uid()}/accept" in page


def test_who_may_not_measure_reads_it_and_gets_no_button(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    page = body(browser(cast.vic).get("kpis/returns/"))
    assert SAID in page
    assert "remarks/" not in page


def test_the_form_opens_at_the_period(cast: Cast, browser: Browsers, slipped: Kpi) -> None:
    form = body(browser(cast.mia).get("kpis/returns/measure?period=2026-W38"))
    assert 'value="2026-W38"' in form


def test_it_is_accepted_with_a_reason_and_opened_again(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    mia, path = browser(cast.mia), f"kpis/returns/remarks/{uid()}"
    assert SAID in body(mia.get(f"{path}/accept"))
    assert "reason" in body(mia.post(f"{path}/accept", {"reason": " "}), 422)
    assert mia.post(f"{path}/accept", {"reason": "Fair week"}).status_code == 302
    page = body(mia.get("kpis/returns/"))
    assert "Fair week" in page
    assert f"{path}/accept" not in page
    assert mia.post(f"{path}/reopen").status_code == 302
    assert f"{path}/accept" in body(mia.get("kpis/returns/"))


def test_the_catalogue_marks_it_and_filters_by_it(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    mia = browser(cast.mia)
    assert body(mia.get("kpis/")).count("Check data</span>") >= 1
    found = body(mia.get("kpis/?remarks=1"))
    assert "kpis/returns/" in found
    assert "kpis/quiet/" not in found


def test_home_says_how_many_of_my_kpis_to_check(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    assert "health?owner=me" in body(browser(cast.mia).get(""))
    assert "health?owner=me" not in body(browser(cast.lea).get(""))


def test_health_counts_and_lists_what_the_reader_may_see(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    page = body(browser(cast.mia).get("kpis/health"))
    assert SAID in page
    assert "secret" not in page
    assert "of 2 KPIs" in page
    own = body(browser(cast.sten).get("kpis/health"))
    assert "secret" in own
    assert "of 3 KPIs" in own


@pytest.mark.parametrize(
    ("query", "is_there"),
    [
        ("", True), ("kind=scale", True), ("kind=frozen", False), ("kind=nonsense", True),
        ("owner=me", True), ("team=service", True), ("team=sales", False),
        ("state=accepted", False),
    ],
)  # fmt: skip
def test_health_is_filtered_by_its_address(
    cast: Cast, browser: Browsers, slipped: Kpi, query: str, is_there: bool
) -> None:
    assert (SAID in body(browser(cast.mia).get(f"kpis/health?{query}"))) is is_there
    lines = body(browser(cast.mia).get(f"kpis/health.csv?{query}"))
    assert (SAID in lines) is is_there


def test_health_with_nonsense_is_told(cast: Cast, browser: Browsers, slipped: Kpi) -> None:
    mia = browser(cast.mia)
    body(mia.get("kpis/health?team=nothing"), 404)
    made_up = "333.00000000-0000-0000-0000-000000000000"
    body(mia.get(f"kpis/health?after={made_up}"))
    for wrong in ("x", "3.", "3.x", "."):
        assert (wrong, mia.get(f"kpis/health?after={wrong}").status_code) == (wrong, 422)


def test_health_goes_on_where_the_page_before_ended(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    first = DataRemark.objects.get(kpi__key="returns")
    for at in range(60):
        first.pk, first.severity = None, 1 + at % 2
        first.id = DataRemark._meta.get_field("id").get_default()
        first._state.adding = True
        first.save()
    mia = browser(cast.mia)
    page = body(mia.get("kpis/health"))
    assert page.count("<li data-step>") == 50
    after = f"after=1.{DataRemark.objects.filter(severity=1).order_by('-pk')[18].pk}"
    assert after in page
    assert body(mia.get(f"kpis/health?{after}&n=51")).count("<li data-step>") == 11


def test_health_asks_as_much_whatever_it_lists(
    cast: Cast, browser: Browsers, statements: Any, outside: Any
) -> None:
    measured(cast, SLIP)
    look(cast)
    vic = browser(cast.vic)
    counts = []
    for key in ("", "second", "third"):
        if key:
            measured(cast, SLIP, key=key)
            look(cast)
        with outside():
            vic.get("kpis/health")
            with statements() as asked:
                vic.get("kpis/health")
        counts.append(len(asked))
    assert counts[0] == counts[-1] <= 12, counts


def test_nothing_to_check_is_said(cast: Cast, browser: Browsers) -> None:
    assert "Nothing to check" in body(browser(cast.vic).get("kpis/health"))


def test_the_day_of_an_acceptance_is_that_of_the_organisation(
    cast: Cast, browser: Browsers, slipped: Kpi
) -> None:
    """Half past midnight in Shanghai is still the day before in the database."""
    mia, path = browser(cast.mia), f"kpis/returns/remarks/{uid()}"
    with clock.at(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)):
        assert mia.post(f"{path}/accept", {"reason": "Fair week"}).status_code == 302
        for page in ("kpis/returns/", "kpis/health?state=accepted"):
            assert "25 Nov 2026" in body(mia.get(page))
