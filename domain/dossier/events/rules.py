"""The rules changed under an open dossier: its units merged, a letter moved the calendar."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent, Due
from domain.organisation.routing import Reason
from domain.values import Code, Day, Hash, Value


class UnitMove(Value):
    """One unit of a dossier and the one that took it over."""

    old: Code
    old_name: str
    new: Code


class MovedToSuccessor(BaseEvent):
    """The dossier's units merged: what stood for the old ones stands for the new ones; clocks run on unbroken."""

    kind: Literal["moved_to_successor"] = "moved_to_successor"
    organisation: Hash
    source: str
    moves: tuple[UnitMove, ...]
    received_by: Code
    competent: Code | None
    queue: Code | None
    responsible: Code | None
    signing_unit: Code | None
    reasons: tuple[Reason, ...]
    effective: Day | None = None
    """The day of the merger: since when the new codes stand. None: the day of the event."""
    handover_lapsed: bool = False
    """An open handover ended with it: its receiver was divided, or has become one with its sender."""


class CalendarChanged(BaseEvent):
    """A letter changed the calendar; the date that was printed stays printed beside the new one."""

    kind: Literal["calendar_changed"] = "calendar_changed"
    calendar: Hash
    letter: str
    keeps_promise: bool
    before: Due
    """A date that the calendar before could not reach is None."""
    due: Due
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None
    """Of a dossier with a result that no calendar had reached to judge; None otherwise."""


RulesEvent = MovedToSuccessor | CalendarChanged
