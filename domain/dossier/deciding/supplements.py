"""Supplements: requested once, for everything, with the legal basis. The clock stops until they are brought."""

from __future__ import annotations

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.deadlines.limits import SupplementClock, WhichClock
from domain.dossier.commands import ReceiveSupplement, RequestSupplement, SubmittedDocument
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.documents import require_codes_known, require_known_documents
from domain.dossier.deciding.guards import (
    require_applicant,
    require_handling_unit,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
)
from domain.dossier.events import AnyEvent, SupplementReceived, SupplementRequested
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, State
from domain.errors import RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.procedure import Channel
from domain.roles import Role


def request_supplement(dossier: Dossier, command: RequestSupplement, context: Context) -> list[AnyEvent]:
    """Before intake only for an online dossier, by the desk; during processing, by the unit that handles it."""
    state = require_state(dossier, State.SUBMITTED, State.PROCESSING)
    rules = context.rules(dossier)
    if state is State.SUBMITTED:
        _require_online(dossier)
        require_role(context, Role.RECEPTION)
        require_unit(context, dossier.routing.received_by)
    else:
        require_role(context, Role.SPECIALIST, Role.HEAD_OF_UNIT)
        require_handling_unit(dossier, context)
    require_not_signing(dossier)
    _require_allowed_again(dossier, rules)
    _require_in_time(dossier, rules, context)
    require_codes_known(command.documents, rules)
    return [
        SupplementRequested(
            at=context.now,
            documents=command.documents,
            legal_basis=command.legal_basis,
            pauses=dossier.deadlines.has_clock,
            note=command.note,
        )
    ]


def receive_supplement(dossier: Dossier, command: ReceiveSupplement, context: Context) -> list[AnyEvent]:
    """All requested documents are there. The clock continues or starts again, as the procedure says."""
    require_state(dossier, State.SUPPLEMENT_REQUESTED)
    require_role(context, Role.APPLICANT, Role.RECEPTION)
    require_applicant(dossier, context)
    if context.actor.role is Role.RECEPTION:
        require_unit(context, dossier.routing.received_by, dossier.routing.competent)
    rules = context.rules(dossier)
    asked = dossier.processing.open_supplement
    missing = set(asked.documents if asked else ()) - {document.code for document in command.documents}
    if missing:
        raise RuleViolation(DossierRefusal.SUPPLEMENT_INCOMPLETE, dossier=dossier.code, missing=tuple(sorted(missing)))
    require_known_documents(command.documents, rules)
    return supplied(dossier, command.documents, command.note, context)


def supplied(
    dossier: Dossier, documents: tuple[SubmittedDocument, ...], note: str | None, context: Context
) -> list[AnyEvent]:
    """The documents are there: the clocks go on, or start again."""
    rules = context.rules(dossier)
    restarts = rules.procedure.counting.supplement is SupplementClock.RESTART
    timing = dossier.deadlines.timing
    granted_to = _granted_to(dossier, rules) if restarts and context.revision >= Revision.SECOND else None
    if timing is not None:
        timing = clock.resume(timing, PauseGround.SUPPLEMENT, context.now, restart=restarts, granted_to=granted_to)
    return [
        SupplementReceived(
            at=context.now,
            documents=documents,
            restarts_clock=restarts and timing is not None,
            granted_to=granted_to,
            due=rules.due(timing, context.now),
            note=note,
        )
    ]


def _granted_to(dossier: Dossier, rules: Rules) -> tuple[WhichClock, ...] | None:
    """The clocks that had not run out when the supplement was requested: these start again."""
    asked = dossier.processing.open_supplement
    timing = dossier.deadlines.timing
    if timing is None or asked is None:
        return None
    return clock.not_run_out(timing, rules.calendars(dossier), asked.requested_at)


def _require_online(dossier: Dossier) -> None:
    if dossier.intake.channel is not Channel.ONLINE:
        raise RuleViolation(DossierRefusal.SUPPLEMENT_BEFORE_INTAKE_ONLINE_ONLY, dossier=dossier.code)


def _require_allowed_again(dossier: Dossier, rules: Rules) -> None:
    at_most = rules.procedure.supplement.at_most
    if len(dossier.processing.supplements) >= at_most:
        raise RuleViolation(DossierRefusal.SUPPLEMENT_ASKED_TOO_OFTEN, dossier=dossier.code, at_most=at_most)


def _require_in_time(dossier: Dossier, rules: Rules, context: Context) -> None:
    within = rules.procedure.supplement.ask_within_working_hours
    accepted_at = dossier.intake.accepted_at
    if within is None or accepted_at is None:
        return
    used = rules.calendar.known_working_time(accepted_at, context.now)
    if used.total_seconds() > within * 3_600:
        raise RuleViolation(DossierRefusal.SUPPLEMENT_ASKED_TOO_LATE, dossier=dossier.code, within=within)
