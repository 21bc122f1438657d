"""Saving what was typed together with what others changed meanwhile: nobody loses anything."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from okapi.core.errors import Conflict
from okapi.core.merging import Merged, merge
from okapi.web.editing.sent import Now, Sent

MEANWHILE = frozenset({"goal.changed_meanwhile", "kpi.changed_meanwhile"})
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it: saved, or not yet, since both changed the same (`merged.clashes`)."""

    now: Now
    merged: Merged

    @property
    def is_saved(self) -> bool:
        """Whether there was nothing to decide."""
        return not self.merged.clashes

    @property
    def kept(self) -> frozenset[str]:
        """What others changed meanwhile, and stays as they made it."""
        return self.merged.theirs - self.merged.mine


Act: TypeAlias = Callable[[Mapping[str, str], Mapping[str, str], int], None]
"""Writes: the fields to change, all fields as they shall be, and the version that was read."""


def save(
    sent: Sent,
    now: Now,
    act: Act,
    *,
    reload: Callable[[], Now],
    bound: Mapping[str, Collection[str]] | None = None,
) -> Outcome:
    """Change the fields that somebody touched, and leave those alone that others touched.

    `act` is not called where fields clash or nothing differs. When another one saves between
    reading (`now`) and writing, it is read and put together again.
    """
    for _ in range(_TRIES - 1):
        try:
            return _save(sent, now, act, bound)
        except Conflict as conflict:
            if conflict.code not in MEANWHILE:
                raise
        now = reload()
    return _save(sent, now, act, bound)


def _save(sent: Sent, now: Now, act: Act, bound: Mapping[str, Collection[str]] | None) -> Outcome:
    merged = merge(_base(sent, now), sent.texts, now.texts, bound=bound)
    if not merged.clashes:
        changed = {
            field: merged.values[field]
            for field in merged.mine
            if merged.values[field] != now.texts[field]
        }
        if changed:
            act(changed, merged.values, now.version)
    return Outcome(now, merged)


def _base(sent: Sent, now: Now) -> Mapping[str, str]:
    """What the form began with. Without it, of an older version, all that differs is a question."""
    if sent.version is None or sent.version == now.version:
        return now.texts
    return sent.base or {}
