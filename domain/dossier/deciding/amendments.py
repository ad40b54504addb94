"""A date extended once with an apology, a wrong entry corrected; what was said before stays in the ledger."""

from __future__ import annotations

from datetime import timedelta
from typing import assert_never

from domain.deadlines import clock
from domain.deadlines.clock import Timing, WhichClock
from domain.dossier.commands import AmendCommand, CorrectEntry, Correction, CorrectMatter, CorrectReceivedAt, Extend
from domain.dossier.context import Context
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_handling_unit,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
)
from domain.dossier.deciding.intake import require_one_place, routed
from domain.dossier.events import AnyEvent, DeadlineExtended, EntryCorrected
from domain.dossier.state import Dossier, State
from domain.errors import InvalidInput, RuleViolation
from domain.roles import Role

ONE_WORKING_DAY = timedelta(hours=8)
NOT_ENDED = (
    State.SUBMITTED,
    *UNDER_WAY,
    State.SUPPLEMENT_REQUESTED,
    State.PAYMENT_REQUESTED,
    State.SUSPENDED,
)


def decide(dossier: Dossier, command: AmendCommand, context: Context) -> list[AnyEvent]:
    """What follows from a command that amends."""
    match command:
        case Extend():
            return extend(dossier, command, context)
        case CorrectEntry():
            return correct_entry(dossier, command, context)
        case _:
            assert_never(command)


def extend(dossier: Dossier, command: Extend, context: Context) -> list[AnyEvent]:
    """At most once, decided at least one working day before expiry, with the apology letter."""
    require_state(dossier, *UNDER_WAY)
    require_role(context, Role.HEAD_OF_UNIT, Role.SIGNATORY)
    require_handling_unit(dossier, context)
    if dossier.extended_until is not None:
        raise RuleViolation("already_extended", dossier=dossier.code)
    rules = context.rules(dossier)
    timing = dossier.timing
    which = WhichClock.STATUTORY if timing and clock.has(timing, WhichClock.STATUTORY) else WhichClock.PROMISED
    due = clock.due(timing, which, rules.calendar, context.now) if timing else None
    if timing is None or due is None:
        raise RuleViolation("no_deadline_to_extend", dossier=dossier.code)
    if context.now >= due or rules.calendar.working_time_between(context.now, due) < ONE_WORKING_DAY:
        raise RuleViolation("extension_too_late", dossier=dossier.code, due=due.isoformat())
    until = rules.calendar.close_of_business(command.until)
    if until <= due:
        raise InvalidInput("extension_not_later", dossier=dossier.code, until=command.until, due=due.isoformat())
    extended = clock.extend(timing, until, context.now, command.legal_basis)
    return [
        DeadlineExtended(
            at=context.now,
            until=until,
            legal_basis=command.legal_basis,
            due=rules.due(extended, context.now),
            note=command.note,
        )
    ]


def correct_entry(dossier: Dossier, command: CorrectEntry, context: Context) -> list[AnyEvent]:
    """By the desk that received it or the head of the unit that handles it; the clocks are computed anew.

    A corrected matter may belong to another authority: the dossier is routed anew, and its clocks run on.
    """
    require_state(dossier, *NOT_ENDED)
    require_role(context, Role.RECEPTION, Role.HEAD_OF_UNIT)
    require_unit(context, dossier.received_by, dossier.competent, dossier.responsible)
    timing = _corrected_timing(dossier, command.correction, context)
    corrected = EntryCorrected(
        at=context.now,
        correction=command.correction,
        legal_basis=command.legal_basis,
        due=context.rules(dossier).due(timing, context.now),
        note=command.note,
    )
    return [corrected, *_rerouted(dossier, command.correction, context)]


def _corrected_timing(dossier: Dossier, correction: Correction, context: Context) -> Timing | None:
    if not isinstance(correction, CorrectReceivedAt):
        return dossier.timing
    if correction.value > context.now:
        raise InvalidInput("date_in_future", date=correction.value.isoformat())
    if dossier.timing is None:
        raise RuleViolation("no_receipt_to_correct", dossier=dossier.code)
    return dossier.timing.model_copy(update={"received_at": correction.value})


def _rerouted(dossier: Dossier, correction: Correction, context: Context) -> list[AnyEvent]:
    """Nothing before intake, which routes anyway, nor when the same authority is competent for the new matter."""
    if not isinstance(correction, CorrectMatter) or dossier.received_by is None:
        return []
    require_not_signing(dossier)
    require_one_place(correction.value, context.rules(dossier), context)
    found = routed(correction.value, dossier.received_by, context.rules(dossier), context)
    same = (found.competent, found.queue) == (dossier.competent, dossier.queue)
    return [] if same or dossier.accepted_at is None else [found]
