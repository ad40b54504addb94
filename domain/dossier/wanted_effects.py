"""The outside calls that a dossier needs in its present state."""

from __future__ import annotations

from domain.dossier.commands import PostPurpose
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.effects import (
    CancelPostOrder,
    CreatePaymentOrder,
    Effect,
    OrderPost,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    TrackPost,
    VerifyIdentity,
)
from domain.dossier.post_stages import PostStage
from domain.dossier.state import (
    TERMINAL,
    Dossier,
    Identity,
    Incident,
    PaymentStatus,
    PostalItem,
    SigningStatus,
    State,
)

NO_DOCUMENT = "0" * 64
"""Sent to a registry for a result that exists on paper only."""


def effects_of(dossier: Dossier) -> tuple[Effect, ...]:
    """The outside calls that are needed now, without those that an outside system refused for good."""
    refused = {incident.effect for incident in dossier.incidents if incident.final}
    return tuple(effect for effect in needed_effects(dossier) if effect.id not in refused)


def needed_effects(dossier: Dossier) -> tuple[Effect, ...]:
    """The outside calls that are needed now, also those that an outside system refused for good."""
    of_subjects = (_identity, _payment, _signing, _registration, _post)
    return (*(effect for of_subject in of_subjects for effect in of_subject(dossier)), *dossier.awaited)


def open_incidents(dossier: Dossier) -> tuple[Incident, ...]:
    """The incidents whose call the dossier still needs. The others are over: it has succeeded, or another act has made
    it needless, and nobody could have it asked again.

    A refused signature went to the next level at once. It is open until somebody has ordered another one.
    """
    if not dossier.incidents:
        return ()
    needed: set[str] = {effect.id for effect in needed_effects(dossier)}
    signing = dossier.signing
    if signing.status is SigningStatus.HANDED_OVER and dossier.ended_at is None:
        needed.add(EffectId(EffectKind.SIGN, signing.attempt or 1))
    return tuple(incident for incident in dossier.incidents if incident.effect in needed)


def _identity(dossier: Dossier) -> tuple[Effect, ...]:
    applicant = dossier.applicant
    if applicant.identity is not Identity.WANTED or dossier.state in TERMINAL:
        return ()
    effect_id = EffectId(EffectKind.IDENTITY, applicant.identity_asked)
    return (VerifyIdentity(id=effect_id, applicant=applicant.commitment, unit=dossier.routing.received_by),)


def _payment(dossier: Dossier) -> tuple[Effect, ...]:
    payment = dossier.payment
    effects: list[Effect] = []
    if payment.status is PaymentStatus.REQUESTED and payment.expires_at and dossier.state not in TERMINAL:
        order_id = EffectId(EffectKind.PAYMENT_ORDER, payment.attempt)
        remaining = payment.amount - payment.counted
        effects.append(CreatePaymentOrder(id=order_id, amount=remaining, expires_at=payment.expires_at))
    queries = (
        QueryPayment(id=EffectId(EffectKind.PAYMENT_QUERY, account.asked), order=account.order)
        for account in dossier.money.accounts
        if account.asked
    )
    refunds = (
        RefundPayment(id=refund.effect, order=refund.order, amount=refund.amount)
        for refund in dossier.money.refunds_under_way
    )
    return (*effects, *queries, *refunds)


def _signing(dossier: Dossier) -> tuple[Effect, ...]:
    signing = dossier.signing
    if signing.document is None or signing.unit is None or dossier.state in TERMINAL:
        return ()
    match signing.status:
        case SigningStatus.REQUESTED if signing.signer is not None:
            effect_id = EffectId(EffectKind.SIGN, signing.attempt)
            return (SignResult(id=effect_id, document=signing.document, signer=signing.signer, unit=signing.unit),)
        case SigningStatus.SIGNED:
            return (
                SealResult(id=EffectId(EffectKind.SEAL, signing.attempt), document=signing.document, unit=signing.unit),
            )
        case _:
            return ()


def _registration(dossier: Dossier) -> tuple[Effect, ...]:
    result = dossier.result
    if result.registry is None or not result.to_be_registered or dossier.ended_at is None:
        return ()
    return (
        RegisterResult(
            id=result.registration,
            registry=result.registry,
            procedure=dossier.intake.procedure,
            unit=result.issued_by or dossier.routing.competent or dossier.routing.received_by,
            result_number=result.number or "",
            document=result.document or NO_DOCUMENT,
            issued_at=dossier.ended_at,
        ),
    )


def _post(dossier: Dossier) -> tuple[Effect, ...]:
    effects: list[Effect] = []
    for item in dossier.postal_items:
        if _to_be_ordered(dossier, item):
            effects.append(
                OrderPost(
                    id=item.order,
                    purpose=item.purpose,
                    postal_address=item.postal_address,
                    unit=dossier.routing.received_by,
                )
            )
        if item.question is not None and item.item is not None and dossier.state not in TERMINAL:
            effects.append(TrackPost(id=item.question, order=item.order, item=item.item))
    cancellations = (CancelPostOrder(id=item.cancellation, order=item.order) for item in dossier.post_cancellations)
    return (*effects, *cancellations)


def _to_be_ordered(dossier: Dossier, item: PostalItem) -> bool:
    """True once there is something to fetch. An item that takes another's place waits until that one is cancelled, so
    the post never comes twice for one result."""
    if item.stage is not PostStage.REQUESTED or not item.wanted or dossier.state in TERMINAL:
        return False
    if any(other.cancelling and other.purpose is item.purpose for other in dossier.postal_items):
        return False
    return item.purpose is PostPurpose.COLLECTION or dossier.state is State.RESOLVED
