"""How this flavour waits. The other flavour has the same names."""

from __future__ import annotations

from asyncio import Lock, sleep

__all__ = ["Lock", "sleep"]
