"""The internal process: assignment, steps, approval, sending back, and the opinions of other units."""

from __future__ import annotations

from domain.dossier.commands import (
    Approve,
    AskOpinion,
    Assign,
    Claim,
    CompleteStep,
    GiveOpinion,
    Release,
    SendBackStep,
)
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.awaited_calls import leaving_calls
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_assignee,
    require_competence,
    require_current_step,
    require_handling_unit,
    require_no_open_handover,
    require_not_signed,
    require_role,
    require_state,
    require_step_left,
)
from domain.dossier.effect_id import EffectKind
from domain.dossier.events import (
    AnyEvent,
    AssignmentReleased,
    DossierAssigned,
    OpinionAsked,
    OpinionGiven,
    ProcessingStarted,
    StepCompleted,
    StepSentBack,
)
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier, State
from domain.errors import NotAuthorised, RuleViolation
from domain.messages.dossier import DossierRefusal
from domain.organisation import competence
from domain.procedures.procedure import Step, StepKind
from domain.roles import Role


def assign(dossier: Dossier, command: Assign, context: Context) -> list[AnyEvent]:
    """The head of unit assigns the current step to a person; the dossier is then being processed.

    If the province wants it, the engine assigns a person (chosen at the gateway, for the unit it acts in) while nobody
    is assigned, or instead of the officer whom the command names, and nobody else. It never overwrites what the head of
    unit decided: the gateway looks that up, and the command is bound to the version it saw.
    """
    require_state(dossier, *UNDER_WAY)
    by_the_engine = (Role.ASSIGNER, Role.SYSTEM)  # SYSTEM in the first release, whose histories are replayed
    require_role(context, Role.HEAD_OF_UNIT, *by_the_engine)
    require_handling_unit(dossier, context)
    if context.actor.role in by_the_engine:
        require_nobody_else_named(dossier, command.instead_of)
    step = context.rules(dossier).step(require_step_left(dossier))
    assigned = DossierAssigned(at=context.now, person=command.person, step=step.code, note=command.note)
    return [*started(dossier, context), assigned]


def claim(dossier: Dossier, command: Claim, context: Context) -> list[AnyEvent]:
    """A person with the step's role takes a processing step that nobody has. Of two at once, one gets it.

    Approvals and signatures belong to a post: claimed, the dossier would wait for one of its holders.
    """
    require_state(dossier, *UNDER_WAY)
    rules = context.rules(dossier)
    step = require_current_step(dossier, rules, require_step_left(dossier), StepKind.PROCESS)
    require_role(context, step.role)
    require_handling_unit(dossier, context)
    require_no_open_handover(dossier)
    holder = dossier.processing.assignee
    if holder is not None:
        raise RuleViolation(DossierRefusal.TAKEN_ALREADY, dossier=dossier.code, assignee=holder)
    claimed = DossierAssigned(at=context.now, person=context.actor.person, step=step.code, note=command.note)
    return [*started(dossier, context), claimed]


def release(dossier: Dossier, command: Release, context: Context) -> list[AnyEvent]:
    """Whoever has the step gives it back to the unit, or the head of the unit takes it from them."""
    require_state(dossier, *UNDER_WAY)
    step = context.rules(dossier).step(require_step_left(dossier))
    require_role(context, step.role, Role.HEAD_OF_UNIT)
    require_handling_unit(dossier, context)
    holder = dossier.processing.assignee
    if holder is None:
        raise RuleViolation(DossierRefusal.NOBODY_HAS_IT, dossier=dossier.code)
    if context.actor.role is not Role.HEAD_OF_UNIT:
        require_assignee(dossier, context)
    return [AssignmentReleased(at=context.now, person=holder, step=step.code, reason=command.reason, note=command.note)]


def complete_step(dossier: Dossier, command: CompleteStep, context: Context) -> list[AnyEvent]:
    """A person with the step's role, in the unit that handles the dossier, completes the step."""
    require_state(dossier, *UNDER_WAY)
    rules = context.rules(dossier)
    step = require_current_step(dossier, rules, command.step, StepKind.PROCESS)
    return _completed(dossier, step, rules, context, command.note)


def approve(dossier: Dossier, command: Approve, context: Context) -> list[AnyEvent]:
    """Completes an approval step. No opinion may still be awaited."""
    require_state(dossier, *UNDER_WAY)
    rules = context.rules(dossier)
    step = require_current_step(dossier, rules, command.step, StepKind.APPROVE)
    require_no_open_opinion(dossier)
    return _completed(dossier, step, rules, context, command.note)


