"""KPIs of the largest and smallest values that are taken: every page stands and says numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from okapi.core.errors import OkapiError
from okapi.kpis import standings
from tests.cast import Cast
from tests.kpis.making import make_kpi, take
from tests.kpis.test_forecasting import renew, weeks
from tests.kpis.test_queries_why import put, sliced
from tests.web.conftest import Browser

Open = Callable[..., Browser]

LARGEST = "99999999999999999999999999999999999999"
SMALLEST = "0.00000000000000000000000000000000000001"
SERIES = {
    "largest": [LARGEST] * 30,
    "both ends": [LARGEST, f"-{LARGEST}"] * 15,
    "large and varied": [f"{1 + n * 7 % 5}{LARGEST[3:]}" for n in range(30)],
    "smallest": [SMALLEST] * 30,
    "small and varied": [f"{SMALLEST[:-1]}{1 + n * 7 % 5}" for n in range(30)],
    "small, then large": [SMALLEST] * 29 + [LARGEST],
    "zeros": ["0"] * 30,
}
PAGES = (
    *("", "kpis/", "kpis/?q=returns", "kpis.csv", "kpis/grid", "kpis/returns/"),
    *("kpis/returns/?forecasts=before", "kpis/returns/measurements.csv", "kpis/returns/why"),
)


def text_of(answer: Any) -> str:
    if answer.streaming:
        return b"".join(answer.streaming_content).decode()
    return str(answer.content.decode())


@pytest.mark.parametrize("values", SERIES)
@pytest.mark.parametrize("unit", ["CNY", "%", ""])
def test_every_page_stands(browser: Open, cast: Cast, values: str, unit: str) -> None:
    make_kpi(cast, frequency="week", direction="up", unit=unit)
    take(cast.system, weeks("returns", SERIES[values]))
    renew(cast)
    standings.renew_signals(cast.organisation.pk, frozenset(), date(2026, 11, 24))
    here = browser(cast.vic)
    for page in PAGES:
        answer = here.get(page)
        assert answer.status_code == 200, page
        # What charts read is JSON, in which 1e+37 is a number as any other.
        text = re.sub(r"<script.*?</script>", "", text_of(answer), flags=re.DOTALL)
        for wrong in (">nan", ">inf", ":NaN", "Infinity", "e+37", "E+37"):
            assert wrong not in text, (page, wrong)


@pytest.mark.parametrize("values", [(LARGEST, SMALLEST), (SMALLEST, LARGEST), (LARGEST, "0")])
def test_why_of_slices_stands(browser: Open, cast: Cast, values: tuple[str, str]) -> None:
    kpi = sliced(cast, "sales")
    for period, value in zip(("2026-09", "2026-10"), values, strict=True):
        parts = {("H1", "shop"): Decimal(value), ("H2", "web"): Decimal(5), (): Decimal(value)}
        put(cast, kpi, period, parts)
    answer = browser(cast.vic).get("kpis/sales/why")
    assert answer.status_code == 200
    assert "nan" not in text_of(answer).lower().split()


@pytest.mark.parametrize(
    ("value", "short", "language"),
    [
        ("1000000000000000", "¥1,000T", "en"),
        ("1000000000000000", "¥1,000万亿", "zh-hans"),
        ("-2500000000000", "−¥2.5T", "en"),
    ],
)
def test_a_huge_value_is_short_and_written_out_in_its_title(
    browser: Open, cast: Cast, value: str, short: str, language: str
) -> None:
    make_kpi(cast, frequency="week", unit="CNY")
    take(cast.system, weeks("returns", [value]))
    renew(cast)
    here = browser(cast.vic)
    here.client.cookies["okapi_language"] = language
    full = f"{abs(int(value)):,}"
    for page in ("kpis/", "kpis/returns/"):
        written = text_of(here.get(page))
        spans = re.findall(r'<span class="figure" title="([^"]*)">(.*?)</span></span>', written)
        assert [re.sub(r"<[^>]*>", "", shown) for _, shown in spans][:1] == [short], page
        assert full in spans[0][0], page


def test_what_has_more_digits_is_refused(cast: Cast) -> None:
    make_kpi(cast, frequency="week")
    with pytest.raises(OkapiError):
        take(cast.system, weeks("returns", ["1e308"]))
