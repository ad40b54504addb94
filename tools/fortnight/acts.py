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
    AskOpinion,
    Assign,
    CompleteStep,
    ConfirmPayment,
    ExplainEscalation,
    ExplanationCause,
    Extend,
    GiveOpinion,
    HumanCommand,
    MoveToSuccessor,
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
from domain.values import Hash
from tools.fortnight.days import Fortnight
from tools.fortnight.scenario import CENTRE, Planned, head
from tools.fortnight.waiting import RESOLUTION

COMMITMENT = "a" * 64
OPERATOR = Actor(person=f"cb.{CENTRE}.operator.1", role=Role.OPERATOR, unit=CENTRE)
Timed = tuple[datetime, Actor, HumanCommand]


def act_of(plan: Planned, number: int, actor: Actor, command: HumanCommand) -> Act:
    """An act with an id that is the same in every play."""
    return Act(command_id=uuid5(NAMESPACE_URL, f"{plan.code}/{number}"), actor=actor, command=command)


def acts(plan: Planned, province: Province, merged: Hash, applicant: Hash = COMMITMENT) -> Iterator[Timed]:
    """Everything that the plan says. `merged`: the organisation after the merger."""
    desk = Actor(person=f"cb.{plan.desk}.reception.1", role=Role.RECEPTION, unit=plan.desk)
    lead = Actor(person=head(plan.unit), role=Role.HEAD_OF_UNIT, unit=plan.unit)
    yield plan.received, desk, _submission(plan, province, applicant)
    yield plan.received, desk, Accept()
    if plan.unpaid:
        yield from _payment(plan)
    if plan.acknowledged is not None:
        yield plan.acknowledged, lead, AcknowledgeHandover()
    if plan.merged is not None:
        day = plan.merged.at.date()
        yield plan.merged.at, OPERATOR, MoveToSuccessor(organisation=merged, effective=day, source=RESOLUTION)
    if plan.assigned is None:
        return
    yield plan.assigned, lead, Assign(person=plan.officer)
    if plan.paused is not None:
        needed = tuple(one.code for one in plan.procedure.documents)
        asked, came = plan.paused
        yield asked, lead, RequestSupplement(documents=needed[:1], legal_basis="Điều 7")
        yield came, desk, ReceiveSupplement(documents=(SubmittedDocument(code=needed[0]),))
    yield from _of_waiting(plan, lead)
    yield from _steps(plan, lead)


def _submission(plan: Planned, province: Province, applicant: Hash) -> Submit:
    return Submit(
        procedure=plan.procedure.code,
        pins=province.pins_for(plan.procedure.code, plan.fortnight.first_day, plan.unit),
        channel=Channel.COUNTER,
        received_by=plan.desk,
        matter=Matter(territory=plan.unit),
        applicant=applicant,
        documents=tuple(SubmittedDocument(code=one.code) for one in plan.procedure.documents),
    )


def _payment(plan: Planned) -> Iterator[Timed]:
    """The fee is asked for when the dossier is accepted, by the engine itself."""
    terms = plan.procedure.terms_for(Channel.COUNTER)
    fee = terms.fee if terms is not None and terms.fee else 0
    if plan.paid is not None:
        cashier = Actor(person=f"cb.{plan.desk}.cashier.1", role=Role.CASHIER, unit=plan.desk)
        yield plan.paid, cashier, ConfirmPayment(amount=fee, voucher=f"{plan.number}/BL")


def _of_waiting(plan: Planned, lead: Actor) -> Iterator[Timed]:
    if plan.asked is not None:
        yield plan.asked.at, lead, AskOpinion(unit=plan.asked.unit, legal_basis="Điều 12")
        if plan.asked.given is not None:
            asked = Actor(person=head(plan.asked.unit), role=Role.HEAD_OF_UNIT, unit=plan.asked.unit)
            yield plan.asked.given, asked, GiveOpinion(agrees=True)
    if plan.extended is not None:
        yield plan.extended.at, lead, Extend(until=plan.extended.until, legal_basis="Thư xin lỗi 1/TXL")


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
            yield from _answer(plan.fortnight, event.number, event.unit, event.addressees, event.at)
            if event.explains is not None:
                lead = Actor(person=head(event.explains), role=Role.HEAD_OF_UNIT, unit=event.explains)
                explanation = ExplainEscalation(escalation=event.number, cause=ExplanationCause.OVERLOAD)
                yield plan.fortnight.later(event.at, 180), lead, explanation
        case EscalationClimbed() if event.answer_by:
            yield from _answer(plan.fortnight, event.escalation, event.unit, event.addressees, event.at)
        case _:
            return


def _answer(
    fortnight: Fortnight, number: int, unit: str | None, told: tuple[Addressee, ...], at: datetime
) -> Iterator[Timed]:
    first = next((one for one in told if one.unit == unit), None)
    if first is not None:
        actor = Actor(person=first.person, role=first.role, unit=unit, stands_in_for=first.stands_in_for)
        yield fortnight.later(at, 60), actor, AcknowledgeEscalation(escalation=number)
