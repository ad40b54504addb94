"""A dossier after a call to an outside system failed, and after an operator had a refused call asked again."""

from __future__ import annotations

from typing import assert_never

from domain.changed import changed
from domain.dossier.effect_id import EffectKind, kind_of, number_of
from domain.dossier.events import NothingDoneStated, OutsideCallFailed, RefusedCallRetried
from domain.dossier.evolving import post
from domain.dossier.evolving.changes import without_awaited
from domain.dossier.state import (
    TRIES_APART,
    Applicant,
    Dossier,
    Incident,
    Money,
    RetriedCall,
    Signing,
    SigningStatus,
)


def call_failed(dossier: Dossier, event: OutsideCallFailed) -> Dossier:
    """An incident is open until the call has succeeded or is no longer needed.

    A refusal is an answer: nothing was done.
    """
    if event.final:
        dossier = without_awaited(dossier, event.effect)
    before = next((incident for incident in dossier.incidents if incident.effect == event.effect), None)
    incident = Incident(
        effect=event.effect,
        system=event.system,
        code=event.code,
        since=before.since if before else event.at,
        failures=before.failures + 1 if before else 1,
        final=event.final,
        stated_by=before.stated_by if before else None,
    )
    return changed(dossier, incidents=(*(other for other in dossier.incidents if other is not before), incident))


def call_retried(dossier: Dossier, event: RefusedCallRetried) -> Dossier:
    """The call is wanted again under its new id, and the incident is over until that call fails too."""
    given_up = event.nothing_done is not None
    retried = RetriedCall(effect=event.effect, again=event.again, at=event.at, given_up=given_up)
    return changed(
        _wanted_again(dossier, event),
        retried_calls=(*dossier.retried_calls, retried),
    )


def nothing_done_stated(dossier: Dossier, event: NothingDoneStated) -> Dossier:
    """The call goes on as it is until a second operator states it too."""
    incidents = (
        changed(one, stated_by=event.person) if one.effect == event.effect else one for one in dossier.incidents
    )
    return changed(dossier, incidents=tuple(incidents))


def _wanted_again(dossier: Dossier, event: RefusedCallRetried) -> Dossier:
    kind, number = EffectKind(kind_of(event.effect)), number_of(event.again)
    match kind:
        case EffectKind.IDENTITY:
            return changed(dossier, applicant=_asked_about(dossier.applicant, event, number))
        case EffectKind.PAYMENT_ORDER:
            return changed(dossier, payment=changed(dossier.payment, attempt=number))
        case EffectKind.PAYMENT_QUERY:
            return changed(dossier, money=_looked_at(dossier.money, number_of(event.effect), number))
        case EffectKind.REFUND:
            return changed(dossier, money=_refunded(dossier.money, event.effect, number))
        case EffectKind.SIGN:
            return changed(dossier, signing=_signed_by(dossier.signing, event, number))
        case EffectKind.SEAL:
            return changed(dossier, signing=changed(dossier.signing, attempt=number))
        case EffectKind.REGISTER:
            return changed(dossier, result=changed(dossier.result, registering=number, issued_by=None))
        case EffectKind.POST_ORDER:
            return post.ordered_again(dossier, number_of(event.effect), number)
        case EffectKind.POST_QUERY:
            return post.asked_again(dossier, number_of(event.effect), number)
        case EffectKind.POST_CANCEL:
            return post.cancelled_again(dossier, event.effect)
        case _:
            assert_never(kind)


def _asked_about(applicant: Applicant, event: RefusedCallRetried, number: int) -> Applicant:
    commitment = event.applicant or applicant.commitment
    return changed(applicant, commitment=commitment, identity_asked=number)


def _looked_at(money: Money, before: int, number: int) -> Money:
    accounts = tuple(
        changed(account, asked=number) if account.asked == before else account for account in money.accounts
    )
    return changed(money, accounts=accounts, checks_asked=number)


def _refunded(money: Money, effect: str, number: int) -> Money:
    tries = number // TRIES_APART + 1
    refunds = tuple(changed(refund, tries=tries) if refund.effect == effect else refund for refund in money.refunds)
    return changed(money, refunds=refunds)


def _signed_by(signing: Signing, event: RefusedCallRetried, number: int) -> Signing:
    return changed(
        signing, status=SigningStatus.REQUESTED, signer=event.signer, unit=event.unit or signing.unit, attempt=number
    )
