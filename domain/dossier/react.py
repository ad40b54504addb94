"""`react`: what should be asked of the world now, and when to look at the dossier again if nobody acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.dossier.context import Rules
from domain.dossier.deciding import deadlines, payments
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
    given_up = {incident.effect for incident in dossier.incidents if incident.final}
    wanted = (*_identity(dossier), *_payment(dossier), *_signing(dossier), *_registration(dossier))
    return Reaction(
        effects=tuple(effect for effect in wanted if effect.id not in given_up), wake_up=next_wake_up(dossier, rules)
    )


def next_wake_up(dossier: Dossier, rules: Rules) -> datetime | None:
    """The earliest of the rungs ahead and of the payment's next look; None when only a person can move it."""
    instants = [at for at, _ in deadlines.rungs_ahead(dossier, rules)]
    poll = payments.next_poll(dossier, rules.procedure.payment.poll_after_minutes)
    return min([*instants, poll] if poll else instants, default=None)


def _identity(dossier: Dossier) -> tuple[Effect, ...]:
    if dossier.identity is not Identity.WANTED or dossier.applicant is None or dossier.state in TERMINAL:
        return ()
    return (VerifyIdentity(id="identity/1", applicant=dossier.applicant, unit=dossier.received_by or ""),)


def _payment(dossier: Dossier) -> tuple[Effect, ...]:
    payment = dossier.payment
    effects: list[Effect] = []
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        order_id = f"payment-order/{payment.attempt}"
        effects.append(CreatePaymentOrder(id=order_id, amount=payment.amount, expires_at=payment.expires_at))
    if payment.order is not None and payment.checking:
        effects.append(QueryPayment(id=f"payment-query/{payment.checks_asked}", order=payment.order))
    if payment.order is not None and payment.refund_owed > 0:
        refund_id = f"refund/{payment.refunds + 1}"
        effects.append(RefundPayment(id=refund_id, order=payment.order, amount=payment.refund_owed))
    return tuple(effects)


def _signing(dossier: Dossier) -> tuple[Effect, ...]:
    signing = dossier.signing
    if signing.document is None or signing.unit is None or dossier.state in TERMINAL:
        return ()
    match signing.status:
        case SigningStatus.REQUESTED if signing.signer is not None:
            effect_id = f"sign/{signing.attempt}"
            return (SignResult(id=effect_id, document=signing.document, signer=signing.signer, unit=signing.unit),)
        case SigningStatus.SIGNED:
            return (SealResult(id="seal/1", document=signing.document, unit=signing.unit),)
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
