"""A random life of a dossier: people, timers and outside systems act in any order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.dossier.commands import (
    Accept,
    AcknowledgeHandover,
    Approve,
    ApproveFee,
    AskOpinion,
    Assign,
    CancelPaymentRequest,
    CancelPost,
    CheckPayment,
    CheckPost,
    CompleteStep,
    ConfirmPayment,
    CorrectApplicant,
    CorrectEntry,
    CorrectMatter,
    CorrectReceivedAt,
    Extend,
    GiveOpinion,
    HandOver,
    PostPurpose,
    ProposeFee,
    Rate,
    ReceiveSupplement,
    Refuse,
    RefuseHandover,
    RejectFee,
    RejectResult,
    RequestPayment,
    RequestPost,
    RequestSupplement,
    Resolve,
    Resume,
    RetryRefusedCall,
    ReturnResult,
    SendBackStep,
    Sign,
    Stop,
    SubmittedDocument,
    Suspend,
    Withdraw,
)
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.effects import (
    CancelPostOrder,
    CreatePaymentOrder,
    Effect,
    OrderPost,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    TrackPost,
    VerifyIdentity,
)
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve
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
)
from domain.dossier.post_stages import PostStage
from domain.dossier.react import Reaction, react
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.view import DossierView
from domain.dossier.viewing import view_of
from domain.errors import DomainError
from domain.organisation.routing import Matter
from domain.procedures.procedure import Procedure
from domain.roles import ENGINE, Actor, Role
from domain.rules.rulebook import Rulebook
from tests.support.given import (
    CASHIER,
    CITIZEN,
    CLERK,
    DESK,
    DOCUMENT,
    HEAD,
    MONDAY,
    OF_THE_POST,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    OFFICIAL_AT_TOP,
    OPERATOR,
    STRANGER,
    HasDossier,
    a_submission,
    require_readable_snapshot,
)
from tests.support.small_province import CENTRE, COMMITTEE, HA_NAM, PHU_LY, RULEBOOK

DON = (SubmittedDocument(code="don"),)
LAW = "Điều 5"
OFFICER_OF_PHU_LY = Actor(person="officer.phuly", role=Role.SPECIALIST, unit=PHU_LY)
HEAD_OF_COMMITTEE = Actor(person="head.top", role=Role.HEAD_OF_UNIT, unit=COMMITTEE)
ACTORS = [
    CITIZEN, STRANGER, DESK, CASHIER, OFFICER, OFFICER_OF_PHU_LY, HEAD, HEAD_OF_COMMITTEE, OFFICIAL, OFFICIAL_ABOVE,
    OFFICIAL_AT_TOP, CLERK, ENGINE,
]  # fmt: skip


@dataclass
class Platform:
    """The payment platform: the payments and refunds of each order, independent of the dossier."""

    paid: dict[str, int] = field(default_factory=dict)
    refunded: dict[str, dict[str, int]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    in_time: dict[str, int] = field(default_factory=dict)
    """The part that was paid before the order expired."""

    def holds(self, order: str) -> int:
        """The money of an order that was not refunded."""
        return self.paid[order] - sum(self.refunded.get(order, {}).values())


@dataclass
class PostOffice:
    """The post: the items that it took, how far each is, and the orders that were cancelled before they came."""

    stages: dict[str, PostStage] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)

    def takes(self, effect: OrderPost) -> RecordPostOrder:
        """The order is taken once, unless it was cancelled before."""
        cancelled = effect.id in self.cancelled
        self.stages.setdefault(effect.id, PostStage.CANCELLED if cancelled else PostStage.ORDERED)
        return RecordPostOrder(effect=effect.id, item=_item(effect.id), cancelled=cancelled)

    def tells(self, effect: TrackPost, now: datetime) -> RecordPostSeen:
        """Where the item is."""
        return RecordPostSeen(effect=effect.id, item=effect.item, stage=self.stages[effect.order], stated_at=now)

    def cancels(self, effect: CancelPostOrder) -> RecordPostCancelled:
        """The order is cancelled, until the post has fetched the item."""
        stage = self.stages.get(effect.order)
        item = None if stage is None else _item(effect.order)
        if stage not in (None, PostStage.ORDERED, PostStage.CANCELLED):
            return RecordPostCancelled(effect=effect.id, cancelled=False, item=item)
        self.cancelled.add(effect.order)
        if stage is not None:
            self.stages[effect.order] = PostStage.CANCELLED
        return RecordPostCancelled(effect=effect.id, cancelled=True, item=item)


def _item(order: str) -> str:
    return f"EH{order.rpartition('/')[2]}"


@dataclass
class Life(HasDossier):
    """A dossier, all its events, and the outside systems."""

    now: datetime = MONDAY
    standing: Dossier | NotSubmitted = field(default_factory=lambda: NotSubmitted("H42.13285-250707-0001"))
    events: list[AnyEvent] = field(default_factory=list)
    platform: Platform = field(default_factory=Platform)
    post: PostOffice = field(default_factory=PostOffice)
    refusals: list[DomainError] = field(default_factory=list)
    wanted: dict[str, Effect] = field(default_factory=dict)
    """Every effect that was ever wanted, by id."""
    book: Rulebook = RULEBOOK

    @classmethod
    def begin(cls, procedure: Procedure, **changes: Any) -> Life:
        """A dossier that a citizen has submitted. `changes`: of the submission."""
        life = cls()
        life.act(CITIZEN, a_submission(procedure, **changes))
        return life

    def act(self, actor: Actor, command: Any) -> list[AnyEvent]:
        """Decides and applies a command. A refusal is recorded; any other exception is a fault and is raised."""
        request = Act(command_id=UUID(int=len(self.events)), actor=actor, command=command)
        try:
            new = decide(self.standing, request, Context(now=self.now, actor=actor, rulebook=self.book))
        except DomainError as refusal:
            self.refusals.append(refusal)
            return []
        for event in new:
            self.dossier = evolve(self.standing, event)
        self.events += new
        require_readable_snapshot(self.dossier)
        return new

    def must(self, command: Any) -> list[AnyEvent]:
        """The engine's own command, which must never be refused, since nobody could correct it."""
        refused = len(self.refusals)
        new = self.act(ENGINE, command)
        assert self.refusals[refused:] == []
        return new

    def reaction(self) -> Reaction:
        """The effects and the wake-up that are wanted now."""
        reaction = react(self.dossier, Rules.pinned(self.dossier.pins, self.book))
        for effect in reaction.effects:
            assert self.wanted.setdefault(effect.id, effect) == effect, "an id stands for one need"
        return reaction

    def view(self) -> DossierView:
        """The read models."""
        return view_of(self.dossier, self.book)

    def answer(self, effect: Effect) -> list[AnyEvent]:
        """The outside system carries out the effect and reports it."""
        return self.must(self._outcome(effect))

    def _outcome(self, effect: Effect) -> Any:
        match effect:
            case VerifyIdentity():
                return RecordIdentity(effect=effect.id, matches=True)
            case CreatePaymentOrder():
                order = f"DH{effect.id.rpartition('/')[2]}"
                self.platform.paid.setdefault(order, 0)
                return RecordPaymentOrder(effect=effect.id, order=order, pay_url=f"http://pay/{order}")
            case QueryPayment():
                paid, closed = self.platform.paid[effect.order], effect.order in self.platform.closed
                return RecordPaymentSeen(effect=effect.id, order=effect.order, paid=paid, closed=closed)
            case RefundPayment():
                assert self.platform.holds(effect.order) >= effect.amount or effect.id in self.platform.refunded.get(
                    effect.order, {}
                ), "the platform refuses to give back what it does not hold"
                self.platform.refunded.setdefault(effect.order, {})[effect.id] = effect.amount
                return RecordRefund(effect=effect.id, reference=f"HT-{effect.id}")
            case SignResult():
                return RecordSignature(effect=effect.id, certificate="c", signature="s", signed_at=self.now)
            case SealResult():
                return RecordSeal(effect=effect.id, certificate="c", signature="s")
            case RegisterResult():
                return RecordRegistration(effect=effect.id, reference="HTK-1")
            case OrderPost():
                return self.post.takes(effect)
            case TrackPost():
                return self.post.tells(effect, self.now)
            case CancelPostOrder():
                return self.post.cancels(effect)

    def settle(self, *, patience: int = 40) -> None:
        """Answers every effect and fires every due timer, until nothing more is wanted."""
        for _ in range(patience):
            reaction = self.reaction()
            for effect in reaction.effects:
                self.answer(effect)
            if reaction.wake_up is not None and reaction.wake_up <= self.now:
                self.must(EvaluateTimers())
            elif not reaction.effects:
                return
        raise AssertionError("the dossier never comes to rest")


