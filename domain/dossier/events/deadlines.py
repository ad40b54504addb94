"""The events of the deadlines and of the ladder: warned, escalated, extended, corrected."""

from __future__ import annotations

from typing import Literal

from domain.deadlines.limits import WhichClock
from domain.dossier.commands import Correction
from domain.dossier.events.base import BaseEvent, Due
from domain.organisation.routing import Reason
from domain.rules.audience import Addressee
from domain.rules.escalation import Whom
from domain.values import Code, Instant


class Firing(BaseEvent):
    """What is recorded of every rung that fires. The first five releases recorded neither occasion nor people."""

    rung: Code
    clock: WhichClock | None
    """None for a wait: of a handover, an opinion, a signature …"""
    due: Instant
    """The date of the clock; for a wait the instant that has passed."""
    notify: tuple[Whom, ...]
    notified_units: tuple[Code, ...]
    occasion: str = ""
    """What it fired for: `promised/1` is the first limit of that clock, `handover/2` the second handover."""
    number: int = 0
    """The number of the escalation in the dossier, if somebody must answer or explain; 0 otherwise."""
    unit: Code | None = None
    """The highest unit that was told, which must answer if anybody must."""
    addressees: tuple[Addressee, ...] = ()
    passed_over: tuple[Reason, ...] = ()
    """Who was away, which post nobody holds, and to which level it went instead."""
    council: Code | None = None
    answer_within_working_hours: int | None = None
    answer_by: Instant | None = None
    """When the escalation climbs if nobody has acknowledged it. None: no answer is wanted."""
    explains: Code | None = None
    """The unit that must explain why it kept the dossier waiting."""
    explain_by: Instant | None = None


class DeadlineWarned(Firing):
    """A rung before expiry fired: the officer and the head of unit are warned."""

    kind: Literal["deadline_warned"] = "deadline_warned"


class DossierEscalated(Firing):
    """A rung at or past expiry, or of a wait, fired. `responsible` is the unit that must now finish the dossier."""

    kind: Literal["dossier_escalated"] = "dossier_escalated"
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
