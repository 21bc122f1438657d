"""Ending what takes too long, whatever it is doing."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass


@dataclass(slots=True)
class Watch:
    """Whether the time was over."""

    is_over: bool = False


@contextmanager
def ending(seconds: float, end: Callable[[], object]) -> Iterator[Watch]:
    """Call `end` from another thread when the block takes longer."""
    watch = Watch()

    def over() -> None:
        watch.is_over = True
        end()

    timer = threading.Timer(seconds, over)
    timer.daemon = True
    timer.start()
    try:
        yield watch
    finally:
        timer.cancel()


def hang_up(descriptor: int) -> None:
    """End a connection for whoever waits on it: by its number, since TLS hides the socket."""
    with suppress(OSError), socket.socket(fileno=os.dup(descriptor)) as same:
        same.shutdown(socket.SHUT_RDWR)
