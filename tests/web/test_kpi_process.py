"""Signals on pages: the KPI's own, its goals, Home; and the forms for what people say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from okapi.kpis.models import Kpi, ProcessMark, Signal
from okapi.wording import day
from tests.cast import NOW, Cast
from tests.goals.making import make_guard, make_key_result, make_objective, renewed
from tests.kpis.test_process_marks import SHIFTED
from tests.kpis.test_signals import look, measured
from tests.web.conftest import Browser

Open: TypeAlias = Callable[..., Browser]


@pytest.fixture
def kpi(cast: Cast) -> Kpi:
    found = measured(cast, SHIFTED)
    look(cast)
    return found


def test_the_page_says_in_one_sentence_what_stands_out(browser: Open, cast: Cast, kpi: Kpi) -> None:
    page = browser(cast.mia).get("kpis/returns/").text
    assert "12 weeks above the usual since 31 Aug 2026: this is no noise." in page
    assert "24 values" in page
    assert "&quot;lower&quot;" in page or '"lower"' in page
    assert 'href="/o/acme/kpis/returns/process"' in page
    assert browser(cast.tom).get("kpis/returns/").text.count("/kpis/returns/process") == 0


def test_in_chinese_too(browser: Open, cast: Cast, kpi: Kpi) -> None:
    page = browser(cast.mia).get("kpis/returns/", **{"accept-language": "zh"}).text
    assert "自2026年8月31日起连续 12 周高于往常：这不是随机波动。" in page


def test_without_a_signal_it_says_that_there_is_nothing_to_explain(
    browser: Open, cast: Cast
) -> None:
    measured(cast, SHIFTED[:28])
    found = browser(cast.mia)
    assert "looked at for signals within a minute" in found.get("kpis/returns/").text
    look(cast)
    assert "No signal" in found.get("kpis/returns/").text


def test_the_day_of_a_mark_is_that_of_the_organisation(browser: Open, cast: Cast, kpi: Kpi) -> None:
    found = browser(cast.mia)
    found.post("kpis/returns/process", {"since": "2026-W36", "reason": "Another supplier."})
    ProcessMark.objects.update(created_at=NOW.replace(hour=17))  # the next day in Shanghai
    assert f"Mia · {day(NOW.date() + timedelta(days=1))}" in found.get("kpis/returns/").text


def test_a_mark_is_set_shown_and_taken_back(browser: Open, cast: Cast, kpi: Kpi) -> None:
    found = browser(cast.mia)
    assert "2026-W48" in found.get("kpis/returns/process").text
    sent = {"since": "2026-W36", "reason": "Another supplier."}
    assert found.post("kpis/returns/process", sent).status_code == 302
    page = found.get("kpis/returns/").text
    assert "The process changed in W36 2026." in page
    assert "Another supplier." in page
    mark = ProcessMark.objects.get()
    assert f"/kpis/returns/process/{mark.pk}/remove" in page
    assert found.get(f"kpis/returns/process/{mark.pk}/remove").status_code == 200
    removed = found.post(f"kpis/returns/process/{mark.pk}/remove", {"reason": "A mistake."})
    assert removed.status_code == 302
    page = found.get("kpis/returns/").text
    assert "A mistake." in page
    assert f"/kpis/returns/process/{mark.pk}/remove" not in page


def test_screening_alone_wants_no_period(browser: Open, cast: Cast, kpi: Kpi) -> None:
    assert browser(cast.mia).post("kpis/returns/process", {"screen": "1"}).status_code == 302
    assert Kpi.objects.get(pk=kpi.pk).screens_ranges


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"since": "2026-W36"},
        {"since": "soon", "reason": "Because."},
        {"since": "2026-W36", "until": "2026-W37", "reason": "Because."},
    ],
)
def test_what_is_wrong_comes_back_at_its_field(
    browser: Open, cast: Cast, kpi: Kpi, sent: dict[str, Any]
) -> None:
    answer = browser(cast.mia).post("kpis/returns/process", sent)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not ProcessMark.objects.exists()


def test_home_tells_new_signals_of_my_kpis(browser: Open, cast: Cast, kpi: Kpi) -> None:
    line = "12 weeks above the usual"
    assert line in browser(cast.mia).get("").text
    assert line in browser(cast.mia).get("?fragment=signals").text
    assert line not in browser(cast.tom).get("").text
    Signal.objects.update(is_open=False)
    assert line not in browser(cast.mia).get("").text


def test_goals_say_it_in_one_line(browser: Open, cast: Cast, kpi: Kpi) -> None:
    objective = make_objective(cast, key="O-7")
    make_key_result(objective, kpi, start=60, target=40)
    make_guard(objective, kpi, low=1)
    renewed([objective])
    page = browser(cast.mia).get("goals/O-7/").text
    assert page.count("12 weeks above the usual since 31 Aug 2026: this is no noise.") >= 2


def test_other_kpis_that_came_before_are_named_if_they_may_be_read(
    browser: Open, cast: Cast, kpi: Kpi
) -> None:
    earlier = measured(cast, [*SHIFTED[3:], 55, 55, 55], key="visits")
    hidden = measured(cast, [*SHIFTED[3:], 55, 55, 55], key="hidden")
    Kpi.objects.filter(pk=hidden.pk).update(visibility="named", owner=cast.sten)
    look(cast)
    page = browser(cast.mia).get("kpis/returns/").text
    assert "Came before" in page
    assert f"/kpis/{earlier.key}/" in page
    assert "rose about 3 weeks earlier" in page
    assert "before 1 of 1 signals" in page
    assert "/kpis/hidden/" not in page
