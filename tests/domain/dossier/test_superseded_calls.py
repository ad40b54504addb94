"""An incident is open only while its call is needed: one that another act has made needless is over by that act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dossier.commands import (
    Approve,
    CancelPaymentRequest,
    CancelPost,
    CheckPayment,
    CheckPost,
    CompleteStep,
    ConfirmPayment,
    CorrectApplicant,
    CorrectEntry,
    PostPurpose,
    RejectResult,
    RequestPayment,
    RequestPost,
    Resume,
    RetryRefusedCall,
    ReturnResult,
    Stop,
    Suspend,
    Withdraw,
)
from domain.dossier.effect_id import EffectKind, number_of
from domain.dossier.outcomes import RecordFailure, RecordPaymentSeen, RecordRegistration
from domain.dossier.refused_calls import refused_calls
from domain.dossier.state import Dossier, SigningStatus, State
from domain.dossier.view import WorkAct
from domain.dossier.wanted_effects import effects_of
from domain.roles import ENGINE, Actor
from tests.domain.dossier.test_refused_calls import (
    REFUSED,
    SIGN,
    identity_refused,
    order_refused,
    signature_refused,
)
from tests.support.given import (
    CASHIER,
    CITIZEN,
    DESK,
    HEAD,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
    OFFICIAL_AT_TOP,
    OPERATOR,
    Case,
    paid_for,
    posted,
    ready_to_sign,
    resolved,
)
from tests.support.random_lives import Life, Move


def look_up_refused() -> Case:
    """Given: the platform reported a payment, and refused for good to say what was paid."""
    case = paid_for()
    case.when(ENGINE, CheckPayment(order="DH1"))
    case.fails("payment-query/1", final=True)
    return case


def open_calls(dossier: Dossier) -> list[str]:
    """The calls of the open incidents."""
    return [one.effect for one in dossier.incidents]


def test_a_look_up_that_was_refused_is_over_when_another_one_finds_the_payment() -> None:
    """The cashier has the order looked up again. The first look-up is needed no more at that moment: nobody could ask
    for it again, so it would stay on the operators' list for ever."""
    case = look_up_refused()
    assert open_calls(case.dossier) == ["payment-query/1"]
    case.when(CASHIER, CheckPayment(order="DH1"))
    assert (open_calls(case.dossier), case.effects()) == ([], ["payment-query/2"])
    assert "payment_confirmed" in case.seen("DH1", 20_000)
    assert (open_calls(case.dossier), case.dossier.state) == ([], State.ACCEPTED)
    assert WorkAct.REPAIR not in {act for act, _, _ in case.work()}
    assert case.kinds(OFFICER, CompleteStep(step="process"))[-1] == "step_completed"


def test_the_failure_of_the_second_look_up_is_its_own_incident() -> None:
    """The first one does not come back with it, and the operator has one call to ask for again."""
    case = look_up_refused()
    case.when(CASHIER, CheckPayment(order="DH1"))
    case.fails("payment-query/2", final=True)
    assert open_calls(case.dossier) == ["payment-query/2"]
    case.when(OPERATOR, RetryRefusedCall(effect="payment-query/2", reason="Cổng thanh toán đã sửa"))
    assert (open_calls(case.dossier), case.effects()) == ([], ["payment-query/3"])


def test_whoever_asks_for_a_superseded_call_is_told_that_it_is_not_needed() -> None:
    """Two operators look at one list, and one of them is late."""
    case = look_up_refused()
    case.when(CASHIER, CheckPayment(order="DH1"))
    again = RetryRefusedCall(effect="payment-query/1", reason="Cổng thanh toán đã sửa")
    assert case.refused(OPERATOR, again) == "call_not_needed"
    case.seen("DH1", 20_000)
    assert case.refused(OPERATOR, again) == "call_not_needed"
    never = RetryRefusedCall(effect="payment-query/3", reason="Cổng thanh toán đã sửa")
    assert case.refused(OPERATOR, never) == "unknown_call"


