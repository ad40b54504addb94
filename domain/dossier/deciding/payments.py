"""Payment: requested, ordered at the platform, confirmed only by looking at the order itself; no dong is ever lost.

A callback is a hint, never a proof: it may be lost, doubled, late or forged. What counts is the platform's own answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal, assert_never

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.commands import CheckPayment, ConfirmPayment, PaymentCommand, RequestPayment
from domain.dossier.context import Context, Rules
from domain.dossier.deciding.guards import (
    UNDER_WAY,
    require_competence,
    require_not_signing,
    require_role,
    require_state,
    require_unit,
)
from domain.dossier.events import (
    AnyEvent,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.outcomes import RecordPaymentOrder, RecordPaymentSeen, RecordRefund
from domain.dossier.state import TERMINAL, Dossier, OrderAccount, PaymentStatus, State
from domain.errors import RuleViolation
from domain.procedure import PaymentPolicy
from domain.roles import Role

AWAITING = (PaymentStatus.ORDERED, PaymentStatus.MISMATCHED)
UNMET = (*AWAITING, PaymentStatus.EXPIRED)
"""An order that money may still meet; one that has expired too, if it was paid at the last moment."""


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
    require_competence(dossier, context)
    require_unit(context, dossier.received_by, dossier.competent, dossier.responsible)
    again = dossier.payment.status in (PaymentStatus.EXPIRED, PaymentStatus.MISMATCHED)
    if state is State.PAYMENT_REQUESTED and not again:
        raise RuleViolation("payment_already_requested", dossier=dossier.code)
    require_not_signing(dossier)
    asked = requested(dossier, command.amount, context.rules(dossier), context, note=command.note)
    return [*look_at_replaced(dossier, context), asked]


def requested(
    dossier: Dossier, amount: int, rules: Rules, context: Context, note: str | None = None
) -> PaymentRequested:
    """The event of a new order for this amount, in dong."""
    expires_at = context.now + timedelta(hours=rules.procedure.payment.expires_after_hours)
    attempt = dossier.payment.attempt + 1
    return PaymentRequested(at=context.now, amount=amount, expires_at=expires_at, attempt=attempt, note=note)


def look_at_replaced(dossier: Dossier, context: Context) -> list[AnyEvent]:
    """The obligation ends otherwise than through its order: what has come in on the order is found, and goes back."""
    payment = dossier.payment
    if payment.order is None or payment.status not in UNMET:
        return []
    return [PaymentCheckAsked(at=context.now, order=payment.order, because="replaced")]


def confirm_payment(dossier: Dossier, command: ConfirmPayment, context: Context) -> list[AnyEvent]:
    """The cashier took the exact amount; if money also comes through the platform, that goes back."""
    require_state(dossier, State.PAYMENT_REQUESTED)
    require_role(context, Role.CASHIER)
    require_unit(context, dossier.received_by, dossier.competent)
    if command.amount != dossier.payment.amount:
        raise RuleViolation("wrong_amount", dossier=dossier.code, amount=command.amount, owed=dossier.payment.amount)
    confirmed = _confirmed(dossier, "cashier", command.voucher, context, note=command.note)
    return [confirmed, *look_at_replaced(dossier, context)]


def check_payment(dossier: Dossier, command: CheckPayment, context: Context) -> list[AnyEvent]:
    """Somebody says that something happened to the order: look. An order of another dossier is refused."""
    require_role(context, Role.SYSTEM, Role.CASHIER, Role.RECEPTION)
    by_the_platform = context.actor.role is Role.SYSTEM
    if not by_the_platform:
        require_unit(context, dossier.received_by, dossier.competent, dossier.responsible)
    if dossier.payment.account(command.order) is None:
        raise RuleViolation("unknown_order", dossier=dossier.code, order=command.order)
    because: Literal["callback", "officer"] = "callback" if by_the_platform else "officer"
    return [PaymentCheckAsked(at=context.now, order=command.order, because=because, note=command.note)]


def record_order(dossier: Dossier, command: RecordPaymentOrder, context: Context) -> list[AnyEvent]:
    """The platform made the order; the applicant can pay. A second answer changes nothing."""
    if command.effect != f"payment-order/{dossier.payment.attempt}" or dossier.payment.order is not None:
        return []
    return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url)]


def record_seen(dossier: Dossier, command: RecordPaymentSeen, context: Context) -> list[AnyEvent]:
    """What the platform's own query says of an order: what settles nothing, or too much, goes back."""
    payment, check = dossier.payment, int(command.effect.rpartition("/")[2])
    account = payment.account(command.order)
    if account is None:
        return []
    held = command.paid - account.settled - payment.sent_back(command.order)
    awaited = command.order == payment.order and payment.status in UNMET and dossier.state not in TERMINAL
    if awaited and held < payment.amount:
        return [_unmet(dossier, command, held, check, context)]
    confirmed = _confirmed(dossier, "platform", command.order, context, check=check) if awaited else None
    excess = held - payment.amount if awaited else held
    if excess > 0:
        number = len(payment.refunds) + 1
        refund = RefundRequested(at=context.now, order=command.order, amount=excess, check=check, number=number)
        return [confirmed, refund] if confirmed else [refund]
    return [confirmed or PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)]


