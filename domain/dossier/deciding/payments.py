"""Payment: requested, ordered at the platform, confirmed only by looking at the order itself; no dong is ever lost.

A callback is a hint, never a proof: it may be lost, doubled, late or forged. What counts is the platform's own answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import CheckPayment, ConfirmPayment, PaymentCommand, RequestPayment
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import UNDER_WAY, require_role, require_state, require_unit
from domain.dossier.events import (
    AnyEvent,
    Due,
    PaymentChecked,
    PaymentCheckAsked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.outcomes import RecordPaymentOrder, RecordPaymentSeen, RecordRefund
from domain.dossier.state import TERMINAL, Dossier, PaymentStatus, State
from domain.errors import RuleViolation
from domain.roles import Role

POLL_FACTOR = 4
"""Each poll waits four times as long as the one before; the last look is at the expiry itself."""

AWAITING = (PaymentStatus.ORDERED, PaymentStatus.MISMATCHED)


def decide(dossier: Dossier, command: PaymentCommand, context: Context) -> list[AnyEvent]:
    """What follows from a command about money."""
    match command:
        case RequestPayment():
            return request_payment(dossier, command, context)
        case ConfirmPayment():
            return confirm_payment(dossier, command, context)
        case CheckPayment():
            return check_payment(dossier, command, context)
        case _:
            assert_never(command)


def request_payment(dossier: Dossier, command: RequestPayment, context: Context) -> list[AnyEvent]:
    """A financial obligation arises; or the order of an earlier one expired and a new one is made."""
    state = require_state(dossier, *UNDER_WAY, State.PAYMENT_REQUESTED)
    require_role(context, Role.SPECIALIST, Role.RECEPTION, Role.CASHIER)
    require_unit(context, dossier.received_by, dossier.competent, dossier.responsible)
    again = dossier.payment.status in (PaymentStatus.EXPIRED, PaymentStatus.MISMATCHED)
    if state is State.PAYMENT_REQUESTED and not again:
        raise RuleViolation("payment_already_requested", dossier=dossier.code)
    return [requested(dossier, command.amount, context.rules(dossier), context)]


def requested(dossier: Dossier, amount: int, rules: Rules, context: Context) -> PaymentRequested:
    """The event of a new order for this amount, in dong."""
    expires_at = context.now + timedelta(hours=rules.procedure.payment.expires_after_hours)
    return PaymentRequested(at=context.now, amount=amount, expires_at=expires_at, attempt=dossier.payment.attempt + 1)


def confirm_payment(dossier: Dossier, command: ConfirmPayment, context: Context) -> list[AnyEvent]:
    """The cashier took the exact amount; if money also comes through the platform, that goes back."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.CASHIER)
    require_unit(context, dossier.received_by, dossier.competent)
    if command.amount != dossier.payment.amount:
        raise RuleViolation("wrong_amount", dossier=dossier.code, amount=command.amount, owed=dossier.payment.amount)
    return [_confirmed(dossier, command.amount, "cashier", command.voucher, 0, context)]


def check_payment(dossier: Dossier, command: CheckPayment, context: Context) -> list[AnyEvent]:
    """Somebody says that something happened to the order: look. An order of another dossier is refused."""
    require_role(context, Role.SYSTEM, Role.CASHIER, Role.RECEPTION)
    if dossier.payment.order is None or dossier.payment.order != command.order:
        raise RuleViolation("unknown_order", dossier=dossier.code, order=command.order)
    because: Literal["callback", "officer"] = "callback" if context.actor.role is Role.SYSTEM else "officer"
    return [PaymentCheckAsked(at=context.now, order=command.order, because=because)]


def record_order(dossier: Dossier, command: RecordPaymentOrder, context: Context) -> list[AnyEvent]:
    """The platform made the order; the applicant can pay. A second answer changes nothing."""
    if command.effect != f"payment-order/{dossier.payment.attempt}" or dossier.payment.order is not None:
        return []
    return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url)]


