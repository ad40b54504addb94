"""The header Retry-After: when a system that is busy wants to be asked again, in seconds or as a date."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 900.0
"""Seconds. A system that says more is asked again after this: it may be back sooner, and a dossier waits for it."""


def seconds_of(retry_after: str | None, date: str | None) -> float | None:
    """The seconds to wait, above 0 and at most LONGEST. None: the header is absent, in the past, or no time at all.

    `date` is the header Date of the same reply. A date to come again is measured from it, so a system whose clock is
    hours off is still understood.
    """
    if retry_after is None:
        return None
    written = retry_after.strip()
    if written.isascii() and written.isdigit():
        seconds = float(written) if len(written) < 10 else LONGEST
    else:
        again = _read(written)
        if again is None:
            return None
        seconds = (again - (_read(date) or datetime.now(UTC))).total_seconds()
    return min(seconds, LONGEST) if seconds > 0 else None


def _read(date: str | None) -> datetime | None:
    try:
        read = parsedate_to_datetime(date or "")
    except (ValueError, OverflowError):
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read
