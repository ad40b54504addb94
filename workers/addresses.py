"""Checks whether a text can be the address of a database, a server or a web page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def is_database_url(url: str) -> bool:
    """True when the scheme is PostgreSQL's and the port is possible. Other mistakes show when the URL is used."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("postgresql", "postgres") and parts.port != 0
    except ValueError:
        return False


def is_server_address(address: str) -> bool:
    """True for `host:port`."""
    host, colon, port = address.rpartition(":")
    return bool(colon and _HOST.fullmatch(host)) and _is_port(port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 65_536


def is_web_address(url: str) -> bool:
    """True for an `http` or `https` URL with a host and a possible port."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(_host(parts.netloc))) and parts.port != 0
    except ValueError:
        return False


def _host(netloc: str) -> str:
    return re.sub(r":\d+$", "", netloc.rpartition("@")[2])
