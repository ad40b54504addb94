"""Intake: anyone submits at any desk; the desk that received the dossier accepts or refuses it."""

from __future__ import annotations

from domain.deadlines.calendar_end import within_calendar
from domain.dossier.commands import Accept, Refuse, Submit
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.children import may_be_refused, refuse_child
from domain.dossier.deciding.documents import require_all_documents, require_known_documents
from domain.dossier.deciding.fees import StatedFee, asked_at_intake, stated_fee
from domain.dossier.deciding.guards import require_role, require_state, require_unit
from domain.dossier.deciding.interconnected import children_planned, plan, with_fee
from domain.dossier.deciding.routed import require_one_place, routed
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.events import (
    AnyEvent,
    DossierAccepted,
    DossierRefused,
    DossierSubmitted,
    IdentityVerified,
)
from domain.dossier.outcomes import RecordIdentity
from domain.dossier.revision import Revision
from domain.dossier.state import TERMINAL, Dossier, Identity, Intake, State
from domain.errors import InvalidInput, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.procedures.critical_path import Plan
from domain.procedures.procedure import ChannelTerms
from domain.procedures.started_clocks import started
from domain.roles import Role
from domain.rules.rulebook import Pins


def submit(code: str, command: Submit, context: Context) -> list[AnyEvent]:
    """Any centre receives for anyone, if the procedure's boundary policy allows it."""
    require_role(context, Role.APPLICANT, Role.RECEPTION)
    if context.actor.role is Role.RECEPTION:
        require_unit(context, command.received_by, command.assisted_by)
    rules = context.rules_of(command.pins)
    if rules.procedure.code != command.procedure:
        raise InvalidInput(
            DossierRefusal.PINS_OF_ANOTHER_PROCEDURE, procedure=command.procedure, pinned=rules.procedure.code
        )
    for unit in filter(None, (command.received_by, command.assisted_by)):
        rules.organisation.unit(unit, context.now.date())
    terms_of(rules, command)
    require_known_documents(command.documents, rules)
    _require_past(command, rules, context)
    require_one_place(command.matter, rules, context)
    routed(command.matter, command.received_by, rules, context)
    return [_submitted(code, command, context)]


def accept(dossier: Dossier, command: Accept, context: Context) -> list[AnyEvent]:
    """Valid intake: the rules of the day are pinned, the clocks start, the competent authority is found."""
    require_state(dossier, State.SUBMITTED)
    require_role(context, Role.RECEPTION)
    received_by = require_unit(context, dossier.routing.received_by)
    pins = command.pins or dossier.pins
    rules = context.rules_of(pins)
    if rules.procedure.code != dossier.intake.procedure:
        raise InvalidInput(
            DossierRefusal.PINS_OF_ANOTHER_PROCEDURE, procedure=dossier.intake.procedure, pinned=rules.procedure.code
        )
    require_all_documents(dossier.code, dossier.intake.documents, rules)
    planned = plan(rules, pins, dossier.intake)
    terms = with_fee(terms_of(rules, dossier.intake), planned)
    fee = stated_fee(terms, command, dossier, context.revision)
    events: list[AnyEvent] = [
        _accepted(dossier, command, terms, pins, fee, planned, rules, context),
        routed(dossier.intake.matter, received_by, rules, context),
    ]
    if planned is not None:
        events.append(children_planned(planned, context))
    return [*events, *asked_at_intake(events, fee, dossier, context)]


def refuse(dossier: Dossier, command: Refuse, context: Context) -> list[AnyEvent]:
    """Only at intake, and with a reason in law; a child of another dossier by its authority. A technical error is
    never a reason."""
    if may_be_refused(dossier):
        return refuse_child(dossier, command, context)
    require_state(dossier, State.SUBMITTED)
    require_role(context, Role.RECEPTION)
    require_unit(context, dossier.routing.received_by)
    return [DossierRefused(at=context.now, legal_basis=command.legal_basis, note=command.note)]


def record_identity(dossier: Dossier, command: RecordIdentity, context: Context) -> list[AnyEvent]:
    """The population database answered. A second answer, or one that comes too late, changes nothing."""
    applicant = dossier.applicant
    wanted = applicant.identity is Identity.WANTED and dossier.state not in TERMINAL
    if not wanted or command.effect != EffectId(EffectKind.IDENTITY, applicant.identity_asked):
        return []
    return [IdentityVerified(at=context.now, matches=command.matches)]


def terms_of(rules: Rules, asked: Submit | Intake) -> ChannelTerms:
    """The published terms for the channel and case of a dossier; `channel_not_offered` if there are none."""
    terms = rules.procedure.terms_for(asked.channel, asked.case)
    if terms is None:
        raise RuleViolation(
            DossierRefusal.CHANNEL_NOT_OFFERED, procedure=rules.procedure.code, channel=asked.channel, case=asked.case
        )
    return terms


def _submitted(code: str, command: Submit, context: Context) -> DossierSubmitted:
    return DossierSubmitted(
        at=context.now,
        code=code,
        procedure=command.procedure,
        pins=command.pins,
        channel=command.channel,
        case=command.case,
        received_by=command.received_by,
        assisted_by=command.assisted_by,
        matter=command.matter,
        applicant=command.applicant,
        submitted_by=context.actor.person if context.actor.role is Role.APPLICANT else None,
        documents=command.documents,
        brought_over=command.brought_over,
        postal_address=command.postal_address,
        note=command.note,
    )


def _accepted(
    dossier: Dossier,
    command: Accept,
    terms: ChannelTerms,
    pins: Pins,
    fee: StatedFee,
    planned: Plan | None,
    rules: Rules,
    context: Context,
) -> DossierAccepted:
    procedure = rules.procedure
    received_at = dossier.intake.received_elsewhere_at or context.now
    timing = started(procedure, terms.limit, received_at)
    if planned is not None:  # the promise of an interconnected dossier is the longest chain of its children
        timing = timing.model_copy(update={"own": planned.limit, "green": None})
    if context.revision < Revision.SECOND:  # the first release shortened the whole, not each step
        timing = timing.model_copy(update={"step_shares": ()})
    return DossierAccepted(
        at=context.now,
        note=command.note,
        pins=pins,
        received_at=received_at,
        statutory=timing.statutory,
        own=timing.own,
        green=timing.green,
        excluded_share=timing.excluded_share,
        step_shares=timing.step_shares,
        counting=timing.counting,
        first_step=procedure.steps[0].code,
        verify_identity=procedure.outside.population_lookup,
        fee=fee.amount,
        fee_basis=fee.basis,
        fee_open=fee.open,
        due=rules.due(timing, context.now),
    )


def _require_past(command: Submit, rules: Rules, context: Context) -> None:
    brought_over = command.brought_over
    if brought_over is not None and brought_over.received_at > context.now:
        raise InvalidInput(DossierRefusal.DATE_IN_FUTURE, date=brought_over.received_at.isoformat())
    if brought_over is not None:
        # Raises `before_calendar` now instead of at intake. A calendar that has ended meanwhile blocks nothing.
        within_calendar(lambda: rules.calendar.next_working_instant(brought_over.received_at))
