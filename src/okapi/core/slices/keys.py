"""Slices: sets of dimension values, and the one way to write them as a key."""

from __future__ import annotations

import re
from collections.abc import Mapping

from okapi.core.errors import Refused

LONGEST_KEY = 500
_SPECIAL = re.compile(r"([\\|=])")
_PART = re.compile(r"((?:[^\\|=]|\\.)+)=((?:[^\\|=]|\\.)+)", re.DOTALL)
_BETWEEN = re.compile(r"(?:[^\\|]|\\.)+", re.DOTALL)


def slice_key(values: Mapping[str, str]) -> str:
    """The canonical form ``dimension=value|…``, sorted by dimension; "" for the total.

    A backslash stands before ``|``, ``=`` and backslashes that belong to a name or a value.
    Refused: ``slice.too_long``.
    """
    key = "|".join(f"{_plain(name)}={_plain(values[name])}" for name in sorted(values))
    if len(key) > LONGEST_KEY:
        raise Refused("slice.too_long", field="slice", found=key[:60], most=LONGEST_KEY)
    return key


def read_slice_key(key: str) -> dict[str, str]:
    """The dimension values that a key names; the inverse of ``slice_key``.

    Refused: ``slice.unreadable``.
    """
    values: dict[str, str] = {}
    parts = _BETWEEN.findall(key)
    if "|".join(parts) != key:
        raise Refused("slice.unreadable", field="slice", found=key[:60])
    for part in parts:
        found = _PART.fullmatch(part)
        name = _meant(found[1]) if found else ""
        if found is None or name in values:
            raise Refused("slice.unreadable", field="slice", found=key[:60])
        values[name] = _meant(found[2])
    return values


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _meant(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)
