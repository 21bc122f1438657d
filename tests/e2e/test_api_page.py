"""The page to try the API: a token is made, KPIs are listed, a comment is written and read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import PATIENCE_MS, PHONE, SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Picture = Callable[[Page, str], None]

expect.set_options(timeout=PATIENCE_MS)

DOCS = "/api/v1/docs"
WRITTEN = {"en": "Written by a program.", "zh": "由程序写下。"}


def choose(mia: Visitor, page: Page, word: str, operation: str) -> None:
    """Find an operation by what is typed, and go to it by the keyboard."""
    page.get_by_label(mia.says("api_page.filter")).fill(word)
    page.locator(f"a[href='#{operation}']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".api-title")).to_be_focused()


def send(mia: Visitor, page: Page) -> None:
    page.get_by_role("button", name=mia.says("api_page.send"), exact=True).click()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_program_is_tried_before_it_is_written(
    visitor: Come, picture: Picture, language: str
) -> None:
    mia = visitor(SLUGS[language], language)
    page = mia.sign_in(house.OWNER)
    page.goto(mia.at("settings/tokens/"))
    page.get_by_role("button", name=mia.says("settings.tokens.make")).click()
    token = page.locator("#made input").input_value()
    page.get_by_role("link", name=mia.says("api_page.title")).click()
    page.get_by_label(mia.says("api_page.token")).fill(token)

    choose(mia, page, "kpis", "kpis")
    page.get_by_label("limit").fill("1")
    send(mia, page)
    expect(page.locator(".api-outcome")).to_contain_text("200 OK")
    expect(page.locator(".api-body")).to_contain_text('"answer-time"')
    page.get_by_role("button", name=mia.says("api_page.next_page")).click()
    expect(page.locator(".api-body")).to_contain_text('"complaints"')
    picture(page, f"api-{language}-list")

    choose(mia, page, "comments", "add_comment")
    page.get_by_label("key").fill("O-2")
    page.locator("#api-body").fill(f'{{"text": "{WRITTEN[language]}"}}')
    page.locator("summary", has_text="Python").click()
    python = page.locator("[data-part='python']")
    assert "/objectives/O-2/comments" in python.input_value()
    assert token not in python.input_value()
    send(mia, page)
    expect(page.locator(".api-outcome")).to_contain_text("201")
    expect(page.locator(".api-body")).to_contain_text(WRITTEN[language])
    picture(page, f"api-{language}-comment")
    page.goto(mia.at("goals/O-2/"))
    expect(page.locator("#thread")).to_contain_text(WRITTEN[language])


def test_what_is_refused_says_why(visitor: Come) -> None:
    mia = visitor(SLUGS["en"], "en")
    page = mia.open(DOCS + "#objective")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    page.get_by_label("key").fill("O-2")
    send(mia, page)
    expect(page.locator(".api-outcome")).to_contain_text("401")
    expect(page.locator(".api-body")).to_contain_text("token.missing")
    expect(page.get_by_label(mia.says("api_page.token"))).to_be_focused()
    # The browser itself says in its console that something was refused.
    assert all("401" in one for one in mia.complaints)
    mia.complaints.clear()


def test_a_token_is_forgotten_with_the_page(visitor: Come) -> None:
    mia = visitor(SLUGS["en"], "en")
    page = mia.open(DOCS)
    page.get_by_label(mia.says("api_page.token")).fill("okapi_secret")
    page.reload()
    expect(page.get_by_label(mia.says("api_page.token"))).to_have_value("")
    kept = page.evaluate("() => JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert "okapi_secret" not in kept
