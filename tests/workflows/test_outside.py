"""The world outside misbehaves; no dossier is late for it, and no dong is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from domain.dossier.commands import (
    Accept,
    Approve,
    CancelPaymentRequest,
    CheckPayment,
    CompleteStep,
    ConfirmPayment,
    RequestPayment,
    ReturnResult,
    Withdraw,
)
from domain.dossier.decide import Act
from domain.dossier.state import Dossier, State
from gateway.asking_again import PLATFORM
from tests.domain.dossier.given import (
    CASHIER,
    CITIZEN,
    DESK,
    HEAD,
    OFFICER,
    OFFICIAL,
    OFFICIAL_ABOVE,
)
from tests.histories.acting import sign
from tests.small_province import CENTRE, ENTERED_NOWHERE, PAID
from tests.workflows.conftest import Hall

pytestmark = pytest.mark.stack

DOWN = {"mode": "down"}


async def dossier(hall: Hall, code: str) -> Dossier:
    return Dossier.model_validate((await hall.engine.dossier(code)).snapshot)


async def until(hall: Hall, code: str, holds: Callable[[Dossier], bool], seconds: float = 15) -> Dossier:
    """Waits in real time until the dossier is as wanted."""
    for _ in range(int(seconds / 0.05)):
        if holds(now := await dossier(hall, code)):
            return now
        await asyncio.sleep(0.05)
    raise TimeoutError(f"dossier {code} did not come to be as wanted: {await dossier(hall, code)}")


async def ordered(hall: Hall) -> tuple[str, str]:
    """Given: a dossier with a fee, accepted, with an order at the platform."""
    code = (await hall.submit(PAID)).dossier
    await hall.act(code, DESK, Accept())
    now = await until(hall, code, lambda one: one.payment.order is not None)
    return code, now.payment.order or ""


async def pay(hall: Hall, order: str, **how: Any) -> None:
    answer = await hall.http.post(f"{hall.simulator}/pay/{order}", json={"callback": "callback_lost", **how})
    answer.raise_for_status()


async def called_back(hall: Hall, code: str, order: str) -> None:
    """What the API does with a callback whose signature is right."""
    act = Act(command_id=uuid4(), actor=PLATFORM, command=CheckPayment(order=order))
    await hall.engine.send(code, act)


async def test_an_order_that_another_dossier_has_is_not_taken(hall: Hall) -> None:
    """One payment would settle both fees: a person is told, and a new request gets an order of its own."""
    _, order = await ordered(hall)
    await hall.control("payments", {"mode": "order_of_another", "calls": 1, "service": "create_order"})
    code = (await hall.submit(PAID)).dossier
    await hall.act(code, DESK, Accept())
    now = await until(hall, code, lambda one: bool(one.incidents))
    assert (now.payment.order, [(one.code, one.final) for one in now.incidents]) == (None, [("order_of_another", True)])
    await hall.act(code, CASHIER, CancelPaymentRequest(legal_basis="Nền tảng trả về đơn của hồ sơ khác"))
    await hall.act(code, CASHIER, RequestPayment(amount=now.payment.amount))
    again = await until(hall, code, lambda one: one.payment.order is not None)
    assert again.payment.order != order
    assert again.incidents == ()


async def test_paid_and_called_back(hall: Hall) -> None:
    """A callback makes the dossier look at the order; the platform's own answer confirms the payment."""
    code, order = await ordered(hall)
    await pay(hall, order)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.state is State.ACCEPTED)
    assert now.payment.status == "paid"
    assert now.identity == "matches"


async def test_a_lost_callback_is_found_by_asking(hall: Hall) -> None:
    """Nobody calls back: the dossier's own timer asks the platform, and the payment counts."""
    code, order = await ordered(hall)
    await pay(hall, order)
    await hall.later(code, hours=2)
    now = await until(hall, code, lambda one: one.state is State.ACCEPTED)
    assert (now.payment.status, now.payment.polls) == ("paid", 1)


async def test_a_second_callback_changes_nothing(hall: Hall) -> None:
    """The same news twice: looked at twice, confirmed once, nothing refunded."""
    code, order = await ordered(hall)
    await pay(hall, order)
    await called_back(hall, code, order)
    await until(hall, code, lambda one: one.state is State.ACCEPTED)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: not one.payment.checking)
    kinds = await hall.kinds(code)
    assert (kinds.count("payment_confirmed"), now.payment.refund_owed, now.payment.refunded) == (1, 0, 0)