def an_order_for_the_rest_is_refused() -> Case:
    """Given: the first order was paid in part, and the platform refused to make the order for the rest."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.when(CASHIER, RequestPayment(amount=15_000))
    case.seen("DH1", 5_000)
    case.fails("payment-order/2", final=True)
    return case


def paid_by_the_earlier_order() -> tuple[Case, str]:
    case = an_order_for_the_rest_is_refused()
    case.pay("DH1", 20_000)
    return case, "payment-order/2"


def paid_more_by_the_earlier_order() -> tuple[Case, str]:
    case = an_order_for_the_rest_is_refused()
    case.pay("DH1", 10_000)
    return case, "payment-order/2"


def request_cancelled() -> tuple[Case, str]:
    case = order_refused()
    case.when(CASHIER, CancelPaymentRequest(legal_basis="Điều 5"))
    return case, "payment-order/1"


def stopped_while_a_look_up_was_refused() -> tuple[Case, str]:
    case = look_up_refused()
    case.when(HEAD, Stop(legal_basis="Điều 5"))
    return case, "payment-query/1"


def withdrawn_and_nothing_was_paid() -> tuple[Case, str]:
    case = look_up_refused()
    case.when(CITIZEN, Withdraw())
    case.when(ENGINE, RecordPaymentSeen(effect="payment-query/2", order="DH1", paid=0, closed=True))
    return case, "payment-query/1"


def another_signature_ordered() -> tuple[Case, str]:
    case = signature_refused()
    case.when(OFFICIAL_ABOVE, SIGN)
    return case, "sign/1"


def particulars_corrected() -> tuple[Case, str]:
    case = identity_refused()
    case.when(DESK, CorrectEntry(correction=CorrectApplicant(value="c" * 64), legal_basis="Điều 1"))
    return case, "identity/1"


def delivery_not_told() -> Case:
    """Given: the post refused for good to say where the result is."""
    case = posted()
    case.when(DESK, CheckPost(item="EH1"))
    case.fails("post-query/1", final=True)
    return case


def delivery_not_cancelled() -> Case:
    """Given: the post refused for good to cancel the delivery."""
    case = posted()
    case.when(DESK, CancelPost(purpose=PostPurpose.DELIVERY))
    case.fails("post-cancel/1", final=True)
    return case


def delivery_refused() -> Case:
    """Given: the post refused for good to take the result."""
    case = resolved()
    case.when(ENGINE, RecordRegistration(effect="register/1", reference="HTK-1"))
    case.when(DESK, RequestPost(purpose=PostPurpose.DELIVERY, postal_address="e" * 64))
    case.fails("post-order/1", final=True)
    return case


def delivery_cancelled_while_it_was_looked_up() -> tuple[Case, str]:
    case = delivery_not_told()
    case.when(DESK, CancelPost(purpose=PostPurpose.DELIVERY))
    return case, "post-query/1"


def another_delivery_ordered() -> tuple[Case, str]:
    case = delivery_refused()
    case.when(DESK, RequestPost(purpose=PostPurpose.DELIVERY, postal_address="f" * 64))
    return case, "post-order/1"


SUPERSEDED: dict[Callable[[], tuple[Case, str]], str] = {
    paid_by_the_earlier_order: "unknown_call",
    paid_more_by_the_earlier_order: "unknown_call",
    request_cancelled: "unknown_call",
    stopped_while_a_look_up_was_refused: "call_not_needed",
    withdrawn_and_nothing_was_paid: "call_not_needed",
    another_signature_ordered: "call_not_needed",
    particulars_corrected: "call_not_needed",
    delivery_cancelled_while_it_was_looked_up: "unknown_call",
    another_delivery_ordered: "call_not_needed",
}


@pytest.mark.parametrize("superseding", SUPERSEDED, ids=lambda one: one.__name__)
def test_an_act_that_makes_a_call_needless_ends_its_incident(superseding: Callable[[], tuple[Case, str]]) -> None:
    """Each way in which a call that failed is needed no more. Operators neither see it nor can ask for it again."""
    case, effect = superseding()
    failed = [event for event in case.events if event.kind == "outside_call_failed"]
    assert effect in {getattr(event, "effect", None) for event in failed}, "it was an incident"
    assert effect not in open_calls(case.dossier)
    assert case.refused(OPERATOR, RetryRefusedCall(effect=effect, reason="Đã sửa")) == SUPERSEDED[superseding]


def test_a_refused_signature_stays_while_the_dossier_is_suspended() -> None:
    """The level above has not signed yet, and nobody may now. Once the work goes on, an operator may ask again."""
    case = signature_refused()
    case.when(HEAD, Suspend(legal_basis="Điều 5"))
    assert open_calls(case.dossier) == ["sign/1"]
    case.when(HEAD, Resume())
    case.when(OPERATOR, RetryRefusedCall(effect="sign/1", reason="Đã thay USB"))
    assert (open_calls(case.dossier), case.effects()) == ([], ["sign/2"])


BEGINNINGS: dict[str, Callable[[], Case]] = {
    "an order can be paid": paid_for,
    "the post delivers": posted,
    "a signature is next": ready_to_sign,
    "a look-up was refused": look_up_refused,
    "a signature was refused": signature_refused,
    "the post does not say": delivery_not_told,
    "the post does not take it": delivery_refused,
    "the post does not cancel": delivery_not_cancelled,
    **{f"{effect} was refused": refused for effect, (refused, _, _) in REFUSED.items()},
}


def begun(case: Case) -> Life:
    """The life of a dossier that goes on from there, with what the outside systems have."""
    life = Life(now=case.now, standing=case.dossier, events=list(case.events))
    money = case.dossier.money
    for account in money.accounts:
        life.platform.paid[account.order] = account.settled + account.held + money.sent_back(account.order)
    life.post.stages = {one.order: one.stage for one in case.dossier.postal_items if one.item is not None}
    return life


def fails(life: Life, n: int) -> None:
    """A call of those that are made fails; more often than not it was refused for good."""
    made = effects_of(life.dossier)
    if made:
        life.must(RecordFailure(effect=made[n % len(made)].id, system="outside", code="down", final=n % 4 != 0))


def answers(life: Life, n: int) -> None:
    made = effects_of(life.dossier)
    if made:
        life.answer(made[n % len(made)])


def pays(life: Life, n: int) -> None:
    for order in sorted(life.platform.paid)[:1]:
        life.platform.paid[order] += (20_000, 5_000)[n % 2]


def is_looked_up(life: Life, n: int) -> None:
    orders = [one.order for one in life.dossier.money.accounts]
    life.act(CASHIER, CheckPayment(order=orders[n % len(orders)] if orders else "DH1"))


def is_asked_to_pay(life: Life, n: int) -> None:
    life.act(CASHIER, RequestPayment(amount=max(life.dossier.unpaid or life.dossier.fee_due, 1)))


def takes_the_money(life: Life, n: int) -> None:
    life.act(CASHIER, ConfirmPayment(amount=max(life.dossier.unpaid, 1), voucher=f"BL-{n}"))


def signs(life: Life, n: int) -> None:
    """Whose turn it is: of the unit, or of the level that the signing was handed to."""
    signers = {one.unit: one for one in (OFFICIAL, OFFICIAL_ABOVE, OFFICIAL_AT_TOP)}
    life.act(signers.get(life.dossier.signing.unit, OFFICIAL), SIGN)


def retries(life: Life, n: int) -> None:
    refused = refused_calls(life.dossier)
    if refused:
        life.act(OPERATOR, RetryRefusedCall(effect=refused[n % len(refused)].effect, reason="Đã sửa"))


def acts(*whose: tuple[Actor, Any]) -> Move:
    return lambda life, n: life.act(*whose[n % len(whose)])


DELIVERY = PostPurpose.DELIVERY
SUPERSEDING: list[Move] = [
    fails, fails, fails, answers, pays, is_looked_up, is_asked_to_pay, takes_the_money, signs, retries,
    acts((CASHIER, CancelPaymentRequest(legal_basis="Điều 5"))),
    acts((DESK, CheckPost(item="EH1")), (DESK, CheckPost(item="EH2"))),
    acts((DESK, RequestPost(purpose=DELIVERY, postal_address="e" * 64)), (DESK, CancelPost(purpose=DELIVERY))),
    acts((HEAD, Suspend(legal_basis="Điều 5")), (HEAD, Resume())),
    acts((OFFICIAL, RejectResult(to_step="approve")), (HEAD, Approve(step="approve"))),
    acts((DESK, CorrectEntry(correction=CorrectApplicant(value="c" * 64), legal_basis="Điều 1"))),
    acts((HEAD, Stop(legal_basis="Điều 5")), (CITIZEN, Withdraw()), (DESK, ReturnResult())),
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(list(BEGINNINGS)),
    st.lists(st.tuples(st.sampled_from(SUPERSEDING), st.integers(0, 11)), min_size=3, max_size=12),
)
def test_nobody_is_left_with_an_incident_about_which_nothing_can_be_done(
    begin: str, moves: list[tuple[Move, int]]
) -> None:
    """Calls fail again and again, while people do what makes them needless: after every act each incident is about a
    call that is still made, or that somebody can have asked again."""
    life = begun(BEGINNINGS[begin]())
    for move, variant in moves:
        life.now += timedelta(minutes=1)
        move(life, variant)
        require_no_idle_incident(life.dossier, life.now)


def require_no_idle_incident(dossier: Dossier, now: datetime) -> None:
    """Each incident is about a call that is made again by itself, or somebody can do something about it: an operator
    can have it asked again, or an official of the next level can sign."""
    made = {effect.id for effect in effects_of(dossier)}
    for incident in dossier.incidents:
        if incident.kind == EffectKind.SIGN and dossier.signing.status is SigningStatus.HANDED_OVER:
            assert dossier.ended_at is None, "the next level can sign"
            assert number_of(incident.effect) == dossier.signing.attempt, "not a signature before the last"
            continue
        assert incident.final == (incident.effect not in made), "what is not made again was refused for good"
        if incident.final:
            operator = Life(now=now, standing=dossier)
            operator.act(OPERATOR, RetryRefusedCall(effect=incident.effect, reason="Đã sửa"))
            assert operator.refusals == []
            assert incident.effect not in open_calls(operator.dossier)
