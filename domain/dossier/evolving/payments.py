"""The money of a dossier after an event: the obligation in force, and the account of every order."""

from __future__ import annotations

from typing import Any, assert_never

from domain.deadlines.clock import PauseGround
from domain.dossier.events import (
    OrderLookedAt,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentEvent,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.evolving.changes import Change, due_of, paused, resumed, without_incidents
from domain.dossier.state import Dossier, Incident, OrderAccount, Payment, PaymentStatus, Refund, State


def evolve(dossier: Dossier, event: PaymentEvent) -> Change:
    """What an event about money sets."""
    match event:
        case PaymentRequested():
            return _requested(dossier, event)
        case PaymentOrderCreated():
            return _order_created(dossier, event)
        case PaymentCheckAsked():
            return _check_asked(dossier, event)
        case PaymentConfirmed():
            return _confirmed(dossier, event)
        case PaymentChecked():
            return _answered(dossier, event, event.order)
        case PaymentMismatched():
            return _answered(dossier, event, event.order, {"status": PaymentStatus.MISMATCHED})
        case PaymentExpired():
            return _expired(dossier, event)
        case RefundRequested():
            refund = Refund(number=event.number, order=event.order, amount=event.amount)
            return _answered(dossier, event, event.order, {"refunds": (*dossier.payment.refunds, refund)})
        case Refunded():
            return _refunded(dossier, event)
        case _:
            assert_never(event)


def _requested(dossier: Dossier, event: PaymentRequested) -> Change:
    update: Change = {
        "status": PaymentStatus.REQUESTED,
        "amount": event.amount,
        "attempt": event.attempt,
        "order": None,
        "pay_url": None,
        "requested_at": event.at,
        "expires_at": event.expires_at,
        "polls": 0,
        "cash": False,
    }
    incidents = without_incidents(dossier, "payment-order/")
    change: Change = {"payment": dossier.payment.model_copy(update=update), "incidents": incidents}
    if dossier.state is not State.PAYMENT_REQUESTED:
        change["state"] = State.PAYMENT_REQUESTED
        change["state_before_payment"] = dossier.state
        change["timing"] = paused(dossier, PauseGround.PAYMENT, event.at, "")
    return change


def _order_created(dossier: Dossier, event: PaymentOrderCreated) -> Change:
    """An order made after the obligation was met or given up is kept all the same: money may come in on it."""
    payment = dossier.payment
    update: Change = {"order": event.order, "pay_url": event.pay_url}
    if payment.status in (PaymentStatus.REQUESTED, PaymentStatus.EXPIRED):
        update["status"] = PaymentStatus.ORDERED
    if payment.account(event.order) is None:
        account = OrderAccount(order=event.order, expires_at=payment.expires_at or event.at)
        update["accounts"] = (*payment.accounts, account)
    return {"payment": payment.model_copy(update=update), "incidents": without_incidents(dossier, "payment-order/")}


def _check_asked(dossier: Dossier, event: PaymentCheckAsked) -> Change:
    payment = dossier.payment
    asked = payment.checks_asked + 1
    update: Change = {"asked": asked}
    if event.because == "expiry":
        update["looked_last"] = True
    by_itself = event.order == payment.order and event.because in ("poll", "expiry")
    accounts = _with_account(payment, event.order, update)
    changed = {"accounts": accounts, "checks_asked": asked, "polls": payment.polls + by_itself}
    return {"payment": payment.model_copy(update=changed)}


def _confirmed(dossier: Dossier, event: PaymentConfirmed) -> Change:
    paid: Change = {"status": PaymentStatus.PAID, "cash": event.by == "cashier"}
    change: Change
    if event.by == "platform":
        change = _answered(dossier, event, event.reference, paid, settled=event.amount)
    else:
        incidents = without_incidents(dossier, "payment-order/")
        change = {"payment": dossier.payment.model_copy(update=paid), "incidents": incidents}
    before = dossier.state_before_payment or State.ACCEPTED
    if dossier.state is State.SUSPENDED:
        change["state_before_suspension"] = before
    else:
        change["state"] = before
    timing = resumed(dossier, PauseGround.PAYMENT, event.at)
    return {**change, "state_before_payment": None, "timing": timing, **due_of(event.due)}


def _expired(dossier: Dossier, event: PaymentExpired) -> Change:
    """The platform takes no more money for the order, or none was ever made."""
    expired = {"status": PaymentStatus.EXPIRED}
    if event.order is not None:
        return _answered(dossier, event, event.order, expired, looked_last=True)
    incidents = without_incidents(dossier, "payment-order/")
    return {"payment": dossier.payment.model_copy(update=expired), "incidents": incidents}


def _refunded(dossier: Dossier, event: Refunded) -> Change:
    refunds = tuple(
        one.model_copy(update={"reference": event.reference}) if one.number == event.number else one
        for one in dossier.payment.refunds
    )
    incidents = tuple(one for one in dossier.incidents if one.effect != f"refund/{event.number}")
    return {"payment": dossier.payment.model_copy(update={"refunds": refunds}), "incidents": incidents}


def _answered(
    dossier: Dossier, event: OrderLookedAt, order: str, update: Change | None = None, **account: Any
) -> Change:
    """A later question about the order stays open when an earlier one is answered."""
    payment = dossier.payment
    known = payment.account(order)
    if known is not None and known.asked <= event.check:
        account["asked"] = 0
    changed = {**(update or {}), "accounts": _with_account(payment, order, account)}
    return {"payment": payment.model_copy(update=changed), "incidents": _without_question(dossier, event.check)}


def _without_question(dossier: Dossier, check: int) -> tuple[Incident, ...]:
    return tuple(one for one in dossier.incidents if one.effect != f"payment-query/{check}")


def _with_account(payment: Payment, order: str, update: Change) -> tuple[OrderAccount, ...]:
    return tuple(one.model_copy(update=update) if one.order == order else one for one in payment.accounts)
