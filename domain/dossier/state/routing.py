"""The units that have the dossier, and its handovers from one unit to another."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.events import UnitMove
from domain.values import Code, Day, Instant


@dataclass(frozen=True, kw_only=True)
class Routing:
    """The units of a dossier, and the days on which their codes are right (codes are reused)."""

    received_by: Code
    """The receiving desk, which also gives the result back."""
    competent: Code | None = None
    queue: Code | None = None
    """The coordination queue that must find the competent authority while there is none."""
    responsible: Code | None = None
    """The unit that must finish the dossier: the competent one, or the one that an escalation put in its place."""
    crossing: bool = False
    """True: received by a unit other than the competent one."""
    routed_on: Day | None = None
    """The day on which `competent` and `queue` were those units' codes."""
    followed_on: Day | None = None
    """The day of the last merger that the dossier followed. On that day every code here was right."""
    moved_units: tuple[UnitMove, ...] = ()
    """The units that merged while the dossier was open, so that a command from an old unit is still accepted."""

    @property
    def waits_for_authority(self) -> bool:
        """True in a coordination queue."""
        return self.competent is None and self.queue is not None

    @property
    def taken_over(self) -> bool:
        """True if an escalation put another unit in the place of the one that would finish it.

        That one is the competent unit; in the coordination queue the queue, before intake the desk.
        """
        return self.responsible not in (None, self.competent or self.queue or self.received_by)


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One transfer from a unit to another; open until it is acknowledged, refused or lapsed."""

    from_unit: Code
    to_unit: Code
    sent_at: Instant
    acknowledged_at: Instant | None = None
    refused_at: Instant | None = None
    lapsed_at: Instant | None = None
    """When a merger left no unit that could answer it."""
    overdue_at: Instant | None = None

    @property
    def open(self) -> bool:
        """True if the receiver has not answered and still can."""
        return self.acknowledged_at is None and self.refused_at is None and self.lapsed_at is None


@dataclass(frozen=True, kw_only=True)
class Handovers:
    """The transfers in order, and the overdue wait in a coordination queue."""

    sent: tuple[Handover, ...] = ()
    coordination_overdue_at: Instant | None = None
    """When it was reported that nobody had found the competent authority in time."""

    @property
    def open(self) -> Handover | None:
        """The transfer that is not answered yet."""
        return self.sent[-1] if self.sent and self.sent[-1].open else None
