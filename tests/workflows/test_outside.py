"""The world outside misbehaves; no dossier is late for it, and no dong is lost."""

from __future__ import annotations

import pytest

from domain.dossier.commands import (
    CancelPaymentRequest,
    ConfirmPayment,
    RequestPayment,
    ReturnResult,
    Withdraw,
)
from domain.dossier.state import State
from tests.support.dossier_steps import accepted, ordered, ordered_to_be_signed, paid, sign
from tests.support.engine_harness import EngineHarness
from tests.support.given import (
    CASHIER,
    CITIZEN,
    DESK,
    OFFICIAL_ABOVE,
)
from tests.support.small_province import CENTRE, ENTERED_NOWHERE, PAID

pytestmark = pytest.mark.stack

DOWN = {"mode": "down"}


async def test_an_order_that_another_dossier_has_is_not_taken(harness: EngineHarness) -> None:
    """One payment would settle both fees: a person is told, and a new request gets an order of its own."""
    _, order = await ordered(harness)
    await harness.control("payments", {"mode": "order_of_another", "calls": 1, "service": "create_order"})
    code = await accepted(harness, PAID)
    now = await harness.until(code, lambda one: bool(one.incidents))
    assert (now.payment.order, [(one.code, one.final) for one in now.incidents]) == (None, [("order_of_another", True)])
    await harness.act(code, CASHIER, CancelPaymentRequest(legal_basis="Nền tảng trả về đơn của hồ sơ khác"))
    await harness.act(code, CASHIER, RequestPayment(amount=now.payment.amount))
    again = await harness.until(code, lambda one: one.payment.order is not None)
    assert again.payment.order != order
    assert again.incidents == ()


async def test_an_answer_about_an_earlier_order_of_the_same_dossier_is_not_believed(harness: EngineHarness) -> None:
    """The applicant would be sent to an order that is given up: it is asked again, and no person is needed."""
    code, order = await ordered(harness)
    await harness.act(code, CASHIER, CancelPaymentRequest(legal_basis="Yêu cầu nhầm"))
    await harness.control("payments", {"mode": "anothers_reply", "calls": 1, "service": "create_order"})
    await harness.act(code, CASHIER, RequestPayment(amount=20_000))
    now = await harness.until(code, lambda one: one.payment.order is not None)
    told = (await harness.inspect("payments"))["orders"]
    orders = [one["order_id"] for one in told if one["dossier"] == code]
    assert (len(orders), now.payment.order) == (2, next(one for one in orders if one != order))


async def test_an_answer_about_an_earlier_refund_is_not_believed(harness: EngineHarness) -> None:
    """Two payments of the same amount go back, one after the other: the first refund is no proof of the second."""
    code, order = await ordered(harness)
    await harness.pay(order)
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.money.refunded == 20_000)
    await harness.control("payments", {"mode": "anothers_reply", "calls": 1, "service": "refund"})
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.money.refunded == 40_000)
    told = (await harness.inspect("payments"))["orders"]
    assert [one["refunded_amount"] for one in told if one["order_id"] == order] == [40_000]


async def test_paid_and_called_back(harness: EngineHarness) -> None:
    """A callback makes the dossier look at the order; the platform's own answer confirms the payment."""
    code, order = await ordered(harness)
    await harness.pay(order)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.state is State.ACCEPTED)
    assert now.payment.status == "paid"
    assert now.applicant.identity == "matches"


async def test_a_lost_callback_is_found_by_asking(harness: EngineHarness) -> None:
    """Nobody calls back: the dossier's own timer asks the platform, and the payment counts."""
    code, order = await ordered(harness)
    await harness.pay(order)
    await harness.later(code, hours=2)
    now = await harness.until(code, lambda one: one.state is State.ACCEPTED)
    assert (now.payment.status, now.payment.polls) == ("paid", 1)


async def test_a_second_callback_changes_nothing(harness: EngineHarness) -> None:
    """The same news twice: looked at twice, confirmed once, nothing refunded."""
    code, order = await ordered(harness)
    await harness.pay(order)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.state is State.ACCEPTED)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: not one.money.checking)
    kinds = await harness.kinds(code)
    assert (kinds.count("payment_confirmed"), now.money.refund_owed, now.money.refunded) == (1, 0, 0)


