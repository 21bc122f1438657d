"""Texts as they are kept: without what nobody sees, and with one kind of line break."""

from __future__ import annotations

import re

# Line breaks of other systems, and characters that a file, a page or a terminal would obey.
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff]")


def one_line(text: str) -> str:
    """A text without line breaks; words are one space apart."""
    return " ".join(_UNSEEN.sub("", text).split())


def lines(text: str) -> str:
    """A text of several lines, without space around it."""
    return _UNSEEN.sub("", _BREAKS.sub("\n", text)).strip()
