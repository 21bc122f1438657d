"""How memory is kept that was given back, and how often it is looked for.

A page is made of strings of some hundred kilobytes. The GNU library asks the system for each anew
and gives it back at once, which costs a long list a tenth of its time in page faults. Up to a few
megabytes are kept instead. Elsewhere (musl, macOS) nothing is done.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 8 * 1024 * 1024
_NEW_THINGS = 20_000


def keep() -> None:
    """Keep freed memory up to eight megabytes for each thread's arena."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            library = ctypes.CDLL(None)
            library.mallopt(_M_TRIM_THRESHOLD, _KEPT)
            library.mallopt(_M_MMAP_THRESHOLD, _KEPT)


def settle() -> None:
    """To be called once all is loaded.

    What is there by now stays: the collector need not go through it again and again, which takes
    50 ms each time. It looks at what is new after 20,000 things instead of 700: a list of fifty
    lines makes some thousands, of which next to none stand in a circle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_THINGS, *gc.get_threshold()[1:])
