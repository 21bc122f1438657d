"""What fits a screen: on a phone the newest first, on a wall nothing that is cut."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import house
from tests.e2e.conftest import PHONE, SHOWN, Visitor

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
WALL: Any = {"width": 2560, "height": 1440}
SMALL: Any = PHONE
READABLE = 50
"""Pixels that a name needs at least."""


def _open(visitor: Come, path: str, size: Any, *, person: str = house.OWNER) -> Page:
    someone = visitor(SHOWN, "en")
    someone.arrive(person)
    page = someone.open(path)
    page.set_viewport_size(size)
    return page


def _width(one: Locator) -> float:
    box = one.bounding_box()
    assert box is not None
    return box["width"]


def test_a_phone_shows_the_newest_periods_of_the_grid_first(visitor: Come) -> None:
    page = _open(visitor, "kpis/grid?rhythm=day", SMALL)
    page.reload()
    heads = page.locator(".grid thead th")
    name = page.locator(".grid tbody th").first
    heads.last.scroll_into_view_if_needed()
    box, edge = heads.last.bounding_box(), name.bounding_box()
    assert box is not None
    assert edge is not None
    assert box["x"] + box["width"] <= SMALL["width"]
    oldest = heads.nth(1).bounding_box()
    assert oldest is not None
    assert oldest["x"] < 0, "the grid is wide enough for this to be a question"
    assert edge["x"] >= 0, "the names stay where they are"


def test_a_phone_breaks_no_word_of_the_roles_into_letters(visitor: Come) -> None:
    page = _open(visitor, "settings/roles/", SMALL, person=house.BOSS)
    cells = page.locator(".roles tbody td")
    assert min(_width(cell) for cell in cells.all()) >= READABLE


@pytest.mark.parametrize("path", ["", "goals/O-3/", "teams/service/", "kpis/"])
def test_a_wall_shows_the_name_of_every_kpi(visitor: Come, path: str) -> None:
    page = _open(visitor, path, WALL)
    names = page.locator(".kpi-name a")
    expect(names.first).to_be_visible()
    assert min(_width(name) for name in names.all()) >= READABLE


def test_a_wall_uses_its_width_for_lists_and_not_for_lines_of_text(visitor: Come) -> None:
    page = _open(visitor, "goals/", WALL)
    assert _width(page.locator(".goals")) > 2200
    assert _width(page.locator(".goal-line .goal-cell-progress").first) >= 300
    page.goto(page.url.split("/goals/")[0] + "/goals/O-2/")
    assert _width(page.locator("main")) <= 1440
