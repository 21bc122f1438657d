"""Signed out while a form is open: one signs in again, and what was typed is in the form."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import SESSION, SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
WHY = "Who waits buys elsewhere, and tells others."


def expire(who: Visitor) -> None:
    """As the session ends on the server's side."""
    who.context.clear_cookies(name=SESSION)


def sign_in_again(who: Visitor, page: Page) -> None:
    """By the link of the message, through the form."""
    told = page.locator(".toast", has_text=who.says("sign_in.again"))
    expect(told).to_be_visible()
    who.complaints[:] = [one for one in who.complaints if "401" not in one]
    told.get_by_role("link", name=who.says("sign_in.again_do")).click()
    page.get_by_label(who.says("sign_in.email")).fill(house.address(who.slug, house.OWNER))
    page.get_by_label(who.says("sign_in.password")).fill(house.PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_form_in_a_dialog(visitor: Come, language: str) -> None:
    mia = visitor(SLUGS[language], language)
    mia.sign_in(house.OWNER).close()
    page = mia.open("goals/O-2/")
    page.keyboard.press("e")
    form = page.locator("#objective-form")
    form.locator('[name="why"]').fill(WHY)
    expire(mia)
    form.get_by_role("button", name=mia.says("editing.save")).click()
    sign_in_again(mia, page)
    # The form's own page, with the draft.
    expect(form.locator("[data-draft-told]")).to_be_visible()
    expect(form.locator('[name="why"]')).to_have_value(WHY)
    form.get_by_role("button", name=mia.says("editing.save")).click()
    expect(page).to_have_url(re.compile(r"/goals/O-2/\?said="))  # saved, and led there
    page = mia.open("goals/O-2/edit")
    expect(page.locator('#objective-form [name="why"]')).to_have_value(WHY)


def test_a_form_that_is_sent_as_a_page(visitor: Come) -> None:
    """Without htmx the page to sign in comes by itself; the draft is kept for the way back."""
    mia = visitor(SLUGS["en"], "en")
    mia.sign_in(house.OWNER).close()
    page = mia.open("key-results/KR-2/check-in")
    form = page.locator("form.check-in")
    form.locator("textarea").first.fill("Two more people answer.")
    form.locator('[name="confidence"][value="6"]').check()
    expire(mia)
    form.locator('button[type="submit"]').last.click()
    page.get_by_label(mia.says("sign_in.email")).fill(house.address(mia.slug, house.OWNER))
    page.get_by_label(mia.says("sign_in.password")).fill(house.PASSWORD)
    page.keyboard.press("Enter")
    expect(form.locator("textarea").first).to_have_value("Two more people answer.")
    expect(page.locator("[data-draft-told]")).to_be_visible()


def test_another_person_finds_no_draft_in_the_same_tab(visitor: Come) -> None:
    mia = visitor(SLUGS["en"], "en")
    mia.sign_in(house.OWNER).close()
    page = mia.open("goals/new")
    title = page.locator('#objective-form [name="title"]')
    title.fill("Of Mia's own")
    expect(page.locator("#objective-form [data-draft-kept]")).to_be_visible()
    expire(mia)
    page.goto(mia.at("goals/new"))
    page.get_by_label(mia.says("sign_in.email")).fill(house.address(mia.slug, house.BOSS))
    page.get_by_label(mia.says("sign_in.password")).fill(house.PASSWORD)
    page.keyboard.press("Enter")
    expect(title).to_have_value("")
    expect(page.locator("#objective-form [data-draft-offered]")).to_be_hidden()
