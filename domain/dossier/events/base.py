"""What every event has."""

from __future__ import annotations

from domain.deadlines.limits import WhichClock
from domain.values import Hash, Instant, Value


class BaseEvent(Value):
    """`at` is when it happened; `note` the commitment to a text that a person wrote, kept in the vault."""

    at: Instant
    note: Hash | None = None


class Due(Value):
    """The two dates of a dossier, as they stand after an event; None where there is no such clock."""

    statutory: Instant | None
    promised: Instant | None
    beyond: tuple[WhichClock, ...] = ()
    """The clocks that are there and whose date lies beyond the end of the calendar, so that it is None as well."""
