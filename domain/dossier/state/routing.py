"""Whose dossier it is: the units that have it, and how it went from one to another."""

from __future__ import annotations

from dataclasses import dataclass

from domain.dossier.events import UnitMove
from domain.values import Code, Day, Instant


@dataclass(frozen=True, kw_only=True)
class Routing:
    """The units of a dossier, and since when their codes mean what they say (codes are reused)."""

    received_by: Code
    """The desk: it gives the result back."""
    competent: Code | None = None
    queue: Code | None = None
    """The coordination queue that must find the competent authority, while there is none."""
    responsible: Code | None = None
    """The unit that answers for finishing: the competent one, or the one that an escalation put in its place."""
    crossing: bool = False
    """Received by another unit than the competent one."""
    routed_on: Day | None = None
    """The day on which `competent` and `queue` were those units' codes."""
    followed_on: Day | None = None
    """The day of the last merger that the dossier followed: on it, every code that then stood here was right."""
    moved_units: tuple[UnitMove, ...] = ()
    """The units that merged while the dossier was open: a command addressed to an old one still lands."""


@dataclass(frozen=True, kw_only=True)
class Handover:
    """One transfer from a unit to another; open until it is acknowledged or refused."""

    from_unit: Code
    to_unit: Code
    sent_at: Instant
    acknowledged_at: Instant | None = None
    refused_at: Instant | None = None
    lapsed_at: Instant | None = None
    """A merger left nobody to answer it."""
    overdue_at: Instant | None = None

    @property
    def open(self) -> bool:
        """The receiver has not answered."""
        return self.acknowledged_at is None and self.refused_at is None and self.lapsed_at is None


@dataclass(frozen=True, kw_only=True)
class Handovers:
    """The transfers in order, and the wait of a coordination queue."""

    sent: tuple[Handover, ...] = ()
    coordination_overdue_at: Instant | None = None
    """Nobody found the competent authority in time."""

    @property
    def open(self) -> Handover | None:
        """The transfer that nobody has answered yet."""
        return self.sent[-1] if self.sent and self.sent[-1].open else None
