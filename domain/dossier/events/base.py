"""The fields of every event, and the dates that many events have."""

from __future__ import annotations

from domain.deadlines.limits import WhichClock
from domain.values import Hash, Instant, Value


class BaseEvent(Value):
    """`at` is when it happened. `note` is the commitment to a text that a person wrote, which is in the vault."""

    at: Instant
    note: Hash | None = None


class LeavesCalls(BaseEvent):
    """An event after which calls with an effect may be under way that nobody needs any more."""

    awaited: tuple[str, ...] = ()
    """The ids of these calls. They are asked until they are answered, and what was done outside is recorded."""


class Due(Value):
    """The two dates of a dossier after an event; None where there is no such clock."""

    statutory: Instant | None
    promised: Instant | None
    beyond: tuple[WhichClock, ...] = ()
    """The clocks that exist, but whose date is None because it lies beyond the calendar's end."""
