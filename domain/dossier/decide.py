"""`decide` returns the events that follow from an act, or raises an error with a stable code. It changes nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated, assert_never
from uuid import UUID

from pydantic import Field

from domain.dossier.code_names import tell_names
from domain.dossier.command_ids import is_engine_command
from domain.dossier.commands import (
    Accept,
    AcknowledgeEscalation,
    AcknowledgeHandover,
    Approve,
    ApproveFee,
    AskOpinion,
    Assign,
    CancelPaymentRequest,
    CancelPost,
    ChangeCalendar,
    ChangeRules,
    CheckPayment,
    CheckPost,
    Claim,
    CompleteStep,
    ConfirmIdentity,
    ConfirmPayment,
    CorrectEntry,
    EscalationCommand,
    ExplainEscalation,
    Extend,
    GiveOpinion,
    HandBack,
    HandOver,
    HandoverCommand,
    HumanCommand,
    MoveToSuccessor,
    NoteRepair,
    ProposeFee,
    Rate,
    ReceiveSupplement,
    Refuse,
    RefuseHandover,
    RejectFee,
    RejectResult,
    Release,
    RepairCommand,
    RequestPayment,
    RequestPost,
    RequestSupplement,
    Resolve,
    Resume,
    RetryRefusedCall,
    ReturnResult,
    RulesCommand,
    SendBackStep,
    Sign,
    Stop,
    Submit,
    Suspend,
    Terminate,
    Withdraw,
)
from domain.dossier.context import Context
from domain.dossier.deciding import (
    amendments,
    children,
    escalations,
    failures,
    fees,
    handovers,
    intake,
    interconnected,
    pauses,
    payment_looks,
    payment_orders,
    payment_requests,
    post,
    refused_calls,
    repairs,
    results,
    rule_changes,
    steps,
    supplements,
    timers,
)
from domain.dossier.deciding.guards import require_plain_texts, require_role
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve_all
from domain.dossier.group_commands import (
    CorrectChild,
    EndChild,
    GroupCommand,
    HandBackChild,
    OpenChild,
    PassOnSupplement,
    ReportChild,
)
from domain.dossier.outcomes import (
    EvaluateTimers,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostCancelled,
    RecordPostOrder,
    RecordPostSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
    SystemCommand,
)
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, NotSubmitted
from domain.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from domain.values import Strict

AnyCommand = HumanCommand | SystemCommand | GroupCommand
Command = Annotated[AnyCommand, Field(discriminator="kind")]


class Act(Strict):
    """A command, its actor and its id. Under one id a command acts only once, however often it is sent."""

    command_id: UUID
    actor: Actor
    command: Command
    expected_version: Annotated[int, Field(ge=0)] | None = None
    """The version that the person saw. A dossier that has changed since refuses with `stale_version`."""
    ledger_version: Annotated[int, Field(ge=0)] | None = None
    """The ledger's version, if the sender found that the dossier's workflow is behind it: the workflow catches up."""


def require_from_outside(act: Act) -> None:
    """Refuses what only the engine itself may do: NotAuthorised `system_from_outside`.

    Timers and outcomes of calls never come from outside: otherwise anybody who can send an update could act as the
    system. An id that such a command will need is refused too: InvalidInput `command_id_of_engine`.
    """
    if isinstance(act.command, SystemCommand) or act.actor.role is Role.SYSTEM:
        raise NotAuthorised(DossierRefusal.SYSTEM_FROM_OUTSIDE, command=act.command.kind)
    if is_engine_command(act.command_id):
        raise InvalidInput(DossierRefusal.COMMAND_ID_OF_ENGINE, command_id=act.command_id)


def decide(dossier: Dossier | NotSubmitted, act: Act, context: Context) -> list[AnyEvent]:
    """The events that follow from the act, under the rules that the dossier pins."""
    try:
        return _with_ends(dossier, _decide(dossier, act, context), context)
    except DomainError as refused:
        _tell_names(refused, dossier, act.command, context)
        raise


def _with_ends(dossier: Dossier | NotSubmitted, events: list[AnyEvent], context: Context) -> list[AnyEvent]:
    """The events, and the ends of the escalations whose cause they removed."""
    if isinstance(dossier, NotSubmitted) or not dossier.escalations or not events:
        return events
    return [*events, *escalations.ended_after(evolve_all(dossier, events), context.now)]


def _tell_names(refused: DomainError, dossier: Dossier | NotSubmitted, command: AnyCommand, context: Context) -> None:
    pins = (
        command.pins
        if isinstance(command, Submit | OpenChild)
        else dossier.pins
        if isinstance(dossier, Dossier)
        else None
    )
    if pins is not None:
        with suppress(NotFound):  # without the rules there is no name to add
            rules = context.rules_of(pins)
            tell_names(refused, context.now.date(), rules.organisation, rules.procedure)


def _decide(dossier: Dossier | NotSubmitted, act: Act, context: Context) -> list[AnyEvent]:
    if act.expected_version is not None and act.expected_version != dossier.version:
        raise Conflict(
            DossierRefusal.STALE_VERSION, dossier=dossier.code, seen=act.expected_version, version=dossier.version
        )
    command = act.command
    if isinstance(dossier, NotSubmitted):
        return _decide_submission(dossier, command, context)
    if isinstance(command, SystemCommand):
        require_role(context, Role.SYSTEM)
        return _decide_for_engine(dossier, command, context)
    if context.revision >= Revision.SECOND:
        require_plain_texts(command)
    if isinstance(command, GroupCommand):
        return _decide_command(dossier, command, context)
    interconnected.require_own_work(dossier, command)
    context = replace(context, actor=in_units_of_today(dossier, context))
    if isinstance(command, HandoverCommand | EscalationCommand | RulesCommand | RepairCommand):
        return _decide_command(dossier, command, context)
    acknowledged = handovers.implied(dossier, context)
    if handovers.moves(acknowledged) and context.revision >= Revision.SECOND:
        with suppress(DomainError):  # allowed without the handover: as the receiving desk, or as a unit that was asked
            return _decide_command(dossier, command, context)
    return [*acknowledged, *_decide_command(evolve_all(dossier, acknowledged), command, context)]


def _decide_for_engine(dossier: Dossier, command: SystemCommand, context: Context) -> list[AnyEvent]:
    """An answer to a call that was given up shows that it had its effect after all."""
    disproved = refused_calls.disproved(dossier, command, context)
    if disproved is None or isinstance(command, EvaluateTimers):
        return _decide_command(dossier, command, context)
    if not disproved.counted:
        return [disproved]
    return [disproved, *_decide_command(dossier, command.model_copy(update={"effect": disproved.again}), context)]


def _decide_submission(dossier: NotSubmitted, command: AnyCommand, context: Context) -> list[AnyEvent]:
    """Only a submission begins a dossier, or the opening of a child."""
    if isinstance(command, OpenChild):
        return children.open_child(dossier.code, command, context)
    if not isinstance(command, Submit):
        raise RuleViolation(DossierRefusal.NOT_SUBMITTED, dossier=dossier.code)
    if context.revision >= Revision.SECOND:
        require_plain_texts(command)
    return intake.submit(dossier.code, command, context)


def in_units_of_today(dossier: Dossier, context: Context) -> Actor:
    """The actor in today's units: a command that was on its way while units merged is the act of the successor.

    Codes are reused, so an old code means the old unit only if the actor names the day (`as_of`), or if no unit has the
    code now.
    """
    actor = context.actor
    if actor.unit not in {move.old for move in dossier.routing.moved_units} or actor.unit is None:
        return actor
    organisation = context.rules(dossier).organisation
    today = organisation.find(actor.unit, context.now.date())
    meant = organisation.find(actor.unit, actor.as_of) if actor.as_of else None
    if today is not None and (meant is None or meant == today):
        return actor
    unit = actor.unit
    for move in dossier.routing.moved_units:  # in the order of the mergers, so that each is followed
        unit = move.new if move.old == unit else unit
    return actor.model_copy(update={"unit": unit})


def _decide_command(dossier: Dossier, command: AnyCommand, context: Context) -> list[AnyEvent]:
    """Calls the function that decides this command on a submitted dossier."""
    match command:
        case Submit() | OpenChild():
            raise RuleViolation(DossierRefusal.ALREADY_SUBMITTED, dossier=dossier.code)
        case Accept():
            return intake.accept(dossier, command, context)
        case Refuse():
            return intake.refuse(dossier, command, context)
        case RequestSupplement():
            return supplements.request_supplement(dossier, command, context)
        case ReceiveSupplement():
            return supplements.receive_supplement(dossier, command, context)
        case Assign():
            return steps.assign(dossier, command, context)
        case Claim():
            return steps.claim(dossier, command, context)
        case Release():
            return steps.release(dossier, command, context)
        case CompleteStep():
            return steps.complete_step(dossier, command, context)
        case SendBackStep():
            return steps.send_back_step(dossier, command, context)
        case Approve():
            return steps.approve(dossier, command, context)
        case AskOpinion():
            return steps.ask_opinion(dossier, command, context)
        case GiveOpinion():
            return steps.give_opinion(dossier, command, context)
        case ProposeFee():
            return fees.propose_fee(dossier, command, context)
        case ApproveFee():
            return fees.approve_fee(dossier, command, context)
        case RejectFee():
            return fees.reject_fee(dossier, command, context)
        case RequestPayment():
            return payment_requests.request_payment(dossier, command, context)
        case CancelPaymentRequest():
            return payment_requests.cancel_payment_request(dossier, command, context)
        case ConfirmPayment():
            return payment_requests.confirm_payment(dossier, command, context)
        case CheckPayment():
            return payment_looks.check_payment(dossier, command, context)
        case Sign():
            return results.sign(dossier, command, context)
        case RejectResult():
            return results.reject_result(dossier, command, context)
        case Resolve():
            return results.resolve(dossier, command, context)
        case ReturnResult():
            return results.return_result(dossier, command, context)
        case RequestPost():
            return post.request(dossier, command, context)
        case CancelPost():
            return post.cancel(dossier, command, context)
        case CheckPost():
            return post.check(dossier, command, context)
        case Rate():
            return results.rate(dossier, command, context)
        case Suspend():
            return pauses.suspend(dossier, command, context)
        case Resume():
            return pauses.resume(dossier, command, context)
        case Stop():
            return pauses.stop(dossier, command, context)
        case Withdraw():
            return pauses.withdraw(dossier, command, context)
        case Extend():
            return amendments.extend(dossier, command, context)
        case CorrectEntry():
            return amendments.correct_entry(dossier, command, context)
        case ConfirmIdentity():
            return amendments.confirm_identity(dossier, command, context)
        case HandOver():
            return handovers.hand_over(dossier, command, context)
        case AcknowledgeHandover():
            return handovers.acknowledge(dossier, command, context)
        case RefuseHandover():
            return handovers.refuse(dossier, command, context)
        case AcknowledgeEscalation():
            return escalations.acknowledge(dossier, command, context)
        case ExplainEscalation():
            return escalations.explain(dossier, command, context)
        case HandBack():
            return escalations.hand_back(dossier, command, context)
        case MoveToSuccessor():
            return rule_changes.move_to_successor(dossier, command, context)
        case ChangeCalendar():
            return rule_changes.change_calendar(dossier, command, context)
        case NoteRepair():
            return repairs.note_repair(command, context)
        case RetryRefusedCall():
            return refused_calls.retry_refused_call(dossier, command, context)
        case ChangeRules():
            return rule_changes.change_rules(dossier, command, context)
        case Terminate():
            return pauses.terminate(dossier, command, context)
        case ReportChild():
            return interconnected.report(dossier, command, context)
        case PassOnSupplement():
            return children.pass_on_supplement(dossier, command, context)
        case CorrectChild():
            return children.correct_child(dossier, command, context)
        case EndChild():
            return children.end_child(dossier, command, context)
        case HandBackChild():
            return children.hand_back(dossier, command, context)
        case EvaluateTimers():
            return timers.evaluate(dossier, command, context)
        case RecordIdentity():
            return intake.record_identity(dossier, command, context)
        case RecordPaymentOrder():
            return payment_orders.record_order(dossier, command, context)
        case RecordPaymentSeen():
            return payment_orders.record_seen(dossier, command, context)
        case RecordRefund():
            return payment_orders.record_refund(dossier, command, context)
        case RecordSignature():
            return results.record_signature(dossier, command, context)
        case RecordSeal():
            return results.record_seal(dossier, command, context)
        case RecordRegistration():
            return results.record_registration(dossier, command, context)
        case RecordPostOrder():
            return post.record_order(dossier, command, context)
        case RecordPostSeen():
            return post.record_seen(dossier, command, context)
        case RecordPostCancelled():
            return post.record_cancelled(dossier, command, context)
        case RecordFailure():
            return failures.record_failure(dossier, command, context)
        case _:
            assert_never(command)
