"""Asking other servers by HTTP, for people: within limits of time and size, and only outward.

Not urllib: every step of the way (each redirect, each address of each name) has to be looked at.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import BinaryIO
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from okapi import __version__
from okapi.base import clock, outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused, TooLarge

LONGEST_ADDRESS = 2_000
_CHUNK = 1 << 16
_MOST_REDIRECTS = 5
_MOVED = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_UNFIT = re.compile(r"[\x00-\x20\x7f\\]")
_KEPT = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a whole exchange may take, in seconds, and how much may come, in bytes."""

    seconds: float
    size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `secret` are headers that never follow a redirect to another origin."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, the headers by their names in small letters, and the address that answered."""

    status: int
    headers: Mapping[str, str]
    url: str


def checked_url(text: str, name: str = "url") -> str:
    """An address that may be asked: `Refused` (`address.unreadable`, `address.has_secret`)."""
    url = text.strip()
    parts = _split(url, name)
    if parts.username is not None or parts.password is not None:
        raise Refused("address.has_secret", field=name)
    return url


def wait_of(answer: Answer) -> float | None:
    """How many seconds the server asks to wait before the next try (`Retry-After`), if it does."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, (moment.astimezone(UTC) - clock.now()).total_seconds())
    except (ValueError, OverflowError):
        return None


def tell(asked: Asked, limits: Limits) -> Answer:
    """Ask once, for what follows from the status alone: what else is answered is not read.

    `UnreachableError` and `Refused` as `fetch`.
    """
    return _once(asked, limits, None)


def fetch(asked: Asked, limits: Limits, into: BinaryIO) -> Answer:
    """Ask, and write what comes into a file; follow to where it has moved, looking at each step.

    `UnreachableError` (`outward.…`, `fetch.too_slow`, `fetch.broken`, `fetch.tls`); `Refused`
    (`fetch.redirects`, `fetch.downgraded`, `fetch.encoded`, `outward.private`); `TooLarge`
    (`fetch.too_large`).
    """
    for _ in range(_MOST_REDIRECTS + 1):
        answer = _once(asked, limits, into)
        where = answer.headers.get("location", "")
        if answer.status not in _MOVED or not where:
            return answer
        asked = _moved(asked, where)
        into.seek(0)
        into.truncate()
    raise Refused("fetch.redirects", most=_MOST_REDIRECTS)


def _moved(asked: Asked, where: str) -> Asked:
    try:
        url = checked_url(urljoin(asked.url, where))
    except ValueError:
        raise Refused("address.unreadable", field="url") from None
    before, after = urlsplit(asked.url), urlsplit(url)
    if before.scheme == "https" and after.scheme == "http":
        raise Refused("fetch.downgraded", host=str(after.hostname)[:80])
    is_same = origin(asked.url) == origin(url)
    return replace(asked, url=url, secret=asked.secret if is_same else {})


def _once(asked: Asked, limits: Limits, into: BinaryIO | None) -> Answer:
    parts = _split(asked.url, "url")
    host = str(parts.hostname)
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(host, parts.port or _PORTS[parts.scheme], timeout=limits.seconds)
    watch = _Watch(connection, limits.seconds)
    try:
        with watch:
            connection.connect()
            watch.look()
            return _exchange(connection, asked, parts, limits, into)
    except ssl.SSLError as error:
        if watch.is_over:
            raise UnreachableError("fetch.too_slow", host=host, seconds=limits.seconds) from None
        reason = str(getattr(error, "verify_message", "") or error.reason or "TLS")
        raise UnreachableError("fetch.tls", host=host, why=reason[:120]) from error
    except (OSError, http.client.HTTPException) as error:
        late = watch.is_over or isinstance(error, TimeoutError)
        code = "fetch.too_slow" if late else "fetch.broken"
        raise UnreachableError(code, host=host, seconds=limits.seconds) from error
    finally:
        connection.close()


def _exchange(
    connection: http.client.HTTPConnection,
    asked: Asked,
    parts: SplitResult,
    limits: Limits,
    into: BinaryIO | None,
) -> Answer:
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    headers = {
        "User-Agent": f"okapi/{__version__}",
        "Accept-Encoding": "identity",
        **asked.headers,
        **asked.secret,
    }
    connection.request(asked.method, path + query, body=asked.body, headers=headers)
    with connection.getresponse() as response:
        told = {name.lower(): value for name, value in response.getheaders()}
        if into is None:
            return Answer(response.status, told, asked.url)
        if told.get("content-encoding", "identity").lower() not in ("identity", ""):
            raise Refused("fetch.encoded", found=told["content-encoding"][:40])
        size = 0
        while chunk := response.read(_CHUNK):
            size += len(chunk)
            if size > limits.size:
                raise TooLarge("fetch.too_large", most=max(1, limits.size // 1024**2))
            into.write(chunk)
        if response.length:  # the connection ended before what was promised
            raise http.client.IncompleteRead(b"")
    return Answer(response.status, told, asked.url)


class _Watch:
    """Ends an exchange that takes too long as a whole, however quickly its drops come."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self.is_over = False
        self._connection = connection
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self.look()  # what came until then may look like an end

    def look(self) -> None:
        """`TimeoutError` where the time was over before there was a connection to end."""
        if self.is_over:
            raise TimeoutError

    def _end(self) -> None:
        self.is_over = True
        if self._connection.sock is not None:
            with suppress(OSError):
                self._connection.sock.shutdown(socket.SHUT_RDWR)


class _Plain(http.client.HTTPConnection):
    """Connects to the address that was looked at."""

    def connect(self) -> None:
        """As the library's, by `outward`."""
        self.sock = outward.connect(self.host, self.port, float(self.timeout or 1))


class _Secure(_Plain):
    """The same with TLS: the certificate is that of the name, whatever the address is."""

    def connect(self) -> None:
        """As the library's, by `outward`."""
        super().connect()
        context = ssl.create_default_context()
        self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _split(url: str, name: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_fit = parts.scheme in _PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused("address.unreadable", field=name) from None
    if not is_fit or len(url) > LONGEST_ADDRESS or _UNFIT.search(url):
        raise Refused("address.unreadable", field=name)
    return parts


def origin(url: str) -> tuple[str, str | None, int]:
    """Scheme, host and port: where a secret may go that was given for it."""
    parts = _split(url, "url")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
