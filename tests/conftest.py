"""For all tests: no network, quick password hashes, English unless a test speaks otherwise."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.cast",)

_connect = socket.socket.connect
ASK_THE_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}

settings.register_profile(
    # The machine may be busy: slowness is measured by the benchmark, never by a test.
    "okapi",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("okapi")


def pytest_configure() -> None:
    socket.socket.connect = _connect_near  # type: ignore[method-assign]  # undone by nobody: for the whole run
    from django.conf import settings as django_settings

    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Read by now: a process that a test starts is told its database, or has a home of its own.
    os.environ.pop("OKAPI_DATABASE_URL", None)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `database` what the database can change: all tests that pytest-django lets into it.

    The rest cannot ask it (pytest-django refuses), so another database says nothing new of them.
    """
    for item in items:
        asked = ASK_THE_DATABASE & set(getattr(item, "fixturenames", ()))
        if asked or item.get_closest_marker("django_db"):
            item.add_marker("database")


def _connect_near(self: socket.socket, address: Any) -> None:
    if self.family != socket.AF_UNIX and not _is_loopback(address):
        pytest.fail(f"a test reached for the network: {address}")
    _connect(self, address)


def _is_loopback(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture
def statements() -> Callable[[], Any]:
    """`with statements() as asked:` … `len(asked)`."""
    # Imported here, since tests/core runs without Django.
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    return lambda: CaptureQueriesContext(connection)
