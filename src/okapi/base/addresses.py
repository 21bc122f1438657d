"""What is secret in an address (`?token=…`, `/hook/…`): kept apart, and put back to ask by it.

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


# A step of the way is drawn by a machine where letters and digits take turns within its words: a
# UUID, or the token of a chat's webhook, and not `monthly-report-2026`.
_WORDS = re.compile(r"[A-Za-z0-9]+")
_TURNS = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")
_LEAST_STEP, _LEAST_TURNS = 16, 4
_STEP = "/"


def hide(url: str) -> tuple[str, dict[str, str]]:
    """The address as it may be shown, and what is secret in it, by its place in way or query.

    What comes after `#` is never sent, and is left out.
    """
    hidden: dict[str, str] = {}

    def masked(at: str, name: str, value: str) -> str:
        if value != MASK and not _is_secret(name, value):
            return value
        hidden[at] = value
        return MASK

    return _with_values(urldefrag(url).url, masked), hidden


def put_back(url: str, hidden: Mapping[str, str]) -> str:
    """The address by which one asks; the opposite of `hide`."""
    return _with_values(url, lambda at, _name, value: hidden.get(at, value))


def retyped(url: str, before: str, hidden: Mapping[str, str]) -> str:
    """A changed address with what was left masked as it was `before`; `hidden` belongs to that.

    `Refused` (`source.secret_again`) where it would go to another server, or was not there.
    """
    if MASK not in url:
        return url
    if not before or fetching.origin(url) != fetching.origin(before):
        raise Refused("source.secret_again", field="url")
    kept: dict[str, list[str]] = {}

    def keep(at: str, name: str, value: str) -> str:
        if at in hidden:
            kept.setdefault(name, []).append(hidden[at])
        return value

    def fill(_at: str, name: str, value: str) -> str:
        if value != MASK:
            return value
        if not kept.get(name):
            raise Refused("source.secret_again", field="url")
        return kept[name].pop(0)

    _with_values(before, keep)
    return _with_values(url, fill)


def _is_secret(name: str, value: str) -> bool:
    if name == _STEP:
        turns = sum(len(_TURNS.findall(word)) for word in _WORDS.findall(value))
        return len(value) >= _LEAST_STEP and turns >= _LEAST_TURNS
    return bool(value and (_NAMED.search(name) or _DRAWN.fullmatch(value)))


def _with_values(url: str, value_of: Callable[[str, str, str], str]) -> str:
    """The address with each value of its query as `value_of(place, name, value)` says.

    The steps of its way are values as well; the name of each is `/`.
    """
    parts = urlsplit(url)
    steps = [
        value_of(f"{_STEP}{at}", _STEP, step) for at, step in enumerate(parts.path.split(_STEP))
    ]
    pairs = []
    for at, pair in enumerate(parts.query.split("&") if parts.query else ()):
        name, equals, value = pair.partition("=")
        if equals:
            pairs.append(f"{name}={value_of(f'?{at}', name, value)}")
        else:
            pairs.append(value_of(f"?{at}", "", pair))
    changed = parts._replace(path=_STEP.join(steps), query="&".join(pairs))
    return url if changed == parts else changed.geturl()
