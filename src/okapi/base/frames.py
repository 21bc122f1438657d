"""Room for the interpreter's frames, so that no call has to fetch it.

CPython (since 3.11) keeps the frames of Python functions in pieces of 16 kB. A call that does not
fit any more gets another piece from the system, and its return gives it back. A loop that happens
to stand at such an edge does that at every turn, which costs several times what it does itself: the
page of an objective took 14 ms instead of 10. Where the edges are depends on how deep the stack is
to begin with, thus on how a program was started.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_SLOTS = 33_000
"""Just above 256 kB, for which CPython takes a piece of 512 kB: what is left takes a thousand
calls. Only what is used of it is ever real memory."""


def roomy(function: Callable[P, R]) -> Callable[P, R]:
    """The same function; whatever it calls has its frames in one piece.

    Its frame says that it needs a large stack for values, as CPython asks for before a call. Where
    frames are kept in another way it does nothing.
    """

    def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=_SLOTS)
    return wraps(function)(call)
