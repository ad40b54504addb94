"""How this flavour waits. The other flavour has the same names."""

from __future__ import annotations

from threading import Lock
from time import sleep

__all__ = ["Lock", "sleep"]
