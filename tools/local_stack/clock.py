"""The wall clock of the processes' side of the house."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, with its zone."""
    return datetime.now(UTC)
