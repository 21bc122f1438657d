"""What is secret in an address (`?token=…`): kept apart from it, and put back to ask by it.

Name and password before the host have no place in an address at all (`fetching.checked_url`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from urllib.parse import urldefrag, urlsplit

from okapi.base import fetching
from okapi.core.errors import Refused

MASK = "•••"
"""What stands for a secret value where an address is shown."""

_NAMED = re.compile(
    r"token|secret|passw|passphrase|signature|credential|apikey|authorization"
    r"|(?<![a-z])(key|sig|pwd|pass|auth|sid|jwt)(?![a-z])",
    re.IGNORECASE,
)
# Long, of letters and digits: drawn by a machine. A moment is none.
_DRAWN = re.compile(r"(?=.*[A-Za-z])(?=.*\d)(?!\d{4}-\d\d-\d\d)[\w.~+/=%:-]{16,}", re.ASCII)


def hide(url: str) -> tuple[str, dict[str, str]]:
    """The address as it may be shown, and what is secret in it, by its place in the query.

    What comes after `#` is never sent, and is left out.
    """
    hidden: dict[str, str] = {}

    def masked(at: int, name: str, value: str) -> str:
        if value != MASK and not _is_secret(name, value):
            return value
        hidden[f"?{at}"] = value
        return MASK

    return _with_values(urldefrag(url).url, masked), hidden


def put_back(url: str, hidden: Mapping[str, str]) -> str:
    """The address by which one asks; the opposite of `hide`."""
    return _with_values(url, lambda at, _name, value: hidden.get(f"?{at}", value))


def retyped(url: str, before: str, hidden: Mapping[str, str]) -> str:
    """A changed address with what was left masked as it was `before`; `hidden` belongs to that.

    `Refused` (`source.secret_again`) where it would go to another server, or was not there.
    """
    if MASK not in urlsplit(url).query:
        return url
    if not before or fetching.origin(url) != fetching.origin(before):
        raise Refused("source.secret_again", field="url")
    kept: dict[str, list[str]] = {}

    def keep(at: int, name: str, value: str) -> str:
        if f"?{at}" in hidden:
            kept.setdefault(name, []).append(hidden[f"?{at}"])
        return value

    def fill(_at: int, name: str, value: str) -> str:
        if value != MASK:
            return value
        if not kept.get(name):
            raise Refused("source.secret_again", field="url")
        return kept[name].pop(0)

    _with_values(before, keep)
    return _with_values(url, fill)


def _is_secret(name: str, value: str) -> bool:
    return bool(value and (_NAMED.search(name) or _DRAWN.fullmatch(value)))


def _with_values(url: str, value_of: Callable[[int, str, str], str]) -> str:
    """The address with each value of its query as `value_of(place, name, value)` says."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    pairs = []
    for at, pair in enumerate(parts.query.split("&")):
        name, equals, value = pair.partition("=")
        if equals:
            pairs.append(f"{name}={value_of(at, name, value)}")
        else:
            pairs.append(value_of(at, "", pair))
    return parts._replace(query="&".join(pairs)).geturl()
