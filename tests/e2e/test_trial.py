"""A new user's first quarter of an hour, in Chinese on a phone and in English at a desk.

From an empty home to two aligned goals on KPIs that come from the office's own Excel file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from okapi.base import clock
from okapi.wording import say, speaking
from tests.e2e import office
from tests.e2e.conftest import PHONE, WIDE, Fresh
from tests.e2e.test_first_run import (
    DEPARTMENT,
    NAMES,
    PEOPLE,
    TEAMS,
    Picture,
    begin,
    open_page,
)
from tests.e2e.test_pages import faults

pytestmark = pytest.mark.browser

TITLES = {
    "en": ("More homes are lit by our lamps", "Customers hear from us the same day"),
    "zh": ("让更多家庭用上我们的灯", "让客户当天就得到答复"),
}
DIRECTIONS = ("up", "up", "down", "down", "up")
OVER_TIME = ("sum", "last", "sum", "mean", "mean")
QUARTER_OF_AN_HOUR = 900
CLICK, TYPE, READ = 3, 12, 10
"""Seconds that somebody new needs for a click, a field, and to find their way on a page."""


@dataclass
class Hand:
    """The new user's hand, which counts what it does; what is wrong with a page is noted."""

    page: Page
    picture: Picture
    name: str
    seconds: int = 0
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def click(self, place: Locator) -> None:
        place.click()
        self.seconds += CLICK

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}]").first.fill(value)
        self.seconds += TYPE

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}]").first.select_option(value)
        self.seconds += 2 * CLICK

    def button(self, code: str, **data: Any) -> None:
        self.click(self.page.get_by_role("button", name=say(code, **data), exact=True).first)

    def link(self, code: str) -> None:
        self.click(self.page.get_by_role("link", name=say(code), exact=True).first)

    def look(self, title: str) -> None:
        self.seconds += READ
        if found := faults(self.page):
            self.wrong[title] = found
        self.picture(self.page, f"trial-{title}-{self.name}")


@pytest.mark.parametrize(("language", "width"), [("zh", PHONE), ("en", WIDE)])
def test_a_new_user_s_first_quarter_of_an_hour(
    chromium: Browser,
    fresh: Fresh,
    picture: Picture,
    tmp_path: Path,
    language: str,
    width: dict[str, int],
) -> None:
    complaints: list[str] = []
    # Axe comes into the page as a script of the test's, which a strict policy forbids.
    page = open_page(chromium, language, complaints, bypass_csp=True)
    page.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
    hand = Hand(page, picture, f"{language}-{width['width']}")
    with speaking(language):
        begin(page, fresh, language)
        hand.seconds += 6 * TYPE + READ
        set_up(hand, language)
        bring(hand, office.write(tmp_path / "report.xlsx", language, clock.today()), language)
        above, below = TITLES[language]
        make_goal(hand, above, NAMES[language][0], office.KPIS[language][0], "1500")
        first = page.url.partition("?")[0]
        make_goal(hand, below, DEPARTMENT[language], office.KPIS[language][3], "20")
        assert [one.partition("/goals/")[2].partition("?")[0] for one in (first, page.url)] == [
            "O-1/",
            "O-2/",
        ]
        align(hand, above)
        agree(hand, first)
        look_around(hand, f"{fresh.url}/o/harbour-lamps/", language)
    page.context.close()
    assert hand.wrong == {}
    assert complaints == []
    assert hand.seconds < QUARTER_OF_AN_HOUR


def set_up(hand: Hand, language: str) -> None:
    """Time, teams, people and the year's cycles, as the steps come."""
    hand.look("time")
    hand.button("setup.go_on")
    hand.fill("outline", TEAMS[language])
    hand.look("teams")
    hand.button("form.add")
    hand.fill("list", PEOPLE.format(team=DEPARTMENT[language]))
    hand.look("people")
    hand.button("settings.import.look")
    hand.look("people-read")
    hand.button("settings.import.do", n=1)
    hand.look("cycle")
    hand.button("settings.cycles.make_year")
    expect(hand.page.locator("h1")).to_have_text(say("setup.step.templates"))


