"""The workbook of goals: downloaded, edited, brought back, taken in and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from okapi.wording import speaking
from tests.e2e import house
from tests.e2e.conftest import SLUGS, Visitor
from tests.exchange.goal_files import books
from tests.exchange.goal_files.books import Sheet

pytestmark = pytest.mark.browser
Come = Callable[..., Visitor]
Picture = Callable[[Page, str], None]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_workbook_goes_round(
    visitor: Come, picture: Picture, tmp_path: Path, language: str
) -> None:
    ada = visitor(SLUGS[language], language)
    ada.arrive(house.BOSS)
    page = ada.open("goals/?cycle=now")
    page.locator(".page-head details.menu summary").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name=ada.says("goalfile.as_workbook")).click()
    path = tmp_path / "goals.xlsx"
    downloading.value.save_as(path)
    old, new = _edit(path, language)

    page = ada.open("goals/file")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name=ada.says("file.look")).click()
    expect(page.locator("main")).to_contain_text(f"{old} → {new}")
    picture(page, f"goal-file-{language}")
    page.get_by_role("button", name=ada.says("goalfile.take"), exact=True).click()
    expect(page.get_by_role("link", name=new)).to_be_visible()
    page.get_by_role("button", name=ada.says("goalfile.take_back")).click()
    expect(page.get_by_role("link", name=old, exact=True)).to_be_visible()


def _edit(path: Path, language: str) -> tuple[str, str]:
    """Write another title into the first row; the old one and the new one."""
    titles: list[str] = []

    def write(sheet: Sheet) -> None:
        row, place = sheet.rows[1], books.column("title")
        titles.extend((row[place], f"{row[place]} 2"))
        row[place] = titles[1]
        row[books.column("action")] = ""

    with speaking(language):
        books.edited(path, write)
    return titles[0], titles[1]