Move = Callable[[Life, int], Any]
"""One event of a life. The number chooses a variant."""


def _by(actor: Actor, command: Any) -> Move:
    return lambda life, n: life.act(actor, command)


def do_the_step(life: Life, n: int) -> None:
    """The right person does the current step."""
    match life.dossier.processing.step:
        case "process":
            life.act(OFFICER, CompleteStep(step="process"))
        case "approve":
            life.act(HEAD, Approve(step="approve"))
        case "sign":
            signers = (OFFICIAL, OFFICIAL_ABOVE, OFFICIAL_AT_TOP)
            life.act(signers[n % 3], Sign(document=DOCUMENT, result_number="12-KS"))
        case _:
            life.act(CLERK, Resolve(result_number="13-KS"))


def _world_answers(life: Life, n: int) -> None:
    effects = life.reaction().effects
    if effects:
        life.answer(effects[n % len(effects)])


def _world_fails(life: Life, n: int) -> None:
    effects = life.reaction().effects
    if effects:
        effect = effects[n % len(effects)]
        life.must(RecordFailure(effect=effect.id, system="outside", code="down", final=n % 3 == 0))


def _world_repeats(life: Life, n: int) -> None:
    """An earlier answer arrives again, late."""
    ids = sorted(life.wanted)
    if ids:
        effect = life.wanted[ids[n % len(ids)]]
        if effect.id in {one.effect for one in life.dossier.retried_calls}:
            return  # it was refused for good, so it has no other answer
        if not (isinstance(effect, RefundPayment) and life.platform.holds(effect.order) < effect.amount):
            life.answer(effect)