async def test_paid_twice_is_refunded_once(harness: EngineHarness) -> None:
    """What was paid beyond the fee goes back, once."""
    code, order = await ordered(harness)
    await harness.pay(order)
    await harness.pay(order)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.money.refunded > 0)
    assert (now.payment.status, now.money.refunded, now.money.refund_owed) == ("paid", 20_000, 0)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: not one.money.checking)
    assert now.money.refunded == 20_000


async def test_too_little_waits_for_a_person(harness: EngineHarness) -> None:
    """A wrong amount does not start the work and is not forgotten: the cashier has it on the work-list."""
    code, order = await ordered(harness)
    await harness.pay(order, amount=5_000)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.payment.status == "mismatched")
    assert now.state is State.PAYMENT_REQUESTED
    acts = [row.act for row in await harness.engine.reader.work_of(code)]
    assert "request_payment" in acts
    await harness.pay(order, amount=15_000)
    await harness.call_back(code, order)
    assert (await harness.until(code, lambda one: one.payment.status == "paid")).money.refunded == 0


async def test_never_paid_expires(harness: EngineHarness) -> None:
    """After the time to pay is over the order expires; the clocks stand, and a new order can be asked for."""
    code, _ = await ordered(harness)
    await harness.later(code, hours=80)
    await harness.http.post(f"{harness.simulator}/date", json={"days": 4})
    now = await harness.until(code, lambda one: one.payment.status == "expired")
    assert now.state is State.PAYMENT_REQUESTED
    assert not [kind for kind in await harness.kinds(code) if kind.startswith("dossier_escalated")]


async def test_cash_and_platform_gives_the_platform_s_money_back(harness: EngineHarness) -> None:
    """The cashier took the fee and the applicant also paid online: what came online goes back."""
    code, order = await ordered(harness)
    await harness.act(code, CASHIER, ConfirmPayment(amount=20_000, voucher="BL-1"))
    await harness.pay(order)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.money.refunded > 0)
    assert now.money.refunded == 20_000


async def test_a_short_payment_counts_and_the_rest_is_taken_in_cash(harness: EngineHarness) -> None:
    """Half came through the platform, the cashier takes the other half: nothing goes back, and the fee is whole."""
    code, order = await ordered(harness)
    await harness.pay(order, amount=10_000)
    await harness.call_back(code, order)
    await harness.until(code, lambda one: one.payment.status == "mismatched")
    await harness.act(code, CASHIER, RequestPayment(amount=10_000))
    now = await harness.until(code, lambda one: one.payment.order not in (None, order))
    second = now.payment.order or ""
    await harness.act(code, CASHIER, ConfirmPayment(amount=10_000, voucher="BL-1"))
    now = await harness.until(code, lambda one: not one.money.checking)
    assert (now.state, now.money.met, now.money.refunded) == (State.ACCEPTED, 20_000, 0)
    told = (await harness.inspect("payments"))["orders"]
    amounts = {one["order_id"]: (one["amount"], one["paid_amount"], one["refunded_amount"]) for one in told}
    assert (amounts[order], amounts[second]) == ((20_000, 10_000, 0), (10_000, 0, 0))


async def test_a_request_taken_back_gives_the_money_back(harness: EngineHarness) -> None:
    """The dossier goes on; what the applicant pays all the same comes back, and the fee can be asked for again."""
    code, order = await ordered(harness)
    receipt = await harness.act(code, CASHIER, CancelPaymentRequest(legal_basis="Yêu cầu nhầm"))
    assert receipt.state is State.ACCEPTED
    await harness.until(code, lambda one: not one.money.checking)
    await harness.pay(order)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.money.refunded > 0)
    assert (now.money.refunded, now.money.met, now.fee_due) == (20_000, 0, 20_000)
    assert (await harness.act(code, CASHIER, RequestPayment(amount=20_000))).state is State.PAYMENT_REQUESTED


async def test_paid_after_withdrawal_is_refunded(harness: EngineHarness) -> None:
    """Money for a dossier that has ended comes back comes back too."""
    code, order = await ordered(harness)
    await harness.act(code, CITIZEN, Withdraw())
    await harness.pay(order)
    await harness.call_back(code, order)
    now = await harness.until(code, lambda one: one.money.refunded > 0)
    assert (now.state, now.money.refunded) == (State.WITHDRAWN, 20_000)


