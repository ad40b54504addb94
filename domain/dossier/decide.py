"""`decide`: may this be done now, and what follows? The events, or an error with a stable code. Changes nothing."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Annotated, assert_never
from uuid import UUID

from pydantic import Field

from domain.dossier.called import tell_names
from domain.dossier.command_ids import is_engine_s
from domain.dossier.commands import (
    AmendCommand,
    FeeCommand,
    HandoverCommand,
    HumanCommand,
    IntakeCommand,
    PauseCommand,
    PaymentCommand,
    ResultCommand,
    RulesCommand,
    StepCommand,
    Submit,
    SupplementCommand,
)
from domain.dossier.context import Context
from domain.dossier.deciding import (
    amendments,
    deadlines,
    fees,
    handovers,
    intake,
    pauses,
    payments,
    results,
    rule_changes,
    steps,
    supplements,
)
from domain.dossier.deciding.guards import require_plain_texts, require_role
from domain.dossier.events import AnyEvent, OutsideCallFailed
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import (
    LookAtClock,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
    SystemCommand,
)
from domain.dossier.react import effects_of
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier
from domain.errors import Conflict, DomainError, InvalidInput, NotAuthorised, NotFound, RuleViolation
from domain.roles import Actor, Role
from domain.values import Strict

AnyCommand = HumanCommand | SystemCommand
Command = Annotated[AnyCommand, Field(discriminator="kind")]


class Act(Strict):
    """A command, who gives it, and the id under which it acts once, however often it is sent."""

    command_id: UUID
    actor: Actor
    command: Command
    expected_version: Annotated[int, Field(ge=0)] | None = None
    """The version the person saw; a dossier that has moved on since refuses with `stale_version`."""
    ledger_version: Annotated[int, Field(ge=0)] | None = None
    """What the ledger says, when the sender found the dossier's executor behind it (after a crash): it catches up."""


def require_from_outside(act: Act) -> None:
    """NotAuthorised `system_from_outside` for what only the engine inside a dossier does.

    Timers and outcomes of calls never arrive: whoever can send an update could claim anything as the system. Nor does
    anything under an id that such a command will need: InvalidInput `command_id_of_engine`.
    """
    if isinstance(act.command, SystemCommand) or act.actor.role is Role.SYSTEM:
        raise NotAuthorised("system_from_outside", command=act.command.kind)
    if is_engine_s(act.command_id):
        raise InvalidInput("command_id_of_engine", command_id=act.command_id)


def decide(dossier: Dossier, act: Act, context: Context) -> list[AnyEvent]:
    """What follows from the act, under the rules that the dossier pinned."""
    try:
        return _decided(dossier, act, context)
    except DomainError as refused:
        _tell_names(refused, dossier, act.command, context)
        raise


def _tell_names(refused: DomainError, dossier: Dossier, command: AnyCommand, context: Context) -> None:
    pins = command.pins if isinstance(command, Submit) else dossier.pins
    if pins is not None:
        with suppress(NotFound):  # a rule that is not loaded here names nothing
            rules = context.rules_of(pins)
            tell_names(refused, context.now.date(), rules.organisation, rules.procedure)


def _decided(dossier: Dossier, act: Act, context: Context) -> list[AnyEvent]:
    if act.expected_version is not None and act.expected_version != dossier.version:
        raise Conflict("stale_version", dossier=dossier.code, seen=act.expected_version, version=dossier.version)
    command = act.command
    if dossier.state is None and not isinstance(command, Submit):
        raise RuleViolation("not_submitted", dossier=dossier.code)
    if isinstance(command, SystemCommand):
        require_role(context, Role.SYSTEM)
        return _system(dossier, command, context)
    if context.revision >= Revision.SECOND:
        require_plain_texts(command)
    context = replace(context, actor=in_units_of_today(dossier, context))
    if isinstance(command, HandoverCommand | RulesCommand):
        return _human(dossier, command, context)
    acknowledged = handovers.implied(dossier, context)
    if handovers.moves(acknowledged) and context.revision >= Revision.SECOND:
        with suppress(DomainError):  # it may do this as it is, as the desk that received it or as one that was asked
            return _human(dossier, command, context)
    return [*acknowledged, *_human(evolve_all(dossier, acknowledged), command, context)]