def record_seen(dossier: Dossier, command: RecordPaymentSeen, context: Context) -> list[AnyEvent]:
    """What the platform's own query says: nothing yet, exact, too little, too much, or paid for an ended dossier."""
    payment, check = dossier.payment, _number(command.effect)
    kept = command.paid - payment.refunded - payment.refund_owed
    if dossier.state in TERMINAL and payment.status is not PaymentStatus.PAID:
        return [_refund_or_checked(command, kept, check, context)]
    if payment.status is PaymentStatus.PAID:
        return [_refund_or_checked(command, kept - (0 if payment.cash else payment.amount), check, context)]
    if kept >= payment.amount:
        confirmed = _confirmed(dossier, payment.amount, "platform", command.order, check, context)
        excess = kept - payment.amount
        refund = RefundRequested(at=context.now, order=command.order, amount=excess, check=check)
        return [confirmed, refund] if excess > 0 else [confirmed]
    if kept > 0:
        mismatch = PaymentMismatched(at=context.now, order=command.order, owed=payment.amount, paid=kept, check=check)
        return [mismatch] if payment.status is not PaymentStatus.MISMATCHED else [_checked(command, check, context)]
    if command.closed or _expired(dossier, context.now):
        return [PaymentExpired(at=context.now, order=command.order, check=check)]
    return [_checked(command, check, context)]


def record_refund(dossier: Dossier, command: RecordRefund, context: Context) -> list[AnyEvent]:
    """The excess went back."""
    payment = dossier.payment
    if payment.refund_owed == 0 or payment.order is None or command.effect != f"refund/{payment.refunds + 1}":
        return []
    return [Refunded(at=context.now, order=payment.order, amount=payment.refund_owed, reference=command.reference)]


def next_poll(dossier: Dossier, poll_after_minutes: int) -> datetime | None:
    """When the clock asks the platform by itself, in case the callback was lost; at the latest at expiry."""
    payment = dossier.payment
    asks = payment.status in AWAITING and not payment.checking
    if payment.requested_at is None or payment.expires_at is None or dossier.state in TERMINAL:
        return None
    if payment.status is PaymentStatus.REQUESTED:
        return payment.expires_at
    if not asks:
        return None
    wait = timedelta(minutes=poll_after_minutes * POLL_FACTOR**payment.polls)
    return min(payment.requested_at + wait, payment.expires_at)


def look_at_clock(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """Poll the platform, or find that the time to pay is over."""
    due = next_poll(dossier, rules.procedure.payment.poll_after_minutes)
    payment = dossier.payment
    if due is None or now < due:
        return []
    if payment.order is None:
        return [PaymentExpired(at=now, order=None)]
    because: Literal["expiry", "poll"] = "expiry" if _expired(dossier, now) else "poll"
    return [PaymentCheckAsked(at=now, order=payment.order, because=because)]


def _confirmed(
    dossier: Dossier, amount: int, by: Literal["platform", "cashier"], reference: str, check: int, context: Context
) -> PaymentConfirmed:
    timing = dossier.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    due = context.rules(dossier).due(timing, context.now) if timing else Due(statutory=None, promised=None)
    return PaymentConfirmed(at=context.now, amount=amount, by=by, reference=reference, check=check, due=due)


def _refund_or_checked(command: RecordPaymentSeen, excess: int, check: int, context: Context) -> AnyEvent:
    if excess > 0:
        return RefundRequested(at=context.now, order=command.order, amount=excess, check=check)
    return _checked(command, check, context)


def _checked(command: RecordPaymentSeen, check: int, context: Context) -> PaymentChecked:
    return PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)


def _expired(dossier: Dossier, now: datetime) -> bool:
    return dossier.payment.expires_at is not None and now >= dossier.payment.expires_at


def _number(effect: str) -> int:
    return int(effect.rpartition("/")[2])
