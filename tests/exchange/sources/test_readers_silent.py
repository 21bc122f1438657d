"""Servers that let somebody in and then say nothing, or next to nothing: readers leave them."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from okapi.base.outward import UnreachableError
from okapi.exchange.sources.kinds import SourceKind
from okapi.exchange.sources.readers import Limits, Wanted, reader_of

LIMITS = Limits(0.5, 1_000, 10)
_PATIENCE = 6.0  # seconds, after which a server gives up itself


@pytest.fixture(autouse=True)
def near(settings: Any) -> None:
    settings.REACHABLE_HOSTS = ["127.0.0.1"]


class Server:
    """Serves one guest; `was_left` is set once the guest has hung up."""

    def __init__(self) -> None:
        self.port = 0
        self.was_left = threading.Event()


@contextmanager
def serving(greet: Callable[[socket.socket], socket.socket], drip: bytes) -> Iterator[Server]:
    """A server that greets, and then only lets a drop fall now and then."""
    made = Server()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made.port = listening.getsockname()[1]

        def serve() -> None:
            guest = greet(listening.accept()[0])
            guest.settimeout(0.1)
            with guest, suppress(OSError):
                for _ in range(int(_PATIENCE / 0.1)):
                    guest.sendall(drip)
                    with suppress(TimeoutError):
                        if not guest.recv(1_000):
                            made.was_left.set()
                            return

        thread = threading.Thread(target=serve)
        thread.start()
        yield made
        thread.join()


def read(kind: SourceKind, port: int, into: Path, **place: str) -> None:
    there = {"host": "127.0.0.1", "port": str(port), "database": "d", "user": "u"}
    wanted = Wanted(
        kind, "Facts", there | place, "select 1", {"secret": "s3cret"}, None, ZoneInfo("UTC")
    )
    with pytest.raises(UnreachableError) as late:
        reader_of(kind).read(wanted, into, LIMITS)
    assert late.value.code == "source.too_slow"


def postgresql(guest: socket.socket) -> socket.socket:
    """Lets anybody in; answers no query."""
    while (asked := guest.recv(1_000))[4:8] == b"\x04\xd2\x16\x2f":  # about TLS
        guest.sendall(b"N")
    assert b"user" in asked
    guest.sendall(b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I")
    return guest


def test_a_silent_postgresql(tmp_path: Path) -> None:
    with serving(postgresql, b"") as server:
        read(SourceKind.POSTGRESQL, server.port, tmp_path / "rows")
    assert server.was_left.is_set()


def certified(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate of its own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    day = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder(
        issuer_name=name, subject_name=name, public_key=key.public_key(),
        serial_number=1, not_valid_before=day, not_valid_after=day.replace(year=2046),
    ).sign(key, hashes.SHA256())  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "tls.pem").write_bytes(private + made.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem")
    return context


def test_a_dripping_mysql_behind_tls(tmp_path: Path) -> None:
    pytest.importorskip("pymysql", reason="the extra okapi[mysql] is not installed")
    context = certified(tmp_path)
    hello = (
        b"\x0a8.0.0\0" + b"\1\0\0\0" + b"a" * 8 + b"\0" + b"\xff\xff\x2d\2\0\xff\xdf\x15"
        + b"\0" * 10 + b"a" * 12 + b"\0mysql_native_password\0"
    )  # fmt: skip

    def mysql(guest: socket.socket) -> socket.socket:
        guest.sendall(len(hello).to_bytes(3, "little") + b"\0" + hello)
        guest.recv(36)  # wants TLS
        secured = context.wrap_socket(guest, server_side=True)
        secured.recv(1_000)
        secured.sendall(b"\xff\xff\0\3")  # 65,535 bytes will come
        return secured

    with serving(mysql, b"x") as server:
        read(SourceKind.MYSQL, server.port, tmp_path / "rows", tls="encrypted")
    assert server.was_left.is_set()
