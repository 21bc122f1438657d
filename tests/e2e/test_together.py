"""Two people at once, each with a browser: the second one is told, keeps their words, and chooses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]


@pytest.fixture(params=["en", "zh"])
def both(visitor: Come, request: pytest.FixtureRequest) -> tuple[Visitor, Visitor]:
    """Mia and Ada; Ada is administrator and strategist, Mia leads the service team."""
    language = str(request.param)
    mia, ada = visitor(SLUGS[language], language), visitor(SLUGS[language], language)
    mia.sign_in(house.OWNER).close()
    ada.sign_in(house.BOSS).close()
    return mia, ada


def send(form: Locator) -> None:
    """Press its button; what an earlier press said is gone by then."""
    form.locator('button[type="submit"]').last.click()


def clashes(who: Visitor, page: Page, *words: str) -> Locator:
    """What both changed, side by side; the browser itself notes that the form came back."""
    asked = page.locator(".contested")
    expect(asked).to_have_count(1)
    who.complaints[:] = [one for one in who.complaints if "status of 422" not in one]
    for one in words:
        expect(asked).to_contain_text(one)
    return asked


def test_a_target(both: tuple[Visitor, Visitor], visitor: Come) -> None:
    mia, _ = both
    other = visitor(mia.slug, mia.language)
    other.sign_in(house.OWNER).close()
    first = mia.open("kpis/complaints/targets")
    form = first.locator(".target-form")
    form.locator('[name="value"]').fill("90")
    send(form)
    expect(first.locator(".targets-one")).to_have_count(1)
    path = first.locator(".targets-name").get_attribute("href") or ""
    one, two = mia.open(path), other.open(path)
    one.locator('[name="value"]').fill("80")
    send(one.locator(".target-form"))
    expect(one.locator(".toast")).to_contain_text(mia.says("done.kpi.set_targets"))
    two.locator('[name="value"]').fill("70")
    two.locator('[name="note"]').fill("Mine")
    send(two.locator(".target-form"))
    asked = clashes(other, two, "80", "70")
    expect(two.locator('[name="note"]')).to_have_value("Mine")
    asked.locator('[value="mine"]').check()
    send(two.locator(".target-form"))
    expect(two.locator(".targets-value").first).to_contain_text("70")
    # One press takes it back: the target of the other one is there again.
    two.locator(".toast-action").click()
    expect(two.locator(".toast")).to_contain_text(other.says("done.kpi.taken_back"))
    expect(two.locator(".targets-value").first).to_contain_text("80")


def test_the_definition_of_a_kpi(both: tuple[Visitor, Visitor], visitor: Come) -> None:
    mia, _ = both
    other = visitor(mia.slug, mia.language)
    other.sign_in(house.OWNER).close()
    one, two = (who.open("kpis/complaints/definition") for who in (mia, other))
    for page in (one, two):
        page.locator("details.section, details").first.wait_for()
    one.locator('[name="unit"]').fill("cases")
    send(one.locator(".edit-form"))
    expect(one.locator(".toast")).to_contain_text(mia.says("done.kpi.define"))
    two.locator('[name="unit"]').fill("letters")
    send(two.locator(".edit-form"))
    asked = clashes(other, two, "cases", "letters")
    asked.locator('[value="theirs"]').check()
    send(two.locator(".edit-form"))
    expect(two.locator(".toast")).to_be_visible()
    expect(mia.open("kpis/complaints/").locator("main")).to_contain_text("cases")


def test_a_person(both: tuple[Visitor, Visitor], visitor: Come) -> None:
    mia, ada = both
    own, theirs = _person(ada), "settings/people/"
    del theirs
    one, two = ada.open(own), visitor(ada.slug, ada.language)
    two.sign_in(house.BOSS).close()
    again = two.open(own)
    form = 'form:has([name="name"])'
    one.locator(f'{form} [name="name"]').fill("Mia M.")
    send(one.locator(form))
    expect(one.locator(f'{form} [name="name"]')).to_have_value("Mia M.")
    again.locator(f'{form} [name="name"]').fill("Mia A.")
    send(again.locator(form))
    asked = clashes(two, again, "Mia M.", "Mia A.")
    asked.locator('[value="mine"]').check()
    send(again.locator(form))
    expect(again.locator(".contested")).to_have_count(0)
    expect(ada.open(own).locator(f'{form} [name="name"]')).to_have_value("Mia A.")
    again.locator(f'{form} [name="name"]').fill("Mia")
    send(again.locator(form))


def _person(ada: Visitor) -> str:
    page = ada.open("settings/people")
    link = page.locator(f'a[href*="/settings/people/"]:has-text("{house.OWNER.title()}")').first
    path = link.get_attribute("href") or ""
    page.close()
    return path
