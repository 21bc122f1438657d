"""Where people may send the server, and where not."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from okapi.base import outward
from okapi.base.outward import UnreachableError
from okapi.core.errors import Refused


def meaning(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let every name mean these addresses; which names were asked for."""
    asked: list[str] = []

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1",
        "224.0.0.1", "239.1.1.1", "255.255.255.255", "240.0.0.1", "168.63.129.16",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::9", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1",
        "2002:7f00:1::1", "2001:0:4136:e378::1", "::7f00:1", "fec0::1",
        "::ffff:0:127.0.0.1", "192.88.99.1", "3fff::1", "5f00::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    meaning(monkeypatch, address)
    with pytest.raises(Refused) as refused:
        outward.connect("innocent.example", 80, 1)
    assert refused.value.code == "outward.private"
    assert address not in str(refused.value)  # the name only: nobody maps our network with it


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_what_is_public_may_be_reached(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    meaning(monkeypatch, address)
    assert outward.allowed_addresses("open.example", 443) == [address]


def test_a_name_with_two_minds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(Refused):
        outward.allowed_addresses("rebind.example", 80)


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = meaning(monkeypatch, "8.8.8.8")
    tried: list[Any] = []

    def connect(where: Any, timeout: float) -> socket.socket:
        tried.append(where)
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnreachableError) as late:
        outward.connect("Open.Example.", 80, 1)
    assert (asked, tried) == (["open.example"], [("8.8.8.8", 80)])
    assert late.value.code == "outward.no_answer"


def test_all_addresses_of_a_name_share_one_time(monkeypatch: pytest.MonkeyPatch) -> None:
    meaning(monkeypatch, "8.8.8.1", "8.8.8.2", "8.8.8.3", "8.8.8.4")
    passed = [0.0]
    monkeypatch.setattr(outward, "monotonic", lambda: passed[0])

    def never(_where: Any, timeout: float) -> socket.socket:
        passed[0] += timeout
        raise TimeoutError

    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(UnreachableError):
        outward.connect("slow.example", 80, 12)
    assert passed == [12]


@pytest.mark.parametrize("said", ["db.internal", "DB.internal.", "10.0.0.5", "10.0.0.0/8"])
def test_the_installation_names_what_may_be_reached(
    monkeypatch: pytest.MonkeyPatch, settings: Any, said: str
) -> None:
    settings.REACHABLE_HOSTS = [said]
    meaning(monkeypatch, "10.0.0.5")
    assert outward.allowed_addresses("db.internal", 5432) == ["10.0.0.5"]


def test_a_name_allows_no_other_name(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.REACHABLE_HOSTS = ["db.internal", "10.0.0.4"]
    meaning(monkeypatch, "10.0.0.5")
    with pytest.raises(Refused):
        outward.allowed_addresses("db.internal.evil.example", 5432)


@pytest.mark.parametrize(
    "text", ["", " ", "a b", "a/b", "user@host", "a\nb", "/tmp/socket", "a,b", "x" * 254, "a\0b"]
)
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(Refused) as refused:
        outward.connect(text, 80, 1)
    assert refused.value.code == "outward.host"


@pytest.mark.parametrize("text", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "0", "[::1]"])
def test_the_machine_itself_by_other_names(text: str) -> None:
    with pytest.raises(Refused) as refused:
        outward.connect(text, 80, 1)
    assert refused.value.code in ("outward.private", "outward.unknown_host")