def send_back_step(dossier: Dossier, command: SendBackStep, context: Context) -> list[AnyEvent]:
    """Back to an earlier step, also after the last; the clocks keep running. A signed result is not taken back."""
    require_state(dossier, State.PROCESSING)
    rules = context.rules(dossier)
    step = rules.step(dossier.processing.step or rules.procedure.steps[-1].code)
    require_role(context, step.role, Role.HEAD_OF_UNIT)
    require_handling_unit(dossier, context)
    require_not_signed(dossier)
    require_earlier(dossier, rules, command.to_step)
    sent_back = StepSentBack(at=context.now, from_step=step.code, to_step=command.to_step, note=command.note)
    return [leaving_calls(sent_back, dossier, context, EffectKind.SIGN)]


def ask_opinion(dossier: Dossier, command: AskOpinion, context: Context) -> list[AnyEvent]:
    """Asks another unit. No clock stops: its time is this dossier's time."""
    require_state(dossier, State.PROCESSING)
    require_role(context, Role.SPECIALIST, Role.HEAD_OF_UNIT)
    require_handling_unit(dossier, context)
    _require_can_be_asked(dossier, command, context)
    if any(opinion.unit == command.unit and opinion.agrees is None for opinion in dossier.processing.opinions):
        raise RuleViolation(DossierRefusal.OPINION_ALREADY_ASKED, dossier=dossier.code, unit=command.unit)
    return [OpinionAsked(at=context.now, unit=command.unit, legal_basis=command.legal_basis, note=command.note)]


def give_opinion(dossier: Dossier, command: GiveOpinion, context: Context) -> list[AnyEvent]:
    """Given only by a unit that was asked and has not answered yet: by its people, or by its document on the axis."""
    require_state(dossier, State.PROCESSING, State.SUPPLEMENT_REQUESTED, State.PAYMENT_REQUESTED, State.SUSPENDED)
    require_role(context, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.SIGNATORY, Role.DOCUMENTS)
    require_competence(dossier, context)
    awaited = (opinion for opinion in dossier.processing.opinions if opinion.agrees is None)
    asked = next((opinion for opinion in awaited if opinion.unit == context.actor.unit), None)
    if asked is None:
        raise NotAuthorised(DossierRefusal.OPINION_NOT_ASKED, dossier=dossier.code, unit=context.actor.unit)
    return [OpinionGiven(at=context.now, unit=asked.unit, agrees=command.agrees, note=command.note)]


def started(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The first act on an accepted dossier starts its processing."""
    return [ProcessingStarted(at=context.now)] if dossier.state is State.ACCEPTED else []


def require_nobody_else_named(dossier: Dossier, person: str | None) -> None:
    """`already_assigned` when somebody else has the step; `handover_awaited` while a handover is not acknowledged."""
    if dossier.processing.assignee not in (None, person):
        raise RuleViolation(DossierRefusal.ALREADY_ASSIGNED, dossier=dossier.code, assignee=dossier.processing.assignee)
    require_no_open_handover(dossier)


def require_no_open_opinion(dossier: Dossier) -> None:
    """`opinion_awaited` while a unit that was asked has not answered."""
    waiting = [opinion.unit for opinion in dossier.processing.opinions if opinion.agrees is None]
    if waiting:
        raise RuleViolation(DossierRefusal.OPINION_AWAITED, dossier=dossier.code, units=tuple(waiting))


def require_earlier(dossier: Dossier, rules: Rules, to_step: str) -> None:
    """`step_not_earlier` unless the step comes before the current one."""
    codes = [step.code for step in rules.procedure.steps]
    rules.step(to_step)
    current = dossier.processing.step
    if codes.index(to_step) >= (codes.index(current) if current in codes else len(codes)):
        raise RuleViolation(DossierRefusal.STEP_NOT_EARLIER, dossier=dossier.code, step=to_step, current=current or "–")


def _require_can_be_asked(dossier: Dossier, command: AskOpinion, context: Context) -> None:
    """`opinion_of_oneself`; `opinion_without_ground` for a unit of another level or field without a legal basis."""
    rules, today = context.rules(dossier), context.now.date()
    asked = rules.organisation.unit(command.unit, today)
    if context.revision < Revision.SECOND:
        return
    if asked.code in (context.actor.unit, dossier.routing.competent, dossier.routing.responsible):
        raise RuleViolation(DossierRefusal.OPINION_OF_ONESELF, dossier=dossier.code, unit=asked.code)
    needs_no_ground = competence.can_be_asked(asked, rules.procedure, rules.organisation, today)
    if not needs_no_ground and command.legal_basis is None:
        raise RuleViolation(
            DossierRefusal.OPINION_WITHOUT_GROUND, dossier=dossier.code, unit=asked.code, name=asked.name
        )


def _completed(dossier: Dossier, step: Step, rules: Rules, context: Context, note: str | None) -> list[AnyEvent]:
    require_role(context, step.role)
    unit = require_handling_unit(dossier, context)
    require_assignee(dossier, context)
    completed = StepCompleted(
        at=context.now,
        step=step.code,
        person=context.actor.person,
        unit=unit,
        next_step=rules.step_after(step.code),
        note=note,
    )
    return [*started(dossier, context), completed]
