"""Asking other servers: redirects, limits, secrets."""

from __future__ import annotations

import io
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from okapi.base import fetching, outward
from okapi.base.fetching import Asked, Limits
from okapi.base.outward import UnreachableError
from okapi.core.errors import OkapiError, Refused, TooLarge
from tests.exchange.sources.serving import send, serving

LIMITS = Limits(5, 100_000)


@pytest.fixture(autouse=True)
def near(settings: Any) -> None:
    """The test's own server may be reached; its other names may not."""
    settings.REACHABLE_HOSTS = ["127.0.0.1"]


def code_of(url: str, limits: Limits = LIMITS, **more: Any) -> str:
    with pytest.raises(OkapiError) as refused:
        fetching.fetch(Asked(url, **more), limits, io.BytesIO())
    return refused.value.code


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "ftp://a.example/x", "file:///etc/passwd", "gopher://a.example/", "https://",
        "http:///x", "https://a.example:0/", "https://a.example:99999/", "https://a b.example/",
        "https://a.example/\r\nX: y", "https://a.example/a b", "https://[::1", "//a.example/x",
        "https://a.example/" + "x" * 2_000, "http:\\\\a.example", "data:,x", "javascript:1",
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Refused) as refused:
        fetching.checked_url(url)
    assert refused.value.code == "address.unreadable"


def test_no_secret_in_an_address() -> None:
    with pytest.raises(Refused) as refused:
        fetching.checked_url("https://me:secret@a.example/x")
    assert refused.value.code == "address.has_secret"
    assert "secret@" not in str(refused.value)


def test_a_file_comes() -> None:
    def handle(one: BaseHTTPRequestHandler) -> None:
        assert one.headers["Accept-Encoding"] == "identity"
        send(one, one.path.encode(), ETag='"1"')

    with serving(handle) as url:
        into = io.BytesIO()
        answer = fetching.fetch(Asked(f"{url}/a?x=数&y=%20"), LIMITS, into)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert into.getvalue() == b"/a?x=%E6%95%B0&y=%20"


@pytest.mark.parametrize(
    "where",
    [
        "http://127.0.0.2/x", "http://169.254.169.254/latest/meta-data/", "http://[::1]/",
        "http://10.0.0.1/", "http://2130706434/",
    ],
)  # fmt: skip
def test_each_redirect_is_looked_at(where: str) -> None:
    with serving(lambda one: send(one, b"", 302, Location=where)) as url:
        assert code_of(url) in ("outward.private", "outward.unknown_host")


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://a.example/", "http://[::1"])
def test_a_redirect_to_something_else_is_refused(where: str) -> None:
    with serving(lambda one: send(one, b"", 302, Location=where)) as url:
        assert code_of(url) == "address.unreadable"


def test_a_redirect_is_followed_and_a_circle_is_not() -> None:
    def handle(one: BaseHTTPRequestHandler) -> None:
        if one.path == "/there":
            send(one, b"ok")
        else:
            send(one, b"moved", 302, Location="/there" if one.path == "/" else one.path)

    with serving(handle) as url:
        into = io.BytesIO()
        assert fetching.fetch(Asked(url), LIMITS, into).url == f"{url}/there"
        assert into.getvalue() == b"ok"
        assert code_of(f"{url}/round") == "fetch.redirects"


def test_a_secret_does_not_follow_to_another_origin() -> None:
    seen: dict[str, str | None] = {}

    def there(one: BaseHTTPRequestHandler) -> None:
        seen[one.path] = one.headers["Authorization"]
        send(one, b"ok")

    with serving(there) as other:

        def here(one: BaseHTTPRequestHandler) -> None:
            seen[one.path] = one.headers["Authorization"]
            where = f"{other}/other" if one.path == "/" else "/"
            send(one, b"", 307, Location=where)

        with serving(here) as url:
            secret = {"Authorization": "Bearer s3cret"}
            fetching.fetch(Asked(f"{url}/same", secret=secret), LIMITS, io.BytesIO())
    assert seen == {"/same": "Bearer s3cret", "/": "Bearer s3cret", "/other": None}


def test_no_way_from_https_to_http(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = fetching.Answer(302, {"location": "http://a.example/x"}, "https://a.example/")
    monkeypatch.setattr(fetching, "_once", lambda *_: moved)
    assert code_of("https://a.example/") == "fetch.downgraded"


def test_too_much_is_refused_while_it_comes() -> None:
    large = serving(lambda one: send(one, b"x" * 200_000))
    with large as url, pytest.raises(TooLarge) as refused:
        fetching.fetch(Asked(url), LIMITS, io.BytesIO())
    assert refused.value.code == "fetch.too_large"


def drip(one: BaseHTTPRequestHandler) -> None:
    """A byte now and then, so that no single wait is long."""
    one.send_response(200)
    one.end_headers()
    for _ in range(200):
        try:
            one.wfile.write(b"x")
            one.wfile.flush()
        except OSError:
            return
        time.sleep(0.05)


def test_drops_do_not_get_round_the_limit_of_time() -> None:
    with serving(drip) as url:
        assert code_of(url, Limits(0.4, 1_000)) == "fetch.too_slow"


def test_time_that_went_by_before_there_was_a_connection_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing could be ended then; what drips afterwards would never end."""
    connect = outward.connect

    def late(host: str, port: int, seconds: float) -> Any:
        time.sleep(seconds * 1.5)
        return connect(host, port, seconds)

    monkeypatch.setattr(outward, "connect", late)
    gone: list[bool] = []

    def handle(one: BaseHTTPRequestHandler) -> None:
        gone.append(False)  # it was asked
        drip(one)

    with serving(handle) as url:
        assert code_of(url, Limits(0.2, 1_000)) == "fetch.too_slow"
    assert not gone


def test_silence_ends() -> None:
    with serving(lambda one: time.sleep(1.5)) as url:
        assert code_of(url, Limits(0.3, 1_000)) == "fetch.too_slow"


def test_what_breaks_off_is_no_file() -> None:
    def handle(one: BaseHTTPRequestHandler) -> None:
        one.send_response(200)
        one.send_header("Content-Length", "100")
        one.end_headers()
        one.wfile.write(b"half")
        one.close_connection = True

    with serving(handle) as url:
        assert code_of(url) == "fetch.broken"


def test_a_packed_file_is_refused() -> None:
    with serving(lambda one: send(one, b"x", Content_Encoding="gzip")) as url:
        assert code_of(url) == "fetch.encoded"


def test_what_is_not_there_may_come_later() -> None:
    with serving(lambda one: send(one, b"")) as url:
        gone = url
    with pytest.raises(UnreachableError):
        fetching.fetch(Asked(gone), LIMITS, io.BytesIO())


def test_https_wants_a_certificate() -> None:
    with serving(lambda one: send(one, b"")) as url:
        assert code_of(url.replace("http:", "https:")) in ("fetch.tls", "fetch.broken")


def test_every_connection_is_made_by_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, port: int, seconds: float) -> Any:
        raise Refused("outward.private", host=host)

    monkeypatch.setattr(outward, "connect", refuse)
    assert code_of("https://a.example/") == "outward.private"
    assert code_of("http://a.example/") == "outward.private"
