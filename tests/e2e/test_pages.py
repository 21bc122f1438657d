"""Every page in both languages, light and dark, wide and on a phone: axe, overflow, pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import house
from tests.e2e.conftest import PHONE, ROOT, SHOWN, WIDE, House, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Picture = Callable[[Page, str], None]

PAGES = {
    "home": "",
    "goals": "goals/?kr=1",
    "goals-found": "goals/?q=lamps&health=off_track",
    "goals-none": "goals/?q=nothing+like+that",
    "objective": "goals/O-2/",
    "objective-long": "goals/O-3/",
    "check-in": "key-results/KR-2/check-in",
    "check-in-long": "key-results/KR-4/check-in",
    "kpis": "kpis/",
    "kpis-by-team": "kpis/?sort=team",
    "kpi": "kpis/answer-time/",
    "kpi-long": "kpis/long/",
    "kpi-empty": "kpis/complaints/",
    "measure": "kpis/long/measure",
    "intake": "intakes/{intake}/",
    "objective-new": "goals/new",
    "objective-edit": "goals/O-3/edit",
    "objective-links": "goals/O-3/links",
    "objective-close": "goals/O-3/close",
    "objective-cancel": "goals/O-3/cancel",
    "goals-file": "goals/file",
    "key-result-new": "goals/O-3/key-results/new",
    "key-result-edit": "key-results/KR-3/edit",
    "key-result-steps": "key-results/KR-4/edit",
    "key-result-adjust": "key-results/KR-3/adjust",
    "kpi-new": "kpis/new",
    "kpi-edit": "kpis/long/edit",
    "kpi-define": "kpis/long/definition",
    "kpi-targets": "kpis/long/targets",
    "kpi-retire": "kpis/long/retire",
    "kpis-retired": "kpis/retired",
    "kpis-health": "kpis/health",
    "kpis-grid": "kpis/grid?rhythm=day",
    "measurements-file": "measurements/file/",
    "teams": "teams/",
    "team": "teams/long/",
    "search": "search/?q=lamp",
    "search-none": "search/?q=nothing+like+that",
    "goals-tree": "goals/?view=tree&kr=1",
    "goals-tree-closed": "goals/?view=tree&open=",
    "goals-map": "goals/?view=map",
    "goals-map-by-team": "goals/?view=map&by=team",
    "goals-map-by-pillar": "goals/?view=map&by=pillar",
    "goals-map-around": "goals/?view=map&focus=O-2",
    "not-found": "goals/nothing/",
}
ADMINISTERED = {
    "settings-organisation": "settings/organisation/",
    "settings-calendar": "settings/calendar/",
    "settings-method": "settings/method/",
    "settings-cycles": "settings/cycles/",
    "settings-new-cycle": "settings/cycles/new",
    "settings-cycle": "settings/cycles/of/now/",
    "settings-pillars": "settings/pillars/",
    "settings-new-pillar": "settings/pillars/new",
    "settings-perspectives": "settings/perspectives/",
    "settings-teams": "settings/teams/",
    "settings-new-team": "settings/teams/new",
    "settings-team": "settings/teams/of/long/",
    "settings-paste": "settings/teams/paste",
    "settings-people": "settings/people/",
    "settings-new-person": "settings/people/new",
    "settings-import": "settings/people/import",
    "settings-roles": "settings/roles/",
    "settings-tokens": "settings/tokens/",
    "settings-sources": "settings/sources/",
    "settings-new-source": "settings/sources/new",
    "settings-webhooks": "settings/webhooks/",
    "templates": "templates/?area=support",
    "api": "/api/v1/docs#create_team",
}
READ = {
    "viewer-home": "",
    "viewer-objective": "goals/O-3/",
    "viewer-kpi-empty": "kpis/complaints/",
    "viewer-check-in": "key-results/KR-2/check-in",
}
REFUSING = {"not-found": "status of 404", "viewer-check-in": "status of 403"}
"""Pages that are refusals; the browser itself says so in its console."""

AXE = ROOT / "frontend/node_modules/axe-core/axe.min.js"
SERIOUS = """async () => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.filter((one) => ['serious', 'critical'].includes(one.impact))
    .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target} ${node.failureSummary}`));
}"""
OUTLINE = """() => {
  const seen = (one) => one.checkVisibility();
  const found = [];
  const titles = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter(seen);
  const levels = titles.map((one) => Number(one.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) found.push(`headings: ${levels}`);
  levels.forEach((level, at) => {
    const jump = at > 0 && level > levels[at - 1] + 1;
    if (jump) found.push(`a level is left out before: ${titles[at].textContent.trim()}`);
  });
  for (const table of [...document.querySelectorAll('table')].filter(seen)) {
    const named = table.caption || table.ariaLabel || table.hasAttribute('aria-labelledby');
    if (!named || !table.querySelector('th')) found.push(`table: ${table.className}`);
  }
  for (const chart of document.querySelectorAll('okapi-chart')) {
    if (!chart.querySelector('table')) found.push(`chart without its table: ${chart.id}`);
  }
  return found;
}"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.body.querySelectorAll('*')]
    .filter((one) => one.getBoundingClientRect().right > width + 1)
    .map((one) => `too wide: ${one.tagName} ${one.className}`).slice(0, 8);
}"""


def faults(page: Page) -> list[str]:
    """What axe finds serious, headings and tables out of order, what is wider than the window."""
    if page.evaluate("() => !('axe' in window)"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return [*page.evaluate(SERIOUS), *page.evaluate(OUTLINE), *page.evaluate(TOO_WIDE)]


class Looker:
    """Goes from page to page and notes what is wrong with each."""

    def __init__(self, come: Come, picture: Picture, language: str, theme: str) -> None:
        # Axe comes into the page as a script of the test's, which a strict policy forbids.
        self.visitor = come(SHOWN, language, theme=theme, bypass_csp=True)
        self.problems: dict[str, list[str]] = {}
        self._picture = picture
        self._style = f"{language}-{theme}"

    def look(self, page: Page, name: str) -> None:
        """At both widths."""
        for width in (WIDE, PHONE):
            page.set_viewport_size(width)  # type: ignore[arg-type]  # a width and a height
            _drawn(page)
            at = f"{name}-{self._style}-{width['width']}"
            if found := faults(page):
                self.problems[at] = found
            self._picture(page, at)

    def look_at_all(self, pages: Mapping[str, str], **data: str) -> None:
        """At each of these addresses; nothing may be wrong, on the page or in its console.

        One after the other in one tab, as somebody goes through them.
        """
        said, page = self.visitor.complaints, self.visitor.tab()
        for name, path in pages.items():
            page.set_viewport_size(WIDE)  # type: ignore[arg-type]  # a width and a height
            page.goto(self.visitor.at(path.format(**data)))
            self.look(page, name)
            if name in REFUSING:
                said[:] = [one for one in said if REFUSING[name] not in one]
        assert self.problems == {}


def _drawn(page: Page) -> None:
    """Charts are drawn when they come into view; operations when their description has come."""
    if page.locator("okapi-api").count():
        expect(page.locator(".api-title")).to_be_visible()
    for chart in page.locator("okapi-chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".chart-plot svg")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")


STYLES: Any = pytest.mark.parametrize(
    ("language", "theme"), [("en", "light"), ("en", "dark"), ("zh", "light"), ("zh", "dark")]
)


@STYLES
def test_every_page_for_an_owner(
    visitor: Come, house_of_lamps: House, picture: Picture, language: str, theme: str
) -> None:
    looker = Looker(visitor, picture, language, theme)
    looker.look(looker.visitor.open("/sign-in"), "sign-in")
    looker.visitor.arrive(house.OWNER)
    looker.look_at_all(PAGES, intake=house_of_lamps.intakes[SHOWN])


@STYLES
def test_what_an_administrator_sets(
    visitor: Come, picture: Picture, language: str, theme: str
) -> None:
    looker = Looker(visitor, picture, language, theme)
    looker.visitor.arrive(house.BOSS)
    looker.look_at_all(ADMINISTERED)


@STYLES
def test_what_a_viewer_finds(visitor: Come, picture: Picture, language: str, theme: str) -> None:
    looker = Looker(visitor, picture, language, theme)
    looker.visitor.arrive(house.VIEWER)
    looker.look_at_all(READ)
