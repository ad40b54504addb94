"""What people do in the fortnight: the acts of a plan, and the answers to what the ladder tells them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from domain.dossier.commands import (
    Accept,
    AcknowledgeEscalation,
    AcknowledgeHandover,
    Approve,
    Assign,
    CompleteStep,
    ExplainEscalation,
    ExplanationCause,
    HumanCommand,
    ReceiveSupplement,
    RequestSupplement,
    Sign,
    Submit,
    SubmittedDocument,
)
from domain.dossier.decide import Act
from domain.dossier.events import AnyEvent, DeadlineWarned, DossierEscalated, EscalationClimbed
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, StepKind
from domain.roles import Actor, Role
from domain.rules.audience import Addressee
from domain.rules.province import Province
from tools.fortnight.scenario import FIRST_DAY, Planned, head, later

COMMITMENT = "a" * 64
Timed = tuple[datetime, Actor, HumanCommand]


def act_of(plan: Planned, number: int, actor: Actor, command: HumanCommand) -> Act:
    """An act with an id that is the same in every play."""
    return Act(command_id=uuid5(NAMESPACE_URL, f"{plan.code}/{number}"), actor=actor, command=command)


def acts(plan: Planned, province: Province) -> Iterator[Timed]:
    """Everything that the plan says, in order of time."""
    desk = Actor(person=f"cb.{plan.desk}.reception.1", role=Role.RECEPTION, unit=plan.desk)
    lead = Actor(person=head(plan.unit), role=Role.HEAD_OF_UNIT, unit=plan.unit)
    yield plan.received, desk, _submission(plan, province)
    yield plan.received, desk, Accept()
    if plan.acknowledged is not None:
        yield plan.acknowledged, lead, AcknowledgeHandover()
    if plan.assigned is None:
        return
    yield plan.assigned, lead, Assign(person=plan.officer)
    if plan.paused is not None:
        needed = tuple(one.code for one in plan.procedure.documents)
        asked, came = plan.paused
        yield asked, lead, RequestSupplement(documents=needed[:1], legal_basis="Điều 7")
        yield came, desk, ReceiveSupplement(documents=(SubmittedDocument(code=needed[0]),))
    yield from _steps(plan, lead)


def _submission(plan: Planned, province: Province) -> Submit:
    return Submit(
        procedure=plan.procedure.code,
        pins=province.pins_for(plan.procedure.code, FIRST_DAY, plan.unit),
        channel=Channel.COUNTER,
        received_by=plan.desk,
        matter=Matter(territory=plan.unit),
        applicant=COMMITMENT,
        documents=tuple(SubmittedDocument(code=one.code) for one in plan.procedure.documents),
    )


def _steps(plan: Planned, lead: Actor) -> Iterator[Timed]:
    """Each step by whoever the procedure names; a step of an officer is assigned as soon as it begins."""
    steps = plan.procedure.steps
    for number, at in enumerate(plan.steps):
        step = steps[number]
        works = step.kind is StepKind.PROCESS
        person = plan.officer if works else f"cb.{plan.unit}.{step.role}.1"
        actor = Actor(person=person, role=step.role, unit=plan.unit)
        match step.kind:
            case StepKind.PROCESS:
                yield at, actor, CompleteStep(step=step.code)
            case StepKind.APPROVE:
                yield at, actor, Approve(step=step.code)
            case StepKind.SIGN:
                yield at, actor, Sign(document=COMMITMENT, result_number=f"{plan.number}/KQ")
        following = steps[number + 1] if number + 1 < len(steps) else None
        if following is not None and following.kind is StepKind.PROCESS:
            yield at, lead, Assign(person=plan.officer)


def answers(plan: Planned, event: AnyEvent) -> Iterator[Timed]:
    """What whoever was told does about it: acknowledges an hour later, and the unit explains after three hours."""
    if not plan.answers:
        return
    match event:
        case DossierEscalated() | DeadlineWarned() if event.number and event.answer_by:
            yield from _answer(event.number, event.unit, event.addressees, event.at)
            if event.explains is not None:
                lead = Actor(person=head(event.explains), role=Role.HEAD_OF_UNIT, unit=event.explains)
                explanation = ExplainEscalation(escalation=event.number, cause=ExplanationCause.OVERLOAD)
                yield later(event.at, 180), lead, explanation
        case EscalationClimbed() if event.answer_by:
            yield from _answer(event.escalation, event.unit, event.addressees, event.at)
        case _:
            return


def _answer(number: int, unit: str | None, told: tuple[Addressee, ...], at: datetime) -> Iterator[Timed]:
    first = next((one for one in told if one.unit == unit), None)
    if first is not None:
        actor = Actor(person=first.person, role=first.role, unit=unit, stands_in_for=first.stands_in_for)
        yield later(at, 60), actor, AcknowledgeEscalation(escalation=number)
