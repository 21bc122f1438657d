"""How far something long is: who does it tells, and need not know who listens."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Hears how far something is; may end it by an error, which the one who tells lets through."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """So many of so many of a step; `total` is 0 where nobody knows."""


def nobody(step: str, done: int, total: int) -> None:
    """Nobody listens."""
