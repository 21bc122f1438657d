"""A working morning without a mouse: every step by Tab, Enter, arrows and the keys of the product.

Wherever the keyboard is, it can be seen and is in sight; after a dialog it is where it was before,
and after an error at what is to be put right.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.e2e import house
from tests.e2e.conftest import MOVED, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
MOST_TABS = 80
FOCUSED = "(one) => one === document.activeElement"
SHOWN = """() => {
  const here = document.activeElement;
  const above = [];
  for (let one = here.parentElement; one !== null; one = one.parentElement) above.push(one);
  return [here, ...here.children, ...above].some((one) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    const ringed = boxShadow !== 'none' && !above.includes(one);
    return ringed || (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
  });
}"""
IN_SIGHT = """() => {
  const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
  return right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
}"""
WHERE = "() => document.activeElement.outerHTML.slice(0, 200)"


def reach(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Press Tab until it has the focus; each stop on the way shows where one is."""
    for at in count():
        assert at < MOST_TABS, f"no way to {wanted} by {key}; at {page.evaluate(WHERE)}"
        if wanted.count() and wanted.first.evaluate(FOCUSED):
            return
        page.keyboard.press(key)
        here = page.evaluate(WHERE)
        assert here.startswith("<body") or page.evaluate(SHOWN), here
        assert here.startswith("<body") or page.evaluate(IN_SIGHT), here


def came_back(who: Visitor) -> None:
    """The browser itself notes that a form came back with an error; once."""
    (noted,) = who.complaints
    assert "status of 422" in noted
    who.complaints.clear()


@pytest.fixture
def ada(visitor: Come) -> Visitor:
    return visitor(MOVED, "en")


@pytest.fixture
def page(ada: Visitor) -> Page:
    """Signed in: the keyboard is at the address from the beginning."""
    page = ada.open("/")
    expect(page.get_by_label(ada.says("sign_in.email"))).to_be_focused()
    page.keyboard.type(house.address(MOVED, house.BOSS))
    page.keyboard.press("Tab")
    page.keyboard.type(house.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(ada.at(""))
    return page


def go(ada: Visitor, page: Page, keys: str, path: str) -> None:
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_url(ada.at(path))


def test_a_value_is_added_to_a_kpi(ada: Visitor, page: Page) -> None:
    go(ada, page, "gk", "kpis/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox").first).to_be_focused()
    page.keyboard.type("reven")
    expect(page.locator("#list").get_by_text("Complaints", exact=True)).to_have_count(0)
    reach(page, page.locator("#list").get_by_role("link", name="Revenue", exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url(ada.at("kpis/revenue/"))
    page.keyboard.press("n")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label(ada.says("chart.value"), exact=True)).to_be_focused()

    page.keyboard.type("nothing")
    page.keyboard.press("Enter")
    expect(dialog.locator("[aria-invalid=true]")).to_be_focused()
    came_back(ada)
    # Keys come faster here than from hands: until the new form is taken over, it is a plain one.
    page.wait_for_function("document.querySelector('.htmx-settling') === null")
    page.keyboard.press("Control+a")
    page.keyboard.type("151")
    page.keyboard.press("Enter")

    expect(dialog).to_be_hidden()
    expect(page.locator(".kpi-hero-value")).to_contain_text("151")
    expect(page.locator("main [data-key=n]")).to_be_focused()


def test_an_objective_is_checked_in_and_talked_about(ada: Visitor, page: Page) -> None:
    go(ada, page, "go", "goals/")
    page.keyboard.press("/")
    page.keyboard.type("twice")
    expect(page.locator("#list").get_by_text("Customers hear")).to_have_count(0)
    reach(page, page.locator("#list").get_by_role("link", name="Twice as many homes"))
    page.keyboard.press("Enter")
    page.wait_for_url(ada.at("goals/O-1/"))

    page.keyboard.press("c")
    dialog = page.locator("dialog#check-in")
    expect(dialog.locator("form.check-in")).to_be_visible()
    reach(page, dialog.locator("input[name=confidence]:focus"))
    page.keyboard.press("8")
    reach(page, dialog.locator("[name=happened]"))
    page.keyboard.type("Two towns more.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#thread")).to_contain_text("Two towns more.")
    expect(page.locator("[data-key=c]").first).to_be_focused()

    comment = page.locator("#comment-form textarea")
    reach(page, comment)
    page.keyboard.type("Which towns?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#thread li").filter(has_text="Which towns?")).to_be_visible()
    expect(comment).to_have_value("")
    expect(comment).to_be_focused()


