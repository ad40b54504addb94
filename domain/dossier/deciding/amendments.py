"""Extends a date with an apology, and corrects a wrong entry. The earlier date and entry stay in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.deadlines import clock
from domain.deadlines.calendar_end import within_calendar
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.commands import (
    NOT_KEPT_YET,
    ConfirmIdentity,
    CorrectApplicant,
    CorrectDocuments,
    CorrectEntry,
    Correction,
    CorrectMatter,
    CorrectReceivedAt,
    Extend,
)
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.documents import require_all_documents, require_known_documents
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_handling_unit,
    require_not_signing,
    require_role,
    require_state,
    require_unit_of_dossier,
)
from domain.dossier.deciding.routed import require_one_place, routed
from domain.dossier.events import AnyEvent, DeadlineExtended, EntryCorrected, IdentityConfirmed
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, Identity, State
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import Role

NOT_ENDED = (
    State.SUBMITTED,
    *UNDER_WAY,
    State.SUPPLEMENT_REQUESTED,
    State.PAYMENT_REQUESTED,
    State.SUSPENDED,
)

IN_DOUBT = (*UNDER_WAY, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED, State.RESOLVED)
"""The states in which an identity that differs still matters: from intake until the applicant has the result."""


def extend(dossier: Dossier, command: Extend, context: Context) -> list[AnyEvent]:
    """Extends the date as often, as early, as far and by whom the procedure's policy says, with the apology letter."""
    require_state(dossier, *UNDER_WAY)
    rules = context.rules(dossier)
    policy = rules.procedure.extension
    require_role(context, *policy.decided_by)
    require_handling_unit(dossier, context)
    timing = dossier.deadlines.timing
    if timing is not None and len(timing.extensions) >= policy.at_most:
        raise RuleViolation(DossierRefusal.ALREADY_EXTENDED, dossier=dossier.code, at_most=policy.at_most)
    if policy.needs_note and command.note is None:
        raise RuleViolation(DossierRefusal.EXTENSION_WITHOUT_APOLOGY, dossier=dossier.code)
    which = WhichClock.STATUTORY if timing and clock.has(timing, WhichClock.STATUTORY) else WhichClock.PROMISED
    due = clock.due(timing, which, rules.calendar, context.now) if timing else None
    if timing is None or due is None:
        raise RuleViolation(DossierRefusal.NO_DEADLINE_TO_EXTEND, dossier=dossier.code)
    _require_in_time(dossier, timing, which, rules, context)
    until = rules.calendar.close_of_business(command.until)
    if until <= due:
        raise InvalidInput(
            DossierRefusal.EXTENSION_NOT_LATER, dossier=dossier.code, until=command.until, due=due.isoformat()
        )
    if context.revision >= Revision.SECOND:
        _require_not_longer(dossier, timing, which, due, until, rules)
    return [_extended(dossier, timing, until, command, context)]


def _require_in_time(dossier: Dossier, timing: Timing, which: WhichClock, rules: Rules, context: Context) -> None:
    """`extension_too_late` when fewer working hours are left than the policy requires, or the date has passed.

    If a letter left an earlier date binding, that date counts: an extension does not help a dossier that is late by it.
    """
    calendars = rules.calendars(dossier) if context.revision >= Revision.SECOND else (rules.calendar,)
    dates = (clock.known_due(timing, which, calendar, context.now) for calendar in calendars)
    due = min(filter(None, dates))
    hours = rules.procedure.extension.decided_working_hours_before
    left = rules.calendar.working_time_between(context.now, due) if due > context.now else timedelta(0)
    if context.now >= due or left < timedelta(hours=hours):
        raise RuleViolation(DossierRefusal.EXTENSION_TOO_LATE, dossier=dossier.code, due=due.isoformat(), hours=hours)


def _require_not_longer(
    dossier: Dossier, timing: Timing, which: WhichClock, due: datetime, until: datetime, rules: Rules
) -> None:
    """`extension_too_long`: the latest day is the due date plus the limit's working time, or the policy's share."""
    allowed = clock.allowed(timing, which, rules.calendar)
    if allowed is None:
        return
    more = allowed * rules.procedure.extension.longest_percent / 100
    latest = within_calendar(lambda: rules.calendar.add_working_time(due, more))
    if latest is not None and until.date() > latest.date():
        raise RuleViolation(
            DossierRefusal.EXTENSION_TOO_LONG, dossier=dossier.code, until=until.date(), latest=latest.date()
        )


def _extended(dossier: Dossier, timing: Timing, until: datetime, command: Extend, context: Context) -> DeadlineExtended:
    rules, granted_to = context.rules(dossier), None
    if context.revision >= Revision.SECOND:
        granted_to = clock.not_run_out(timing, rules.calendars(dossier), context.now)
    often = len(timing.extensions) + 1
    extended = clock.extend(timing, until, context.now, command.legal_basis, at_most=often, granted_to=granted_to)
    return DeadlineExtended(
        at=context.now,
        until=until,
        legal_basis=command.legal_basis,
        due=rules.due(extended, context.now),
        granted_to=granted_to,
        note=command.note,
    )


def correct_entry(dossier: Dossier, command: CorrectEntry, context: Context) -> list[AnyEvent]:
    """By the receiving desk or the head of the unit that handles the dossier; the clocks are computed again.

    A corrected matter may belong to another authority. Then the dossier is routed again, and its clocks keep running.
    """
    require_state(dossier, *NOT_ENDED)
    require_role(context, Role.RECEPTION, Role.HEAD_OF_UNIT)
    require_unit_of_dossier(dossier, context)
    _require_valid(dossier, command.correction, context)
    return corrected(dossier, command, context)


