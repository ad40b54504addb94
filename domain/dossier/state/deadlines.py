"""The deadlines of a dossier: its clocks, the computed dates, and the rungs that fired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from domain.deadlines import clock
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.state.later_fields import LATER
from domain.values import Code, Hash, Instant


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A rung of the ladder that fired for an occasion (one limit, one handover …), and when it fired last for it."""

    rung: Code
    at: Instant
    occasion: Annotated[str, LATER] = ""
    """Empty for the first limit of a clock, which earlier releases did not name."""


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """There is no clock before intake. A date is also None while it lies beyond the calendar's end."""

    timing: Timing | None = None
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    printed_promise: Instant | None = None
    """The date on the applicant's receipt. It never changes."""
    extended_until: Instant | None = None
    binding_calendars: tuple[Hash, ...] = ()
    """Earlier calendars whose promised dates still bind."""
    fired: tuple[Fired, ...] = ()
    """The rungs of the escalation ladder that have fired, each once for an occasion, the latest last."""
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None

    @property
    def has_clock(self) -> bool:
        """True if it was accepted and has a limit or a promise."""
        return any(self.has(which) for which in WhichClock)

    def has(self, which: WhichClock) -> bool:
        """True if it was accepted and has this clock."""
        return self.timing is not None and clock.has(self.timing, which)

    def due(self, which: WhichClock) -> Instant | None:
        """The date as it was computed last."""
        return self.statutory_due if which is WhichClock.STATUTORY else self.promised_due

    def late_minutes(self, which: WhichClock) -> int | None:
        """The judged lateness in working minutes; 0 or less when not late; None when not judged."""
        return self.late_statutory_minutes if which is WhichClock.STATUTORY else self.late_promised_minutes