def test_the_palette_goes_anywhere_and_gives_the_focus_back(ada: Visitor, page: Page) -> None:
    go(ada, page, "gk", "kpis/")
    here = page.locator("#list").get_by_role("link", name="Revenue", exact=True)
    reach(page, here)
    page.keyboard.press("Control+k")
    box = page.locator("#palette input")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(here).to_be_focused()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()

    page.keyboard.press("Control+k")
    page.keyboard.type("customers hear")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Customers hear")
    page.keyboard.press("Enter")
    page.wait_for_url(ada.at("goals/O-2/"))


def test_one_escape_closes_the_palette_whatever_is_typed(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator("#palette [aria-selected=true]")).to_be_visible()
    page.keyboard.type("answer")
    page.keyboard.press("Escape")
    expect(page.locator("#palette input")).to_be_hidden()


def test_a_setting_is_changed(ada: Visitor, page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings/**")
    currency = page.locator("main [name=currency]")
    reach(page, currency)
    page.keyboard.press("Control+a")
    page.keyboard.type("pounds")
    page.keyboard.press("Enter")
    expect(page.locator("main [aria-invalid=true]")).to_be_focused()
    came_back(ada)
    page.keyboard.press("Control+a")
    page.keyboard.type("GBP")
    page.keyboard.press("Enter")
    expect(page.locator("main [aria-invalid=true]")).to_have_count(0)
    expect(currency).to_have_value("GBP")


def test_tree_and_map(ada: Visitor, page: Page) -> None:
    go(ada, page, "go", "goals/")
    reach(page, page.get_by_role("link", name=ada.says("goals.view_tree"), exact=True))
    page.keyboard.press("Enter")
    page.wait_for_url("**view=tree**")
    reach(page, page.locator("[role=treeitem]:focus"))
    page.keyboard.type("twice")
    expect(page.get_by_role("treeitem", name="Twice as many homes")).to_be_focused()
    reach(
        page, page.get_by_role("link", name=ada.says("goals.view_map"), exact=True), key="Shift+Tab"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**view=map**")
    reach(page, page.locator("[role=treeitem]:focus"))
    page.keyboard.press("ArrowRight")
    middle = page.get_by_role("treeitem", name="Customers hear")
    expect(middle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Open objective")).to_be_focused()
    page.keyboard.press("Escape")
    expect(middle).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Open objective")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(ada.at("goals/O-2/"))


AT_ONCE = """() => {
  const press = () => {
    const form = document.querySelector('.edit-form');
    form.elements.title.value = ' ';
    form.requestSubmit();
  };
  document.addEventListener('htmx:afterSwap', () => setTimeout(press), {once: true});
}"""


def test_a_form_that_came_back_takes_the_very_next_key(ada: Visitor, page: Page) -> None:
    """No key is quick enough to send it as a plain form, which would load the page anew."""
    page.goto(ada.at("goals/new"))
    page.locator('[name="title"]').fill(" ")
    page.evaluate(AT_ONCE)
    sent: list[str | None] = []

    def note(asked: Request) -> None:
        if asked.method == "POST":
            sent.append(asked.headers.get("hx-request"))

    page.on("request", note)
    with page.expect_console_message(lambda _: len(ada.complaints) == 2):
        page.keyboard.press("Enter")
    assert sent == ["true", "true"]
    assert all("status of 422" in one for one in ada.complaints)
    ada.complaints.clear()