def bring(hand: Hand, path: Path, language: str) -> None:
    """Five KPIs and their values, from the file that the office has."""
    page = hand.page
    hand.look("kpis-step")
    hand.link("file.new.from_file")
    page.locator("input[type=file]").set_input_files(path)
    hand.seconds += TYPE
    hand.button("file.look")
    page.wait_for_url("**/measurements/file/*/")
    hand.look("file-names")
    names = page.locator(".file-new-name input")
    expect(names).to_have_count(5)
    assert [one.get_attribute("value") for one in names.all()] == [*office.KPIS[language]]
    for at, (direction, over_time) in enumerate(zip(DIRECTIONS, OVER_TIME, strict=True)):
        hand.choose(f"direction-{at}", direction)
        hand.choose(f"aggregation-{at}", over_time)
    hand.button("file.new.do")
    expect(page.locator(".fact-value").first).to_have_text("48")
    hand.look("file-cells")
    hand.button("file.take")
    page.wait_for_url("**/intakes/*/")
    hand.look("intake")


def make_goal(hand: Hand, title: str, team: str, kpi: str, target: str) -> None:
    """An objective of a team, and the key result that moves a KPI; pressed twice, made once."""
    page = hand.page
    page.goto(f"{page.url.partition('/o/')[0]}/o/harbour-lamps/goals/")
    hand.click(page.locator("main a[href*='goals/new']").first)
    form = page.locator("#objective-form")
    form.locator("[name=title]").fill(title)
    form.locator("[name=team]").select_option(label=_label(form, team))
    hand.seconds += TYPE + 2 * CLICK
    form.get_by_role("button", name=say("objective.create")).dblclick()
    hand.seconds += CLICK
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    hand.look("objective")
    hand.click(page.locator("main a[href*='key-results/new']").first)
    form = page.locator("#key-result-form")
    form.locator("[name=title]").fill(f"{kpi} → {target}")
    form.get_by_label(say("key_result.form.kpi"), exact=True).first.fill(kpi[:4])
    expect(page.get_by_role("option").first).to_contain_text(kpi)
    page.keyboard.press("Enter")
    expect(form.locator(".kr-facts")).to_be_visible()
    form.locator("[name=target]").fill(target)
    hand.seconds += 3 * TYPE
    hand.look("key-result")
    form.get_by_role("button", name=say("key_result.add")).dblclick()
    hand.seconds += CLICK
    expect(page.locator(".kr-card")).to_have_count(1)
    expect(page.locator(".kr-card")).to_contain_text(kpi)
    expect(page.locator("dialog[open]")).to_have_count(0)


def _label(form: Locator, team: str) -> str:
    """A team as the choice writes it: deeper ones stand further in."""
    texts = form.locator("[name=team] option").all_text_contents()
    return next(text for text in texts if text.strip() == team)


def align(hand: Hand, above: str) -> None:
    """The goal that is open supports the one above."""
    page = hand.page
    here = page.url.partition("?")[0]
    page.goto(f"{here}links")
    box = page.locator("#links-form .links-add").first
    box.get_by_role("combobox").fill(above[:4])
    expect(page.get_by_role("option").first).to_contain_text(above)
    page.keyboard.press("Enter")
    hand.seconds += TYPE + CLICK
    hand.click(box.get_by_role("button"))
    expect(page.locator(".links-one")).to_contain_text(above)
    hand.look("links")
    page.goto(here)


def agree(hand: Hand, first: str) -> None:
    """Both goals are agreed, the one above first."""
    page = hand.page
    second = page.url
    for address in (first, second):
        page.goto(address)
        hand.click(page.locator("main a[href$='/agree']").first)
        hand.click(page.locator("dialog[open] button[type=submit]").last)
        expect(page.locator("dialog[open]")).to_have_count(0)
        agree_to = page.get_by_role("link", name=say("objective.do.agree"), exact=True)
        expect(agree_to).to_have_count(0)
        expect(page.locator("main header .button-primary")).to_contain_text(say("check_in.do"))
    hand.look("agreed")


def look_around(hand: Hand, home: str, language: str) -> None:
    """What was made stands in every place where it is looked for."""
    page = hand.page
    above, below = TITLES[language]
    for name, path in (
        ("home", ""), ("goals", "goals/?view=list"), ("tree", "goals/?view=tree"),
        ("map", "goals/?view=map"), ("kpis", "kpis/"), ("grid", "kpis/grid"), ("teams", "teams/"),
    ):  # fmt: skip
        page.goto(home + path)
        if name in ("home", "goals", "tree"):
            expect(page.locator("main")).to_contain_text(above)
        if name in ("kpis", "grid"):
            expect(page.locator("main")).to_contain_text(office.KPIS[language][4])
        hand.look(name)
    page.goto(f"{home}goals/?view=list&q={below[:6]}")
    expect(page.locator("main")).to_contain_text(below)
