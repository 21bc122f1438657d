"""`okapi serve`: its port, its database, and a whole life of it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from okapi.cli import serve
from okapi.core.errors import Refused


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def okapi(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("OKAPI_")},
        "OKAPI_HOME": str(home),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "okapi", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_port_in_use_is_told_with_another_that_is_free(taken: int) -> None:
    with pytest.raises(Refused) as refused:
        serve.bind("127.0.0.1", taken)
    assert refused.value.code == "serve.port_in_use"
    assert refused.value.data["port"] == taken
    serve.bind("127.0.0.1", refused.value.data["free"]).close()


def test_host_that_is_not_this_machine() -> None:
    with pytest.raises(Refused) as refused:
        serve.bind("192.0.2.1", 8000)
    assert refused.value.code == "serve.host_unknown"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:80/"),
        ("0.0.0.0", "http://localhost:80/"),
        ("::1", "http://[::1]:80/"),
        ("okapi.example", "http://okapi.example:80/"),
    ],
)
def test_address_to_open(host: str, url: str) -> None:
    assert serve.address(host, 80) == url


def test_missing_migrations_are_told(tmp_path: Path) -> None:
    made, _ = okapi(tmp_path, "migrate").communicate(timeout=120)
    assert "Traceback" not in made
    with closing(sqlite3.connect(tmp_path / "okapi.sqlite3")) as database:
        database.execute("DELETE FROM django_migrations WHERE app = 'talk'")
        database.commit()
    server = okapi(tmp_path, "serve", "--port", str(free_port()))
    said, _ = server.communicate(timeout=60)
    assert server.returncode == 2
    assert "okapi migrate" in said
    assert "Traceback" not in said


def test_serves_until_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    server = okapi(tmp_path, "serve", "--port", str(port), "--migrate")
    try:
        answer = until_it_answers(f"http://127.0.0.1:{port}/healthz", server)
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert answer == b'{"status": "ok"}'
    assert server.returncode == 0, said
    assert f"http://localhost:{port}/" in said
    assert (tmp_path / "static" / "staticfiles.json").is_file()


def test_a_new_installation_is_set_up_by_who_sees_the_terminal(tmp_path: Path) -> None:
    port = free_port()
    server = okapi(tmp_path, "serve", "--port", str(port))
    try:
        until_it_answers(f"http://127.0.0.1:{port}/healthz", server)
    finally:
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert "Traceback" not in said
    (link,) = re.findall(rf"http://localhost:{port}/setup/\?key=([\w-]+)", said)
    with closing(sqlite3.connect(tmp_path / "okapi.sqlite3")) as database:
        kept = [row[0] for row in database.execute("SELECT digest FROM orgs_setupkey")]
    assert kept == [hashlib.sha256(link.encode()).hexdigest()]


def until_it_answers(url: str, server: subprocess.Popen[str]) -> bytes:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail("the server did not answer")
