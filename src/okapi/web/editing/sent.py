"""What a form sends: the texts of its fields, and what they were when it was opened."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Now:
    """A thing as it stands: its version, and its fields as a form has them."""

    version: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sent:
    """The fields as they were typed.

    `version` and `base` say what the form began with; `base` is None where it was not sent.
    """

    texts: Mapping[str, str]
    version: int | None = None
    base: Mapping[str, str] | None = None
    reason: str = ""

    def text(self, name: str) -> str:
        """The text of a field; empty where it was not sent."""
        return self.texts.get(name, "")

    def began(self, now: Now) -> Now:
        """What the form began with, for the form that comes back; `now` where it did not say."""
        if self.version is None or self.base is None:
            return now
        return Now(self.version, self.base)

    def with_texts(self, **texts: str) -> Sent:
        """The same with some fields read otherwise."""
        return replace(self, texts={**self.texts, **texts})


def read(post: QueryDict, fields: Collection[str]) -> Sent:
    """Of the named fields those that were sent.

    A field of which somebody chose what another person wrote (`take-<field>`) is as it was in the
    base: the form that asks has what the other one wrote there.
    """
    base = base_of(post.get("base", ""))
    texts = {name: tidy(post.get(name, "")) for name in fields if name in post}
    if base is not None:
        taken = [name for name in texts if post.get(f"take-{name}") == "theirs" and name in base]
        texts.update({name: base[name] for name in taken})
    return Sent(texts, number(post.get("version", "")), base, tidy(post.get("reason", "")))


def tidy(text: str) -> str:
    """Lines as everywhere else, without blanks at the ends; browsers send them with returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def number(text: str) -> int | None:
    """A whole number that is not negative; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def base_of(text: str) -> dict[str, str] | None:
    """What the form began with; None for what is no such thing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        return None
    return found


def taken(post: QueryDict, field: str, found: Sent, text: str) -> str:
    """The text of a field that `read` does not read, as `read` would have it (see `take-…`)."""
    if found.base is not None and post.get(f"take-{field}") == "theirs":
        return found.base.get(field, text)
    return text