async def signed(harness: EngineHarness) -> str:
    """Given: a dossier whose fee was paid, and whose signature was ordered."""
    return await ordered_to_be_signed(harness, await paid(harness))


async def test_a_registry_that_is_down_never_holds_the_result_back(harness: EngineHarness) -> None:
    """The first failure of ward Hà Nam: the result is issued and returned, the registry is told when it can hear."""
    await harness.control("civil", DOWN)
    code = await signed(harness)
    now = await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert now.deadlines.late_statutory_minutes is not None
    assert now.deadlines.late_statutory_minutes <= 0
    returned = await harness.act(code, DESK, ReturnResult())
    assert returned.state is State.RETURNED
    now = await harness.known(code)
    assert [(one.system, one.final) for one in now.incidents] == [("civil", False)]
    await harness.control("civil")
    now = await harness.until(code, lambda one: one.result.reference is not None)
    assert not now.incidents
    await harness.ended(code)
    entered = (await harness.inspect("civil"))["effects"]
    assert [effect["times"] for effect in entered] == [1]


async def test_a_failing_token_hands_the_signing_up_at_once(harness: EngineHarness) -> None:
    """The second failure of ward Hà Nam: the next level signs, at once, with the time used and left in plain view."""
    await harness.control("signing", {"mode": "token_failed"})
    code = await signed(harness)
    now = await harness.until(code, lambda one: one.signing.status == "handed_over")
    assert now.signing.unit == CENTRE
    handed = (await harness.engine.history(code))[-1].event
    assert handed.kind == "signing_handed_over"
    assert handed.used_minutes is not None
    assert handed.left_minutes is not None
    items = await harness.engine.reader.work_of(code)
    assert ("sign", CENTRE, "signatory") in [(item.act, item.unit, item.role) for item in items]
    await harness.control("signing")
    await harness.act(code, OFFICIAL_ABOVE, sign(code))
    now = await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert now.deadlines.late_promised_minutes is not None
    assert now.deadlines.late_promised_minutes <= 0


async def test_an_outage_of_one_system_does_not_touch_a_dossier_that_does_not_need_it(harness: EngineHarness) -> None:
    """The payment platform is down: a free dossier is accepted, processed, signed."""
    await harness.control("payments", DOWN)
    code = await ordered_to_be_signed(harness, await accepted(harness))
    await harness.until(code, lambda one: one.state is State.RESOLVED)


async def test_an_order_is_made_once_although_the_platform_was_down(harness: EngineHarness) -> None:
    """The order is asked for until the platform answers, under one key: there is one order in the end."""
    await harness.control("payments", DOWN)
    code = await accepted(harness, PAID)
    now = await harness.until(code, lambda one: bool(one.incidents))
    assert now.state is State.PAYMENT_REQUESTED
    await harness.control("payments")
    now = await harness.until(code, lambda one: one.payment.order is not None)
    assert not [one for one in now.incidents if one.system == "payments"]
    orders = (await harness.inspect("payments"))["effects"]
    assert sum(effect["times"] for effect in orders if effect["service"] == "order") <= 1


async def test_an_incident_ends_with_its_dossier(harness: EngineHarness) -> None:
    """The identity was still being asked for when the result was returned: nobody asks any more, nothing says so."""
    await harness.control("population", DOWN)
    code = await signed(harness)
    now = await harness.until(code, lambda one: one.state is State.RESOLVED)
    assert [(one.effect, one.final) for one in now.incidents] == [("identity/1", False)]
    await harness.act(code, DESK, ReturnResult())
    now = await harness.until(code, lambda one: one.result.reference is not None)
    await harness.ended(code)
    assert (await harness.known(code)).incidents == ()


async def test_a_registry_that_nobody_knows_holds_up_no_dossier(harness: EngineHarness) -> None:
    """A rule names a registry that there is none of: its entry goes to a person, and the result is returned."""
    code = await ordered_to_be_signed(harness, await accepted(harness, ENTERED_NOWHERE))
    failed = await harness.until(code, lambda one: bool(one.incidents))
    assert [(one.system, one.code, one.final) for one in failed.incidents] == [("khong-co", "unknown_registry", True)]
    await harness.act(code, DESK, ReturnResult())
    assert (await harness.known(code)).state is State.RETURNED