def _operator_retries(life: Life, n: int) -> None:
    """A call that was refused for good is asked again, with other input where it has some."""
    refused = [one for one in life.dossier.incidents if one.final]
    if refused:
        one = refused[n % len(refused)]
        other: dict[str, Any] = {"identity": {"applicant": "c" * 64}, "sign": {"signer": "official.2"}}.get(
            one.kind, {}
        )
        given = other if n % 2 else {}
        life.act(OPERATOR, RetryRefusedCall(effect=one.effect, reason="đã sửa", **given))


def _applicant_pays(life: Life, n: int) -> None:
    orders = sorted(life.platform.paid)
    if orders:
        order = orders[n % len(orders)]
        amount = (20_000, 5_000, 20_000, 15_000, 35_000)[n % 5]
        life.platform.paid[order] += amount
        account = life.dossier.money.account(order)
        if account is not None and life.now < account.expires_at:
            life.platform.in_time[order] = life.platform.in_time.get(order, 0) + amount
        if n % 2:
            life.act(ENGINE, CheckPayment(order=order))


def _platform_closes(life: Life, n: int) -> None:
    orders = sorted(life.platform.paid)
    if orders:
        life.platform.closed.add(orders[n % len(orders)])


def _timer(life: Life, n: int) -> None:
    life.must(EvaluateTimers())
    wake_up = life.reaction().wake_up
    assert wake_up is None or wake_up > life.now, "a timer that fires at once again would never stop"


