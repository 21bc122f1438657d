"""Throw-away database servers on this machine, for the readers of sources."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _user(*names: str) -> str | None:
    """Who runs the server: databases refuse to run as root."""
    if os.geteuid() != 0:
        return None
    for name in names:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    pytest.skip("there is no user who may run the server")


def _run(command: Sequence[str], user: str | None) -> None:
    subprocess.run(command, check=True, user=user, capture_output=True, cwd="/", timeout=120)


@contextmanager
def postgresql() -> Iterator[int]:
    """The port of a PostgreSQL with the user `okapi` (password `s3cret`) and its own database."""
    found = sorted(Path("/usr/lib/postgresql").glob("1[5-9]/bin")) or [None]
    if found[-1] is None:
        pytest.skip("PostgreSQL 15 or newer is not installed")
    folder, user, port = Path(tempfile.mkdtemp(prefix="okapi-pg-")), _user("postgres"), free_port()
    try:
        if user:
            shutil.chown(folder, user)
        (folder / "password").write_text("s3cret")
        (folder / "password").chmod(0o644)
        data, tool = str(folder / "data"), str(found[-1])
        _run(
            [f"{tool}/initdb", "-D", data, "-U", "okapi", "-A", "scram-sha-256", "--no-sync",
             "--pwfile", str(folder / "password"), "--encoding", "UTF8", "--locale", "C.UTF-8"],
            user,
        )  # fmt: skip
        options = (
            f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -p {port} -c fsync=off"
        )
        start = [f"{tool}/pg_ctl", "-D", data, "-s", "-w", "-l", str(folder / "log")]
        _run([*start, "-o", options, "start"], user)
        try:
            yield port
        finally:
            _run([f"{tool}/pg_ctl", "-D", data, "-m", "immediate", "-s", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def mariadb() -> Iterator[int]:
    """The port of a MariaDB with the user `okapi` (password `s3cret`) and its database `facts`."""
    server = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if server is None or install is None:
        pytest.skip("MariaDB is not installed")
    folder, user, port = Path(tempfile.mkdtemp(prefix="okapi-my-")), _user("mysql"), free_port()
    process = None
    try:
        if user:
            shutil.chown(folder, user)
        data = str(folder / "data")
        _run([install, "--no-defaults", f"--datadir={data}", "--skip-test-db",
              "--auth-root-authentication-method=normal"], user)  # fmt: skip
        (folder / "begin.sql").write_text(
            "create database facts;\ncreate user okapi identified by 's3cret';\n"
            "grant all on *.* to okapi with grant option;\n"
        )
        process = subprocess.Popen(
            [server, "--no-defaults", f"--datadir={data}", f"--socket={folder}/socket",
             "--bind-address=127.0.0.1", f"--port={port}", f"--init-file={folder}/begin.sql",
             f"--pid-file={folder}/pid", "--innodb-buffer-pool-size=16M"],
            user=user, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        _wait(port)
        yield port
    finally:
        if process is not None:
            process.terminate()
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int) -> None:
    for _ in range(300):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")
