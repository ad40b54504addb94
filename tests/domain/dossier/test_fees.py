"""Tests of fees: the published fee counts; any other needs a legal basis and a second person, and does not delay
intake."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from domain.changed import changed
from domain.dossier.commands import (
    Accept,
    ApproveFee,
    CancelPaymentRequest,
    Charge,
    CompleteStep,
    ConfirmPayment,
    ProposeFee,
    RejectFee,
    RequestPayment,
    Resolve,
    Sign,
)
from domain.dossier.events import DossierAccepted, FeeProposed, PaymentRequestCancelled
from domain.dossier.outcomes import RecordPaymentOrder
from domain.dossier.state import PaymentStatus, State
from domain.errors import RuleViolation
from domain.procedures.procedure import Channel, ChannelTerms, FeeCase, Procedure
from domain.roles import ENGINE, Actor, Role
from tests.support.given import (
    CASHIER,
    CLERK,
    DESK,
    DOCUMENT,
    HEAD,
    HEAD_OF_DESK,
    OFFICER,
    OFFICIAL,
    Case,
    accepted,
    paid,
    paid_for,
    ready_to_sign,
    submitted,
)
from tests.support.small_province import CENTRE, FREE, OPEN_FEE, PAID, PAID_LATER, TAXED

LAW = "Điều 10 Nghị quyết 1"
WAIVED = Accept(fee=0, legal_basis=LAW)


def cash(amount: int, voucher: str = "BL-1") -> ConfirmPayment:
    """The cashier confirms a payment in cash."""
    return ConfirmPayment(amount=amount, voucher=voucher)


def proposed(procedure: Procedure = TAXED, accept: Accept = WAIVED) -> Case:
    """Given: the desk accepted the dossier with another fee than the published one."""
    case = submitted(procedure)
    case.when(DESK, accept)
    return case


def test_a_fee_that_is_not_published_is_stated_with_its_ground() -> None:
    """When the catalogue has no fee, an officer proposes one with its legal basis; an unknown fee is not zero."""
    case = submitted(OPEN_FEE)
    assert case.refused(DESK, Accept()) == "fee_not_stated"
    assert case.refused(DESK, Accept(fee=7_000)) == "fee_without_legal_basis"
    assert case.refused(DESK, Accept(fee=50_001, legal_basis=LAW)) == "fee_above_maximum"
    assert case.kinds(DESK, Accept(fee=7_000, legal_basis=LAW)) == [
        "dossier_accepted",
        "dossier_routed",
        "fee_proposed",
    ]
    assert (case.dossier.state, case.dossier.fees.fee_open, case.effects()) == (State.ACCEPTED, True, [])
    assert case.kinds(HEAD_OF_DESK, ApproveFee(amount=7_000)) == ["fee_approved", "payment_requested"]
    assert (case.dossier.fees.fee, case.dossier.payment.amount, case.dossier.fees.fee_open) == (7_000, 7_000, False)


def test_typing_0_waives_nothing() -> None:
    """A lower fee needs a legal basis and a second person, and no fee above the published one is accepted."""
    case = submitted(PAID)
    assert case.refused(DESK, Accept(fee=0)) == "fee_without_legal_basis"
    assert case.refused(DESK, Accept(fee=20_001, legal_basis=LAW)) == "fee_above_published"
    assert case.kinds(DESK, Accept(fee=20_000))[-1] == "payment_requested"


def test_an_exemption_does_not_stall_the_counter() -> None:
    """A dossier with a proposed exemption is accepted and processed at once; only the result waits for the decision."""
    case = proposed(PAID_LATER)
    assert case.dossier.state is State.ACCEPTED
    assert case.dossier.deadlines.timing is not None
    assert not case.dossier.deadlines.timing.paused
    assert ("approve_fee", DESK.unit, "head_of_unit") in case.work()
    case.when(OFFICER, CompleteStep(step="process"))
    assert case.kinds(HEAD_OF_DESK, ApproveFee(amount=0)) == ["fee_approved"]
    assert (case.dossier.fees.fee, case.dossier.fee_due) == (0, 0)


def test_nobody_approves_the_own_proposal() -> None:
    """The proposer cannot approve, whatever role or absent colleague they act for."""
    case = proposed()
    same = HEAD_OF_DESK.model_copy(update={"person": DESK.person, "stands_in_for": "head.phuly"})
    assert case.refused(same, ApproveFee(amount=0)) == "fee_needs_second_person"
    assert case.refused(HEAD_OF_DESK, ApproveFee(amount=5_000)) == "fee_not_as_proposed"
    elsewhere = Actor(person="head.centre", role=Role.HEAD_OF_UNIT, unit=CENTRE)
    assert case.refused(elsewhere, ApproveFee(amount=0)) == "wrong_unit"
    assert case.kinds(HEAD, ApproveFee(amount=0)) == ["handover_acknowledged", "fee_approved"]
    assert case.refused(HEAD, ApproveFee(amount=0)) == "no_fee_proposed"


def test_another_amount_than_the_proposed_one_is_told_as_that() -> None:
    """Approving another amount is refused with both amounts, and nothing is due yet."""
    case = proposed(accept=Accept(fee=7_000, legal_basis=LAW))
    with pytest.raises(RuleViolation) as refused:
        case.when(HEAD_OF_DESK, ApproveFee(amount=70_000))
    vietnamese = refused.value.message.vi
    assert "mức được đề nghị là 7.000 đồng, số đã nhập để duyệt là 70.000 đồng" in vietnamese
    assert "phải nộp" not in vietnamese


def test_a_rejected_proposal_leaves_the_published_fee() -> None:
    """After a rejection the published fee is requested; an open fee must be proposed again."""
    case = proposed()
    assert case.kinds(HEAD_OF_DESK, RejectFee(legal_basis=LAW)) == ["fee_rejected", "payment_requested"]
    assert case.dossier.payment.amount == 20_000
    still_open = proposed(OPEN_FEE, Accept(fee=7_000, legal_basis=LAW))
    assert still_open.kinds(HEAD_OF_DESK, RejectFee(legal_basis=LAW)) == ["fee_rejected"]
    assert ("propose_fee", DESK.unit, "reception") in still_open.work()
    again = ProposeFee(amount=0, legal_basis=LAW)
    assert still_open.kinds(DESK, again) == ["fee_proposed"]
    assert still_open.refused(DESK, again) == "fee_already_proposed"


def test_a_published_case_is_applied_by_the_desk_alone() -> None:
    """A published exemption, as for a poor household, is recorded with its legal basis and needs no approval."""
    case = submitted(TAXED)
    assert case.refused(DESK, Accept(fee_case="nguoi-giau")) == "unknown_fee_case"
    assert case.refused(DESK, Accept(fee_case="ho-ngheo", fee=5)) == "fee_not_of_case"
    event, *_ = case.when(DESK, Accept(fee_case="ho-ngheo"))
    assert isinstance(event, DossierAccepted)
    assert (event.fee, event.fee_basis) == (0, "Điều 10 Nghị quyết 1")
    assert (case.dossier.state, case.dossier.fee_due) == (State.ACCEPTED, 0)


def test_nothing_is_asked_beyond_what_is_due() -> None:
    """A free procedure stays free, a fee is requested once, and a wrong amount is refused."""
    assert accepted(FREE).refused(OFFICER, RequestPayment(amount=1_000)) == "nothing_due"
    assert paid().refused(OFFICER, RequestPayment(amount=20_000)) == "nothing_due"
    later = accepted(PAID_LATER)
    assert later.refused(OFFICER, RequestPayment(amount=200_000)) == "wrong_amount"
    assert later.kinds(OFFICER, RequestPayment(amount=20_000)) == ["payment_requested"]
    assert accepted(FREE).refused(OFFICER, ProposeFee(amount=1_000, legal_basis=LAW)) == "fee_above_published"
    tax = ProposeFee(charge=Charge.TAX, amount=1_000, legal_basis=LAW)
    assert accepted(FREE).refused(OFFICER, tax) == "fee_above_maximum"


def test_a_tax_is_asked_when_a_second_person_has_approved_it() -> None:
    """A tax, limited by the procedure, is requested beside the paid fee when a second person has approved it."""
    case = accepted(TAXED)
    case.when(CASHIER, cash(20_000))
    too_high = ProposeFee(charge=Charge.TAX, amount=900_001, legal_basis=LAW)
    assert case.refused(OFFICER, too_high) == "fee_above_maximum"
    (event,) = case.when(OFFICER, ProposeFee(charge=Charge.TAX, amount=90_000, legal_basis=LAW))
    assert isinstance(event, FeeProposed)
    assert (event.by, event.legal_basis) == (OFFICER.person, LAW)
    assert ("approve_fee", HEAD.unit, "head_of_unit") in case.work()
    assert case.kinds(HEAD, ApproveFee(amount=90_000)) == ["fee_approved", "payment_requested"]
    assert case.kinds(CASHIER, cash(90_000, "BL-2"))[0] == "payment_confirmed"
    assert (case.dossier.money.met, case.dossier.fee_due) == (110_000, 0)


def test_a_lower_fee_replaces_the_request_in_force() -> None:
    """When a lower fee is approved, the old request is cancelled and the rest is requested."""
    case = paid_for()
    case.when(DESK, ProposeFee(amount=5_000, legal_basis=LAW))
    assert case.kinds(HEAD_OF_DESK, ApproveFee(amount=5_000)) == [
        "fee_approved",
        "payment_request_cancelled",
        "payment_check_asked",
        "payment_requested",
    ]
    assert (case.dossier.state, case.dossier.unpaid) == (State.PAYMENT_REQUESTED, 5_000)
    waived = paid_for()
    waived.when(DESK, ProposeFee(amount=0, legal_basis=LAW))
    waived.when(HEAD_OF_DESK, ApproveFee(amount=0))
    assert (waived.dossier.state, waived.dossier.payment.status) == (State.ACCEPTED, PaymentStatus.CANCELLED)
    assert waived.dossier.deadlines.timing is not None
    assert not waived.dossier.deadlines.timing.paused


def test_what_was_paid_is_not_lowered_afterwards() -> None:
    """A fee that was paid and kept is not refunded by a later lower fee."""
    case = paid()
    assert case.refused(DESK, ProposeFee(amount=0, legal_basis=LAW)) == "fee_below_paid"
    between = paid_for()
    between.when(DESK, ProposeFee(amount=0, legal_basis=LAW))
    between.pay("DH1", 20_000)
    assert between.refused(HEAD_OF_DESK, ApproveFee(amount=0)) == "fee_below_paid"
    assert between.kinds(HEAD_OF_DESK, RejectFee(legal_basis=LAW)) == ["fee_rejected"]


@pytest.mark.parametrize("open_fee", [True, False])
def test_no_result_while_the_fee_is_undecided(open_fee: bool) -> None:
    """No result is recorded while a fee proposal is open, because it could not be collected afterwards."""
    case = ready_to_sign(TAXED) if not open_fee else ready_to_sign(FREE)
    case.dossier = changed(case.dossier, fees=changed(case.dossier.fees, fee_open=open_fee))
    if not open_fee:
        case.when(OFFICER, ProposeFee(charge=Charge.TAX, amount=90_000, legal_basis=LAW))
    assert case.refused(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS")) == "fee_undecided"


def test_no_result_before_the_fee_was_asked_for() -> None:
    """A fee that is requested later must be requested before the result, and the cashier has it on the work-list."""
    case = ready_to_sign(PAID_LATER)
    assert case.refused(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS")) == "fee_not_asked"
    assert ("request_payment", CASHIER.unit, "cashier") in case.work()
    case.dossier = changed(case.dossier, processing=changed(case.dossier.processing, step=None))
    assert case.refused(CLERK, Resolve(result_number="1")) == "fee_not_asked"


def test_a_mistaken_request_is_taken_back() -> None:
    """A unit of the dossier may cancel a request with a reason: the clocks run on, and the fee can be requested
    again."""
    case = paid_for().later(days=2)
    (event, look) = case.when(DESK, CancelPaymentRequest(legal_basis="Yêu cầu nhầm hồ sơ"))
    assert isinstance(event, PaymentRequestCancelled)
    assert look.kind == "payment_check_asked"
    assert (case.dossier.state, case.dossier.payment.status) == (State.ACCEPTED, PaymentStatus.CANCELLED)
    assert case.dossier.deadlines.timing is not None
    assert not case.dossier.deadlines.timing.paused
    assert case.dossier.deadlines.statutory_due == event.due.statutory
    assert ("request_payment", CASHIER.unit, "cashier") in case.work()
    assert case.refused(DESK, CancelPaymentRequest(legal_basis="x")) == "wrong_state"
    assert case.kinds(CASHIER, RequestPayment(amount=20_000)) == ["payment_requested"]


def test_money_for_a_request_that_was_taken_back_goes_back() -> None:
    """Payments for a cancelled request are refunded once each, or count for a later request."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.when(CASHIER, CancelPaymentRequest(legal_basis="Nhầm"))
    assert case.seen("DH1", 5_000) == ["refund_requested"]
    assert case.pay("DH1", 20_000) == ["refund_requested"]
    assert [one.amount for one in case.dossier.money.refunds] == [5_000, 15_000]
    counted = paid_for()
    counted.pay("DH1", 5_000)
    counted.when(CASHIER, CancelPaymentRequest(legal_basis="Nhầm"))
    counted.when(CASHIER, RequestPayment(amount=20_000))
    assert counted.seen("DH1", 5_000) == ["payment_mismatched"]
    assert counted.dossier.unpaid == 15_000


