"""`/api/v1/docs`: for everybody, in their language, and silent about every organisation."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

from okapi.web.developers import docs
from tests.cast import Cast
from tests.web.conftest import Browser

PATH = "/api/v1/docs"


def test_whoever_is_not_signed_in_reads_it(browser: Callable[..., Browser]) -> None:
    answer = browser(None).get(PATH)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert docs.DESCRIPTION in text
    assert "/settings/tokens/" not in text
    assert "<script>" not in text


def test_what_the_script_says_is_in_the_readers_language(browser: Callable[..., Browser]) -> None:
    for language, word in (("en", "Send"), ("zh", "发送")):
        text = browser(None).get(PATH, **{"accept-language": language}).content.decode()
        found = re.search(r'data-words="([^"]+)"', text)
        assert found is not None
        assert json.loads(html.unescape(found[1]))["send"] == word


def test_who_is_signed_in_is_told_where_tokens_are_made(
    cast: Cast, strangers: Cast, browser: Callable[..., Browser]
) -> None:
    text = browser(cast.mia).get(PATH).content.decode()
    assert "/o/acme/settings/tokens/" in text
    assert "rival" not in text


def test_other_methods_are_refused(cast: Cast, browser: Callable[..., Browser]) -> None:
    assert browser(cast.mia).post(PATH).status_code in (403, 405)


def test_the_number_of_statements(
    cast: Cast, browser: Callable[..., Browser], statements: Callable[[], Any]
) -> None:
    with statements() as asked:
        browser(None).get(PATH)
    assert len(asked) == 0
