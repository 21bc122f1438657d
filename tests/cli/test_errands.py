"""Processes that are run now and then."""

from __future__ import annotations

import os
import time
from pathlib import Path

from okapi.cli.children import Errand


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_an_errand_is_run_one_at_a_time(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)"
    with Errand("waiting", ("-c", wait)) as errand:
        assert errand.run()
        assert not errand.run()
        gate.touch()
        assert errand.wait() == 0
        assert errand.run()


def test_an_errand_that_failed_is_told_and_run_again(caplog) -> None:
    with Errand("failing", ("-c", "raise SystemExit(3)")) as errand:
        errand.run()
        assert errand.wait() == 3
        assert errand.run()
    assert "failing ended with status 3" in caplog.text


def test_leaving_ends_what_still_runs(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = (
        "import os, pathlib, time\n"
        f"pathlib.Path({str(told)!r}).write_text(str(os.getpid()))\n"
        "time.sleep(600)"
    )
    with Errand("sleeping", ("-c", program)) as errand:
        errand.run()
        while not told.exists() or not told.read_text():
            time.sleep(0.01)
        pid = int(told.read_text())
        assert is_alive(pid)
    assert not is_alive(pid)


def test_waiting_for_nothing_is_no_failure() -> None:
    with Errand("none", ("-c", "")) as errand:
        assert errand.wait() == 0
