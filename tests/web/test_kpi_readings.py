"""Readings of hours and minutes on their page, and what they come to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.kpis.models import Kpi, Measurement
from tests.cast import TODAY, Cast
from tests.core.test_moments import hourly
from tests.kpis.making import make_kpi, row, take
from tests.web.conftest import Browser

Open = Callable[..., Browser]
PATH = "kpis/power/readings"


@pytest.fixture
def power(cast: Cast) -> Kpi:
    return make_kpi(cast, "power", frequency="day", aggregation="sum", unit="kWh")


def lines(*, until_today: bool = True, spike: bool = True) -> str:
    """Three weeks of hours up to this morning; one of them is out of the ordinary."""
    first = datetime.combine(TODAY - timedelta(days=21), datetime.min.time())
    readings = hourly(24 * 21 + (6 if until_today else 0))
    texts = []
    for at, one in enumerate(readings):
        value = 300 if spike and at == 24 * 18 + 5 else one.value
        texts.append(f"{first + timedelta(hours=at):%Y-%m-%d %H:%M}, {value}")
    return "\n".join(["time,value", *texts])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_shows_what_the_readings_come_to(browser: Open, cast: Cast, power: Kpi) -> None:
    answer = browser(cast.mia).post(PATH, {"readings": lines()})
    assert answer.status_code == 200
    text = text_of(answer)
    assert "One of 510 readings is unlike the days before it" in text
    assert "6 readings are of a period that has not ended" in text
    assert "Take in 21 values" in text
    assert "Unlike the days before: " in text
    found = re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found
    points = json.loads(found[1])["points"]
    assert len(points) == 400
    assert [point["value"] for point in points if point["signal"]] == [300]
    assert not Measurement.objects.exists()


def test_a_file_is_read_and_taken_in(browser: Open, cast: Cast, power: Kpi) -> None:
    mia = browser(cast.mia)
    file = SimpleUploadedFile("power.csv", ("﻿" + lines()).encode(), "text/csv")
    shown = text_of(mia.post(PATH, {"file": file}))
    kept = re.search(r"<textarea name=\"readings\" hidden>(.*?)</textarea>", shown, re.DOTALL)
    assert kept
    answer = mia.post(PATH, {"readings": kept[1], "take": "1"})
    assert answer.status_code == 302
    assert "/intakes/" in answer["Location"]
    assert Measurement.objects.count() == 21
    noted = Measurement.objects.exclude(note="").get()
    assert "05:00 (300 kWh)" in noted.note
    day = hourly(24 * 21)[24 * 18 : 24 * 19]
    assert noted.value == sum((one.value for one in day), Decimal(0)) - day[5].value + 300


def test_it_speaks_chinese(browser: Open, cast: Cast, power: Kpi) -> None:
    chinese = {"accept-language": "zh-CN"}
    text = text_of(browser(cast.mia).post(PATH, {"readings": lines()}, **chinese))
    assert "510 条读数中有 1 条与此前几天不同" in text
    assert "录入 21 个值" in text


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        ("", "There are no readings."),
        ("time,value\n", "There are no readings."),
        ("2026-11-03, 5", "“2026-11-03” is no moment."),
        ("2026-11-03 10:00, many", "Reading 1: “many” is not a number."),
        ("x, 1\n" * 9, "3 more cannot be read."),
        ("2026-11-03 10:00", "2026-11-03 10:00"),
        ("2026-11-03 10:00, 5\n2026-11-03 10:00, 6", "There are two values for"),
        ("2026-11-03 10:00, NaN", "“NaN” is not a number."),
        ("2026-11-03 10:00, 1e160", "1"),
    ],
)
def test_bad_readings_are_told_and_kept(
    browser: Open, cast: Cast, power: Kpi, readings: str, said: str
) -> None:
    answer = browser(cast.mia).post(PATH, {"readings": readings, "take": "1"})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Measurement.objects.exists()


def test_a_file_of_other_bytes_is_told(browser: Open, cast: Cast, power: Kpi) -> None:
    file = SimpleUploadedFile("power.csv", b"\xff\xfe\x00", "text/csv")
    answer = browser(cast.mia).post(PATH, {"file": file})
    assert answer.status_code == 422
    assert "UTF-8" in text_of(answer)


def test_a_few_cannot_be_judged(browser: Open, cast: Cast, power: Kpi) -> None:
    text = text_of(browser(cast.mia).post(PATH, {"readings": "2026-11-03 10:00;5"}))
    assert "One reading is too little to tell unusual ones" in text


def test_formulas_and_ratios_say_why_not(browser: Open, cast: Cast) -> None:
    make_kpi(cast, "power", frequency="day", aggregation="sum", unit="kWh")
    make_kpi(cast, "twice", frequency="day", unit="kWh", formula="2 * power")
    make_kpi(cast, "rate", frequency="day", unit="%", aggregation="ratio")
    make_kpi(cast, "odd", frequency="irregular")
    sten = browser(cast.sten)
    for key, said in (("rate", "A ratio needs"), ("odd", "odd has no rhythm")):
        answer = sten.post(f"kpis/{key}/readings", {"readings": "2026-11-03 10:00, 5"})
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_the_menu_offers_it_where_it_makes_sense(browser: Open, cast: Cast, power: Kpi) -> None:
    take(cast.system, [row("power", "2026-11-03", 5)])
    assert "/kpis/power/readings" in text_of(browser(cast.mia).get("kpis/power/"))
    assert "/kpis/power/readings" not in text_of(browser(cast.vic).get("kpis/power/"))
    make_kpi(cast, "rate", frequency="day", unit="%", aggregation="ratio")
    assert "/kpis/rate/readings" not in text_of(browser(cast.mia).get("kpis/rate/"))


def test_readings_of_a_slice(browser: Open, cast: Cast) -> None:
    """The slice that was chosen goes along from the look at them to the taking in."""
    make_kpi(
        cast,
        "power",
        frequency="day",
        aggregation="sum",
        unit="kWh",
        dimensions=["site"],
        slice_aggregation="sum",
    )
    for site in ("north", "south"):
        take(cast.system, [{**row("power", "2026-11-03", 5), "slice": {"site": site}}])
    mia = browser(cast.mia)
    form = text_of(mia.get(PATH))
    assert re.findall(r'<option value="(site=[^"]*)"', form) == ["site=north", "site=south"]
    seen = text_of(mia.post(PATH, {"readings": lines(), "slice": "site=south"}))
    assert '<option value="site=south" selected>' in seen
    assert '<input type="hidden" name="slice" value="site=south">' in seen
    answer = mia.post(PATH, {"readings": lines(), "slice": "site=south", "take": "1"})
    assert answer.status_code == 302
    south = Measurement.objects.filter(slice__key="site=south")
    assert south.exclude(note="").get().note.count("05:00 (300 kWh)") == 1
    assert south.count() >= 21
    assert Measurement.objects.filter(slice__key="site=north").count() == 1
    assert mia.post(PATH, {"readings": lines(), "slice": "site=moon"}).status_code == 404


def test_what_is_typed_is_kept_as_a_draft(browser: Open, cast: Cast, power: Kpi) -> None:
    """In the browser; what the server sent back holds, and taking it in ends the draft."""
    mia = browser(cast.mia)
    draft = f'<okapi-draft data-key="readings:{power.pk}"'
    form = text_of(mia.get(PATH))
    assert form.count(f"{draft}>") == 1
    assert "data-draft-offered" in form
    seen = text_of(mia.post(PATH, {"readings": lines()}))
    # Around what is taken in, and around the form.
    assert seen.count(f"{draft} data-came-back>") == 2
    assert "<option" not in form
