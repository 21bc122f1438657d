"""The open live streams of this process, and the one reader that follows the outbox for them."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection, connections

from okapi.base import outbox
from okapi.base.outbox import Letter

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
"""On SQLite, and on PostgreSQL should a notification be lost."""
LISTEN_SECONDS = 1.0
# Numbers are given before a transaction commits, so a lower one may appear after a higher one: the
# reader looks again at this many and remembers which it has passed on.
LOOK_BACK = 2_000
QUEUE = 1_000
"""Letters that wait for one slow reader; beyond, it is told to fetch everything anew."""
STREAMS_PER_PERSON = 20
SESSION_KIND = "session"
"""A letter to a person's streams: see again whether you are still signed in."""


@dataclass(eq=False, slots=True)
class Stream:
    """One open stream: whose it is, and what waits to be sent."""

    organisation_id: UUID
    person_id: UUID | None
    teams: frozenset[UUID]
    letters: asyncio.Queue[Letter | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE)
    )

    def wants(self, letter: Letter) -> bool:
        """Whether this stream's person may hear of it."""
        if letter.organisation_id != self.organisation_id:
            return False
        return letter.audience.includes(self.teams, self.person_id)

    def offer(self, letter: Letter) -> None:
        """Queue a letter; a stream that cannot keep up gets None, which means: fetch all anew."""
        if self.letters.full():
            while not self.letters.empty():
                self.letters.get_nowait()
            self.letters.put_nowait(None)
        else:
            self.letters.put_nowait(letter)


class Hub:
    """All open streams of the process. Used from the event loop only, but for `announce`."""

    def __init__(self) -> None:
        self._streams: set[Stream] = set()
        self._people: Counter[UUID | None] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self, stream: Stream) -> bool:
        """Add a stream, unless its person has too many already."""
        if self._people[stream.person_id] >= STREAMS_PER_PERSON:
            return False
        self._loop = asyncio.get_running_loop()
        self._streams.add(stream)
        self._people[stream.person_id] += 1
        return True

    def close(self, stream: Stream) -> None:
        """Take a stream away."""
        self._streams.discard(stream)
        self._people[stream.person_id] -= 1
        if not self._people[stream.person_id]:
            del self._people[stream.person_id]

    def announce(self, letters: list[Letter]) -> None:
        """Hand letters to the streams that may have them; called from the reader's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._deliver, letters)

    def _deliver(self, letters: list[Letter]) -> None:
        for stream in self._streams:
            for letter in letters:
                if stream.wants(letter):
                    stream.offer(letter)


hub = Hub()


class Reader:
    """Follows the outbox: each letter is passed on once."""

    def __init__(self) -> None:
        self._highest = outbox.newest()
        self._seen = deque(self._numbers(), maxlen=LOOK_BACK)

    def read(self) -> list[Letter]:
        """The letters that are new since the last time."""
        fresh = sorted(set(self._numbers()) - set(self._seen))
        if not fresh:
            return []
        self._seen.extend(fresh)
        self._highest = max(self._highest, fresh[-1])
        return outbox.letters(fresh)

    def _numbers(self) -> list[int]:
        return outbox.numbers_after(max(0, self._highest - LOOK_BACK), most=LOOK_BACK)


def follow(stopping: threading.Event) -> None:
    """Follow the outbox until the server stops; a background function of the server.

    PostgreSQL wakes it by NOTIFY; SQLite is asked five times a second, by a number that is free.
    """
    while not stopping.is_set():
        try:
            _follow(stopping)
        except Exception:
            log.exception("the outbox reader starts again")
            stopping.wait(1)
        finally:
            connections.close_all()


def _follow(stopping: threading.Event) -> None:
    reader = Reader()
    listening = _listen()
    while not stopping.is_set():
        if listening:
            _wait_for_notification()
        else:
            stopping.wait(POLL_SECONDS)
        if letters := reader.read():
            hub.announce(letters)


def _listen() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {outbox.CHANNEL}")
    return True


def _wait_for_notification() -> None:
    for _ in connection.connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
        pass


def as_event(letter: Letter) -> bytes:
    """A letter as a server-sent event."""
    data = {"kind": letter.kind, "id": str(letter.object_id), "version": letter.version}
    return f"id: {letter.number}\nevent: change\ndata: {json.dumps(data)}\n\n".encode()


RESYNC = b"event: resync\ndata: {}\n\n"
