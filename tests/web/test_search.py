"""The page of results, and the palette's lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from okapi.goals.models import Objective
from okapi.search import indexing
from tests.cast import Cast
from tests.web.conftest import Browser, make_goal

Open = Callable[..., Browser]


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    indexing._seen.clear()
    yield
    indexing._seen.clear()


@pytest.fixture
def found(cast: Cast) -> Objective:
    objective = make_goal(cast, "O-1")
    objective.title, objective.title_other = "Fix <it> first", "一次上门就修好"
    objective.save()
    indexing.catch_up(cast.organisation.pk)
    return objective


@pytest.mark.parametrize("path", ["search/?q=", "palette?q="])
def test_a_goal_is_found_with_the_way_to_it(
    cast: Cast, found: Objective, browser: Open, path: str
) -> None:
    page = browser(cast.mia).get(f"{path}fix")

    assert page.status_code == 200
    assert "Fix &lt;it&gt; first" in page.text
    assert 'href="/o/acme/goals/O-1/"' in page.text
    assert "/o/acme/goals/O-1/" in browser(cast.mia).get(f"{path}上门").text


@pytest.mark.parametrize("path", ["search/?q=", "palette?q="])
@pytest.mark.parametrize("question", ["zebra", "…", "%00", "a" * 3000, "' OR 1=1 --", '"', "*"])
def test_nothing_found_says_what_to_do(
    cast: Cast, found: Objective, browser: Open, path: str, question: str
) -> None:
    page = browser(cast.mia).get(path + question)

    assert page.status_code == (400 if question == "%00" else 200)
    assert "Fix" not in page.text


def test_what_is_private_to_others_is_not_found(cast: Cast, browser: Open) -> None:
    make_goal(cast, "O-1", visibility="named")
    indexing.catch_up(cast.organisation.pk)

    assert "goals/O-1/" in browser(cast.mia).get("palette?q=O-1").text
    assert "goals/O-1/" not in browser(cast.tom).get("palette?q=O-1").text


def test_without_a_word_the_palette_offers_commands(cast: Cast, browser: Open) -> None:
    page = browser(cast.mia).get("palette?q=")

    assert 'href="/o/acme/goals/"' in page.text
    assert "g k" in page.text
    assert 'href="/o/acme/templates/"' in page.text
    assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("question", ["goals", "打开目标", "go to g"])
def test_commands_are_found_in_either_language(cast: Cast, browser: Open, question: str) -> None:
    assert 'href="/o/acme/goals/"' in browser(cast.mia).get(f"palette?q={question}").text


def test_strangers_and_nobody(cast: Cast, strangers: Cast, browser: Open) -> None:
    assert browser(strangers.mia).get("search/?q=a").status_code == 404
    assert browser(None).get("search/?q=a").status_code == 302
    assert browser(cast.mia).post("search/?q=a").status_code == 405


def test_statements_do_not_grow_with_what_is_found(
    cast: Cast, found: Objective, browser: Open, statements: Callable[[], Any]
) -> None:
    mia = browser(cast.mia)
    counts = []
    for more in ((), ("O-2", "O-3", "O-4")):
        for key in more:
            make_goal(cast, key)
        indexing.catch_up(cast.organisation.pk)
        with statements() as asked:
            mia.get("search/?q=o")
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 12


def test_who_only_reads_is_offered_nothing_that_is_refused(cast: Cast, browser: Open) -> None:
    offers = ("goals/new", "kpis/new", "measurements/file/")
    for person, expected in ((cast.vic, []), (cast.mia, list(offers))):
        page = browser(person).get("palette?q=").text
        assert [one for one in offers if f'href="/o/acme/{one}"' in page] == expected
        assert 'href="/o/acme/goals/"' in page
