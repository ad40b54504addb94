"""What a client of a test's own servers takes, which are all plain HTTP."""

from __future__ import annotations

import ssl

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no authority. Without it, each client of httpx2 loads all authorities of the machine, for nothing."""
