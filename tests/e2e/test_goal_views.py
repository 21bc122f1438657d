"""The goals as tree and as map by keyboard, by mouse, and on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import house
from tests.e2e.conftest import MOVED, PHONE, SHOWN, WIDE, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]


def _open(visitor: Come, path: str, slug: str = SHOWN) -> Page:
    mia = visitor(slug, "en")
    mia.arrive(house.OWNER)
    return mia.open(path)


def _item(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=name).first


def _opened(page: Page) -> list[str]:
    query = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    return [one for one in query.get("open", []) if one]


def test_the_tree_by_keyboard(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=tree&open=")
    company, service = _item(page, "Harbour Lamps"), _item(page, "Service")
    expect(company).to_have_attribute("aria-expanded", "false")
    company.focus()
    page.keyboard.press("ArrowRight")
    expect(company).to_have_attribute("aria-expanded", "true")
    expect(company).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(_item(page, "Twice as many homes")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(service).to_be_focused()
    expect(service).to_have_attribute("aria-level", "2")
    page.keyboard.press("*")
    expect(_item(page, "Revenue reaches 200")).to_be_visible()
    expect(service).to_have_attribute("aria-expanded", "true")
    assert _opened(page) == ["company", "service"]
    page.keyboard.press("Home")
    expect(company).to_be_focused()
    page.keyboard.type("cust")
    expect(_item(page, "Customers hear")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(service).to_be_focused()
    page.keyboard.press("Space")
    expect(service).to_have_attribute("aria-expanded", "false")
    assert _opened(page) == ["company"]
    page.reload()
    expect(_item(page, "Service")).to_have_attribute("aria-expanded", "false")
    expect(_item(page, "Harbour Lamps")).to_have_attribute("aria-expanded", "true")
    expect(_item(page, "Revenue reaches 200")).to_be_visible()


def test_the_tree_opens_an_objective(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=tree")
    _item(page, "Customers hear").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals/O-2/")


def test_the_tree_without_scripts(visitor: Come, chromium: object) -> None:
    page = _open(visitor, "goals/?view=tree&open=")
    state = page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, storage_state=state)  # type: ignore[attr-defined]  # Playwright's browser
    other = plain.new_page()
    other.goto(page.url)
    other.get_by_role("link", name="Open “Harbour Lamps”").click()
    expect(
        other.get_by_role("link", name="Twice as many homes are lit by us", exact=True)
    ).to_be_visible()
    other.get_by_role("link", name="Map").click()
    expect(other.get_by_role("heading", name="Customers hear from us the same day")).to_be_visible()
    plain.close()


def test_what_changes_is_seen_in_tree_and_map(visitor: Come) -> None:
    slug = MOVED
    tree = _open(visitor, "goals/?view=tree", slug)
    graph = tree.context.new_page()
    graph.goto(tree.url.replace("view=tree", "view=map"))
    row = tree.locator(".tree-goal", has_text="Customers hear")
    card = graph.locator(".map-card", has_text="Customers hear")
    before = card.locator("b[data-flash]").inner_text()
    form = tree.context.new_page()
    form.goto(f"{tree.url.split('/goals/')[0]}/kpis/answer-time/measure")
    form.locator('input[name="value"]').fill("24.5")
    form.keyboard.press("Enter")
    form.wait_for_load_state()
    graph.bring_to_front()
    expect(card.locator("b[data-flash]")).not_to_have_text(before)
    tree.bring_to_front()
    expect(row.locator(".progress-words")).not_to_have_text(before)


def test_the_map_by_keyboard(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=map")
    top, middle = _item(page, "Twice as many homes"), _item(page, "Customers hear")
    top.focus()
    page.keyboard.press("ArrowRight")
    expect(middle).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(top).to_be_focused()
    page.keyboard.press("Space")
    expect(top).to_have_attribute("aria-expanded", "false")
    expect(middle).to_be_hidden()
    page.keyboard.press("ArrowRight")
    expect(middle).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    first = page.get_by_role("link", name="Open objective")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(middle).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/goals/O-2/")


def test_the_map_is_moved_and_scaled(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=map")
    scale, view = page.locator(".map-scale"), page.locator(".map-view")
    expect(scale).to_have_text("100%")
    view.focus()
    page.keyboard.press("+")
    expect(scale).to_have_text("125%")
    page.keyboard.press("-")
    page.keyboard.press("-")
    expect(scale).to_have_text("80%")
    page.keyboard.press("0")
    expect(scale).to_have_text("100%")
    card = page.locator(".map-card").first
    before = card.bounding_box()
    page.keyboard.press("ArrowDown")
    after = card.bounding_box()
    assert before is not None
    assert after is not None
    assert round(before["y"] - after["y"]) == 80
    box = view.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] - 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 160, box["y"] + 90, steps=4)
    page.mouse.up()
    dragged = card.bounding_box()
    assert dragged is not None
    assert round(dragged["x"] - after["x"]) == -100
    page.mouse.wheel(0, -300)
    expect(scale).not_to_have_text("100%")


def test_finding_on_the_map(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=map")
    page.get_by_role("searchbox", name="Find on the map").fill("answer customers same day hear")
    expect(page.locator(".map-none")).to_be_visible()
    page.get_by_role("searchbox", name="Find on the map").fill("same day")
    expect(page.locator("[data-goto=O-2]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(_item(page, "Customers hear")).to_be_focused()


def test_several_parents_are_edges_and_one_card(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=map")
    expect(page.locator('.map-item[data-key="O-3"]')).to_have_count(1)
    expect(page.locator("path.map-edge")).to_have_count(3)
    expect(page.locator('.map-item[data-key="O-3"] .map-also')).to_have_text(
        "Also contributes to Customers hear from us the same day"
    )


def _left(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["x"]


def test_on_a_phone_the_map_is_a_tree(visitor: Come) -> None:
    page = _open(visitor, "goals/?view=map")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    expect(page.locator(".map-zoom")).to_be_hidden()
    top, middle = _item(page, "Twice as many homes"), _item(page, "Customers hear")
    assert _left(top) < _left(middle)
    top.focus()
    page.keyboard.press("ArrowDown")
    expect(middle).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator('.map-item[data-key="O-3"] > .map-spot')).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(middle).to_be_hidden()
    page.locator(".map-fold").first.click()
    expect(middle).to_be_visible()
    middle.click()
    expect(page.get_by_role("link", name="Open objective")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(middle).to_be_focused()
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a width and a height
    expect(page.locator(".map-scale")).to_have_text("100%")
    assert _left(middle) - _left(top) > 248
