"""The failure of an outside system: an incident of the dossier. A failed signature goes to the next level."""

from __future__ import annotations

from domain.dossier.context import Context
from domain.dossier.deciding.results import hand_signing_over
from domain.dossier.effect_id import EffectId, EffectKind
from domain.dossier.events import AnyEvent, OutsideCallFailed
from domain.dossier.outcomes import RecordFailure
from domain.dossier.state import Dossier
from domain.dossier.wanted_effects import effects_of


def record_failure(dossier: Dossier, command: RecordFailure, context: Context) -> list[AnyEvent]:
    """Opens an incident; a signature goes to the next level at once.

    The failure of a call that is no longer needed changes nothing.
    """
    if command.effect not in {effect.id for effect in effects_of(dossier)}:
        return []
    failed = OutsideCallFailed(
        at=context.now, effect=command.effect, system=command.system, code=command.code, final=command.final
    )
    still_to_sign = command.effect not in {effect.id for effect in dossier.awaited}
    if still_to_sign and command.effect == EffectId(EffectKind.SIGN, dossier.signing.attempt):
        return [failed, *hand_signing_over(dossier, command.code, context, final=command.final)]
    return [failed]
