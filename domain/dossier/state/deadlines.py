"""By when: the clocks of a dossier, the dates that were computed, and the rungs that fired."""

from __future__ import annotations

from dataclasses import dataclass

from domain.deadlines import clock
from domain.deadlines.clock import Timing, WhichClock
from domain.values import Code, Hash, Instant


@dataclass(frozen=True, kw_only=True)
class Fired:
    """A rung of the ladder that fired, and when it last did."""

    rung: Code
    at: Instant


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """No clock before intake. The dates are None, too, while they lie beyond the end of the calendar."""

    timing: Timing | None = None
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    printed_promise: Instant | None = None
    """The date on the receipt the applicant holds. It never moves."""
    extended_until: Instant | None = None
    binding_calendars: tuple[Hash, ...] = ()
    """Earlier calendars whose dates were promised and still bind."""
    fired: tuple[Fired, ...] = ()
    """The rungs of the escalation ladder that have fired, the latest last; each stands here once."""
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None

    @property
    def has_clock(self) -> bool:
        """It was accepted, and a limit or a promise is counted."""
        return any(self.has(which) for which in WhichClock)

    def has(self, which: WhichClock) -> bool:
        """It was accepted, and has this clock."""
        return self.timing is not None and clock.has(self.timing, which)

    def due(self, which: WhichClock) -> Instant | None:
        """The date as it was last computed."""
        return self.statutory_due if which is WhichClock.STATUTORY else self.promised_due

    def late_minutes(self, which: WhichClock) -> int | None:
        """How late it was judged to be, in working minutes; 0 or less when it was not."""
        return self.late_statutory_minutes if which is WhichClock.STATUTORY else self.late_promised_minutes
