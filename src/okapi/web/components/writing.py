"""HTML written in Python: for what stands on a page many times, where a template takes longest.

Every word goes through `text`; what other components have written is safe already.
"""

from __future__ import annotations

import html
from functools import lru_cache

from django.utils.safestring import SafeString

from okapi.web import build

text = html.escape
"""Words as they stand in an element or in an attribute."""


@lru_cache(maxsize=256)
def icon(name: str, size: int = 16) -> SafeString:
    """An icon of the sprite; decoration, so the words stand beside it or in a label."""
    return SafeString(
        f'<svg class="icon" width="{size}" height="{size}" aria-hidden="true">'
        f'<use href="{build.sprite()}#{text(name)}"/></svg>'
    )


def live(topic: str, fragment: str) -> str:
    """The attributes of what the live page fetches anew when its topic changes."""
    return f' data-topic="{text(topic)}" data-fragment="{text(fragment)}"' if topic else ""
