"""Every page in both languages, light and dark, wide and on a phone: axe, overflow, pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import PHONE, ROOT, SHOWN, WIDE, House, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
PAGES = {
    "home": "",
    "goals": "goals/",
    "objective": "goals/O-2/",
    "check-in": "key-results/KR-2/check-in",
    "kpis": "kpis/",
    "kpi": "kpis/answer-time/",
    "kpi-empty": "kpis/complaints/",
    "measure": "kpis/answer-time/measure",
    "intake": "intakes/{intake}/",
    "not-found": "goals/nothing/",
}
WIDER = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => `${one.tagName} ${one.className}`).slice(0, 8);
}"""


def violations(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_for_everyone(
    visitor: Come,
    house_of_lamps: House,
    picture: Callable[[Page, str], None],
    language: str,
    theme: str,
) -> None:
    mia = visitor(SHOWN, language, theme=theme, bypass_csp=True)
    axe = AXE.read_text(encoding="utf-8")
    problems: dict[str, list[str]] = {}

    def look(page: Page, name: str) -> None:
        page.evaluate(axe)
        for width in (WIDE, PHONE):
            page.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
            at = f"{name}-{language}-{theme}-{width['width']}"
            expect(page.locator("okapi-chart:not([data-state])")).to_have_count(0)
            found = violations(page) + [f"too wide: {one}" for one in page.evaluate(WIDER)]
            if found:
                problems[at] = found
            picture(page, at)
        page.close()

    look(mia.open("/sign-in"), "sign-in")
    mia.sign_in(house.OWNER).close()
    for name, path in PAGES.items():
        look(mia.open(path.format(intake=house_of_lamps.intakes[SHOWN])), name)
    # The browser itself tells of the 404 that was asked for.
    mia.complaints[:] = [one for one in mia.complaints if "status of 404" not in one]
    assert problems == {}
