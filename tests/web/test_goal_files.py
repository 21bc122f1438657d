"""Goals from a file on the page: brought, looked at, taken in, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from okapi.exchange.models import GoalImport
from okapi.goals import actions
from okapi.goals.models import Objective
from tests.cast import Cast
from tests.exchange.goal_files import books
from tests.web.conftest import Browser

Open = Callable[..., Browser]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.HOME = tmp_path
    return tmp_path


@pytest.fixture
def goal(cast: Cast) -> Objective:
    return actions.create_objective(
        cast.actor(cast.lea), title="Fewer returns", cycle="2026Q4", team="service", key="RET"
    )


def downloaded(person: Browser, path: Path) -> Path:
    answer = person.get("goals.xlsx?cycle=2026Q4")
    assert answer.status_code == 200
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def bring(person: Browser, path: Path) -> str:
    sent = {"file": SimpleUploadedFile(path.name, path.read_bytes())}
    answer = person.post("goals/file", sent)
    assert answer.status_code == 302
    return str(answer["Location"])


def test_downloaded_edited_looked_at_and_taken_in(
    cast: Cast, goal: Objective, browser: Open, home: Path
) -> None:
    lea = browser(cast.lea)
    path = downloaded(lea, home / "goals.xlsx")
    books.edited(path, lambda sheet: sheet.set("RET", title="Far fewer", weight="2"))
    at = bring(lea, path)

    page = lea.get(at).text
    assert "Fewer returns → Far fewer" in page
    goal.refresh_from_db()
    assert goal.title == "Fewer returns"
    taken = lea.post(at, {"take": "1"})

    goal.refresh_from_db()
    assert (taken.status_code, goal.title) == (302, "Far fewer")
    assert lea.get(at).status_code == 404
    done = lea.get(taken["Location"]).text
    assert "goals.xlsx" in done
    assert "Far fewer" in done
    assert "goals.xlsx" in lea.get("goals/file").text

    back = lea.post(taken["Location"])
    goal.refresh_from_db()
    assert (back.status_code, goal.title) == (200, "Fewer returns")
    assert lea.post(taken["Location"]).status_code == 409


def test_bad_cells_are_told_at_their_place_and_hold_all_back(
    cast: Cast, goal: Objective, browser: Open, home: Path
) -> None:
    lea = browser(cast.lea)
    path = downloaded(lea, home / "goals.xlsx")
    books.edited(path, lambda sheet: sheet.set("RET", title="Far fewer", owner="x@y.example"))
    at = bring(lea, path)

    page = lea.get(at).text
    assert "Goals!J2" in page
    assert "x@y.example" in page
    refused = lea.post(at, {"take": "1"})

    goal.refresh_from_db()
    assert (refused.status_code, goal.title) == (422, "Fewer returns")
    assert not GoalImport.objects.exists()


def test_what_the_file_does_not_say_is_said_on_the_page(
    cast: Cast, browser: Open, home: Path
) -> None:
    stella = browser(cast.stella)
    rows = [["Title", "Owner", "Time period"], ["Quick", "stella@acme.example", "Q7 1999"]]
    at = bring(stella, books.csv_file(home / "viva.csv", rows))
    assert "Q7 1999" in stella.get(at).text

    stella.post(at, {"cycle": "2026Q4", "team": "company", "form": "nonsense"})
    assert "Viva Goals" in stella.get(at).text
    assert stella.post(at, {"take": "1"}).status_code == 302
    made = Objective.objects.get(title="Quick")
    assert (made.cycle, made.team) == (cast.quarter, cast.company)


def test_a_file_that_is_none_of_goals_is_told_and_can_be_left(
    cast: Cast, browser: Open, home: Path
) -> None:
    mia = browser(cast.mia)
    path = home / "picture.xlsx"
    path.write_bytes(b"PK\x03\x04 no archive at all")
    at = bring(mia, path)
    page = mia.get(at)
    assert page.status_code == 200
    assert 'role="alert"' in page.text
    assert mia.post(at, {"leave": "1"}).status_code == 302
    assert mia.get(at).status_code == 404


def test_nobody_else_finds_a_file_and_viewers_bring_none(
    cast: Cast, goal: Objective, browser: Open, home: Path
) -> None:
    lea = browser(cast.lea)
    at = bring(lea, downloaded(lea, home / "goals.xlsx"))
    assert browser(cast.mia).get(at).status_code == 404
    assert browser(cast.vic).get("goals/file").status_code == 403
    assert browser(cast.vic).get("goals.xlsx").status_code == 200
    assert lea.post("goals/file").status_code == 422


def test_an_empty_workbook_is_a_form(cast: Cast, browser: Open, home: Path) -> None:
    mia = browser(cast.mia)
    path = home / "empty.xlsx"
    path.write_bytes(b"".join(mia.get("goals.xlsx?empty=1").streaming_content))
    own = {"title": "My own", "cycle": "2026Q4", "owner": "mia@acme.example"}
    books.edited(path, lambda sheet: sheet.add(**own) and None)
    at = bring(mia, path)
    assert mia.post(at, {"take": "1"}).status_code == 302
    assert Objective.objects.get(title="My own").owner == cast.mia


def test_a_workbook_brought_again_shows_what_is_here_already(
    cast: Cast, goal: Objective, browser: Open, home: Path
) -> None:
    lea = browser(cast.lea)
    path = downloaded(lea, home / "goals.xlsx")
    books.edited(path, _add)
    lea.post(bring(lea, path), {"take": "1"})
    made = Objective.objects.get(title="Brand new")

    at = bring(lea, path)
    page = lea.get(at).text
    assert "Here already: 1" in page
    assert f"{made.key} is this one" in page
    assert lea.post(at, {"again": "add"}).status_code == 302
    assert "Added: 1" in lea.get(at).text
    lea.post(at, {"take": "1"})
    assert Objective.objects.filter(title="Brand new").count() == 2


def _add(sheet: books.Sheet) -> None:
    sheet.add(title="Brand new", cycle="2026Q4", team="service")


def test_owners_who_are_not_here_may_be_left_out_on_the_page(
    cast: Cast, browser: Open, home: Path
) -> None:
    stella = browser(cast.stella)
    rows = [["目标", "关键结果", "负责人"], ["更快", "三天内修好", "走了的人"]]
    at = bring(stella, books.csv_file(home / "okr.csv", rows))
    assert "走了的人" in stella.get(at).text
    stella.post(at, {"owner": "none", "cycle": "2026Q4", "team": "company"})
    assert stella.post(at, {"take": "1"}).status_code == 302
    assert Objective.objects.get(title="更快").owner == cast.stella


@pytest.mark.parametrize(("language", "kind"), [("en", "objective"), ("zh", "目标")])
def test_what_may_not_be_done_is_told_in_words(
    cast: Cast, goal: Objective, browser: Open, home: Path, language: str, kind: str
) -> None:
    path = downloaded(browser(cast.lea), home / "goals.xlsx")
    books.edited(path, lambda sheet: sheet.set("RET", title="By Tom"))
    tom = browser(cast.tom, language=language)
    page = tom.get(bring(tom, path)).text
    assert f"{kind} “RET”" in page or f"{kind}「RET」" in page
