"""`react`: what should be asked of the world now, and when to look at the dossier again if nobody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier.context import Rules
from domain.dossier.deciding import deadlines, handovers, payments
from domain.dossier.effects import (
    CreatePaymentOrder,
    Effect,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    VerifyIdentity,
)
from domain.dossier.state import TERMINAL, Dossier, Identity, PaymentStatus, SigningStatus

NO_DOCUMENT = "0" * 64
"""What a registry is told of a result that exists on paper only."""


@dataclass(frozen=True)
class Reaction:
    """Effects to be carried out (each once, by its id), and the one instant that the dossier's timer is set to."""

    effects: tuple[Effect, ...]
    wake_up: datetime | None


def react(dossier: Dossier, rules: Rules) -> Reaction:
    """What follows from the dossier as it stands; the same dossier always gives the same reaction."""
    return Reaction(effects=effects_of(dossier), wake_up=next_wake_up(dossier, rules))


def effects_of(dossier: Dossier) -> tuple[Effect, ...]:
    """What is wanted of the world now, but for what an outside system refused once and for all."""
    given_up = {incident.effect for incident in dossier.incidents if incident.final}
    wanted = (*_identity(dossier), *_payment(dossier), *_signing(dossier), *_registration(dossier))
    return tuple(effect for effect in wanted if effect.id not in given_up)


def next_wake_up(dossier: Dossier, rules: Rules) -> datetime | None:
    """The earliest of rungs, looks at the payment and waits for an answer; None when only a person can move it."""
    rungs = (at for at, _ in deadlines.rungs_ahead(dossier, rules))
    looks = (at for at, _ in payments.looks_ahead(dossier, rules.procedure.payment, rules.revision))
    waits = (at for at, _ in handovers.waits_ahead(dossier, rules))
    return min((*rungs, *looks, *waits), default=None)


def _identity(dossier: Dossier) -> tuple[Effect, ...]:
    if dossier.identity is not Identity.WANTED or dossier.applicant is None or dossier.state in TERMINAL:
        return ()
    effect_id = f"identity/{dossier.identity_asked}"
    return (VerifyIdentity(id=effect_id, applicant=dossier.applicant, unit=dossier.received_by or ""),)


def _payment(dossier: Dossier) -> tuple[Effect, ...]:
    payment = dossier.payment
    effects: list[Effect] = []
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        order_id = f"payment-order/{payment.attempt}"
        rest = payment.amount - payment.counted
        effects.append(CreatePaymentOrder(id=order_id, amount=rest, expires_at=payment.expires_at))
    asked = (
        QueryPayment(id=f"payment-query/{account.asked}", order=account.order)
        for account in payment.accounts
        if account.asked
    )
    owed = (
        RefundPayment(id=f"refund/{refund.number}", order=refund.order, amount=refund.amount)
        for refund in payment.refunds
        if refund.reference is None
    )
    return (*effects, *asked, *owed)


def _signing(dossier: Dossier) -> tuple[Effect, ...]:
    signing = dossier.signing
    if signing.document is None or signing.unit is None or dossier.state in TERMINAL:
        return ()
    match signing.status:
        case SigningStatus.REQUESTED if signing.signer is not None:
            effect_id = f"sign/{signing.attempt}"
            return (SignResult(id=effect_id, document=signing.document, signer=signing.signer, unit=signing.unit),)
        case SigningStatus.SIGNED:
            return (SealResult(id=f"seal/{signing.attempt}", document=signing.document, unit=signing.unit),)
        case _:
            return ()


def _registration(dossier: Dossier) -> tuple[Effect, ...]:
    wanted = dossier.registration.wanted
    if wanted is None or dossier.registration.reference is not None or dossier.ended_at is None:
        return ()
    return (
        RegisterResult(
            id="register/1",
            registry=wanted,
            procedure=dossier.procedure or "",
            unit=dossier.competent or dossier.received_by or "",
            result_number=dossier.result_number or "",
            document=dossier.registration.document or NO_DOCUMENT,
            issued_at=dossier.ended_at,
        ),
    )
