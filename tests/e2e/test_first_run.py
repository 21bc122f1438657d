"""From an empty home to a working organisation, through the pages alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from okapi.wording import say, speaking
from tests.e2e.conftest import LOCALES, PATIENCE_MS, PHONE, WIDE, Fresh
from tests.e2e.test_pages import faults

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]
expect.set_options(timeout=PATIENCE_MS)

PASSWORD = "lantern over the quiet harbour"
NAMES = {"en": ("Harbour Lamps", "港灯电器"), "zh": ("港灯电器", "Harbour Lamps")}
TEAMS = {"en": "Sales\n  North\nService", "zh": "销售部\n  华北\n客户服务部"}
DEPARTMENT = {"en": "Service", "zh": "客户服务部"}
PEOPLE = "name,email,team\nMia,mia@lamps.example,{team}\nRob,rob@lamps.example,Nowhere\n"


def open_page(
    chromium: Browser, language: str, complaints: list[str], *, bypass_csp: bool = False
) -> Page:
    """A browser of somebody's own."""
    context = chromium.new_context(
        locale=LOCALES[language],
        bypass_csp=bypass_csp,
        viewport=WIDE,
        reduced_motion="reduce",  # type: ignore[arg-type]  # a width and a height
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_from_nothing_to_a_working_organisation(
    chromium: Browser, fresh: Fresh, picture: Picture, language: str
) -> None:
    complaints: list[str] = []
    page = open_page(chromium, language, complaints)
    with speaking(language):
        begin(page, fresh, language)
        steps(page, language, picture)
        link = invite(page, fresh)
        others = open_page(chromium, language, complaints)
        accept(others, link)
        leave(page, fresh)
        others.goto(f"{fresh.url}/o/harbour-lamps/")
        expect(others.locator(".error-number")).to_have_text("404")
        picture(page, f"first-run-{language}")
    page.context.close()
    others.context.close()
    # The browser itself says that the page of who has left is not found.
    assert [one for one in complaints if "404" not in one] == []


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("zh", "dark")])
def test_everybody_can_read_the_steps_and_skip_them(
    chromium: Browser, fresh: Fresh, picture: Picture, language: str, theme: str
) -> None:
    complaints: list[str] = []
    page = open_page(chromium, language, complaints, bypass_csp=True)
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of its words
    found: dict[str, list[str]] = {}
    page.goto(fresh.link)
    look(page, found, picture, f"setup-begin-{language}-{theme}")
    with speaking(language):
        begin(page, fresh, language)
        for step in ("time", "teams", "people", "cycle", "templates"):
            expect(page.locator("h1")).to_have_text(say(f"setup.step.{step}"))
            look(page, found, picture, f"setup-{step}-{language}-{theme}")
            page.get_by_role("button", name=say("setup.skip"), exact=True).click()
        expect(page.locator("h1")).to_have_text(say("setup.rest_waits"))
        look(page, found, picture, f"setup-done-{language}-{theme}")
    page.context.close()
    assert found == {}
    assert complaints == []


def look(page: Page, found: dict[str, list[str]], picture: Picture, name: str) -> None:
    """At both widths; what is wrong is noted."""
    for width in (PHONE, WIDE):
        page.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
        at = f"{name}-{width['width']}"
        if wrong := faults(page):
            found[at] = wrong
        picture(page, at)


def begin(page: Page, fresh: Fresh, language: str) -> None:
    """The organisation and its founder."""
    page.goto(fresh.link)
    name, other = NAMES[language]
    for field, value in (
        ("name", name), ("name_other", other), ("slug", "harbour-lamps"), ("person", "Ada"),
        ("email", "ada@lamps.example"), ("password", PASSWORD),
    ):  # fmt: skip
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name=say("setup.begin")).click()
    page.wait_for_url("**/setup/")


def steps(page: Page, language: str, picture: Picture) -> None:
    """Each of the five, as they come."""
    expect(page.locator("h1")).to_have_text(say("setup.step.time"))
    page.get_by_role("button", name=say("setup.go_on")).click()
    expect(page.locator("h1")).to_have_text(say("setup.step.teams"))
    page.locator("[name=outline]").fill(TEAMS[language])
    for width in (WIDE, PHONE):
        page.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
        picture(page, f"setup-teams-{language}-{width['width']}")
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a width and a height
    page.get_by_role("button", name=say("form.add")).click()
    expect(page.locator("h1")).to_have_text(say("setup.step.people"))
    page.locator("[name=list]").fill(PEOPLE.format(team=DEPARTMENT[language]))
    page.get_by_role("button", name=say("settings.import.look")).click()
    expect(page.locator(".import-problem")).to_contain_text("Nowhere")
    page.get_by_role("button", name=say("settings.import.do", n=1)).click()
    expect(page.locator("h1")).to_have_text(say("setup.step.cycle"))
    page.get_by_role("button", name=say("settings.cycles.make_year")).click()
    expect(page.locator("h1")).to_have_text(say("setup.step.templates"))
    page.get_by_role("link", name=say("setup.templates_do")).click()
    for key in ("csat", "first-response"):
        page.locator(f"input[value={key}]").check()
    page.locator("input[value=same-day]").check()
    page.get_by_role("button", name=say("gallery.do")).click()
    expect(page.locator("h1")).to_have_text(say("setup.all_done"))
    page.get_by_role("button", name=say("setup.go_home")).click()
    expect(page.locator(".home-setup")).to_have_count(0)
    expect(page.locator(".goal-card")).to_have_count(1)


def invite(page: Page, fresh: Fresh) -> str:
    """A link for Mia, as her administrator sees it once."""
    page.goto(f"{fresh.url}/o/harbour-lamps/settings/people/")
    page.get_by_role("link", name="Mia", exact=True).click()
    page.get_by_role("button", name=say("settings.person.make_link")).click()
    return page.locator(".link-new input").input_value()


def accept(page: Page, link: str) -> None:
    """Mia chooses a password and is in."""
    page.goto(link)
    for field in ("password", "again"):
        page.locator(f"[name={field}]").fill(PASSWORD + "!")
    page.get_by_role("button", name=say("invitation.do")).click()
    page.wait_for_url("**/o/harbour-lamps/")


def leave(page: Page, fresh: Fresh) -> None:
    """Mia leaves; she holds nothing yet."""
    page.goto(f"{fresh.url}/o/harbour-lamps/settings/people/")
    page.get_by_role("link", name="Mia", exact=True).click()
    page.get_by_role("link", name=say("settings.person.leave")).click()
    page.get_by_role("button", name=say("settings.leave.do", name="Mia")).click()
    expect(page.locator("#toasts")).to_contain_text(say("settings.said.left"))
