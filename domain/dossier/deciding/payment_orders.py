"""The payment platform's answers about an order: made, paid, paid in part or too much, expired, refunded.

Money that was paid counts, on every order of the dossier and in any number of parts. Money that is more than is owed,
or comes when nothing is owed, goes back to the payer. No second person is needed for that.
"""

from __future__ import annotations

from typing import Literal

from domain.deadlines import clock
from domain.deadlines.clock import PauseGround
from domain.dossier.context import Context
from domain.dossier.deciding.payment_looks import ORDERED_AND_UNMET, look_at_order_in_force
from domain.dossier.effect_id import number_of
from domain.dossier.events import (
    AnyEvent,
    PartPaid,
    PaymentChecked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    Refunded,
    RefundRequested,
)
from domain.dossier.outcomes import RecordPaymentOrder, RecordPaymentSeen, RecordRefund
from domain.dossier.revision import Revision
from domain.dossier.state import TERMINAL, Dossier, PaymentStatus


def record_order(dossier: Dossier, command: RecordPaymentOrder, context: Context) -> list[AnyEvent]:
    """The platform made the order, and the applicant can pay. A second answer changes nothing."""
    payment, attempt = dossier.payment, number_of(command.effect)
    if attempt == payment.attempt and payment.order is None:
        return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url)]
    known = dossier.money.account(command.order) is not None
    if context.revision < Revision.SECOND or attempt > payment.attempt or known:
        return []
    return [PaymentOrderCreated(at=context.now, order=command.order, pay_url=command.pay_url, attempt=attempt)]


def record_seen(dossier: Dossier, command: RecordPaymentSeen, context: Context) -> list[AnyEvent]:
    """Records the platform's answer about an order. Money that meets no obligation, or is too much, goes back."""
    money, check = dossier.money, number_of(command.effect)
    account = money.account(command.order)
    if account is None:
        return []
    held = command.paid - account.settled - money.sent_back(command.order)
    awaited = _awaited(dossier, command.order, context)
    owed = _owed_on(dossier, command.order, context)
    if awaited and held < owed:
        return [_unmet(dossier, command, held, check, context)]
    confirmed = confirmation(dossier, "platform", command.order, context, check=check) if awaited else None
    replaced = look_at_order_in_force(dossier, context, met_by=command.order)
    excess = held - owed if awaited else held
    if excess > 0:
        number = len(money.refunds) + 1
        refund = RefundRequested(at=context.now, order=command.order, amount=excess, check=check, number=number)
        return [confirmed, refund, *replaced] if confirmed else [refund]
    if confirmed:
        return [confirmed, *replaced]
    return [PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)]


def record_refund(dossier: Dossier, command: RecordRefund, context: Context) -> list[AnyEvent]:
    """The excess money went back."""
    under_way = dossier.money.refunds_under_way
    answered = (refund for refund in under_way if command.effect == refund.effect)
    refund = next(answered, None)
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


def _awaited(dossier: Dossier, order: str, context: Context) -> bool:
    """True if money on this order may meet the obligation: any order of the dossier, not only the one in force."""
    payment = dossier.payment
    if dossier.state in TERMINAL:
        return False
    if context.revision >= Revision.SECOND:
        return payment.unmet
    return order == payment.order and payment.status in ORDERED_AND_UNMET


def _unmet(dossier: Dossier, command: RecordPaymentSeen, held: int, check: int, context: Context) -> AnyEvent:
    payment = dossier.payment
    account = dossier.money.account(command.order)
    news = payment.status is not PaymentStatus.MISMATCHED
    if context.revision >= Revision.SECOND:
        news = account is not None and account.held != held
    if held > 0 and news:
        return PaymentMismatched(at=context.now, order=command.order, owed=payment.amount, paid=held, check=check)
    expired = command.closed or (payment.expires_at is not None and context.now >= payment.expires_at)
    in_force = command.order == payment.order
    if in_force and held <= 0 and expired and payment.status is not PaymentStatus.EXPIRED:
        return PaymentExpired(at=context.now, order=command.order, check=check)
    return PaymentChecked(at=context.now, order=command.order, paid=command.paid, check=check)


def confirmation(
    dossier: Dossier,
    by: Literal["platform", "cashier"],
    reference: str,
    context: Context,
    *,
    check: int = 0,
    note: str | None = None,
) -> PaymentConfirmed:
    """The obligation is met by the order or the receipt `reference`, together with the money that came in before."""
    timing = dossier.deadlines.timing
    if timing is not None:
        timing = clock.resume(timing, PauseGround.PAYMENT, context.now)
    order = reference if by == "platform" else None
    return PaymentConfirmed(
        at=context.now,
        amount=_owed_on(dossier, order, context),
        by=by,
        reference=reference,
        check=check,
        due=context.rules(dossier).due(timing, context.now),
        parts=_parts(dossier, order, context),
        note=note,
    )


def _owed_on(dossier: Dossier, order: str | None, context: Context) -> int:
    """The missing part of the obligation, without this order's money."""
    return dossier.payment.amount - sum(part.amount for part in _parts(dossier, order, context))


def _parts(dossier: Dossier, order: str | None, context: Context) -> tuple[PartPaid, ...]:
    """The money that came in before on the other orders, and counts."""
    if context.revision < Revision.SECOND:
        return ()
    others = (account for account in dossier.money.accounts if account.held and account.order != order)
    return tuple(PartPaid(order=account.order, amount=account.held) for account in others)
