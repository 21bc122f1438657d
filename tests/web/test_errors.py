"""Pages of errors: in the frame of the product, in the reader's language; they say what to do."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from okapi.web.home import home
from okapi.web.people import sign_in
from tests.cast import Cast
from tests.web.conftest import Browser, make_goal
from tests.web.test_objective_edit import text_of

Open = Callable[..., Browser]
FRAME = 'class="side"'


def patient(one: Browser) -> Client:
    """A client that shows the page of a bug, as a server does."""
    one.client.raise_request_exception = False
    return one.client


def fail(*_: Any, **__: Any) -> None:
    raise ZeroDivisionError("a bug")


def test_what_one_may_not_do_stands_in_the_frame(cast: Cast, browser: Open) -> None:
    vic = browser(cast.vic)
    answer = vic.get("goals/new", referer="http://localhost/o/acme/goals/?view=tree")
    page = text_of(answer)
    assert (answer.status_code, FRAME in page) == (403, True)
    assert "You may read this, but not do that" in page
    assert 'href="/o/acme/goals/?view=tree">Back to the page before' in page
    assert "<code>/o/acme/goals/new</code>" in page
    assert 'href="/o/acme/">Go to Home' in page


def test_a_page_elsewhere_is_no_way_back(cast: Cast, browser: Open) -> None:
    for came in ("https://evil.example/o/acme/", "//evil.example/", ""):
        page = text_of(browser(cast.vic).get("goals/new", referer=came))
        assert "Back to the page before" not in page


@pytest.mark.parametrize(
    ("path", "inside"),
    [("nowhere/", True), ("goals/O-404/", True), ("/nowhere/", False), ("/o/other/", False)],
)
def test_nothing_there(cast: Cast, browser: Open, path: str, inside: bool) -> None:
    answer = browser(cast.mia).get(path)
    assert (answer.status_code, FRAME in text_of(answer)) == (404, inside)
    assert "There is nothing at this address for you" in text_of(answer)


@pytest.mark.parametrize("path", ["goals/O-1/edit", "setup/skip", "/sign-out"])
def test_another_method_than_the_address_knows_is_told(
    cast: Cast, browser: Open, path: str
) -> None:
    make_goal(cast, "O-1")
    mia = browser(cast.mia)
    answer = mia.client.put(mia._at(path)) if path.startswith("goals") else mia.get(path)
    assert answer.status_code == 405
    assert "POST" in answer["Allow"]
    assert "This address only takes a form" in text_of(answer)
    assert (FRAME in text_of(answer)) == (not path.startswith("/"))


def test_a_fragment_is_answered_by_a_message(cast: Cast, browser: Open) -> None:
    answer = browser(cast.mia).get("setup/skip", htmx=True)
    assert (answer.status_code, answer["HX-Retarget"]) == (405, "#toasts")
    assert "Nothing was changed." in text_of(answer)


def test_more_than_a_form_may_hold(cast: Cast, browser: Open, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024**2
    mia = browser(cast.mia)
    mia.client.cookies["okapi_language"] = "zh-hans"
    cast.mia.user.language = "zh"  # type: ignore[union-attr]  # Mia can sign in
    cast.mia.user.save()  # type: ignore[union-attr]  # Mia can sign in
    answer = mia.post("goals/new", {"title": "x" * 1024**2})
    assert (answer.status_code, FRAME in text_of(answer)) == (413, True)
    assert "一个表单最多 1 MB，没有保存。" in text_of(answer)


def test_a_form_that_was_open_too_long(cast: Cast) -> None:
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    client.force_login(cast.mia.user)  # type: ignore[arg-type]  # Mia can sign in
    headers = {"accept-language": "en", "referer": "http://localhost/o/acme/goals/new"}
    answer = client.post("/o/acme/goals/new", {"title": "Lost?"}, headers=headers)
    assert (answer.status_code, FRAME in text_of(answer)) == (403, True)
    assert "This page was open for too long" in text_of(answer)
    # The same address as a page: the form, with its draft.
    assert 'href="/o/acme/goals/new">Back to the page before' in text_of(answer)


def test_a_bug_has_a_number_in_the_page_and_in_the_log(
    cast: Cast,
    browser: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(home, "checklist", fail)
    mia = browser(cast.mia)
    with caplog.at_level(logging.ERROR):
        answer = patient(mia).get("/o/acme/", headers={"accept-language": "en"})
    page = text_of(answer)
    assert (answer.status_code, FRAME in page) == (500, True)
    number = re.search(r"the number ([0-9a-f]{8})", page)
    assert number is not None
    assert f"{number[1]} Internal Server Error: /o/acme/" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in page


def test_a_bug_in_a_fragment_is_told_in_place(
    cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "checklist", fail)
    mia = browser(cast.mia)
    answer = patient(mia).get("/o/acme/", headers={"accept-language": "en", "hx-request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (500, "#toasts")
    assert "give your administrator the number" in text_of(answer)


def test_a_bug_in_the_frame_itself_is_told_without_it(
    cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("okapi.web.http.framed", fail)
    answer = patient(browser(cast.mia)).get("/o/acme/", headers={"accept-language": "en"})
    assert (answer.status_code, FRAME in text_of(answer)) == (500, False)
    assert "Okapi made a mistake" in text_of(answer)


def test_a_bug_before_somebody_has_signed_in(
    cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "_form", fail)
    client = patient(browser(None))
    answer = client.get("/sign-in", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 500
    assert "Okapi 出错了" in text_of(answer)


def locked(*_: Any, **__: Any) -> None:
    """What a statement raises when another process kept SQLite's pen for too long."""
    cause = sqlite3.OperationalError("database is locked")
    cause.sqlite_errorcode = sqlite3.SQLITE_BUSY
    raise OperationalError("database is locked") from cause


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Load the page again in 10 seconds"), ("zh-CN", "请在 10 秒后重新载入页面")],
)
def test_a_database_that_somebody_else_holds_is_no_bug(
    cast: Cast,
    browser: Open,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    language: str,
    words: str,
) -> None:
    monkeypatch.setattr(home, "checklist", locked)
    client = browser(cast.mia).client
    with caplog.at_level(logging.ERROR):
        answer = client.get("/o/acme/", headers={"accept-language": language})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert (FRAME in text_of(answer), words in text_of(answer)) == (True, True)
    assert "Traceback" not in caplog.text
    told = client.get("/o/acme/", headers={"accept-language": language, "hx-request": "true"})
    assert (told.status_code, told["HX-Retarget"], words in text_of(told)) == (503, "#toasts", True)


def test_what_was_sent_to_a_busy_database_was_not_saved(
    cast: Cast, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "_form", locked)
    answer = browser(None).client.post("/sign-in", {}, headers={"accept-language": "en"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "10")
    assert "nothing was saved" in text_of(answer)


def test_the_chosen_theme_stays(cast: Cast, browser: Open) -> None:
    for path in ("nowhere/", "/nowhere/"):
        mia = browser(cast.mia)
        mia.client.cookies["okapi_theme"] = "dark"
        assert 'data-theme="dark"' in text_of(mia.get(path))
