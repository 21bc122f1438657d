"""Room for frames: the same function, and no call below it asks the system for memory."""

import resource
from threading import Thread

import pytest

from okapi.base.frames import roomy

CALLS, DEEPEST = 100, 300


def _leaf(one: int) -> int:
    return one + 1


def _asked_for(depth: int) -> int:
    """The most pages of memory that `CALLS` calls asked for, at this depth or a lower one."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for turn in range(CALLS):
        _leaf(turn)
    asked = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before
    return max(asked, _asked_for(depth - 1)) if depth else asked


def test_no_depth_has_calls_that_ask_for_memory() -> None:
    found: list[int] = []
    thread = Thread(target=lambda: found.append(roomy(_asked_for)(DEEPEST)))
    thread.start()
    thread.join()
    assert found[0] < CALLS // 2


def test_it_is_the_same_function() -> None:
    def halve(number: int, *, whole: bool = False) -> float:
        """Half of it."""
        return number // 2 if whole else number / 2

    found = roomy(halve)
    assert (found(5), found(5, whole=True)) == (2.5, 2)
    assert (found.__name__, found.__doc__) == ("halve", "Half of it.")
    with pytest.raises(TypeError):
        found("5")  # type: ignore[arg-type]  # what is wrong goes through
