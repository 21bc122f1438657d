"""The renewer: branches and support above what changed, and large batches, after the commit."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event, Thread
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Running:
    """A renewer's thread; `stop` ends it and waits."""

    thread: Thread
    ended: Event

    def stop(self) -> None:
        """End the thread after the drain that it is in."""
        raise NotImplementedError


def drain(organisation_id: UUID) -> int:
    """Merge everything that is dirty in one organisation; how many rows that was.

    One event (kind "branch", the organisation's id) goes to the outbox if a figure moved.
    """
    raise NotImplementedError


def wake() -> None:
    """Let this process's renewer look at once; called after a commit."""
    raise NotImplementedError


def start_thread(*, every: float = 0.2) -> Running:
    """Start the renewer of this process."""
    raise NotImplementedError
