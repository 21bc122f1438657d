"""Connections that people ask the server to make: only to where the public reaches too.

An address of the own network, the machine or its neighbours is refused, unless the installation
names it (`OKAPI_REACHABLE_HOSTS`). The address that was looked at is the one that is connected to,
so that a name cannot mean another one a moment later.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from time import monotonic

from django.conf import settings

from okapi.core.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public by number, and yet near: translations of IPv4, old site addresses, a cloud's services.
_NEAR = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16",
                                               "2001::/32", "::/96", "fec0::/10",
                                               "::ffff:0:0:0/96", "192.88.99.0/24",
                                               "3fff::/20", "5f00::/16")))  # fmt: skip
_SERVICES = frozenset({ipaddress.ip_address("168.63.129.16")})
_LONGEST_NAME = 253


class UnreachableError(Refused):
    """Nobody answers there now; it may be otherwise later."""


def connect(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to a host by name or address, within so many seconds, however many it has.

    `Refused` (`outward.private`, `outward.host`); `UnreachableError` (`outward.unknown_host`,
    `outward.no_answer`).
    """
    addresses = allowed_addresses(host, port)
    until = monotonic() + seconds
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        # What is left is shared, so that one that never answers leaves some to those after it.
        share = (until - monotonic()) / left
        if share <= 0:
            break
        try:
            made = socket.create_connection((address, port), timeout=share)
        except OSError:
            continue
        made.settimeout(seconds)
        return made
    raise UnreachableError("outward.no_answer", host=host[:80], port=port)


def allowed_addresses(host: str, port: int) -> list[str]:
    """Where the host is, if every one of its addresses may be reached; else refused as `connect`.

    A name that means a public and a private address is refused: nobody knows which one is meant.
    """
    name = checked_name(host)
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as unknown:
        raise UnreachableError("outward.unknown_host", host=host[:80]) from unknown
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not is_named(name) and not all(map(_may_reach, addresses)):
        raise Refused("outward.private", host=host[:80])
    return addresses


def is_named(name: str) -> bool:
    """Whether the installation names the host itself, whatever its address is."""
    return name in {one.lower().rstrip(".") for one in settings.REACHABLE_HOSTS}


def checked_name(host: str) -> str:
    """The name or address of a host, plainly: `Refused` (`outward.host`) where it is none."""
    name = host.strip().lower().rstrip(".").removeprefix("[").removesuffix("]")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or set(name) & set(" /\\@,"):
        raise Refused("outward.host", field="host", host=host[:80])
    return name


def _may_reach(text: str) -> bool:
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if any(address in network for network in _named_networks()):
        return True
    if address in _SERVICES or any(address in network for network in _NEAR):
        return False
    return address.is_global and not address.is_multicast


def _named_networks() -> Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """What of the list is an address or a network (`10.1.0.0/16`)."""
    found = []
    for text in settings.REACHABLE_HOSTS:
        try:
            found.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            continue  # a name
    return found
