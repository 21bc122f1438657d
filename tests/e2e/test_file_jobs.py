"""A large file: how much has arrived, how far it is worked on, and both can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
DAY = date(2026, 1, 5)
Picture = Callable[[Page, str], None]


def large(path: Path, day: date) -> Path:
    """Some megabytes of values that say the same many times: they are one."""
    line = f"complaints,{day},3,{'as told by telephone ' * 20}\n"
    path.write_text("kpi,period,value,note\n" + line * 10_000, "utf-8")
    return path


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_sent_and_taken_in(
    visitor: Come, tmp_path: Path, picture: Picture, language: str
) -> None:
    mia = visitor(SLUGS[language], language)
    mia.arrive(house.OWNER)
    page = mia.open("measurements/file/")
    path = large(tmp_path / "values.csv", DAY)
    page.locator('input[type="file"]').set_input_files(path)
    page.locator('.file-form button[type="submit"]').click()
    expect(page.locator("main")).to_contain_text(mia.says("file.nothing_stored"))
    page.get_by_role("button", name=mia.says("file.take")).click()
    expect(page.locator("#file-job progress")).to_be_visible()
    picture(page, f"file-job-{language}")
    # Whoever leaves and comes back finds it; then it is done, and the page goes on by itself.
    page.goto(mia.at(""))
    page.go_back()
    page.wait_for_url("**/intakes/**", timeout=60_000)
    expect(page.locator("main")).to_contain_text("values.csv")


def test_the_sending_is_shown_and_stopped(visitor: Come, tmp_path: Path, picture: Picture) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.arrive(house.OWNER)
    page = mia.open("measurements/file/")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/measurements/file/", hold)
    path = large(tmp_path / "values.csv", DAY)
    page.locator('input[type="file"]').set_input_files(path)
    button = page.locator('.file-form button[type="submit"]')
    button.click()
    sending = page.locator("[data-sending]")
    expect(sending).to_be_visible()
    expect(button).to_be_disabled()
    picture(page, "file-sending")
    page.get_by_role("button", name=mia.says("file.sending_stop")).click()
    expect(page.locator("[data-wrong]")).to_have_text(mia.says("file.sending_stopped"))
    expect(sending).to_be_hidden()
    expect(button).to_be_enabled()


def test_what_is_wrong_with_it_is_said_at_once(visitor: Come, tmp_path: Path) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.arrive(house.OWNER)
    page = mia.open("measurements/file/")
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    page.locator('input[type="file"]').set_input_files(empty)
    page.locator('.file-form button[type="submit"]').click()
    expect(page.locator("[data-wrong]")).to_have_text(mia.says("upload.empty"))
    mia.complaints[:] = [one for one in mia.complaints if "status of 422" not in one]