async def test_paid_twice_is_refunded_once(hall: Hall) -> None:
    """What was paid beyond the fee goes back, once."""
    code, order = await ordered(hall)
    await pay(hall, order)
    await pay(hall, order)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.payment.refunded > 0)
    assert (now.payment.status, now.payment.refunded, now.payment.refund_owed) == ("paid", 20_000, 0)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: not one.payment.checking)
    assert now.payment.refunded == 20_000


async def test_too_little_waits_for_a_person(hall: Hall) -> None:
    """A wrong amount does not start the work and is not forgotten: the cashier has it on the work-list."""
    code, order = await ordered(hall)
    await pay(hall, order, amount=5_000)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.payment.status == "mismatched")
    assert now.state is State.PAYMENT_REQUESTED
    acts = [row.act for row in await hall.engine.reader.work_of(code)]
    assert "request_payment" in acts
    await pay(hall, order, amount=15_000)
    await called_back(hall, code, order)
    assert (await until(hall, code, lambda one: one.payment.status == "paid")).payment.refunded == 0


async def test_never_paid_expires(hall: Hall) -> None:
    """After the time to pay is over the order expires; the clocks stand, and a new order can be asked for."""
    code, _ = await ordered(hall)
    await hall.later(code, hours=80)
    await hall.http.post(f"{hall.simulator}/date", json={"days": 4})
    now = await until(hall, code, lambda one: one.payment.status == "expired", 30)
    assert now.state is State.PAYMENT_REQUESTED
    assert not [kind for kind in await hall.kinds(code) if kind.startswith("dossier_escalated")]


async def test_cash_and_platform_gives_the_platform_s_money_back(hall: Hall) -> None:
    """The cashier took the fee and the applicant also paid online: what came online goes back."""
    code, order = await ordered(hall)
    await hall.act(code, CASHIER, ConfirmPayment(amount=20_000, voucher="BL-1"))
    await pay(hall, order)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.payment.refunded > 0)
    assert now.payment.refunded == 20_000


async def test_a_short_payment_counts_and_the_rest_is_taken_in_cash(hall: Hall) -> None:
    """Half came through the platform, the cashier takes the other half: nothing goes back, and the fee is whole."""
    code, order = await ordered(hall)
    await pay(hall, order, amount=10_000)
    await called_back(hall, code, order)
    await until(hall, code, lambda one: one.payment.status == "mismatched")
    await hall.act(code, CASHIER, RequestPayment(amount=10_000))
    now = await until(hall, code, lambda one: one.payment.order not in (None, order))
    second = now.payment.order or ""
    await hall.act(code, CASHIER, ConfirmPayment(amount=10_000, voucher="BL-1"))
    now = await until(hall, code, lambda one: not one.payment.checking)
    assert (now.state, now.payment.met, now.payment.refunded) == (State.ACCEPTED, 20_000, 0)
    told = (await hall.http.get(f"{hall.simulator}/inspect/payments")).json()["orders"]
    amounts = {one["order_id"]: (one["amount"], one["paid_amount"], one["refunded_amount"]) for one in told}
    assert (amounts[order], amounts[second]) == ((20_000, 10_000, 0), (10_000, 0, 0))


async def test_a_request_taken_back_gives_the_money_back(hall: Hall) -> None:
    """The dossier goes on; what the applicant pays all the same comes back, and the fee can be asked for again."""
    code, order = await ordered(hall)
    receipt = await hall.act(code, CASHIER, CancelPaymentRequest(legal_basis="Yêu cầu nhầm"))
    assert receipt.state is State.ACCEPTED
    await until(hall, code, lambda one: not one.payment.checking)
    await pay(hall, order)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.payment.refunded > 0)
    assert (now.payment.refunded, now.payment.met, now.fee_due) == (20_000, 0, 20_000)
    assert (await hall.act(code, CASHIER, RequestPayment(amount=20_000))).state is State.PAYMENT_REQUESTED


async def test_paid_after_withdrawal_is_refunded(hall: Hall) -> None:
    """Money for a dossier that has ended comes back comes back too."""
    code, order = await ordered(hall)
    await hall.act(code, CITIZEN, Withdraw())
    await pay(hall, order)
    await called_back(hall, code, order)
    now = await until(hall, code, lambda one: one.payment.refunded > 0)
    assert (now.state, now.payment.refunded) == (State.WITHDRAWN, 20_000)


async def signed(hall: Hall, signer: Any = OFFICIAL) -> str:
    code, order = await ordered(hall)
    await pay(hall, order)
    await called_back(hall, code, order)
    await until(hall, code, lambda one: one.state is State.ACCEPTED)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await hall.act(code, HEAD, Approve(step="approve"))
    await hall.act(code, signer, sign(code))
    return code


