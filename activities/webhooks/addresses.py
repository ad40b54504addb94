"""Decides to which network addresses a webhook may be sent, so that nobody reaches our own network through us (SSRF).

The name is resolved here, and the connection goes to exactly the addresses that were checked: a name that gives another
address a moment later changes nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from aiohttp.abc import AbstractResolver, ResolveResult

from domain.errors import InvalidInput
from domain.messages.events_out import EventsRefusal

LONGEST_URL = 2_000
_EMBEDDED_IPV4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""IPv6 networks whose last 32 bits are an IPv4 address: the translation of NAT64, and the old compatible form."""

_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*", re.ASCII)
"""The last part of a host that is read as an IPv4 address: `2130706433`, `127.1`, `0x7f.1`, `127.0.0.1.`. No name of
the internet ends so (RFC 3696)."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup = Callable[..., list[Any]]
"""Has the form of `socket.getaddrinfo`."""


class PrivateAddress(OSError):
    """The host has no public address, and it is not among the allowed hosts."""


def is_public(address: str) -> bool:
    """True for an address of the public internet; False for everything else, also for what is no address."""
    try:
        return all(map(_is_global, _meant(ipaddress.ip_address(address.partition("%")[0]))))
    except ValueError:
        return False


def _meant(address: Address) -> tuple[Address, ...]:
    """The address and every IPv4 address that is written inside it."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    inside += [ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) for network in _EMBEDDED_IPV4 if address in network]
    embedded = tuple(one for one in inside if one is not None)
    return embedded if address.ipv4_mapped is not None else (address, *embedded)


def _is_global(address: Address) -> bool:
    special = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_loopback
    site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    return address.is_global and not (special or site_local or address.is_link_local)


def require_receiver(url: str, allowed_hosts: AbstractSet[str]) -> None:
    """Accepts the address of a webhook before it is stored: https, and no address of an internal network.

    An allowed host may also be reached by http. Raises InvalidInput `webhook_url_not_https`, `webhook_address_private`.
    """
    host = _host_of(url)
    if host is None:
        raise InvalidInput(EventsRefusal.WEBHOOK_URL_NOT_HTTPS)
    if host in allowed_hosts:
        return
    if not url.lower().startswith("https://"):
        raise InvalidInput(EventsRefusal.WEBHOOK_URL_NOT_HTTPS)
    if (_is_ip(host) and not is_public(host)) or _is_number(host):
        raise InvalidInput(EventsRefusal.WEBHOOK_ADDRESS_PRIVATE, host=host)


def _host_of(url: str) -> str | None:
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        plain = parts.username is None and parts.password is None and "#" not in url and (parts.port or 443) > 0
    except ValueError:
        return None
    return parts.hostname if plain and parts.scheme in ("http", "https") and parts.hostname else None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _is_number(host: str) -> bool:
    """True for a host that is no proper IP address and yet is read as one. The HTTP client connects to such a host
    without asking the resolver below."""
    return not _is_ip(host) and _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


class CheckedResolver(AbstractResolver):
    """Resolves the names of receivers, and gives only public addresses, unless the host is allowed.

    It has threads of its own: a server of names that is slow for one receiver holds up nobody else.
    """

    def __init__(self, allowed_hosts: AbstractSet[str], lookup: Lookup = socket.getaddrinfo) -> None:
        self._allowed = allowed_hosts
        self._lookup = lookup
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="webhook-names")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a host. Raises PrivateAddress when one of them is not public."""
        look = partial(self._lookup, host, port, family=family, type=socket.SOCK_STREAM)
        found = await asyncio.get_running_loop().run_in_executor(self._threads, look)
        results = [
            ResolveResult(hostname=host, host=where[0], port=port, family=of, proto=proto, flags=socket.AI_NUMERICHOST)
            for of, _, proto, _, where in found
        ]
        if host.lower() not in self._allowed and not all(is_public(one["host"]) for one in results):
            raise PrivateAddress(host)
        return results

    async def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
