"""Given, when, then: the language of the decider's tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    Assign,
    CheckPayment,
    CheckPost,
    CompleteStep,
    ConfirmPayment,
    PostPurpose,
    Refuse,
    RequestPost,
    RequestSupplement,
    ReturnResult,
    Sign,
    Stop,
    Submit,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.deciding.timers import people_wanted
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import (
    EvaluateTimers,
    RecordFailure,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostOrder,
    RecordPostSeen,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.post_stages import PostStage
from domain.dossier.react import Reaction, react
from domain.dossier.revision import CURRENT
from domain.dossier.state import DOSSIER, Dossier, NotSubmitted, State, snapshot_of
from domain.dossier.viewing import view_of
from domain.errors import DomainError
from domain.organisation.routing import Matter
from domain.organisation.staff import Staff
from domain.procedures.procedure import Channel, Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.audience import audience_of
from tests.support.small_province import CENTRE, COMMITTEE, FREE, HA_NAM, PAID, PHU_LY, RULEBOOK, UNSIGNED, at, pins

DESK = Actor(person="desk.phuly", role=Role.RECEPTION, unit=PHU_LY)
CASHIER = Actor(person="cash.phuly", role=Role.CASHIER, unit=PHU_LY)
DESK_OF_HA_NAM = Actor(person="desk.hanam", role=Role.RECEPTION, unit=HA_NAM)
OFFICER = Actor(person="officer.hanam", role=Role.SPECIALIST, unit=HA_NAM)
HEAD = Actor(person="head.hanam", role=Role.HEAD_OF_UNIT, unit=HA_NAM)
HEAD_OF_DESK = Actor(person="head.phuly", role=Role.HEAD_OF_UNIT, unit=PHU_LY)
CLERK = Actor(person="clerk.hanam", role=Role.CLERK, unit=HA_NAM)
OFFICIAL = Actor(person="official.hanam", role=Role.SIGNATORY, unit=HA_NAM)
OFFICIAL_ABOVE = Actor(person="official.centre", role=Role.SIGNATORY, unit=CENTRE)
OFFICIAL_AT_TOP = Actor(person="official.top", role=Role.SIGNATORY, unit=COMMITTEE)
CITIZEN = Actor(person="citizen.1", role=Role.APPLICANT)
STRANGER = Actor(person="citizen.2", role=Role.APPLICANT)
OPERATOR = Actor(person="op.1", role=Role.OPERATOR)
OF_THE_POST = Actor(person="postal-service", role=Role.POST)
PLATFORM = Actor(person="payment-platform", role=Role.PLATFORM)
MONDAY = at("2025-07-07 08:00")
DOCUMENT = "d" * 64


def require_readable_snapshot(dossier: Dossier) -> None:
    """Requires that the snapshot reads back equal, because events are applied without checking types."""
    assert DOSSIER.validate_python(snapshot_of(dossier)) == dossier


class HasDossier:
    """A base class with a dossier, or with the code of one that was not submitted yet."""

    standing: Dossier | NotSubmitted

    @property
    def dossier(self) -> Dossier:
        """The dossier, which must have been submitted."""
        assert isinstance(self.standing, Dossier)
        return self.standing

    @dossier.setter
    def dossier(self, dossier: Dossier) -> None:
        self.standing = dossier


@dataclass
class Case(HasDossier):
    """A dossier, the current time, all its events, and the revision of the rules that decides."""

    now: datetime = MONDAY
    standing: Dossier | NotSubmitted = field(default_factory=lambda: NotSubmitted("H42.13285-250707-0001"))
    events: list[AnyEvent] = field(default_factory=list)
    revision: int = CURRENT
    acts: list[tuple[Actor, list[AnyEvent]]] = field(default_factory=list)
    """Who acted, with the events of each act."""

    def when(self, actor: Actor, command: Any, **act: Any) -> list[AnyEvent]:
        """Decides and applies a command; returns the new events."""
        request = Act(command_id=uuid4(), actor=actor, command=command, **act)
        context = Context(now=self.now, actor=actor, rulebook=RULEBOOK, revision=self.revision)
        new = decide(self.standing, request, context)
        self.dossier = evolve_all(self.standing, new)
        self.events += new
        self.acts.append((actor, new))
        require_readable_snapshot(self.dossier)
        return new

    def kinds(self, actor: Actor, command: Any) -> list[str]:
        """As `when`, but returns only the kinds of the new events."""
        return [event.kind for event in self.when(actor, command)]

    def refused(self, actor: Actor, command: Any, **act: Any) -> str:
        """The code of the refusal, which must not change the dossier."""
        before = snapshot_of(self.standing)
        with pytest.raises(DomainError) as refusal:
            self.when(actor, command, **act)
        assert snapshot_of(self.standing) == before
        return refusal.value.code

    def tick(self) -> list[str]:
        """The dossier's timer fires now. Returns the kinds of the new events."""
        return self.kinds(ENGINE, EvaluateTimers())

    def tick_with(self, staff: Staff) -> list[AnyEvent]:
        """The timer fires, and the people of its rungs are looked up in this staff, as the workflow does it."""
        rules = Rules.pinned(self.dossier.pins, RULEBOOK, self.revision)
        wanted = people_wanted(self.dossier, rules, self.now)
        found = tuple(audience_of(one, rules.organisation, staff, self.now) for one in wanted)
        return self.when(ENGINE, EvaluateTimers(audiences=found))

    def pay(self, order: str, paid: int, **answer: Any) -> list[str]:
        """The platform sends a callback and answers the question that follows. `paid` is the sum of all payments."""
        self.when(ENGINE, CheckPayment(order=order))
        return self.seen(order, paid, **answer)

    def seen(self, order: str, paid: int, **answer: Any) -> list[str]:
        """The platform answers the open question about an order."""
        account = self.dossier.money.account(order)
        assert account is not None
        assert account.asked
        effect = f"payment-query/{account.asked}"
        return self.kinds(ENGINE, RecordPaymentSeen(effect=effect, order=order, paid=paid, **answer))

    def post_says(self, stage: PostStage, item: str = "EH1") -> list[str]:
        """The post reports something, and answers the question that follows."""
        self.when(OF_THE_POST, CheckPost(item=item))
        asked = next(one.asked for one in self.dossier.postal_items if one.item == item)
        answer = RecordPostSeen(effect=f"post-query/{asked}", item=item, stage=stage, stated_at=self.now)
        return self.kinds(ENGINE, answer)

    def fails(self, effect: str, *, final: bool = False) -> list[str]:
        """An outside system fails at an effect."""
        return self.kinds(ENGINE, RecordFailure(effect=effect, system="outside", code="down", final=final))

    def work(self) -> list[tuple[str, str, str]]:
        """Act, unit and role of every work item."""
        return [(item.act, item.unit, item.role.value) for item in view_of(self.dossier, RULEBOOK).work]

    def later(self, **delta: float) -> Case:
        """Moves the time forward."""
        self.now += timedelta(**delta)
        return self

    def until(self, text: str) -> Case:
        """Sets the time to an instant in Vietnam."""
        self.now = at(text)
        return self

    def reaction(self) -> Reaction:
        """The effects and the wake-up that are wanted now."""
        return react(self.dossier, Rules.pinned(self.dossier.pins, RULEBOOK))

    def effects(self) -> list[str]:
        """The ids of the effects that are wanted now."""
        return [effect.id for effect in self.reaction().effects]