def record_refund(dossier: Dossier, command: RecordRefund, context: Context) -> list[AnyEvent]:
    """The excess went back."""
    under_way = (one for one in dossier.payment.refunds if one.reference is None)
    refund = next((one for one in under_way if command.effect == f"refund/{one.number}"), None)
    if refund is None:
        return []
    return [
        Refunded(
            at=context.now,
            order=refund.order,
            amount=refund.amount,
            number=refund.number,
            reference=command.reference,
        )
    ]


def looks_ahead(dossier: Dossier, policy: PaymentPolicy) -> Iterator[tuple[datetime, str | None]]:
    """When the clock looks at an order by itself, in case a callback was lost; None: at a request without one yet."""
    payment = dossier.payment
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        yield payment.expires_at, None
    for account in payment.accounts:
        if account.open and not account.asked:
            yield _next_look(dossier, account, policy), account.order


def look_at_clock(dossier: Dossier, rules: Rules, now: datetime) -> list[AnyEvent]:
    """Poll the platform, or find that the time to pay is over."""
    looks = looks_ahead(dossier, rules.procedure.payment)
    return [_looked(dossier, order, now) for at, order in looks if at <= now]


def _looked(dossier: Dossier, order: str | None, now: datetime) -> AnyEvent:
    account = dossier.payment.account(order)
    if account is None:
        return PaymentExpired(at=now, order=None)
    because: Literal["expiry", "poll"] = "expiry" if now >= account.expires_at else "poll"
    return PaymentCheckAsked(at=now, order=account.order, because=because)


def _next_look(dossier: Dossier, account: OrderAccount, policy: PaymentPolicy) -> datetime:
    """The order in force is polled, the waits growing; every order is looked at when it expires, at the latest."""
    payment = dossier.payment
    awaited = account.order == payment.order and payment.status in AWAITING and dossier.state not in TERMINAL
    if not awaited or payment.requested_at is None:
        return account.expires_at
    to_expiry = account.expires_at - payment.requested_at
    wait = policy.poll_after_seconds * policy.poll_factor**payment.polls
    return payment.requested_at + timedelta(seconds=min(wait, to_expiry.total_seconds()))


def _unmet(dossier: Dossier, command: RecordPaymentSeen, held: int, check: int, context: Context) -> AnyEvent:
    payment = dossier.payment
    if held > 0 and payment.status is not PaymentStatus.MISMATCHED:
        return PaymentMismatched(at=context.now, order=command.order, owed=payment.amount, paid=held, check=check)
    expired = command.closed or (payment.expires_at is not None and context.now >= payment.expires_at)
    if held <= 0 and expired and payment.status is not PaymentStatus.EXPIRED:
        return PaymentExpired(at=context.now, order=command.order, check=check)
    return PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)


def _confirmed(
    dossier: Dossier,
    by: Literal["platform", "cashier"],
    reference: str,
    context: Context,
    *,
    check: int = 0,
    note: str | None = None,
) -> PaymentConfirmed:
    timing = dossier.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    return PaymentConfirmed(
        at=context.now,
        amount=dossier.payment.amount,
        by=by,
        reference=reference,
        check=check,
        due=context.rules(dossier).due(timing, context.now),
        note=note,
    )
