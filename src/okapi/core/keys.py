"""Keys: the stable names of things, by which files, addresses and formulas call them."""

from __future__ import annotations

import re
import unicodedata

from okapi.core.errors import Refused

# Letters of any script, digits and `_`; inside also `.`, `-` and `+`. By what is left out, since
# `\w` means other letters in other languages' regular expressions.
PATTERN = r"[^\s\x00-\x1f!-/:-@\[-^`{-~][^\s\x00-\x1f!-*,/:-@\[-^`{-~]*"
_KEY = re.compile(PATTERN)


def read_key(text: str, most: int = 80, **place: object) -> str:
    """The key: `Refused` (`value.key`) where it is none, is too long or holds what nobody sees.

    Invisible are control and format characters, such as a byte order mark: two keys would look the
    same. `place` goes into the refusal.
    """
    is_seen = not any(unicodedata.category(letter)[0] == "C" for letter in text)
    if not (is_seen and _KEY.fullmatch(text)) or len(text) > most:
        raise Refused("value.key", found=text[:80], expected=most, **place)
    return text