def _until_the_timer(life: Life, n: int) -> None:
    wake_up = life.reaction().wake_up
    if wake_up is not None:
        life.now = max(life.now, wake_up)
    _timer(life, n)


def _withdrawn(life: Life, n: int) -> None:
    """A withdrawal, rarely, so that most lives are long."""
    if n % 8 == 0:
        life.act(CITIZEN, Withdraw())


def _stopped(life: Life, n: int) -> None:
    """A stop, rarely, so that most lives are long."""
    if n % 8 == 0:
        life.act(HEAD, Stop(legal_basis=LAW))


def _corrected(life: Life, n: int) -> None:
    corrections = (
        CorrectReceivedAt(value=life.now - timedelta(hours=n % 200)),
        CorrectApplicant(value="b" * 64),
        CorrectMatter(value=Matter(territory=(PHU_LY, HA_NAM)[n % 2])),
        CorrectMatter(value=Matter()),
    )
    life.act(DESK, CorrectEntry(correction=corrections[n % 4], legal_basis=LAW, note="e" * 64))


def _extended(life: Life, n: int) -> None:
    life.act(HEAD, Extend(until=(life.now + timedelta(days=n % 40)).date(), legal_basis=LAW))


def _handed_over(life: Life, n: int) -> None:
    """A handover by the head of the present unit, or by the coordinator of the queue."""
    senders = (HEAD, Actor(person="coordinator", role=Role.COORDINATOR, unit=CENTRE))
    life.act(senders[n % 2], HandOver(unit=(HA_NAM, PHU_LY, CENTRE)[n % 3], legal_basis=LAW))


def _handover_answered(life: Life, n: int) -> None:
    """An answer of the receiving unit's desk."""
    handover = life.dossier.handovers.open
    unit = handover.to_unit if handover else HA_NAM
    answers = (AcknowledgeHandover(), AcknowledgeHandover(), RefuseHandover(legal_basis=LAW))
    life.act(Actor(person="desk.there", role=Role.RECEPTION, unit=unit), answers[n % 3])


def _post_moves(life: Life, n: int) -> None:
    """An item goes on, or fails, and the post reports it or not."""
    moving = sorted(order for order, stage in life.post.stages.items() if stage in _NEXT_STAGE)
    if moving:
        order = moving[n % len(moving)]
        life.post.stages[order] = PostStage.LOST if n % 5 == 0 else _NEXT_STAGE[life.post.stages[order]]
        if n % 3:
            life.act(OF_THE_POST, CheckPost(item=_item(order)))


_NEXT_STAGE = {
    PostStage.ORDERED: PostStage.COLLECTED,
    PostStage.COLLECTED: PostStage.UNDER_WAY,
    PostStage.UNDER_WAY: PostStage.DELIVERED,
}