def in_units_of_today(dossier: Dossier, context: Context) -> Actor:
    """A command that was on its way while units merged still lands: the old unit's act is its successor's.

    Codes are reused, so an old code counts as the old unit only when the actor says of which day it is, or when no
    unit has it any more.
    """
    actor = context.actor
    if actor.unit not in {one.old for one in dossier.moved_units} or actor.unit is None:
        return actor
    organisation = context.rules(dossier).organisation
    today = organisation.find(actor.unit, context.now.date())
    meant = organisation.find(actor.unit, actor.as_of) if actor.as_of else None
    if today is not None and (meant is None or meant == today):
        return actor
    unit = actor.unit
    for move in dossier.moved_units:  # in the order of the mergers, so one after another is followed
        unit = move.new if move.old == unit else unit
    return actor.model_copy(update={"unit": unit})


def _human(dossier: Dossier, command: HumanCommand, context: Context) -> list[AnyEvent]:
    if isinstance(command, IntakeCommand):
        return intake.decide(dossier, command, context)
    if isinstance(command, SupplementCommand):
        return supplements.decide(dossier, command, context)
    if isinstance(command, StepCommand):
        return steps.decide(dossier, command, context)
    if isinstance(command, FeeCommand):
        return fees.decide(dossier, command, context)
    if isinstance(command, PaymentCommand):
        return payments.decide(dossier, command, context)
    if isinstance(command, ResultCommand):
        return results.decide(dossier, command, context)
    if isinstance(command, PauseCommand):
        return pauses.decide(dossier, command, context)
    if isinstance(command, AmendCommand):
        return amendments.decide(dossier, command, context)
    if isinstance(command, HandoverCommand):
        return handovers.decide(dossier, command, context)
    if isinstance(command, RulesCommand):
        return rule_changes.decide(dossier, command, context)
    assert_never(command)


def _system(dossier: Dossier, command: SystemCommand, context: Context) -> list[AnyEvent]:
    match command:
        case LookAtClock():
            rules = context.rules(dossier)
            rungs = deadlines.look_at_clock(dossier, rules, context.now)
            waits = handovers.look_at_clock(dossier, rules, context.now)
            return [*rungs, *waits, *payments.look_at_clock(dossier, rules, context.now)]
        case RecordIdentity():
            return intake.record_identity(dossier, command, context)
        case RecordPaymentOrder():
            return payments.record_order(dossier, command, context)
        case RecordPaymentSeen():
            return payments.record_seen(dossier, command, context)
        case RecordRefund():
            return payments.record_refund(dossier, command, context)
        case RecordSignature():
            return results.record_signature(dossier, command, context)
        case RecordSeal():
            return results.record_seal(dossier, command, context)
        case RecordRegistration():
            return results.record_registration(dossier, command, context)
        case RecordFailure():
            return record_failure(dossier, command, context)
        case _:
            assert_never(command)


def record_failure(dossier: Dossier, command: RecordFailure, context: Context) -> list[AnyEvent]:
    """An outside system failed: an incident opens; a signature goes to the next level at once.

    The failure of a call that nobody waits for any more changes nothing.
    """
    if command.effect not in {effect.id for effect in effects_of(dossier)}:
        return []
    failed = OutsideCallFailed(
        at=context.now, effect=command.effect, system=command.system, code=command.code, final=command.final
    )
    if command.effect == f"sign/{dossier.signing.attempt}":
        return [failed, *results.hand_signing_over(dossier, command.code, context, final=command.final)]
    return [failed]
