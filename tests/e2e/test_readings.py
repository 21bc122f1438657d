"""Readings of hours and minutes: what is typed survives a reload, until it is taken in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import expect

from okapi.base import clock
from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]


def hours(days: int) -> str:
    """A reading each hour, up to midnight."""
    begins = datetime.combine(clock.now().date() - timedelta(days=days), time())
    moments = (begins + timedelta(hours=at) for at in range(24 * days))
    return "\n".join(f"{at:%Y-%m-%d %H:%M}, {20 + at.hour}" for at in moments)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_typed_is_kept_until_it_is_taken_in(visitor: Come, language: str) -> None:
    mia = visitor(SLUGS[language], language)
    mia.arrive(house.OWNER)
    page = mia.open("kpis/answer-time/readings")
    form = page.locator(".file-form")
    text = hours(9)
    form.locator("textarea").fill(text)
    # A file cannot be kept by a page; that one was chosen does no harm.
    form.locator("input[type=file]").set_input_files(
        {"name": "x.csv", "mimeType": "text/csv", "buffer": b"time,value\n"}
    )
    expect(form.locator("[data-draft-kept]")).to_be_visible()
    page.reload()
    expect(form.locator("[data-draft-told]")).to_be_visible()
    expect(form.locator("textarea")).to_have_value(text)
    form.get_by_role("button", name=mia.says("file.look")).click()
    take = page.get_by_role("button", name=mia.says("readings.take", n=9))
    expect(take).to_be_visible()
    expect(form.locator("textarea")).to_have_value(text)
    take.click()
    page.wait_for_url("**/intakes/**")
    page = mia.open("kpis/answer-time/readings")
    form = page.locator(".file-form")
    expect(form.locator("textarea")).to_have_value("")
    expect(form.locator("[data-draft-told]")).to_be_hidden()
    expect(form.locator("[data-draft-offered]")).to_be_hidden()
