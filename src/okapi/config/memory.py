"""How the C library keeps memory that was given back.

A page is made of strings of some hundred kilobytes. The GNU library asks the system for each anew
and gives it back at once, which costs a long list a tenth of its time in page faults. Up to a few
megabytes are kept instead. Elsewhere (musl, macOS) nothing is done.
"""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT = 8 * 1024 * 1024


def keep() -> None:
    """Keep freed memory up to eight megabytes for each thread's arena."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            library = ctypes.CDLL(None)
            library.mallopt(_M_TRIM_THRESHOLD, _KEPT)
            library.mallopt(_M_MMAP_THRESHOLD, _KEPT)
