"""Whose time it is: who has the dossier at this moment, so that every late hour can be laid at a door."""

from __future__ import annotations

from datetime import datetime

from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind
from domain.dossier.state import Dossier, SigningStatus


def holder_of(dossier: Dossier) -> Holder:
    """The signing service while it is at work, the unit that must sign after a handover, else whoever answers for it.

    Pauses are not asked here: while the clocks stand still the time is the applicant's, the payment's, the
    suspension's, whoever holds the dossier.
    """
    match dossier.signing.status:
        case SigningStatus.REQUESTED | SigningStatus.SIGNED:
            return Holder(kind=HolderKind.SIGNING)
        case SigningStatus.HANDED_OVER:
            return Holder(kind=HolderKind.UNIT, code=dossier.signing.unit)
        case _:
            return Holder(kind=HolderKind.UNIT, code=dossier.responsible)


def attributed(dossier: Dossier, at: datetime) -> Dossier:
    """The dossier with its holder written into the ledger of its clocks; nothing before intake or after the end."""
    timing = dossier.timing
    if timing is None or timing.ended_at is not None:
        return dossier
    held = clock.handed_to(timing, holder_of(dossier), at)
    return dossier if held is timing else dossier.model_copy(update={"timing": held})
