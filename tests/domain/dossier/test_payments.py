"""Tests of payments: only the platform's own answer counts, and every dong settles a fee, is refunded, or waits for
a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.dossier.commands import (
    ApproveFee,
    Charge,
    CheckPayment,
    CompleteStep,
    ConfirmPayment,
    ProposeFee,
    RequestPayment,
    Resume,
    Sign,
    Stop,
    Suspend,
    Terminate,
    Withdraw,
)
from domain.dossier.deciding.payment_looks import looks_ahead
from domain.dossier.effects import CreatePaymentOrder, QueryPayment, RefundPayment
from domain.dossier.events import PaymentConfirmed
from domain.dossier.outcomes import RecordPaymentOrder, RecordPaymentSeen, RecordRefund
from domain.dossier.revision import Revision
from domain.dossier.state import DOSSIER, Money, PaymentStatus, State, snapshot_of
from domain.procedures.procedure import PaymentPolicy
from domain.roles import ENGINE, Actor, Role
from tests.support.given import (
    CASHIER,
    CITIZEN,
    DESK,
    DOCUMENT,
    HEAD,
    OFFICER,
    OFFICIAL,
    OPERATOR,
    Case,
    accepted,
    paid,
    paid_for,
    ready_to_sign,
)
from tests.support.small_province import FREE, HA_NAM, PAID, PAID_LATER, TAXED, at

CASH = ConfirmPayment(amount=20_000, voucher="BL-1")


def tax(case: Case) -> None:
    """Given: a tax of 90,000 dong beside the fee, proposed, approved and requested."""
    case.when(OFFICER, ProposeFee(charge=Charge.TAX, amount=90_000, legal_basis="Điều 12"))
    case.when(HEAD, ApproveFee(amount=90_000))


def second_order(case: Case, amount: int = 20_000) -> Case:
    """Given: a new order replaced the first."""
    case.when(CASHIER, RequestPayment(amount=amount))
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/2", order="DH2", pay_url="http://pay/DH2"))
    return case


def refunds(case: Case) -> list[tuple[str, int]]:
    """The refunds on their way: order and amount."""
    return [(one.order, one.amount) for one in case.reaction().effects if isinstance(one, RefundPayment)]


def questions(case: Case) -> list[str]:
    """The orders about which the platform is being asked."""
    return [one.order for one in case.reaction().effects if isinstance(one, QueryPayment)]


def test_a_fee_is_ordered_at_intake_and_the_clock_stands() -> None:
    """Accepting a dossier with a fee requests it: one order is wanted, and both clocks are paused."""
    case = accepted(PAID)
    assert case.dossier.state is State.PAYMENT_REQUESTED
    assert "payment-order/1" in case.effects()
    case.later(days=2)
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="u"))
    assert case.pay("DH1", 20_000) == ["payment_confirmed"]
    assert (case.dossier.state, case.dossier.deadlines.statutory_due) == (State.ACCEPTED, at("2025-07-16 08:00"))


def test_a_callback_is_a_hint_and_never_a_proof() -> None:
    """A callback only makes the dossier ask; when the platform has no payment, nothing is confirmed."""
    case = paid_for()
    assert case.kinds(ENGINE, CheckPayment(order="DH1")) == ["payment_check_asked"]
    assert questions(case) == ["DH1"]
    assert case.seen("DH1", 0) == ["payment_checked"]
    assert (case.dossier.state, questions(case)) == (State.PAYMENT_REQUESTED, [])


def test_a_callback_twice_confirms_once() -> None:
    """A second callback is checked and changes nothing."""
    case = paid()
    assert case.pay("DH1", 20_000) == ["payment_checked"]
    assert (case.dossier.payment.status, refunds(case)) == (PaymentStatus.PAID, [])


def test_a_later_question_stays_open_when_an_earlier_one_is_answered() -> None:
    """After two callbacks, the answer to the first question does not close the second."""
    case = paid_for()
    case.when(ENGINE, CheckPayment(order="DH1"))
    case.when(ENGINE, CheckPayment(order="DH1"))
    case.when(ENGINE, RecordPaymentSeen(effect="payment-query/1", order="DH1", paid=0))
    assert [one for one in case.effects() if one.startswith("payment-query")] == ["payment-query/2"]
    assert case.seen("DH1", 20_000) == ["payment_confirmed"]


def test_an_order_of_another_dossier_is_refused() -> None:
    """A callback for an order that this dossier did not make is refused."""
    assert paid_for().refused(ENGINE, CheckPayment(order="DH9")) == "unknown_order"
    assert accepted(FREE).refused(ENGINE, CheckPayment(order="DH1")) == "unknown_order"


def test_only_the_units_of_the_dossier_ask_the_platform() -> None:
    """A cashier of an unrelated unit may not check the payment."""
    elsewhere = Actor(person="cash.2", role=Role.CASHIER, unit="H42")
    assert paid_for().refused(elsewhere, CheckPayment(order="DH1")) == "wrong_unit"
    assert paid_for().kinds(CASHIER, CheckPayment(order="DH1")) == ["payment_check_asked"]


def test_a_lost_callback_is_found_by_asking() -> None:
    """The dossier's timer asks the platform soon, then less and less often, and last when the order expires."""
    case = paid_for()
    looks = []
    while (wake_up := case.reaction().wake_up) is not None and case.dossier.payment.status is PaymentStatus.ORDERED:
        case.now = wake_up
        assert case.tick() == ["payment_check_asked"]
        looks.append((wake_up - at("2025-07-07 08:00")).total_seconds() / 60)
        case.seen("DH1", 0)
    assert looks == [1, 4, 16, 64, 256, 1024, 4096, 72 * 60]
    assert case.dossier.payment.status is PaymentStatus.EXPIRED
    assert case.reaction().wake_up is None


