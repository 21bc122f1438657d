"""The processes beside the server."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from okapi.cli.children import Child, Children

WRITE_PID = "import os, pathlib, sys, time; pathlib.Path(sys.argv[1]).write_text(str(os.getpid()));"
SERVER = """
import sys, time
from okapi.cli.children import Child, Children
with Children([Child("sleeper", tuple(sys.argv[1:]))]):
    time.sleep(60)
"""


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").read_text().split(") ")[1].startswith("Z")


def test_child_stops_with_its_server(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with Children([Child("sleeper", ("-c", f"{WRITE_PID} time.sleep(60)", str(note)))]):
        until(lambda: note.exists() and note.read_text() != "")
        pid = int(note.read_text())
        assert runs(pid)
    assert not runs(pid)


def test_child_that_falls_is_started_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "starts"
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).open('a').write('x'); sys.exit(3)"
    with Children([Child("faller", ("-c", code, str(log)))], first_pause=0.01):
        until(lambda: log.exists() and len(log.read_text()) >= 3)
    assert "faller ended with status 3" in caplog.text


def test_child_goes_when_the_server_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"from okapi.cli.children import end_with_parent; end_with_parent(); {WRITE_PID}"
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, "-c", f"{code} time.sleep(60)", str(note)]
    ) as server:
        until(lambda: note.exists() and note.read_text() != "")
        server.send_signal(signal.SIGKILL)
    pid = int(note.read_text())
    until(lambda: not runs(pid))


def test_child_leaves_quietly_while_it_still_listens_for_its_server() -> None:
    code = "from okapi.cli.children import end_with_parent; end_with_parent()"
    with subprocess.Popen(
        [sys.executable, "-c", f"{code}; import time; time.sleep(0.2)"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OKAPI_CHILD": "1"},
    ) as child:
        assert child.wait(20) == 0
        assert child.stderr is not None
        assert child.stderr.read() == b""
