"""The events that change the rules of an open dossier: its units merged, or a letter changed the calendar."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent, Due
from domain.organisation.routing import Reason
from domain.values import Code, Day, Hash, Value


class UnitMove(Value):
    """A closed unit of a dossier, and its successor."""

    old: Code
    old_name: str
    new: Code


class MovedToSuccessor(BaseEvent):
    """The dossier's units merged: the new units replace the old ones. The clocks keep running."""

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
    """The day of the merger, from which the new codes are right. None: the day of the event."""
    handover_lapsed: bool = False
    """True: an open handover ended too: its receiver was divided, has merged with its sender, or is competent now."""


class CalendarChanged(BaseEvent):
    """A letter changed the calendar. The printed date stays beside the new one."""

    kind: Literal["calendar_changed"] = "calendar_changed"
    calendar: Hash
    letter: str
    keeps_promise: bool
    before: Due
    """The dates under the old calendar; None for a date that it could not reach."""
    due: Due
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None
    """For a dossier with a result that no calendar was long enough to judge before; None otherwise."""


class RulesChanged(BaseEvent):
    """An operator moved the dossier to other versions of its procedure or ladder. Limit, promise and fee stay."""

    kind: Literal["rules_changed"] = "rules_changed"
    procedure: Hash
    procedure_before: Hash
    escalation: Hash
    escalation_before: Hash
    reason: str


RulesEvent = MovedToSuccessor | CalendarChanged | RulesChanged
