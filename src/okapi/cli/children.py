"""The processes beside the server: started with it, again if they fall, and stopped with it.

A child's standard input is a pipe from the server. However the server ends, the pipe closes, and a
child that called `end_with_parent` goes too.
"""

from __future__ import annotations

import logging
import os
import signal
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

_MARK = "OKAPI_CHILD"


@dataclass(frozen=True, slots=True)
class Child:
    """A Python process that runs as long as the server does: `("-m", "okapi", "worker")`."""

    name: str
    arguments: tuple[str, ...]


class Children:
    """Keeps the processes of a list running; a context manager."""

    def __init__(self, children: Sequence[Child], *, first_pause: float = FIRST_PAUSE) -> None:
        self._children = children
        self._first_pause = first_pause
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
        pause = self._first_pause
        while not self._stopping.is_set():
            with _start(child) as process:
                self._wait(process)
            if self._stopping.is_set():
                return
            status = process.returncode
            log.error("%s ended with status %s; next start in %.0f s", child.name, status, pause)
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Wait for the end of the process, or end it when the server stops."""
        while process.poll() is None:
            if not self._stopping.wait(0.2):
                continue
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


class Errand:
    """A process that is run now and then, one at a time; a context manager that ends it."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        self._child = Child(name, tuple(arguments))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self) -> bool:
        """Start the process, unless it still runs; whether it was started."""
        if self._process is not None and self._process.poll() is None:
            return False
        self._end()
        self._process = _start(self._child)
        return True

    def wait(self) -> int:
        """Wait for the process; its exit status, 0 where none was started."""
        return 0 if self._process is None else self._process.wait()

    def _end(self) -> None:
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        elif self._process.returncode:
            log.error("%s ended with status %s", self._child.name, self._process.returncode)
        with self._process:  # closes its standard input
            self._process = None


def end_with_parent() -> None:
    """Called by a command that may run as a child: leave when the server is gone."""
    if os.environ.pop(_MARK, None):
        threading.Thread(target=_leave_at_end_of_input, daemon=True).start()


def _leave_at_end_of_input() -> None:
    # Not by sys.stdin, whose lock a reading thread would hold when the interpreter leaves.
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _start(child: Child) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and command
        [sys.executable, *child.arguments],
        stdin=subprocess.PIPE,
        env={**os.environ, _MARK: "1"},
        # Ctrl+C is for the server, which then stops its children in order.
        start_new_session=True,
    )
