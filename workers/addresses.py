"""Whether a text can be the address of a database, of a server or of a web page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


def is_database_url(url: str) -> bool:
    """With a scheme, a host or a `host=` and a port that can be one; whatever else is wrong, the connection tells."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("postgresql", "postgres") and parts.port != 0
    except ValueError:
        return False


def is_server_address(address: str) -> bool:
    """`host:port`."""
    host, colon, port = address.rpartition(":")
    return bool(colon and _HOST.fullmatch(host)) and _is_port(port)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text[:6]) < 65_536


def is_web_address(url: str) -> bool:
    """With a host, and a port that can be one; `http` and `https` alone are spoken."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(_HOST.fullmatch(_host(parts.netloc))) and parts.port != 0
    except ValueError:
        return False


def _host(netloc: str) -> str:
    return re.sub(r":\d+$", "", netloc.rpartition("@")[2])
