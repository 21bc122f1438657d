"""Two people at once, each with a browser: the second one is told, keeps their words, chooses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Pair = Callable[[str, str], tuple[Visitor, Visitor]]


@pytest.fixture
def two(visitor: Come) -> Pair:
    """The same person at two machines: what differs is the browser, as for two people."""

    def signed_in(person: str, language: str) -> tuple[Visitor, Visitor]:
        both = visitor(SLUGS[language], language), visitor(SLUGS[language], language)
        for one in both:
            one.arrive(person)
        return both

    return signed_in


def send(form: Locator) -> None:
    """Press its button, and wait for what comes of it."""
    form.locator('button[type="submit"]').last.click()


def asked(who: Visitor, page: Page, mine: str, theirs: str) -> Locator:
    """What both changed, side by side; the browser itself notes that the form came back."""
    found = page.locator(".contested")
    expect(found).to_have_count(1)
    who.complaints[:] = [one for one in who.complaints if "status of 4" not in one]
    expect(found.locator('label:has([value="mine"])')).to_contain_text(mine)
    expect(found.locator('label:has([value="theirs"])')).to_contain_text(theirs)
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_target(two: Pair, language: str) -> None:
    first, second = two(house.OWNER, language)
    page = first.open("kpis/complaints/targets")
    page.locator('[name="value"]').fill("90")
    send(page.locator(".target-form"))
    expect(page.locator(".targets-one")).to_have_count(1)
    path = page.locator(".targets-name").get_attribute("href") or ""
    one, other = first.open(path), second.open(path)
    one.locator('[name="value"]').fill("80")
    send(one.locator(".target-form"))
    expect(one.locator(".toast")).to_contain_text(first.says("done.kpi.set_targets"))
    other.locator('[name="value"]').fill("70")
    other.locator('[name="note"]').fill("Of mine")
    send(other.locator(".target-form"))
    choice = asked(second, other, "70", "80")
    expect(other.locator('[name="note"]')).to_have_value("Of mine")
    choice.locator('[value="mine"]').check()
    send(other.locator(".target-form"))
    expect(other.locator(".targets-value").first).to_contain_text("70")
    # One press takes it back: the target of the other one is there again.
    other.locator(".toast-action").click()
    expect(other.locator(".toast")).to_contain_text(second.says("done.kpi.taken_back"))
    expect(other.locator(".targets-value").first).to_contain_text("80")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_definition_of_a_kpi(two: Pair, language: str) -> None:
    first, second = two(house.OWNER, language)
    one, other = (who.open("kpis/complaints/definition") for who in (first, second))
    one.locator('[name="unit"]').fill("cases")
    send(one.locator(".edit-form"))
    expect(one.locator(".toast")).to_contain_text(first.says("done.kpi.define"))
    other.locator('[name="unit"]').fill("letters")
    send(other.locator(".edit-form"))
    asked(second, other, "letters", "cases").locator('[value="theirs"]').check()
    send(other.locator(".edit-form"))
    expect(other.locator(".contested")).to_have_count(0)
    expect(first.open("kpis/complaints/definition").locator('[name="unit"]')).to_have_value("cases")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("take", ["mine", "theirs"])
@pytest.mark.parametrize(
    ("path", "field", "beside"),
    [
        ("settings/teams/of/service/", "name", "purpose"),
        ("settings/cycles/of/now/", "title", "title_other"),
        ("person", "name", "job"),
    ],
)
def test_settings(two: Pair, language: str, path: str, field: str, beside: str, take: str) -> None:
    first, second = two(house.BOSS, language)
    path = _person(first) if path == "person" else path
    one, other = (who.open(path) for who in (first, second))
    form = f'.settings-form:has([name="{field}"])'
    was = one.locator(f'{form} [name="{field}"]').input_value()
    one.locator(f'{form} [name="{field}"]').fill(f"{was} 1")
    one.locator(f'{form} [name="{beside}"]').fill("Only theirs")
    with one.expect_navigation():
        send(one.locator(form))
    other.locator(f'{form} [name="{field}"]').fill(f"{was} 2")
    with other.expect_navigation():
        send(other.locator(form))
    choice = asked(second, other, f"{was} 2", f"{was} 1")
    expect(choice.locator(".contested-title")).to_contain_text("Ada")
    expect(choice.locator("time")).to_be_visible()
    expect(other.locator(f'{form} [name="{beside}"]')).to_have_value("Only theirs")
    choice.locator(f'[value="{take}"]').check()
    with other.expect_navigation():
        send(other.locator(form))
    again = first.open(path)
    kept = f"{was} 2" if take == "mine" else f"{was} 1"
    expect(again.locator(f'{form} [name="{field}"]')).to_have_value(kept)
    expect(again.locator(f'{form} [name="{beside}"]')).to_have_value("Only theirs")
    again.locator(f'{form} [name="{field}"]').fill(was)
    again.locator(f'{form} [name="{beside}"]').fill("")
    with again.expect_navigation():
        send(again.locator(form))


def _person(who: Visitor) -> str:
    """The settings of the one who leads the service team."""
    page = who.open("settings/people/")
    name = {"en": "Mia", "zh": "米娅"}[who.language]
    path = page.locator("a", has_text=name).first.get_attribute("href") or ""
    page.close()
    return path