def corrected(dossier: Dossier, command: CorrectEntry, context: Context) -> list[AnyEvent]:
    """The correction as it is recorded, with the way to another authority."""
    timing = _corrected_timing(dossier, command, context)
    recorded = EntryCorrected(
        at=context.now,
        correction=command.correction,
        legal_basis=command.legal_basis,
        due=context.rules(dossier).due(timing, context.now),
        received_before=_received_before(dossier, command.correction, context),
        note=command.note,
    )
    return [recorded, *_rerouted(dossier, command.correction, context)]


def confirm_identity(dossier: Dossier, command: ConfirmIdentity, context: Context) -> list[AnyEvent]:
    """The head or the official of the handling unit takes responsibility for going on, with the legal basis."""
    require_state(dossier, *IN_DOUBT)
    require_role(context, Role.HEAD_OF_UNIT, Role.SIGNATORY)
    require_handling_unit(dossier, context)
    if dossier.applicant.identity is not Identity.DIFFERS:
        raise RuleViolation(DossierRefusal.IDENTITY_NOT_IN_DOUBT, dossier=dossier.code)
    return [IdentityConfirmed(at=context.now, legal_basis=command.legal_basis, note=command.note)]


def _require_valid(dossier: Dossier, correction: Correction, context: Context) -> None:
    """Checks it as the first entry was: the documents that intake requires, and particulars kept in the vault."""
    if context.revision < Revision.SECOND:
        return
    rules = context.rules(dossier)
    if isinstance(correction, CorrectDocuments):
        require_known_documents(correction.value, rules)
        if dossier.intake.accepted_at is not None:
            require_all_documents(dossier.code, correction.value, rules, refusal=DossierRefusal.DOCUMENT_LEFT_OUT)
    if isinstance(correction, CorrectApplicant) and correction.value == NOT_KEPT_YET:
        raise InvalidInput(DossierRefusal.APPLICANT_NOT_KEPT, dossier=dossier.code)


def _corrected_timing(dossier: Dossier, command: CorrectEntry, context: Context) -> Timing | None:
    """The clocks from a corrected time of receipt. If the entry before was earlier, its date binds too."""
    correction = command.correction
    if not isinstance(correction, CorrectReceivedAt):
        return dossier.deadlines.timing
    if correction.value > context.now:
        raise InvalidInput(DossierRefusal.DATE_IN_FUTURE, date=correction.value.isoformat())
    timing = dossier.deadlines.timing
    if timing is None:
        raise RuleViolation(DossierRefusal.NO_RECEIPT_TO_CORRECT, dossier=dossier.code)
    if context.revision >= Revision.SECOND:
        _require_possible_receipt(dossier, correction.value)
        if command.note is None:
            raise RuleViolation(DossierRefusal.CORRECTION_WITHOUT_REASON, dossier=dossier.code)
    binds = context.revision >= Revision.SECOND
    return clock.receipt_corrected(timing, correction.value, context.now, command.legal_basis, binds=binds)


def _require_possible_receipt(dossier: Dossier, value: datetime) -> None:
    """Received here: between submission and acceptance. Received elsewhere: before it was brought over."""
    intake = dossier.intake
    elsewhere = intake.received_elsewhere_at is not None
    earliest = None if elsewhere else intake.submitted_at
    latest = intake.submitted_at if elsewhere else intake.accepted_at
    if (earliest is not None and value < earliest) or (latest is not None and value > latest):
        raise RuleViolation(
            DossierRefusal.RECEIPT_NOT_POSSIBLE,
            dossier=dossier.code,
            value=value.isoformat(),
            earliest=earliest.isoformat() if earliest else "–",
            latest=latest.isoformat() if latest else "–",
        )


def _received_before(dossier: Dossier, correction: Correction, context: Context) -> datetime | None:
    """The time of receipt before its correction; the first release did not write it."""
    is_receipt = isinstance(correction, CorrectReceivedAt) and context.revision >= Revision.SECOND
    timing = dossier.deadlines.timing
    return timing.received_at if is_receipt and timing else None


def _rerouted(dossier: Dossier, correction: Correction, context: Context) -> list[AnyEvent]:
    """Empty before intake, which routes anyway, and when the same authority is competent for the new matter.

    An open handover to another unit lapses: that unit would become competent against the routing.
    """
    if not isinstance(correction, CorrectMatter):
        return []
    require_not_signing(dossier)
    require_one_place(correction.value, context.rules(dossier), context)
    routing, accepted = dossier.routing, dossier.intake.accepted_at is not None
    of_child = dossier.intake.parent is not None
    found = routed(correction.value, routing.received_by, context.rules(dossier), context, anywhere=of_child)
    lost = found.competent is None and routing.competent is not None and accepted
    if lost and context.revision >= Revision.SECOND:
        raise RuleViolation(DossierRefusal.MATTER_WITHOUT_AUTHORITY, dossier=dossier.code, competent=routing.competent)
    same = (found.competent, found.queue) == (routing.competent, routing.queue)
    if same or not accepted:
        return []
    handover = dossier.handovers.open
    elsewhere = handover is not None and found.competent not in (None, handover.to_unit)
    return [found.model_copy(update={"handover_lapsed": elsewhere and context.revision >= Revision.FOURTH})]