def test_a_dossier_of_the_first_release_asks_as_it_did_then() -> None:
    """In a history of the first release the timer is set to an hour, as replay needs it."""
    looks = looks_ahead(paid_for().dossier, PaymentPolicy(), Revision.FIRST)
    assert [at_ for at_, _ in looks] == [at("2025-07-07 09:00")]


def test_how_soon_the_first_look_is_leaves_the_hash_of_a_rule_alone() -> None:
    """A rule without the parameter keeps its text; one that sets it has it in the text."""
    assert "look_soon_after_seconds" not in PaymentPolicy().model_dump(mode="json")
    assert PaymentPolicy(look_soon_after_seconds=30).model_dump(mode="json")["look_soon_after_seconds"] == 30
    looks = looks_ahead(paid_for().dossier, PaymentPolicy(look_soon_after_seconds=30))
    assert [at_ for at_, _ in looks] == [at("2025-07-07 08:00") + timedelta(seconds=30)]


def test_how_fast_the_waits_grow_is_a_parameter() -> None:
    """A province may set how fast the waits grow; the last question is at the order's expiry."""
    looks = looks_ahead(paid_for().dossier, PaymentPolicy(poll_after_seconds=60, poll_factor=2))
    assert [at_ for at_, _ in looks] == [at("2025-07-07 08:01")]
    asked = paid_for()
    asked.until("2025-07-07 09:00").tick()
    asked.seen("DH1", 0)
    assert [
        at_ for at_, _ in looks_ahead(asked.dossier, PaymentPolicy(look_soon_after_seconds=3_600, poll_factor=2))
    ] == [at("2025-07-07 10:00")]
    slowly = PaymentPolicy(poll_after_seconds=10**15, look_soon_after_seconds=10**15, poll_factor=100)
    assert [at_ for at_, _ in looks_ahead(asked.dossier, slowly)] == [at("2025-07-10 08:00")]


def test_paid_twice_is_given_back() -> None:
    """A second payment is refunded, each under its own refund, and the fee stays paid."""
    case = paid()
    assert case.pay("DH1", 40_000) == ["refund_requested"]
    assert case.pay("DH1", 60_000) == ["refund_requested"]
    assert refunds(case) == [("DH1", 20_000), ("DH1", 20_000)]
    case.when(ENGINE, RecordRefund(effect="refund/1", reference="HT1"))
    assert refunds(case) == [("DH1", 20_000)]
    case.when(ENGINE, RecordRefund(effect="refund/2", reference="HT2"))
    assert case.kinds(ENGINE, RecordRefund(effect="refund/2", reference="HT2")) == []
    assert (case.dossier.money.refunded, case.dossier.money.refund_owed) == (40_000, 0)
    assert case.pay("DH1", 60_000) == ["payment_checked"]


