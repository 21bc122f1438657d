"""HTML written in Python: for what stands on a page many times, where a template takes longest.

Every word goes through `text`; what other components have written is safe already.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from django.utils.safestring import SafeString

from okapi.web import build
from okapi.wording import say

_is_marked = re.compile("[&<>\"']").search


def text(words: str) -> str:
    """Words as they stand in an element or in an attribute; most have nothing to escape."""
    return html.escape(words) if _is_marked(words) else words


@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> SafeString:
    """An icon of the sprite; decoration, so the words stand beside it or in a label."""
    return SafeString(
        f'<svg class="icon" width="{size}" height="{size}" aria-hidden="true">'
        f'<use href="{build.sprite()}#{text(name)}"/></svg>'
    )


def pick_box(name: str, key: str, title: str) -> str:
    """The box by which a row is chosen for a change of several; nothing without a key."""
    if not key:
        return ""
    label = text(say("bulk.pick", title=title))
    return (
        f'<input class="row-pick" type="checkbox" name="{name}" form="bulk"'
        f' value="{text(key)}" aria-label="{label}">'
    )


def live(topic: str, fragment: str) -> str:
    """The attributes of what the live page fetches anew when its topic changes."""
    return f' data-topic="{text(topic)}" data-fragment="{text(fragment)}"' if topic else ""
