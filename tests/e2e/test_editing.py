"""Made and edited by hand: an objective with its key result, two people at once, drafts, undo."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Picture = Callable[[Page, str], None]
TITLE = {"en": "Customers are answered in one call", "zh": "客户一次来电就得到答复"}
KPI = {"en": "Time to answer", "zh": "首次响应时间"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_objective_is_made_and_two_people_edit_it(
    visitor: Come, picture: Picture, language: str
) -> None:
    mia, ada = visitor(SLUGS[language], language), visitor(SLUGS[language], language)
    mia.arrive(house.OWNER)
    ada.arrive(house.BOSS)
    page = mia.open("goals/?cycle=now")
    _make_objective(mia, page, TITLE[language])
    _add_key_result(mia, page, KPI[language], picture, language)
    here = page.url.partition("?")[0]
    _edit_together(mia, page, ada, ada.open(here.removeprefix(ada.house.url)), language)
    picture(page, f"edited-{language}")


def _make_objective(mia: Visitor, page: Page, title: str) -> None:
    """By its key, in the dialog; what was typed survives a reload."""
    page.keyboard.press("n")
    form = page.locator("#objective-form")
    form.get_by_label(mia.says("field.title"), exact=True).fill(title)
    expect(form.locator("[data-draft-kept]")).to_be_visible()
    page.reload()
    page.keyboard.press("n")
    expect(form.locator("[data-draft-told]")).to_be_visible()
    _closed_tab(mia, title)
    expect(form.get_by_label(mia.says("field.title"), exact=True)).to_have_value(title)
    form.get_by_role("button", name=mia.says("objective.create")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    expect(page.locator(".toast")).to_contain_text(mia.says("done.objective.create"))


def _closed_tab(mia: Visitor, title: str) -> None:
    """In another tab it is offered, not put in."""
    page = mia.open("goals/?cycle=now")
    page.keyboard.press("n")
    form = page.locator("#objective-form")
    field = form.get_by_label(mia.says("field.title"), exact=True)
    expect(form.locator("[data-draft-offered]")).to_be_visible()
    expect(field).to_have_value("")
    form.get_by_role("button", name=mia.says("editing.draft_take")).click()
    expect(field).to_have_value(title)
    expect(form.locator("[data-draft-offered]")).to_be_hidden()
    page.close()


def _add_key_result(mia: Visitor, page: Page, kpi: str, picture: Picture, language: str) -> None:
    """On a KPI that is found by a few letters; what it comes to is told before it is saved."""
    page.keyboard.press("n")
    form = page.locator("#key-result-form")
    form.locator('[name="title"]').fill("25 h")
    box = form.get_by_label(mia.says("key_result.form.kpi"), exact=True).first
    box.fill(kpi[:4])
    expect(page.get_by_role("option").first).to_contain_text(kpi)
    page.keyboard.press("Enter")
    expect(form.locator(".kr-facts")).to_be_visible()
    form.locator('[name="target"]').fill("20")
    page.keyboard.press("Tab")
    reaches = mia.says("key_result.form.is_reach")
    expect(form.locator(".kr-facts")).to_contain_text(reaches)
    picture(page, f"key-result-{language}")
    form.get_by_role("button", name=mia.says("key_result.add")).click()
    expect(page.locator(".kr-card")).to_have_count(1)
    expect(page.locator(".kr-card")).to_contain_text(kpi)
    expect(page.locator("dialog[open]")).to_have_count(0)


def _edit_together(mia: Visitor, one: Page, ada: Visitor, two: Page, language: str) -> None:
    """Both open the form; what only one changed is kept, what both changed is asked."""
    for page in (one, two):
        page.keyboard.press("e")
        expect(page.locator("#objective-form")).to_be_visible()
    words = {name: f"{TITLE[language]} {name}" for name in ("M", "A")}
    one.locator('#objective-form [name="why"]').fill("Because.")
    one.locator('#objective-form [name="title"]').fill(words["M"])
    _save(mia, one)
    expect(one.get_by_role("heading", level=1)).to_contain_text(words["M"])
    two.locator('#objective-form [name="title"]').fill(words["A"])
    two.locator("#objective-form").get_by_role("button", name=ada.says("editing.save")).click()
    asked = two.locator(".contested")
    expect(asked).to_have_count(1)
    # The browser itself notes that the form came back.
    ada.complaints[:] = [one for one in ada.complaints if "status of 422" not in one]
    expect(asked).to_contain_text(words["M"])
    expect(asked).to_contain_text(words["A"])
    asked.locator('[value="theirs"]').check()
    _save(ada, two)
    expect(two.get_by_role("heading", level=1)).to_contain_text(words["M"])
    expect(two.locator(".reading").first).to_have_text("Because.")


def _save(who: Visitor, page: Page) -> None:
    page.locator("#objective-form").get_by_role("button", name=who.says("editing.save")).click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_in_its_place_and_back_again(visitor: Come) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.arrive(house.OWNER)
    page = mia.open("goals/O-2/")
    card = page.locator(".kr-card").first
    card.hover()
    card.get_by_role("link", name=mia.says("key_result.inline", title="Answer within 20 h")).click()
    form = page.locator(".inline-form")
    expect(form).to_be_visible()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(card.locator(".kr-card-meta")).to_be_visible()
    card.hover()
    card.get_by_role("link", name=mia.says("key_result.inline", title="Answer within 20 h")).click()
    form.locator('[name="owner_text"]').fill("Ada")
    expect(page.get_by_role("option").first).to_contain_text("Ada")
    page.keyboard.press("Enter")
    form.get_by_role("button", name=mia.says("editing.save")).click()
    expect(card.locator(".kr-card-meta")).to_contain_text("Ada")
    page.locator(".toast-action").click()
    expect(card.locator(".kr-card-meta")).not_to_contain_text("Ada")


def test_several_by_the_keyboard(visitor: Come) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.arrive(house.OWNER)
    page = mia.open("goals/?cycle=now")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()
    page.locator("[data-step] a").first.focus()
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(bar).to_be_visible()
    expect(bar.locator("[data-chosen]")).to_have_text("2")
    bar.get_by_role("button", name=mia.says("bulk.choose_none")).click()
    expect(bar).to_be_hidden()
    expect(page.locator(".row-pick").first).to_be_focused()
    for _ in range(2):
        page.keyboard.press("x")
        page.keyboard.press("j")
    expect(bar.locator("[data-chosen]")).to_have_text("2")
    bar.get_by_role("button", name=mia.says("field.pillar")).click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text(mia.says("bulk.pillar", n=2))
    dialog.get_by_role("button", name=mia.says("bulk.pillar.do")).click()
    # The company's objective is not hers: it is told, and the other one is changed.
    expect(dialog).to_contain_text(mia.says("bulk.done", done=1, total=2))
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_a_target_is_spread_while_one_looks(visitor: Come, picture: Picture) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.arrive(house.OWNER)
    page = mia.open("kpis/answer-time/targets")
    page.locator('[name="value"]').fill("20")
    page.locator('[name="method"][value="equal"]').check()
    page.locator('[name="frequency"]').select_option("quarter")
    rows = page.locator(".spread tbody tr")
    expect(rows).to_have_count(4)
    picture(page, "target-spread")
    page.get_by_role("button", name=mia.says("kpi.targets.save")).click()
    expect(page.locator(".targets-one")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text(mia.says("done.kpi.set_targets"))
    page.goto(mia.at("kpis/answer-time/targets"))
    expect(rows).to_have_count(4)


def test_who_signs_out_leaves_no_draft(visitor: Come) -> None:
    """Kept while one works, gone from the browser with the one who typed it."""
    mia = visitor(SLUGS["en"], "en")
    mia.sign_in(house.OWNER).close()
    page = mia.open("goals/?cycle=now")
    page.keyboard.press("n")
    form = page.locator("#objective-form")
    form.get_by_label(mia.says("field.title"), exact=True).fill("A thing of mine")
    expect(form.locator("[data-draft-kept]")).to_be_visible()
    drafts = (
        "() => Object.keys(localStorage).filter((key) => key.startsWith('okapi-draft:')).length"
    )
    assert page.evaluate(drafts) == 1
    with page.expect_navigation():
        page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    assert page.evaluate(drafts) == 0
