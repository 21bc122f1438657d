"""The way of one number: typed on a KPI's page, seen everywhere without reloading."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import house
from tests.e2e.conftest import PATIENCE_MS, PHONE, WHOLE, WIDE, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Picture = Callable[[Page, str], None]

expect.set_options(timeout=PATIENCE_MS)

KPI = {"en": "Time to answer", "zh": "首次响应时间"}
OTHER_KPI = {"en": "Revenue", "zh": "营业收入"}
HALF = {"en": "Half a sentence that nobody may lo", "zh": "一句还没打完的"}
HAPPENED = {"en": "The night shift answers too.", "zh": "夜班也开始答复了。"}
TEAMS = {"en": ("Harbour Lamps", "Service"), "zh": ("港灯电器", "客户服务部")}


def means(page: Page, language: str) -> list[Locator]:
    """The mean progress of the company's branch and of the service team's."""
    groups = page.locator("tr.group")
    return [
        groups.filter(has=page.get_by_role("link", name=name, exact=True)).locator(
            ".goal-cell-mean b"
        )
        for name in TEAMS[language]
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_number_moves_everything_above_it(visitor: Come, picture: Picture, language: str) -> None:
    slug = WHOLE[language]
    ada, mia = visitor(slug, language), visitor(slug, language)
    goals = ada.sign_in(house.BOSS)
    goals.goto(ada.at("goals/"))
    company, service = means(goals, language)
    expect(company).to_have_text("40%")
    expect(service).to_have_text("30%")
    objective = ada.open("goals/O-2/")
    key_result = objective.locator("#kr-KR-2 .kr-card-share b")
    whole = objective.locator(".objective-facts .fact-wide .fact-value")
    expect(key_result).to_have_text("30%")
    expect(whole).to_have_text("30%")
    writing = objective.locator("#comment-form textarea")
    writing.press_sequentially(HALF[language])

    page = mia.sign_in(house.OWNER)
    find_kpi(mia, page)
    add_measurement(mia, page, "22")
    expect(page.locator(".kpi-hero-value")).to_contain_text("22")

    expect(key_result).to_have_text("80%")
    expect(whole).to_have_text("80%")
    expect(writing).to_have_value(HALF[language])
    expect(writing).to_be_focused()
    expect(company).to_have_text("65%")
    expect(service).to_have_text("80%")

    check_in(mia, page)
    expect(objective.locator("#thread")).to_contain_text(HAPPENED[language])
    expect(writing).to_have_value(HALF[language])
    for name, shown in (("goals", goals), ("objective", objective), ("check-in", page)):
        for width in (WIDE, PHONE):
            shown.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
            picture(shown, f"journey-{name}-{language}-{width['width']}")


def find_kpi(mia: Visitor, page: Page) -> None:
    """By the place's keys, then by the search of the catalogue."""
    page.keyboard.press("g")
    page.keyboard.press("k")
    page.wait_for_url(mia.at("kpis/"))
    rows = page.locator("#list .rows")
    expect(rows.get_by_text(OTHER_KPI[mia.language], exact=True)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(KPI[mia.language])
    expect(rows.get_by_text(OTHER_KPI[mia.language], exact=True)).to_have_count(0)
    rows.get_by_text(KPI[mia.language], exact=True).click()
    page.wait_for_url(mia.at("kpis/answer-time/"))


def add_measurement(mia: Visitor, page: Page, value: str) -> None:
    """The period that is missing stands there already."""
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label(mia.says("chart.value"), exact=True)
    expect(field).to_be_focused()
    page.keyboard.type(value)
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#toasts")).to_contain_text(mia.says("kpis.measure.undo"))


def check_in(mia: Visitor, page: Page) -> None:
    """From the objective, by keyboard alone."""
    page.goto(mia.at("goals/O-2/"))
    page.keyboard.press("c")
    dialog = page.locator("dialog#check-in")
    expect(dialog.locator("form.check-in")).to_be_visible()
    for _ in range(12):
        if dialog.locator(".steps-one input:focus").count():
            break
        page.keyboard.press("Tab")
    page.keyboard.press("7")
    expect(dialog.locator("input[name=confidence]:checked")).to_have_value("7")
    page.keyboard.press("Tab")
    expect(dialog.locator("[name=happened]")).to_be_focused()
    page.keyboard.type(HAPPENED[mia.language])
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#thread")).to_contain_text(HAPPENED[mia.language])
    expect(page.locator(".kr-card-facts").get_by_role("img", name="7")).to_be_visible()
