"""The processes beside the server: started with it, again if they fall, and stopped with it."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

log = logging.getLogger(__name__)

# Between the fall of a child and its next start: doubles up to the longest, so that a child that
# cannot start does not keep the machine busy.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Child:
    """One `okapi` command that runs as long as the server does."""

    name: str
    arguments: tuple[str, ...]


class Children:
    """Keeps the processes of a list running; a context manager."""

    def __init__(self, children: Sequence[Child]) -> None:
        self._children = children
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for child in self._children:
            thread = threading.Thread(target=self._keep, args=(child,), name=child.name)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _keep(self, child: Child) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            process = subprocess.Popen([sys.executable, "-m", "okapi", *child.arguments])  # noqa: S603 - our own command
            if self._wait(process):
                return
            log.error(
                "%s stopped with status %s; next start in %.0f s",
                child.name,
                process.returncode,
                pause,
            )
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wait(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait for the process or for the end of the server; whether it was the latter."""
        while process.poll() is None:
            if self._stopping.wait(0.2):
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
                return True
        return self._stopping.is_set()
