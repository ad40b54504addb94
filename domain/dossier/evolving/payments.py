"""The money of a dossier after an event: the obligation in force, and the account of every order."""

from __future__ import annotations

from typing import Any, assert_never

from domain.deadlines.clock import PauseGround
from domain.dossier.commands import Charge
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.events import (
    FeeApproved,
    FeeProposed,
    FeeRejected,
    OrderLookedAt,
    PaymentCheckAsked,
    PaymentChecked,
    PaymentConfirmed,
    PaymentEvent,
    PaymentExpired,
    PaymentMismatched,
    PaymentOrderCreated,
    PaymentRequestCancelled,
    PaymentRequested,
    Refunded,
    RefundRequested,
)
from domain.dossier.evolving.changes import Change, due_of, paused, resumed, without_incidents
from domain.dossier.state import (
    Dossier,
    Incident,
    OrderAccount,
    Payment,
    PaymentStatus,
    ProposedFee,
    Refund,
    State,
)


def evolve(dossier: Dossier, event: PaymentEvent) -> Change:
    """What an event about money sets."""
    match event:
        case FeeProposed():
            return {"proposed_fee": ProposedFee.model_validate(event.model_dump())}
        case FeeApproved():
            return _approved(event)
        case FeeRejected():
            return {"proposed_fee": None}
        case PaymentRequested():
            return _requested(dossier, event)
        case PaymentRequestCancelled():
            return _cancelled(dossier, event)
        case PaymentOrderCreated():
            return _order_created(dossier, event)
        case PaymentCheckAsked():
            return _check_asked(dossier, event)
        case PaymentConfirmed():
            return _confirmed(dossier, event)
        case PaymentChecked():
            return _answered(dossier, event, event.order)
        case PaymentMismatched():
            return _answered(dossier, event, event.order, {"status": PaymentStatus.MISMATCHED}, held=event.paid)
        case PaymentExpired():
            return _expired(dossier, event)
        case RefundRequested():
            refund = Refund(number=event.number, order=event.order, amount=event.amount)
            return _answered(dossier, event, event.order, {"refunds": (*dossier.payment.refunds, refund)}, held=0)
        case Refunded():
            return _refunded(dossier, event)
        case _:
            assert_never(event)


def _approved(event: FeeApproved) -> Change:
    if event.charge is Charge.TAX:
        return {"proposed_fee": None, "tax": event.amount}
    return {"proposed_fee": None, "fee": event.amount, "fee_open": False}


def _requested(dossier: Dossier, event: PaymentRequested) -> Change:
    payment, first_time = dossier.payment, dossier.state is not State.PAYMENT_REQUESTED
    asked = payment.asked + event.amount - (0 if first_time else payment.amount)
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
        "counted": event.counted or 0,
        "asked": asked,
    }
    change: Change = {"incidents": without_incidents(dossier, EffectKind.PAYMENT_ORDER)}
    if event.counted is None:  # the first release: any amount could be asked, and what had come in went back
        update["accounts"] = _without_held(payment)
        change["tax"] = max(dossier.tax, asked - dossier.fee)
    change["payment"] = payment.model_copy(update=update)
    if first_time:
        change["state"] = State.PAYMENT_REQUESTED
        change["state_before_payment"] = dossier.state
        change["timing"] = paused(dossier, PauseGround.PAYMENT, event.at, "")
    return change


def _cancelled(dossier: Dossier, event: PaymentRequestCancelled) -> Change:
    """What has come in for it counts no more: it is looked at, and goes back or counts for what is asked next."""
    payment = dossier.payment
    update: Change = {
        "status": PaymentStatus.CANCELLED,
        "asked": payment.asked - payment.amount,
        "counted": 0,
        "accounts": _without_held(payment),
    }
    return {
        "payment": payment.model_copy(update=update),
        "incidents": without_incidents(dossier, EffectKind.PAYMENT_ORDER),
        **_back_to_work(dossier, event),
    }


def _back_to_work(dossier: Dossier, event: PaymentRequestCancelled | PaymentConfirmed) -> Change:
    before = dossier.state_before_payment or State.ACCEPTED
    change: Change = {"state": before}
    if dossier.state is State.SUSPENDED:
        change = {"state_before_suspension": before}
    timing = resumed(dossier, PauseGround.PAYMENT, event.at)
    return {**change, "state_before_payment": None, "timing": timing, **due_of(event.due)}


def _order_created(dossier: Dossier, event: PaymentOrderCreated) -> Change:
    """An order made after the obligation was met or given up is kept all the same: money may come in on it."""
    payment = dossier.payment
    update: Change = {}
    in_force = event.attempt in (None, payment.attempt)
    if in_force:
        update |= {"order": event.order, "pay_url": event.pay_url}
    if in_force and payment.status in (PaymentStatus.REQUESTED, PaymentStatus.EXPIRED):
        update["status"] = PaymentStatus.ORDERED
    if payment.account(event.order) is None:
        amount = payment.amount - payment.counted
        account = OrderAccount(order=event.order, expires_at=payment.expires_at or event.at, amount=amount)
        update["accounts"] = (*payment.accounts, account)
    incidents = without_incidents(dossier, EffectKind.PAYMENT_ORDER) if in_force else dossier.incidents
    return {"payment": payment.model_copy(update=update), "incidents": incidents}


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
    payment, in_cash = dossier.payment, event.by == "cashier"
    total = event.amount + sum(part.amount for part in event.parts)
    paid: Change = {"status": PaymentStatus.PAID, "cash": in_cash, "met": payment.met + total}
    for part in event.parts:
        payment = _settled(payment, part.order, part.amount)
    if in_cash:
        paid |= {
            "taken_in_cash": payment.taken_in_cash + event.amount,
            "vouchers": (*payment.vouchers, event.reference),
        }
        incidents = without_incidents(dossier, EffectKind.PAYMENT_ORDER)
        change: Change = {"payment": payment.model_copy(update=paid), "incidents": incidents}
    else:
        payment = _settled(payment, event.reference, event.amount)
        change = _answered(dossier.model_copy(update={"payment": payment}), event, event.reference, paid)
    return {**change, **_back_to_work(dossier, event)}


def _settled(payment: Payment, order: str, amount: int) -> Payment:
    account = payment.account(order)
    settled = amount + (account.settled if account else 0)
    return payment.model_copy(update={"accounts": _with_account(payment, order, {"settled": settled, "held": 0})})


def _without_held(payment: Payment) -> tuple[OrderAccount, ...]:
    return tuple(account.model_copy(update={"held": 0}) for account in payment.accounts)


def _expired(dossier: Dossier, event: PaymentExpired) -> Change:
    """The platform takes no more money for the order, or none was ever made."""
    expired = {"status": PaymentStatus.EXPIRED}
    if event.order is not None:
        return _answered(dossier, event, event.order, expired, looked_last=True)
    incidents = without_incidents(dossier, EffectKind.PAYMENT_ORDER)
    return {"payment": dossier.payment.model_copy(update=expired), "incidents": incidents}


def _refunded(dossier: Dossier, event: Refunded) -> Change:
    refunds = tuple(
        one.model_copy(update={"reference": event.reference}) if one.number == event.number else one
        for one in dossier.payment.refunds
    )
    incidents = tuple(one for one in dossier.incidents if one.effect != EffectId(EffectKind.REFUND, event.number))
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
    return tuple(one for one in dossier.incidents if one.effect != EffectId(EffectKind.PAYMENT_QUERY, check))


def _with_account(payment: Payment, order: str, update: Change) -> tuple[OrderAccount, ...]:
    return tuple(one.model_copy(update=update) if one.order == order else one for one in payment.accounts)
