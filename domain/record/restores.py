"""The places of events in the order of a ledger that was restored to an earlier moment.

Each restore numbers its transactions from a new multiple of 2^32, above all numbers before it (decision 018). The
events that were lost had the same versions as those that follow now, and others may remember them: the portal, the
notice gateway, the receivers of events. So what identifies an event to others names this span, too.
"""

from __future__ import annotations

SPAN = 32
"""A restore begins at a multiple of 2 to this power."""


def span_of(xid: int) -> int:
    """0 for the events of a ledger that was never restored; another number after each restore."""
    return xid >> SPAN


def marked(name: str, xid: int, separator: str) -> str:
    """The name of an event to others: as it is, and after a restore with the span behind it."""
    span = span_of(xid)
    return f"{name}{separator}{span}" if span else name