def test_an_order_that_was_not_made_yet_is_not_made_for_a_request_taken_back() -> None:
    """An order is not made for a cancelled request; if it was already on its way, it is watched and its payments are
    refunded."""
    case = accepted(PAID)
    case.when(CASHIER, CancelPaymentRequest(legal_basis="Nhầm"))
    assert not [one for one in case.effects() if one.startswith("payment-order")]
    case.when(CASHIER, RequestPayment(amount=20_000))
    assert case.kinds(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="u")) == [
        "payment_order_created"
    ]
    assert (case.dossier.payment.order, case.dossier.money.account("DH1") is not None) == (None, True)
    assert "payment-order/2" in case.effects()
    assert case.pay("DH1", 20_000) == ["payment_confirmed"]


def test_fee_cases_are_consistent() -> None:
    """No published case is above the fee, and each code is there once."""
    case = FeeCase(code="x", legal_basis=LAW, fee=6)
    for fee, cases, code in ((5, (case,), "fee_case_above_fee"), (None, (case, case), "duplicate_fee_case")):
        with pytest.raises(ValidationError, match=code):
            ChannelTerms(channel=Channel.ONLINE, limit=None, fee=fee, fee_cases=cases)
    assert ChannelTerms(channel=Channel.ONLINE, limit=None, fee=None, fee_cases=(case,)).fee_case("x") == case


def test_what_stands_already_is_no_proposal() -> None:
    """A proposal of the fee in force is refused, since it would only delay the result."""
    free, due = accepted(FREE), accepted(PAID)
    assert free.refused(DESK, ProposeFee(amount=0, legal_basis=LAW)) == "fee_stands"
    assert due.refused(DESK, ProposeFee(amount=20_000, legal_basis=LAW)) == "fee_stands"
    assert free.refused(OFFICER, ProposeFee(charge=Charge.TAX, amount=0, legal_basis=LAW)) == "fee_stands"
    assert due.kinds(DESK, ProposeFee(amount=0, legal_basis=LAW)) == ["fee_proposed"]
    due.when(HEAD_OF_DESK, ApproveFee(amount=0))
    assert due.kinds(DESK, ProposeFee(amount=20_000, legal_basis=LAW)) == ["fee_proposed"], "an exemption taken back"
