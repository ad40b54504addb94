"""The events of the deadlines: warned, escalated, extended, corrected."""

from __future__ import annotations

from typing import Literal

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import Correction
from domain.dossier.events.base import BaseEvent, Due
from domain.rules.escalation import Whom
from domain.values import Code, Instant


class DeadlineWarned(BaseEvent):
    """A rung before expiry fired: the officer and the head of unit are warned."""

    kind: Literal["deadline_warned"] = "deadline_warned"
    rung: Code
    clock: WhichClock
    due: Instant
    notify: tuple[Whom, ...]
    notified_units: tuple[Code, ...]


class DossierEscalated(BaseEvent):
    """A rung at or past expiry fired. `responsible` is the unit that must now finish the dossier."""

    kind: Literal["dossier_escalated"] = "dossier_escalated"
    rung: Code
    clock: WhichClock
    due: Instant
    notify: tuple[Whom, ...]
    notified_units: tuple[Code, ...]
    responsible: Code | None


class DeadlineExtended(BaseEvent):
    """A new date, with the apology letter (phiếu xin lỗi và hẹn lại)."""

    kind: Literal["deadline_extended"] = "deadline_extended"
    until: Instant
    legal_basis: str
    due: Due
    granted_to: tuple[WhichClock, ...] | None = None
    """The clocks that have this date; no later change takes it away. None in events of the first release."""


class EntryCorrected(BaseEvent):
    kind: Literal["entry_corrected"] = "entry_corrected"
    correction: Correction
    legal_basis: str
    due: Due
    received_before: Instant | None = None
    """For a corrected receipt: the time before. If it is earlier, its date binds too. None in events of the first
    release, where it did not bind."""


DeadlineEvent = DeadlineWarned | DossierEscalated | DeadlineExtended | EntryCorrected
