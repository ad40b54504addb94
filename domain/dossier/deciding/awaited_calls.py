"""Calls with an effect that are under way when nobody needs them any more: their answers are waited for.

A signature, a seal or a payment order that a system has made exists, whatever has happened to the dossier meanwhile.
"""

from __future__ import annotations

from typing import TypeVar

from domain.dossier.context import Context
from domain.dossier.effect_id import EffectKind, kind_of
from domain.dossier.effects import AwaitedCall
from domain.dossier.events import LeavesCalls
from domain.dossier.revision import Revision
from domain.dossier.state import Dossier
from domain.dossier.wanted_effects import effects_of

Leaving = TypeVar("Leaving", bound=LeavesCalls)

LEFT = (EffectKind.SIGN, EffectKind.SEAL, EffectKind.PAYMENT_ORDER)
"""The other calls with an effect go on after the end, or are cancelled at their system."""


def leaving_calls(event: Leaving, dossier: Dossier, context: Context, *kinds: EffectKind) -> Leaving:
    """The event, naming the calls of these kinds (default: all) that the dossier needed until it."""
    if context.revision < Revision.SEVENTH or dossier.ended_at is not None:
        return event
    known = {effect.id for effect in dossier.awaited}
    left = (effect.id for effect in effects_of(dossier) if kind_of(effect.id) in (kinds or LEFT))
    return event.model_copy(update={"awaited": tuple(one for one in left if one not in known)})


def awaited_call(dossier: Dossier, effect: str) -> AwaitedCall | None:
    """The call with this id, if nobody needs it any more and its answer is waited for."""
    return next((one for one in dossier.awaited if one.id == effect), None)