async def test_a_registry_that_is_down_never_holds_the_result_back(hall: Hall) -> None:
    """The first failure of ward Hà Nam: the result is issued and returned, the registry is told when it can hear."""
    await hall.control("civil", DOWN)
    code = await signed(hall)
    now = await until(hall, code, lambda one: one.state is State.RESOLVED)
    assert now.late_statutory_minutes is not None
    assert now.late_statutory_minutes <= 0
    returned = await hall.act(code, DESK, ReturnResult())
    assert returned.state is State.RETURNED
    now = await dossier(hall, code)
    assert [(one.system, one.final) for one in now.incidents] == [("civil", False)]
    await hall.control("civil")
    now = await until(hall, code, lambda one: one.registration.reference is not None, 40)
    assert not now.incidents
    await asyncio.wait_for(hall.handle(code).result(), 10)
    entered = (await hall.http.get(f"{hall.simulator}/inspect/civil")).json()["effects"]
    assert [effect["times"] for effect in entered] == [1]


async def test_a_failing_token_hands_the_signing_up_at_once(hall: Hall) -> None:
    """The second failure of ward Hà Nam: the next level signs, at once, with the time used and left in plain view."""
    await hall.control("signing", {"mode": "token_failed"})
    code = await signed(hall)
    now = await until(hall, code, lambda one: one.signing.status == "handed_over")
    assert now.signing.unit == CENTRE
    handed = (await hall.engine.history(code))[-1].event
    assert handed.kind == "signing_handed_over"
    assert handed.used_minutes is not None
    assert handed.left_minutes is not None
    items = await hall.engine.reader.work_of(code)
    assert ("sign", CENTRE, "signatory") in [(item.act, item.unit, item.role) for item in items]
    await hall.control("signing")
    await hall.act(code, OFFICIAL_ABOVE, sign(code))
    now = await until(hall, code, lambda one: one.state is State.RESOLVED)
    assert now.late_promised_minutes is not None
    assert now.late_promised_minutes <= 0


async def test_an_outage_of_one_system_does_not_touch_a_dossier_that_does_not_need_it(hall: Hall) -> None:
    """The payment platform is down: a free dossier is accepted, processed, signed."""
    await hall.control("payments", DOWN)
    code = (await hall.submit()).dossier
    await hall.act(code, DESK, Accept())
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await hall.act(code, HEAD, Approve(step="approve"))
    await hall.act(code, OFFICIAL, sign(code))
    await until(hall, code, lambda one: one.state is State.RESOLVED)


async def test_an_order_is_made_once_although_the_platform_was_down(hall: Hall) -> None:
    """The order is asked for until the platform answers, under one key: there is one order in the end."""
    await hall.control("payments", DOWN)
    code = (await hall.submit(PAID)).dossier
    await hall.act(code, DESK, Accept())
    now = await until(hall, code, lambda one: bool(one.incidents))
    assert now.state is State.PAYMENT_REQUESTED
    await hall.control("payments")
    now = await until(hall, code, lambda one: one.payment.order is not None, 40)
    assert not [one for one in now.incidents if one.system == "payments"]
    orders = (await hall.http.get(f"{hall.simulator}/inspect/payments")).json()["effects"]
    assert sum(effect["times"] for effect in orders if effect["service"] == "order") <= 1


async def test_an_incident_ends_with_its_dossier(hall: Hall) -> None:
    """The identity was still being asked for when the result was returned: nobody asks any more, nothing says so."""
    await hall.control("population", DOWN)
    code = await signed(hall)
    now = await until(hall, code, lambda one: one.state is State.RESOLVED)
    assert [(one.effect, one.final) for one in now.incidents] == [("identity/1", False)]
    await hall.act(code, DESK, ReturnResult())
    now = await until(hall, code, lambda one: one.registration.reference is not None)
    await asyncio.wait_for(hall.handle(code).result(), 10)
    assert (await dossier(hall, code)).incidents == ()


async def test_a_registry_that_nobody_knows_holds_up_no_dossier(hall: Hall) -> None:
    """A rule names a registry that there is none of: its entry goes to a person, and the result is returned."""
    code = (await hall.submit(ENTERED_NOWHERE)).dossier
    await hall.act(code, DESK, Accept())
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await hall.act(code, HEAD, Approve(step="approve"))
    await hall.act(code, OFFICIAL, sign(code))
    failed = await until(hall, code, lambda one: bool(one.incidents))
    assert [(one.system, one.code, one.final) for one in failed.incidents] == [("khong-co", "unknown_registry", True)]
    await hall.act(code, DESK, ReturnResult())
    assert (await dossier(hall, code)).state is State.RETURNED
