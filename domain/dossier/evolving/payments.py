"""The money of a dossier after an event: the obligation in force, and the account of every order."""

from __future__ import annotations

from domain.changed import changed
from domain.deadlines.clock import PauseGround
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.events import (
    OrderLookedAt,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.evolving.changes import dated, paused, resumed, without_awaited
from domain.dossier.state import Dossier, Money, OrderAccount, Payment, PaymentStatus, Refund, State


def requested(dossier: Dossier, event: PaymentRequested) -> Dossier:
    """An order must be made. The first time, the work and the clocks stop until it is paid."""
    first_time = dossier.state is not State.PAYMENT_REQUESTED
    asked = dossier.money.asked + event.amount - (0 if first_time else dossier.payment.amount)
    after = changed(
        dossier,
        payment=Payment(
            status=PaymentStatus.REQUESTED,
            amount=event.amount,
            attempt=event.attempt,
            requested_at=event.at,
            expires_at=event.expires_at,
            counted=event.counted or 0,
        ),
        money=changed(dossier.money, asked=asked),
    )
    if event.counted is None:
        after = _as_in_the_first_release(after)
    return _stopped_for_payment(after, event) if first_time else after


def _as_in_the_first_release(dossier: Dossier) -> Dossier:
    """In the first release any amount could be requested, and money that had come in before went back."""
    tax = max(dossier.fees.tax, dossier.money.asked - dossier.fees.fee)
    return changed(dossier, money=_without_held(dossier.money), fees=changed(dossier.fees, tax=tax))


def _stopped_for_payment(dossier: Dossier, event: PaymentRequested) -> Dossier:
    return changed(
        dossier,
        state=State.PAYMENT_REQUESTED,
        moved_at=event.at,
        processing=changed(dossier.processing, state_before_payment=dossier.state),
        deadlines=paused(dossier.deadlines, PauseGround.PAYMENT, event.at, ""),
    )


def request_cancelled(dossier: Dossier, event: PaymentRequestCancelled) -> Dossier:
    """Money that came in for the request no longer counts. It goes back, or counts for the next request."""
    after = changed(
        dossier,
        payment=changed(dossier.payment, status=PaymentStatus.CANCELLED, counted=0),
        money=changed(_without_held(dossier.money), asked=dossier.money.asked - dossier.payment.amount),
    )
    return _back_to_work(after, event)


def _back_to_work(dossier: Dossier, event: PaymentRequestCancelled | PaymentConfirmed) -> Dossier:
    before = dossier.processing.state_before_payment or State.ACCEPTED
    processing = changed(dossier.processing, state_before_payment=None)
    deadlines = dated(resumed(dossier.deadlines, PauseGround.PAYMENT, event.at), event.due)
    if dossier.state is State.SUSPENDED:
        processing = changed(processing, state_before_suspension=before)
        return changed(dossier, processing=processing, deadlines=deadlines)
    return changed(dossier, state=before, moved_at=event.at, processing=processing, deadlines=deadlines)


def order_created(dossier: Dossier, event: PaymentOrderCreated) -> Dossier:
    """An order that was made after the obligation was met or cancelled is kept too: money may come in on it."""
    dossier = without_awaited(dossier, EffectId(EffectKind.PAYMENT_ORDER, event.attempt or dossier.payment.attempt))
    payment, money = dossier.payment, dossier.money
    if money.account(event.order) is None:
        amount = payment.amount - payment.counted
        account = OrderAccount(order=event.order, expires_at=payment.expires_at or event.at, amount=amount)
        money = changed(money, accounts=(*money.accounts, account))
    if event.attempt in (None, payment.attempt):
        can_be_paid = payment.status in (PaymentStatus.REQUESTED, PaymentStatus.EXPIRED)
        status = PaymentStatus.ORDERED if can_be_paid else payment.status
        payment = changed(payment, order=event.order, pay_url=event.pay_url, status=status)
    return changed(dossier, payment=payment, money=money)


def check_asked(dossier: Dossier, event: PaymentCheckAsked) -> Dossier:
    """The order must be looked at. At its expiry, the engine looks for the last time by itself."""
    asked = dossier.money.checks_asked + 1
    by_itself = event.order == dossier.payment.order and event.because in ("poll", "expiry")
    accounts = tuple(
        changed(account, asked=asked, looked_last=account.looked_last or event.because == "expiry")
        if account.order == event.order
        else account
        for account in dossier.money.accounts
    )
    return changed(
        dossier,
        payment=changed(dossier.payment, polls=dossier.payment.polls + by_itself),
        money=changed(dossier.money, accounts=accounts, checks_asked=asked),
    )


def confirmed(dossier: Dossier, event: PaymentConfirmed) -> Dossier:
    """The obligation is met, by this order or in cash, together with earlier money on other orders."""
    in_cash = event.by == "cashier"
    money = dossier.money
    for part in event.parts:
        money = _settled(money, part.order, part.amount)
    money = changed(money, met=money.met + event.amount + sum(part.amount for part in event.parts))
    paid = changed(dossier, payment=changed(dossier.payment, status=PaymentStatus.PAID, cash=in_cash))
    return _back_to_work(_in_cash(paid, money, event) if in_cash else _through_its_order(paid, money, event), event)


def _in_cash(dossier: Dossier, money: Money, event: PaymentConfirmed) -> Dossier:
    taken = changed(
        money, taken_in_cash=money.taken_in_cash + event.amount, vouchers=(*money.vouchers, event.reference)
    )
    return changed(dossier, money=taken)


def _through_its_order(dossier: Dossier, money: Money, event: PaymentConfirmed) -> Dossier:
    return _answered(changed(dossier, money=_settled(money, event.reference, event.amount)), event, event.reference)


def checked(dossier: Dossier, event: PaymentChecked) -> Dossier:
    """The order was looked at and nothing changed."""
    return _answered(dossier, event, event.order)


def mismatched(dossier: Dossier, event: PaymentMismatched) -> Dossier:
    """Too little has come in. It is held, and counts."""
    after = changed(
        dossier,
        payment=changed(dossier.payment, status=PaymentStatus.MISMATCHED),
        money=_with_held(dossier.money, event.order, event.paid),
    )
    return _answered(after, event, event.order)


def expired(dossier: Dossier, event: PaymentExpired) -> Dossier:
    """The platform takes no more money for the order, or no order was made."""
    after = changed(dossier, payment=changed(dossier.payment, status=PaymentStatus.EXPIRED))
    if event.order is None:
        return after
    accounts = tuple(
        changed(account, looked_last=True) if account.order == event.order else account
        for account in dossier.money.accounts
    )
    return _answered(changed(after, money=changed(dossier.money, accounts=accounts)), event, event.order)


def refund_requested(dossier: Dossier, event: RefundRequested) -> Dossier:
    """Money that meets no obligation is on its way back."""
    refund = Refund(number=event.number, order=event.order, amount=event.amount)
    money = _with_held(dossier.money, event.order, 0)
    after = changed(dossier, money=changed(money, refunds=(*money.refunds, refund)))
    return _answered(after, event, event.order)


def refunded(dossier: Dossier, event: Refunded) -> Dossier:
    """The money has gone back."""
    refunds = tuple(
        changed(refund, reference=event.reference) if refund.number == event.number else refund
        for refund in dossier.money.refunds
    )
    return changed(dossier, money=changed(dossier.money, refunds=refunds))


def _answered(dossier: Dossier, event: OrderLookedAt, order: str) -> Dossier:
    """A later question about the order stays open when an earlier one is answered."""
    accounts = tuple(
        changed(account, asked=0) if account.order == order and account.asked <= event.check else account
        for account in dossier.money.accounts
    )
    return changed(dossier, money=changed(dossier.money, accounts=accounts))


def _settled(money: Money, order: str, amount: int) -> Money:
    accounts = tuple(
        changed(account, settled=account.settled + amount, held=0) if account.order == order else account
        for account in money.accounts
    )
    return changed(money, accounts=accounts)


def _with_held(money: Money, order: str, amount: int) -> Money:
    accounts = tuple(changed(account, held=amount) if account.order == order else account for account in money.accounts)
    return changed(money, accounts=accounts)


def _without_held(money: Money) -> Money:
    return changed(money, accounts=tuple(changed(account, held=0) for account in money.accounts))
