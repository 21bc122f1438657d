"""What is there for those who have no mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import SHOWN, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]

SHOWN_BY_A_LINE = """() => {
  for (let one = document.activeElement; one && one !== document.body; one = one.parentElement) {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (outlined || (one === document.activeElement && style.boxShadow !== 'none')) return true;
  }
  return false;
}"""


def test_the_first_key_leads_past_the_navigation(visitor: Come) -> None:
    page = visitor(SHOWN, "en").sign_in(house.OWNER)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("path", ["", "goals/", "goals/O-2/", "kpis/answer-time/"])
def test_where_one_is_can_be_seen(visitor: Come, path: str) -> None:
    mia = visitor(SHOWN, "en")
    mia.arrive(house.OWNER)
    page = mia.open(path)
    for at in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(SHOWN_BY_A_LINE), (
            at,
            page.evaluate("() => document.activeElement.outerHTML"),
        )


def test_escape_closes_what_is_open(visitor: Come) -> None:
    mia = visitor(SHOWN, "en")
    mia.arrive(house.OWNER)
    _menu(mia.open("goals/"))
    _dialog(mia.open("kpis/answer-time/"))


def _menu(page: Page) -> None:
    menu = page.locator(".filter-menu").first
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu.locator(".menu-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator(".menu-panel")).to_be_hidden()
    expect(menu.locator("summary")).to_be_focused()


def _dialog(page: Page) -> None:
    page.keyboard.press("n")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_is_due_is_said_from_home(visitor: Come) -> None:
    """By keyboard alone: one is sent, and the next is open with the keyboard at its confidence."""
    mia = visitor(SHOWN, "en")
    page = mia.sign_in(house.OWNER)
    due = page.locator("okapi-due")
    expect(due.locator(".due-open form.check-in")).to_be_visible()
    before = due.locator(".due-item").count()
    said = due.locator(".due-open").get_attribute("data-key")
    for _ in range(40):
        if due.locator(".due-open input[name=confidence]:focus").count():
            break
        page.keyboard.press("Tab")
    page.keyboard.press("6")
    expect(due.locator(".due-open input[name=confidence]:checked")).to_have_value("6")
    page.keyboard.press("Tab")
    expect(due.locator(".due-open [name=happened]")).to_be_focused()
    page.keyboard.type("Two more lamps went out by post.")
    page.keyboard.press("Control+Enter")
    expect(due.locator(".due-item")).to_have_count(before - 1)
    expect(due.locator(f"#due-{said}")).to_have_count(0)
    if before > 1:
        expect(due.locator(".due-open input[name=confidence]:focus")).to_have_count(1)