def test_too_much_confirms_and_gives_back_the_rest() -> None:
    """A payment above the fee settles it, and the excess is refunded at once."""
    case = paid_for()
    assert case.pay("DH1", 25_000) == ["payment_confirmed", "refund_requested"]
    assert refunds(case) == [("DH1", 5_000)]


def test_too_little_waits_for_a_person_and_can_be_made_up() -> None:
    """A partial payment does not start processing: the cashier has a work item, and the rest may still arrive."""
    case = paid_for()
    assert case.pay("DH1", 5_000) == ["payment_mismatched"]
    assert case.dossier.state is State.PAYMENT_REQUESTED
    assert [act for act, _, _ in case.work()] == ["request_payment"]
    assert case.pay("DH1", 20_000) == ["payment_confirmed"]


def test_too_little_at_expiry_does_not_ask_for_ever() -> None:
    """After a last question at expiry the timer asks no more, and the cashier decides."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.until("2025-07-10 08:00").tick()
    assert case.seen("DH1", 5_000) == ["payment_checked"]
    assert case.reaction().wake_up is None
    assert case.tick() == []


@pytest.mark.parametrize("amount", [20_000, 15_000], ids=["asked in whole", "asked for the rest"])
def test_what_came_in_on_an_order_that_was_replaced_counts(amount: int) -> None:
    """A partial payment on a replaced order counts: the new order is for the rest."""
    case = paid_for()
    case.pay("DH1", 5_000)
    assert case.refused(CASHIER, RequestPayment(amount=10_000)) == "wrong_amount"
    second_order(case, amount)
    assert questions(case) == ["DH1"]
    assert case.seen("DH1", 5_000) == ["payment_checked"]
    assert refunds(case) == []
    assert case.pay("DH2", 15_000) == ["payment_confirmed"]
    assert [one.settled for one in case.dossier.money.accounts] == [5_000, 15_000]
    assert case.dossier.money.met == 20_000


def test_a_short_payment_and_the_rest_in_cash() -> None:
    """After a partial payment the cashier takes exactly the rest, and nothing is refunded."""
    case = paid_for()
    case.pay("DH1", 10_000)
    second_order(case, 10_000)
    case.seen("DH1", 10_000)
    assert case.refused(CASHIER, CASH) == "wrong_amount"
    confirmed, *_ = case.when(CASHIER, ConfirmPayment(amount=10_000, voucher="BL-1"))
    assert isinstance(confirmed, PaymentConfirmed)
    assert [(part.order, part.amount) for part in confirmed.parts] == [("DH1", 10_000)]
    case.seen("DH2", 0)
    money = case.dossier.money
    assert (money.met, money.taken_in_cash, refunds(case)) == (20_000, 10_000, [])
    assert case.pay("DH2", 10_000) == ["refund_requested"]


def test_parts_on_several_orders_and_twice_on_one() -> None:
    """Each payment counts on whichever order it arrives; the excess over the fee is refunded."""
    case = paid_for()
    assert case.pay("DH1", 5_000) == ["payment_mismatched"]
    second_order(case, 15_000)
    assert case.pay("DH2", 4_000) == ["payment_mismatched"]
    assert case.pay("DH1", 8_000) == ["payment_mismatched"]
    assert case.dossier.unpaid == 8_000
    assert case.pay("DH1", 20_000) == ["payment_confirmed", "refund_requested", "payment_check_asked"]
    assert refunds(case) == [("DH1", 4_000)]
    assert [one.settled for one in case.dossier.money.accounts] == [16_000, 4_000]


def test_a_new_order_is_for_the_rest() -> None:
    """A new order is for the missing amount only."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.when(CASHIER, RequestPayment(amount=20_000))
    [order] = [one for one in case.reaction().effects if isinstance(one, CreatePaymentOrder)]
    assert order.amount == 15_000
    case.when(ENGINE, RecordPaymentOrder(effect=order.id, order="DH2", pay_url="u"))
    assert [one.amount for one in case.dossier.money.accounts] == [20_000, 15_000]


def test_a_receipt_counts_once() -> None:
    """The same voucher for a second obligation of the dossier is refused."""
    case = accepted(TAXED)
    case.when(CASHIER, CASH)
    tax(case)
    assert case.refused(CASHIER, ConfirmPayment(amount=90_000, voucher="BL-1")) == "voucher_used"
    assert case.kinds(CASHIER, ConfirmPayment(amount=90_000, voucher="BL-2"))[0] == "payment_confirmed"