def a_submission(procedure: Procedure = FREE, **changes: Any) -> Submit:
    """A complete submission in ward Phủ Lý for a matter of ward Hà Nam."""
    return Submit.model_validate(
        {
            "procedure": procedure.code,
            "pins": pins(procedure),
            "channel": Channel.ONLINE,
            "received_by": PHU_LY,
            "matter": Matter(territory=HA_NAM),
            "applicant": "a" * 64,
            "documents": (SubmittedDocument(code="don", digitised=True),),
            **changes,
        }
    )


def submitted(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: submitted by a citizen on Monday 7 July 2025 at 08:00."""
    case = Case()
    case.when(CITIZEN, a_submission(procedure, **changes))
    return case


def filed_at_desk(procedure: Procedure = FREE) -> Case:
    """Given: filed and accepted by the desk of ward Phủ Lý, and acknowledged by ward Hà Nam."""
    case = Case()
    case.when(DESK, a_submission(procedure))
    case.when(DESK, Accept())
    case.when(HEAD, AcknowledgeHandover())
    return case


def accepted(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: submitted, accepted by the desk, and acknowledged by the competent unit."""
    case = submitted(procedure, **changes)
    case.when(DESK, Accept())
    if case.dossier.handovers.open is not None:
        receiver = HEAD.model_copy(update={"unit": case.dossier.handovers.open.to_unit})
        case.when(receiver, AcknowledgeHandover())
    return case


def paid_for() -> Case:
    """Given: a dossier with a fee, accepted, with an order at the platform."""
    case = accepted(PAID)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=True))
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="http://pay/DH1"))
    return case


