"""`okapi serve`: pages, live streams and the processes beside them, as one command."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from okapi import __version__
from okapi.cli import framework, migrate
from okapi.cli.children import Child, Children
from okapi.core.errors import Refused
from okapi.wording import say

# What runs beside the server, each a command of ours that calls `children.end_with_parent`.
CHILDREN: tuple[Child, ...] = (Child("ticker", ("-m", "okapi", "tick")),)

APPLICATION = "okapi.config.servers:application"
SHUTDOWN_SECONDS = 5
"""For requests under way; open streams would otherwise hold the server and its port for ever."""
POOL = "16"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--migrate", "with_migrate", is_flag=True)
def serve(host: str, port: int, *, with_migrate: bool) -> None:
    """Serve until stopped."""
    listener = bind(host, port)
    prepare(with_migrate=with_migrate)
    url, key = address(host, port), setup_key()
    run(listener, ready=lambda: welcome(url, key))


def setup_key() -> str | None:
    """A new key to the first set-up, while nobody can sign in."""
    from django.db import connections

    from okapi.orgs.actions import setup

    try:
        return setup.issue_key()
    finally:
        connections.close_all()  # the server opens its own


def welcome(url: str, key: str | None) -> None:
    """Print the address; while nobody can sign in, that of the set-up with its key."""
    click.echo(say("serve.address", url=url))
    if key is not None:
        click.echo(say("serve.setup", url=f"{url}setup/?key={key}"))


def bind(host: str, port: int) -> socket.socket:
    """The socket on which the server will listen, taken before anything slow is done.

    Raises:
        Refused: `serve.port_in_use`, `serve.host_unknown` or `serve.not_allowed`.
    """
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise Refused("serve.host_unknown", host=host) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
    except OSError as error:
        listener.close()
        raise _why_not(error, host, port) from error
    listener.set_inheritable(True)
    return listener


def prepare(*, with_migrate: bool) -> None:
    """Load the apps and make sure that the database and the static files are up to date.

    Where there is no database yet, it is made.

    Raises:
        Refused: `serve.migrations_missing`, unless told to apply them.
    """
    os.environ.setdefault("OKAPI_DATABASE_POOL", POOL)
    framework.start()
    migrate.make_if_missing()
    if with_migrate:
        migrate.bring_up_to_date()
    elif missing := migrate.pending():
        raise Refused("serve.migrations_missing", n=len(missing))
    lay_out_static_files()


def run(listener: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve on the socket, with the processes beside it, until SIGINT or SIGTERM.

    `ready` is called once, when the first visitor may come.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

    server = Server(
        uvicorn.Config(
            APPLICATION,
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )
    )
    # uvicorn finishes what is under way, then raises the signal once more for those around it.
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, _leave)
    with Children(CHILDREN):
        server.run(sockets=[listener])


def address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    shown = "localhost" if host in {"0.0.0.0", "::", "127.0.0.1"} else host  # noqa: S104 - read, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def lay_out_static_files() -> None:
    """Collect the static files, their hash in their names, if they differ from the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    if settings.DEBUG:
        return
    files = sorted(
        (name, storage.path(name))
        for finder in get_finders()
        for name, storage in finder.list(["CVS", ".*", "*~"])
    )
    stamp = Path(settings.STATIC_ROOT) / "okapi.sha256"
    wanted = _fingerprint(files)
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted, encoding="ascii")


def _leave(_number: int, _frame: FrameType | None) -> NoReturn:
    """Stopping a server is no failure."""
    raise SystemExit(0)


def _fingerprint(files: list[tuple[str, str]]) -> str:
    digest = hashlib.sha256(__version__.encode())
    for name, path in files:
        known = Path(path).stat()
        digest.update(f"\0{name}\0{known.st_size}\0{known.st_mtime_ns}".encode())
    return digest.hexdigest()


def _why_not(error: OSError, host: str, port: int) -> Refused:
    if error.errno == errno.EADDRINUSE:
        return Refused("serve.port_in_use", port=port, free=_a_free_port(host))
    if error.errno == errno.EACCES:
        return Refused("serve.not_allowed", port=port)
    return Refused("serve.host_unknown", host=host)


def _a_free_port(host: str) -> int:
    with socket.socket() as probe:
        probe.bind((host if host.count(".") == 3 else "127.0.0.1", 0))
        return int(probe.getsockname()[1])