def test_a_receipt_has_the_number_that_is_printed_on_it() -> None:
    """The receipt number `BL/26E-1` is accepted, and the dossier can be read afterwards."""
    case = accepted(PAID)
    case.when(CASHIER, ConfirmPayment(amount=20_000, voucher="BL/26E-1"))
    assert case.dossier.money.vouchers == ("BL/26E-1",)


def test_a_snapshot_of_the_first_release_knows_what_was_paid() -> None:
    """In a snapshot of the first release, the one obligation is the requested amount."""
    stored = snapshot_of(paid().dossier)
    for added in ("asked", "met", "taken_in_cash", "vouchers", "counted"):
        del stored["payment"][added]
    read = DOSSIER.validate_python(stored).money
    assert (read.asked, read.met, read.taken_in_cash) == (20_000, 20_000, 0)
    assert DOSSIER.validate_python({**stored, "payment": {}}).money == Money()


def test_the_old_order_paid_after_a_new_one_was_made_counts() -> None:
    """A payment on an expired order settles the fee although a new order exists, which is watched."""
    case = paid_for().until("2025-07-10 08:00")
    case.tick()
    assert case.seen("DH1", 0) == ["payment_expired"]
    second_order(case)
    case.seen("DH1", 0)
    assert case.pay("DH1", 20_000) == ["payment_confirmed", "payment_check_asked"]
    assert questions(case) == ["DH2"]
    assert case.seen("DH2", 20_000) == ["refund_requested"]
    assert refunds(case) == [("DH2", 20_000)]


def test_expired_and_then_paid_counts() -> None:
    """A payment that is known only after the expiry settles the fee, if no new order was requested."""
    case = paid_for().until("2025-07-10 08:00")
    case.tick()
    case.seen("DH1", 0)
    assert case.dossier.payment.status is PaymentStatus.EXPIRED
    assert case.pay("DH1", 20_000) == ["payment_confirmed"]
    assert case.dossier.state is State.ACCEPTED


def test_the_platform_closes_an_order_early() -> None:
    """An order that the platform has closed is over and is not checked again."""
    case = paid_for()
    assert case.pay("DH1", 0, closed=True) == ["payment_expired"]
    assert [act for act, _, _ in case.work()] == ["request_payment"]
    assert case.reaction().wake_up is None


def test_a_platform_that_is_down_for_days_lets_the_request_expire() -> None:
    """When no order could be made before the expiry, the cashier can request the fee again or take cash."""
    case = accepted(PAID)
    case.fails("payment-order/1")
    assert case.until("2025-07-10 08:00").tick()[-1] == "payment_expired"
    assert not [one for one in case.effects() if one.startswith("payment-order")]
    assert "payment" not in {incident.effect.partition("-")[0] for incident in case.dossier.incidents}
    assert case.kinds(CASHIER, RequestPayment(amount=20_000)) == ["payment_requested"]


def test_cash_and_platform_gives_the_platform_s_money_back() -> None:
    """After a payment in cash the open order is checked at once and at its expiry, and its payments are refunded."""
    case = paid_for()
    assert case.kinds(CASHIER, CASH) == ["payment_confirmed", "payment_check_asked"]
    assert case.seen("DH1", 0) == ["payment_checked"]
    assert case.reaction().wake_up is not None
    case.until("2025-07-10 08:00")
    assert "payment_check_asked" in case.tick()
    assert case.seen("DH1", 20_000) == ["refund_requested"]
    assert case.dossier.payment.status is PaymentStatus.PAID


def test_cash_before_the_order_was_made() -> None:
    """An order that is made after the payment in cash is watched, and the dossier stays paid."""
    case = accepted(PAID)
    case.when(CASHIER, CASH)
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="u"))
    assert case.dossier.payment.status is PaymentStatus.PAID
    assert case.pay("DH1", 20_000) == ["refund_requested"]


def test_cash_is_the_exact_amount() -> None:
    """The cashier confirms exactly the amount due."""
    assert paid_for().refused(CASHIER, ConfirmPayment(amount=19_000, voucher="BL-1")) == "wrong_amount"


