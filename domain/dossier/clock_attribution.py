"""Records who has the dossier at each moment, so that every late hour can be attributed."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from domain.changed import changed
from domain.deadlines import clock
from domain.deadlines.clock import Holder, HolderKind
from domain.dossier.state import Deadlines, Dossier, SigningStatus


def holder_of(dossier: Dossier) -> Holder:
    """The signing service while it works; the unit that must sign after a handover; else the responsible unit.

    Pauses do not matter here. While the clocks stand still, the time is the applicant's, the payment's or the
    suspension's, whoever holds the dossier.
    """
    match dossier.signing.status:
        case SigningStatus.REQUESTED | SigningStatus.SIGNED:
            return _holder(HolderKind.SIGNING)
        case SigningStatus.HANDED_OVER:
            return _holder(HolderKind.UNIT, dossier.signing.unit)
        case _:
            return _holder(HolderKind.UNIT, dossier.routing.responsible)


def attributed(dossier: Dossier, at: datetime) -> Deadlines:
    """The dossier's deadlines with its present holder recorded; unchanged before intake and after the end."""
    timing = dossier.deadlines.timing
    if timing is None or timing.ended_at is not None:
        return dossier.deadlines
    held = clock.handed_to(timing, holder_of(dossier), at)
    return dossier.deadlines if held is timing else changed(dossier.deadlines, timing=held)


@lru_cache(maxsize=1_024)
def _holder(kind: HolderKind, code: str | None = None) -> Holder:
    """One cached value for each holder, because every event of every dossier needs one."""
    return Holder(kind=kind, code=code)
