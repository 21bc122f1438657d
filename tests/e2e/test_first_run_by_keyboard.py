"""A new organisation by keyboard alone: set up, a goal with a key result, agreed, checked in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from okapi.wording import say, speaking
from tests.e2e.conftest import PATIENCE_MS, Fresh
from tests.e2e.test_by_keyboard import reach
from tests.e2e.test_first_run import PASSWORD, open_page

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)

# As an office sends it: a title, merged headings as they come out, a column of units, a total.
REPORT = """港灯电器 2026 年经营月报,,,,
编制：财务部,,,金额单位：万元,
序号,指标名称,单位,2026年9月,2026年10月
1,营业收入,万元,1580,1602
,其中：线上销售,万元,530,541
2,毛利率,%,33.8%,34.0%
3,应收账款逾期金额,万元,１２７,(124)
4,客户投诉件数,件,31,29
合计,,,2110,2143
"""


def enter(page: Page, *, at: Locator, text: str = "") -> None:
    """Go to a field or button; type, or press it."""
    reach(page, at)
    if text:
        page.keyboard.type(text)
    else:
        page.keyboard.press("Enter")


def button(page: Page, code: str, **data: object) -> Locator:
    return page.locator("main, dialog[open]").get_by_role(
        "button", name=say(code, **data), exact=True
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_a_mouse(chromium: Browser, fresh: Fresh, tmp_path: Path, language: str) -> None:
    complaints: list[str] = []
    page = open_page(chromium, language, complaints)
    with speaking(language):
        found(page, fresh)
        steps(page, tmp_path)
        goal(page)
        check_in(page)
    page.context.close()
    assert complaints == []


def found(page: Page, fresh: Fresh) -> None:
    """The organisation and its founder: the keyboard stands at the name, Enter sends."""
    page.goto(fresh.link)
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type("Harbour Lamps")
    for name, text in (("person", "Ada"), ("email", "ada@lamps.example"), ("password", PASSWORD)):
        enter(page, at=page.locator(f"[name={name}]"), text=text)
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/")


def steps(page: Page, tmp_path: Path) -> None:
    """Each step begins in its first field; the KPIs come from the office's file."""
    expect(page.locator("[name=fiscal_month]")).to_be_focused()
    enter(page, at=button(page, "setup.go_on"))
    expect(page.locator("[name=outline]")).to_be_focused()
    page.keyboard.type("销售部\n  线上\n财务部")
    enter(page, at=button(page, "form.add"))
    expect(page.locator("[name=list]")).to_be_focused()
    page.keyboard.type("姓名,邮箱,团队\nMia,mia@lamps.example,销售\n")
    enter(page, at=button(page, "settings.import.look"))
    # What is wrong is put right where it is told, and one is back in the set-up.
    expect(page.locator(".import-problem")).to_contain_text("销售")
    reach(page, page.locator("[name=list]:visible"))
    page.keyboard.press("Control+End")
    page.keyboard.press("Backspace")
    page.keyboard.type("部\n")
    enter(page, at=button(page, "settings.import.look"))
    expect(page.locator(".import-problem")).to_have_count(0)
    enter(page, at=button(page, "settings.import.do", n=1))
    expect(page.locator("[name=year]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(say("setup.step.templates"))
    enter(page, at=page.get_by_role("link", name=say("file.new.from_file")))
    page.wait_for_url("**/measurements/file/")
    measured(page, tmp_path)


def measured(page: Page, tmp_path: Path) -> None:
    """The file's KPIs are made as they stand, and its values taken in."""
    report = tmp_path / "月报.csv"
    report.write_bytes(REPORT.encode("gb18030"))
    chooser = page.locator("main input[type=file]")
    reach(page, chooser)
    chooser.set_input_files(report)  # the system's own dialog is none of ours
    enter(page, at=button(page, "file.look"))
    expect(page.locator("[name=unit-0]")).to_have_value("万元")
    expect(page.locator("[name=direction-4]")).to_have_value("down")
    expect(page.locator("[name=aggregation-0]")).to_have_value("sum")
    enter(page, at=button(page, "file.new.do"))
    expect(page.locator("[name=unit-0]")).to_have_count(0)
    enter(page, at=button(page, "file.take"))
    page.wait_for_url("**/intakes/**")
    page.goto(page.url.partition("/intakes/")[0] + "/setup/")
    expect(page.locator("h1")).to_have_text(say("setup.all_done"))


def goal(page: Page) -> None:
    """A draft, a key result that moves a KPI from the file, agreed on."""
    enter(page, at=page.get_by_role("link", name=say("setup.first_objective")))
    expect(page.locator("#objective-form [name=title]")).to_be_focused()
    page.keyboard.type("More homes are lit by us")
    enter(page, at=button(page, "objective.create"))
    page.wait_for_url("**/goals/O-1/**")
    enter(page, at=page.get_by_role("link", name=say("key_result.new")).first)
    dialog = page.locator("dialog#edit")
    expect(dialog.locator("[name=title]")).to_be_focused()
    page.keyboard.type("Complaints")
    enter(page, at=dialog.locator("[name=kpi_text]"), text="投诉")
    expect(dialog.locator("[role=option][aria-selected=true]")).to_contain_text("客户投诉件数")
    page.keyboard.press("Enter")
    enter(page, at=dialog.locator("[name=target]"), text="60")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#objective")).to_contain_text("Complaints")
    enter(page, at=page.get_by_role("link", name=say("objective.do.agree"), exact=True))
    expect(dialog.locator("form")).to_have_attribute("action", re.compile("/agree$"))
    enter(page, at=dialog.locator("button[type=submit]:visible"))
    expect(dialog).to_be_hidden()


def check_in(page: Page) -> None:
    """At once, without loading the page again."""
    expect(page.locator("#check-in-do")).to_be_visible()
    page.keyboard.press("c")
    dialog = page.locator("dialog#check-in")
    expect(dialog.locator("form.check-in")).to_be_visible()
    reach(page, dialog.locator("input[name=confidence]:focus"))
    page.keyboard.press("7")
    enter(page, at=dialog.locator("[name=happened]"), text="Two towns more.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#thread")).to_contain_text("Two towns more.")