def ready_to_sign(procedure: Procedure = FREE) -> Case:
    """Given: processed and approved; only the signature is missing."""
    case = accepted(procedure)
    if case.dossier.state is State.PAYMENT_REQUESTED:
        case.when(CASHIER, ConfirmPayment(amount=case.dossier.payment.amount, voucher="BL-0"))
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    return case


def resolved(procedure: Procedure = FREE, number: str = "12/KS-UBND") -> Case:
    """Given: signed, numbered, sealed."""
    case = ready_to_sign(procedure)
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number=number))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    return case


def posted(stage: PostStage = PostStage.ORDERED) -> Case:
    """Given: resolved, and the post delivers the result; its item EH1 is at this stage."""
    case = resolved()
    case.when(DESK, RequestPost(purpose=PostPurpose.DELIVERY, postal_address="d" * 64))
    case.when(ENGINE, RecordPostOrder(effect="post-order/1", item="EH1"))
    if stage is not PostStage.ORDERED:
        case.post_says(stage)
    return case


def processing(procedure: Procedure = FREE) -> Case:
    """Given: accepted, and an officer works on it."""
    case = accepted(procedure)
    case.when(HEAD, Assign(person=OFFICER.person))
    return case


def all_steps_done() -> Case:
    """Given: a procedure without a signature, with every step done; only the result must be recorded."""
    case = accepted(UNSIGNED)
    case.when(OFFICER, CompleteStep(step="process"))
    return case


def supplement_asked(case: Case | None = None) -> Case:
    """Given: a document was requested from the applicant during processing."""
    case = case or processing()
    case.when(OFFICER, RequestSupplement(documents=("don",), legal_basis="Điều 9"))
    return case


def paid() -> Case:
    """Given: a dossier with a fee that the applicant paid through the platform."""
    case = paid_for()
    case.pay("DH1", 20_000)
    return case


def suspended() -> Case:
    """Given: processing was suspended by the head of unit."""
    case = processing()
    case.when(HEAD, Suspend(legal_basis="Điều 5"))
    return case


def in_state(state: State) -> Case:
    """Given: a dossier in this state."""
    match state:
        case State.SUBMITTED:
            return submitted()
        case State.ACCEPTED:
            return accepted()
        case State.PROCESSING:
            return processing()
        case State.SUPPLEMENT_REQUESTED:
            return supplement_asked()
        case State.PAYMENT_REQUESTED:
            return paid_for()
        case State.SUSPENDED:
            return suspended()
        case State.RESOLVED:
            return resolved()
        case _:
            return _ended(state)


def _ended(state: State) -> Case:
    case = resolved() if state is State.RETURNED else submitted() if state is State.REFUSED else processing()
    match state:
        case State.RETURNED:
            case.when(DESK, ReturnResult())
        case State.REFUSED:
            case.when(DESK, Refuse(legal_basis="Điều 7"))
        case State.WITHDRAWN:
            case.when(CITIZEN, Withdraw())
        case _:
            case.when(HEAD, Stop(legal_basis="Điều 5"))
    return case