@pytest.mark.parametrize(
    ("actor", "end"),
    [(CITIZEN, Withdraw()), (HEAD, Stop(legal_basis="Điều 5")), (OPERATOR, Terminate(reason="Nhập hai lần"))],
    ids=["withdrawn", "stopped", "terminated"],
)
def test_paid_after_the_end_is_given_back(actor: Actor, end: object) -> None:
    """When a dossier ends, its order is checked at once and at its expiry, and payments are refunded."""
    case = paid_for()
    case.pay("DH1", 5_000)
    case.when(actor, end)
    case.seen("DH1", 5_000)
    assert refunds(case) == [("DH1", 5_000)]
    case.when(ENGINE, RecordRefund(effect="refund/1", reference="HT1"))
    assert not case.dossier.closed
    case.until("2025-07-10 08:00")
    assert case.tick() == ["payment_check_asked"]
    assert case.seen("DH1", 25_000) == ["refund_requested"]
    case.when(ENGINE, RecordRefund(effect="refund/2", reference="HT2"))
    assert (case.dossier.money.refunded, case.dossier.closed) == (25_000, True)


def test_withdrawn_after_payment_keeps_the_fee() -> None:
    """A withdrawal does not refund a settled fee; a person decides about it."""
    case = paid()
    assert case.kinds(CITIZEN, Withdraw()) == ["dossier_withdrawn"]
    assert (refunds(case), case.dossier.closed) == ([], True)


def test_paid_while_suspended() -> None:
    """A payment during a suspension settles the fee, and the dossier goes on from the right state."""
    case = paid_for()
    case.when(HEAD, Suspend(legal_basis="Điều 5"))
    assert case.pay("DH1", 20_000) == ["payment_confirmed"]
    assert case.dossier.state is State.SUSPENDED
    (resumed,) = case.kinds(HEAD, Resume())
    assert (resumed, case.dossier.state.value) == ("dossier_resumed", "accepted")
    assert case.dossier.deadlines.timing is not None
    assert not case.dossier.deadlines.timing.paused


def test_a_second_obligation_stands_on_its_own() -> None:
    """A tax after the fee has its own order and payment; a late refund of the fee belongs to the fee."""
    case = accepted(TAXED)
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="u"))
    case.pay("DH1", 25_000)
    case.when(OFFICER, CompleteStep(step="process"))
    tax(case)
    assert case.dossier.state is State.PAYMENT_REQUESTED
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/2", order="DH2", pay_url="u"))
    assert refunds(case) == [("DH1", 5_000)]
    assert case.pay("DH2", 90_000) == ["payment_confirmed"]
    assert (case.dossier.state, [one.settled for one in case.dossier.money.accounts]) == (
        State.PROCESSING,
        [20_000, 90_000],
    )


def test_one_request_at_a_time() -> None:
    """While an order can be paid, no second one is made."""
    assert paid_for().refused(CASHIER, RequestPayment(amount=1_000)) == "payment_already_requested"


def test_not_while_the_result_is_being_signed() -> None:
    """A new obligation must wait while the result is being signed, or the result is rejected first."""
    case = ready_to_sign()
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    assert case.refused(OFFICER, RequestPayment(amount=1_000)) == "signature_under_way"


def test_a_refused_question_does_not_hold_the_end() -> None:
    """When the platform refuses a question for good, an operator has a work item and it is not asked again."""
    case = paid_for()
    case.when(CITIZEN, Withdraw())
    case.fails("payment-query/1", final=True)
    assert (case.effects(), case.reaction().wake_up, case.dossier.closed) == ([], None, True)
    assert [act for act, _, _ in case.work()] == ["repair"]


def test_an_answer_about_another_order_changes_nothing() -> None:
    """An answer about an unknown order is dropped."""
    case = paid_for()
    case.when(ENGINE, CheckPayment(order="DH1"))
    answer = RecordPaymentSeen(effect="payment-query/1", order="DH7", paid=20_000)
    assert case.kinds(ENGINE, answer) == []


def test_notes_of_the_cashier_are_kept() -> None:
    """The ledger has the commitment to the cashier's note."""
    case = paid_for()
    note = "e" * 64
    confirmed, *_ = case.when(CASHIER, CASH.model_copy(update={"note": note}))
    assert confirmed.note == note
    assert case.when(DESK, CheckPayment(order="DH1", note=note))[0].note == note
    again = accepted(PAID_LATER)
    assert again.when(OFFICER, RequestPayment(amount=20_000, note=note))[0].note == note
    assert again.dossier.routing.competent == HA_NAM