def _post_is_asked(life: Life, n: int) -> None:
    """The post is to come, to the same address or another, or not to come."""
    purpose = (PostPurpose.DELIVERY, PostPurpose.COLLECTION)[n % 2]
    asked = RequestPost(purpose=purpose, postal_address=("e" * 64, "f" * 64)[n // 2 % 2])
    life.act(DESK, CancelPost(purpose=purpose) if n % 3 == 0 else asked)


def _cash(life: Life, n: int) -> None:
    life.act(CASHIER, ConfirmPayment(amount=life.dossier.payment.amount, voucher="BL-1"))


def _anybody_tries(life: Life, n: int) -> None:
    """Any person tries any command, which is usually refused."""
    life.act(ACTORS[n % len(ACTORS)], _TRIED[n // len(ACTORS) % len(_TRIED)])


_TRIED: list[Any] = [
    Accept(), Refuse(legal_basis=LAW), RequestSupplement(documents=("don",), legal_basis=LAW),
    ReceiveSupplement(documents=DON), Assign(person="officer.2"), CompleteStep(step="process"),
    SendBackStep(to_step="process"), Approve(step="approve"), AskOpinion(unit=CENTRE), GiveOpinion(agrees=False),
    RequestPayment(amount=20_000), ConfirmPayment(amount=20_000, voucher="BL-2"), CheckPayment(order="DH1"),
    Sign(document=DOCUMENT, result_number="12-KS"), RejectResult(to_step="approve"), Resolve(result_number="1"),
    ReturnResult(), Rate(stars=3), Suspend(legal_basis=LAW), Resume(), Stop(legal_basis=LAW), Withdraw(),
    CompleteStep(step="nowhere"), SendBackStep(to_step="sign"), RequestSupplement(documents=("x",), legal_basis=LAW),
    RecordSeal(effect="seal/9", certificate="c", signature="s"), RecordRefund(effect="refund/9", reference="HT"),
    RecordFailure(effect="sign/1", system="signing", code="down", final=True), a_submission(),
]  # fmt: skip

MOVES: list[Move] = [
    _by(DESK, Accept()), _by(DESK, Accept()),
    _by(DESK, Accept(fee=0)), _by(DESK, Accept(fee=0, legal_basis=LAW)),
    _by(OFFICER, ProposeFee(amount=0, legal_basis=LAW)), _by(HEAD, ApproveFee(amount=0)),
    _by(HEAD, RejectFee(legal_basis=LAW)), _by(CASHIER, CancelPaymentRequest(legal_basis=LAW)),
    do_the_step, do_the_step, do_the_step, do_the_step, do_the_step, do_the_step, do_the_step, do_the_step,
    _world_answers, _world_answers, _world_answers, _world_answers, _world_answers, _world_fails, _world_repeats,
    _operator_retries, _operator_retries,
    _applicant_pays, _applicant_pays, _platform_closes, _cash,
    _timer, _until_the_timer, _until_the_timer,
    _by(OFFICER, RequestSupplement(documents=("don",), legal_basis=LAW)),
    _by(CITIZEN, ReceiveSupplement(documents=DON)), _by(DESK, ReceiveSupplement(documents=DON)),
    _by(HEAD, Assign(person=OFFICER.person)),
    _by(HEAD, SendBackStep(to_step="process")),
    _by(OFFICIAL, RejectResult(to_step="approve")),
    _by(OFFICER, AskOpinion(unit=PHU_LY)),
    _by(OFFICER_OF_PHU_LY, GiveOpinion(agrees=True)),
    _by(OFFICER, RequestPayment(amount=20_000)),
    _by(DESK, RequestPayment(amount=15_000)),
    _by(HEAD, Suspend(legal_basis=LAW)),
    _by(HEAD, Resume()), _by(HEAD, Resume()),
    _withdrawn, _stopped,
    _by(DESK, ReturnResult()), _by(DESK, ReturnResult()),
    _by(CITIZEN, Rate(stars=5)),
    _handed_over, _handover_answered, _handover_answered,
    _post_is_asked, _post_is_asked, _post_moves, _post_moves,
    _corrected, _extended, _anybody_tries, _anybody_tries, _anybody_tries,
]  # fmt: skip


def command_by_act(life: Life) -> dict[str, Any]:
    """The command that does a work item, by the item's act."""
    step = life.dossier.processing.step or ""
    return {
        "accept": Accept(fee=0),
        "complete_step": CompleteStep(step=step or "none"),
        "approve": Approve(step=step or "none"),
        "sign": Sign(document=DOCUMENT, result_number="12-KS"),
        "receive_supplement": ReceiveSupplement(documents=DON),
        "resume": Resume(),
        "return_result": ReturnResult(),
        "resolve": Resolve(result_number="13-KS"),
        "request_payment": RequestPayment(amount=20_000),
        "approve_fee": ApproveFee(amount=0),
        "propose_fee": ProposeFee(amount=0, legal_basis=LAW),
        "give_opinion": GiveOpinion(agrees=True),
        "acknowledge_handover": AcknowledgeHandover(),
        "hand_over": HandOver(unit=HA_NAM, legal_basis=LAW),
    }
