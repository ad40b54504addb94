"""The calls of a dossier that an outside system refused for good and that operators may have asked again.

Such a call is asked again under a new id. The system did nothing under the old one, so the new id doubles nothing; and
a system that has stored its refusal would repeat it under the old id (decision 029).
"""

from __future__ import annotations

from domain.dossier.effect_id import EffectId, EffectKind, kind_of, number_of
from domain.dossier.state import TRIES_APART, Dossier, Incident, SigningStatus, State
from domain.dossier.state.post import next_check, next_number
from domain.dossier.wanted_effects import needed_effects
from domain.repairs.call_codes import NEEDS_PERSON

ANSWER_TO_ANOTHER_CALL = "answer_to_another_call"
"""The code of a call whose answer was not its own: nobody knows what the system did."""
REGISTERED_ELSEWHERE = f"{NEEDS_PERSON}registered_elsewhere"
"""The code of a registration that the registry refused, because it has the result already under another number. It
knows the call by its key and did nothing under it, whatever was tried before."""
WITHOUT_EFFECT = (EffectKind.IDENTITY, EffectKind.PAYMENT_QUERY, EffectKind.POST_QUERY)
"""The calls that only look: they may be asked as often as one likes."""
SIGNED_IN = (State.ACCEPTED, State.PROCESSING)
"""The states in which a result may be signed."""


def refused_calls(dossier: Dossier) -> tuple[Incident, ...]:
    """The incidents whose call was refused for good and is still needed."""
    return tuple(one for one in dossier.incidents if one.final and is_needed(dossier, one.effect))


def doubtful_calls(dossier: Dossier) -> tuple[Incident, ...]:
    """The incidents of needed calls that may have had an effect: nobody knows what the system did."""
    failed = (one for one in dossier.incidents if one.kind not in WITHOUT_EFFECT and is_needed(dossier, one.effect))
    return tuple(one for one in failed if not one.final or one.code == ANSWER_TO_ANOTHER_CALL)


def refused_effects(dossier: Dossier) -> list[str]:
    """The ids of those calls."""
    return [one.effect for one in refused_calls(dossier)]


def is_needed(dossier: Dossier, effect: str) -> bool:
    """True if the dossier still needs this call, whether or not it was refused.

    A refused signature went to the next level at once. It is needed until somebody has ordered another one.
    """
    signing = dossier.signing
    if effect == EffectId(EffectKind.SIGN, signing.attempt or 1):
        return signing.status is SigningStatus.HANDED_OVER and dossier.state in SIGNED_IN
    awaited = {other.id for other in dossier.awaited}
    return effect in {other.id for other in needed_effects(dossier)} - awaited


def is_superseded(dossier: Dossier, effect: str) -> bool:
    """True if the dossier has asked for another call of the kind since. Of money that goes back, of registrations and
    of cancellations at the post only a retry makes another, which `retried_calls` has."""
    last: dict[str, int] = {
        EffectKind.IDENTITY: dossier.applicant.identity_asked,
        EffectKind.PAYMENT_ORDER: dossier.payment.attempt,
        EffectKind.PAYMENT_QUERY: dossier.money.checks_asked,
        EffectKind.SIGN: dossier.signing.attempt,
        EffectKind.SEAL: dossier.signing.attempt,
        EffectKind.POST_ORDER: next_number(dossier.postal_items) - 1,
        EffectKind.POST_QUERY: next_check(dossier.postal_items) - 1,
    }
    return number_of(effect) < last.get(kind_of(effect), 0)


def given_up_for(dossier: Dossier, effect: str) -> str | None:
    """The id of the call in whose place this one was asked for, where operators gave it up; else None."""
    return next((one.effect for one in dossier.retried_calls if one.given_up and one.again == effect), None)


def signer_again(dossier: Dossier, signer: str | None, unit: str | None) -> tuple[str | None, str | None]:
    """Who signs when a refused signature is asked for again, and for which unit.

    Without a unit: the one whose signature was refused, else the one that it was handed to. Without a signer: the one
    who was asked before; None if that is not known, or was of another unit.
    """
    signing = dossier.signing
    unit = unit or signing.asked_unit or signing.unit
    return signer or (signing.asked_signer if unit == signing.asked_unit else None), unit


def id_again(dossier: Dossier, effect: str) -> EffectId:
    """The id under which a needed call is asked again. No call of the dossier had it before."""
    kind = EffectKind(kind_of(effect))
    if kind is EffectKind.POST_ORDER:
        return EffectId(kind, next_number(dossier.postal_items))
    if kind is EffectKind.POST_QUERY:
        return EffectId(kind, next_check(dossier.postal_items))
    step = TRIES_APART if kind in (EffectKind.REFUND, EffectKind.POST_CANCEL) else 1
    before = dossier.money.checks_asked if kind is EffectKind.PAYMENT_QUERY else number_of(effect)
    return EffectId(kind, before + step)
