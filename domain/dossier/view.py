"""The read models of a dossier: the values that screens, registers and work-lists show.

They can be deleted at any time and rebuilt from the ledger. No decision uses them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from domain.deadlines.limits import WhichClock
from domain.deadlines.timing import Holder
from domain.dossier.state import State
from domain.procedures.procedure import Channel
from domain.roles import Role
from domain.values import Code, Instant, Value

FORM = 7
"""The form of the read models. It grows whenever one of them is computed otherwise: a field more, another value. Then
those of an older form are made again from the events (`activities/ledger/renewal.py`). A test fails until it grows."""


class WorkAct(StrEnum):
    """What an item of the work-list asks for: a command's kind, or `pay` and `repair`, which are done elsewhere."""

    ACCEPT = "accept"
    COMPLETE_STEP = "complete_step"
    ASSIGN = "assign"
    APPROVE = "approve"
    SIGN = "sign"
    RESOLVE = "resolve"
    RECEIVE_SUPPLEMENT = "receive_supplement"
    RESUME = "resume"
    RETURN_RESULT = "return_result"
    REQUEST_POST = "request_post"
    REQUEST_PAYMENT = "request_payment"
    PROPOSE_FEE = "propose_fee"
    APPROVE_FEE = "approve_fee"
    PAY = "pay"
    GIVE_OPINION = "give_opinion"
    HAND_OVER = "hand_over"
    CONFIRM_IDENTITY = "confirm_identity"
    ACKNOWLEDGE_HANDOVER = "acknowledge_handover"
    REPAIR = "repair"
    ACKNOWLEDGE_ESCALATION = "acknowledge_escalation"
    EXPLAIN_ESCALATION = "explain_escalation"


ANSWERS = (WorkAct.ACKNOWLEDGE_ESCALATION, WorkAct.EXPLAIN_ESCALATION)
"""What is due by its own time. All else is due by the date of its dossier: no later than the dossier is overdue."""


class WorkItem(Value):
    """Who should do what for a dossier. `act` is a `WorkAct`, or an act that only another release has. `person` None:
    anybody in the role.

    There is at most one item for an act in a unit.
    """

    dossier: Code
    unit: Code
    role: Role
    person: Code | None = None
    act: Code
    due: Instant | None = None
    since: Instant


class DossierSummary(Value):
    """One line of the register. Lateness is in working minutes; None where there is no such clock or no end yet."""

    code: Code
    version: Annotated[int, Field(ge=1)]
    state: State
    portal_code: int
    procedure: Code
    channel: Channel
    received_by: Code
    competent: Code | None = None
    responsible: Code | None = None
    assignee: Code | None = None
    step: Code | None = None
    statutory_due: Instant | None = None
    promised_due: Instant | None = None
    statutory_beyond: bool = False
    promised_beyond: bool = False
    """True: the date lies beyond the calendar's end and is computed when the calendar is extended."""
    overdue_statutory_from: Instant | None = None
    overdue_promised_from: Instant | None = None
    """An open dossier is overdue after this instant, by the earliest date that binds; None if it was paused in time."""
    received_at: Instant | None = None
    """None if it was not received, and for a child of an interconnected dossier: every statistic counts what was
    received, so the whole is counted once, and its children are not."""
    ended_at: Instant | None = None
    late_statutory_minutes: int | None = None
    late_promised_minutes: int | None = None
    used_minutes: int | None = None
    """Working minutes from receipt to the end in which the authority had it: without pauses. None while it is open, or
    if it was never received."""
    statutory_minutes: int | None = None
    promised_minutes: int | None = None
    """Working minutes that the limit gave, counted when it ended."""
    late_statutory_by: tuple[Holder, ...] = ()
    late_promised_by: tuple[Holder, ...] = ()
    """To whom the lateness is attributed: who had the dossier after the date that binds. While it is open and not
    overdue: who has it now, and will be late with it. Empty if it cannot become late, or ended in time."""
    rung: Code | None = None
    """The last rung of the escalation ladder that fired."""
    crossing: bool = False
    """True: received by a unit other than the competent one."""
    updated_at: Instant

    def is_late(self, which: WhichClock, at: datetime) -> bool:
        """True if it is open and overdue on the clock at that instant, or ended late on it."""
        statutory = which is WhichClock.STATUTORY
        overdue = self.overdue_statutory_from if statutory else self.overdue_promised_from
        return (overdue is not None and overdue < at) or (self.late_minutes(which) or 0) > 0

    def late_minutes(self, which: WhichClock) -> int | None:
        """Working minutes past the date when it ended; 0 or less when not late."""
        return self.late_statutory_minutes if which is WhichClock.STATUTORY else self.late_promised_minutes

    def late_by(self, which: WhichClock) -> tuple[Holder, ...]:
        """To whom lateness on the clock is attributed."""
        return self.late_statutory_by if which is WhichClock.STATUTORY else self.late_promised_by

    @property
    def beyond_the_calendar(self) -> tuple[WhichClock, ...]:
        """The clocks whose date needs a longer calendar."""
        waiting = {WhichClock.STATUTORY: self.statutory_beyond, WhichClock.PROMISED: self.promised_beyond}
        return tuple(which for which, waits in waiting.items() if waits)


class DossierView(DossierSummary):
    """All read models of one dossier: `snapshot` is the whole state, `work` what is to be done now."""

    form: int = 0
    """The `FORM` of the release that wrote it; 0: an older one."""
    snapshot: dict[str, Any]
    work: tuple[WorkItem, ...] = ()
