"""What only somebody who reaches the whole province may do: it concerns the dossiers of every unit at once."""

from __future__ import annotations

from domain.errors import NotAuthorised
from domain.messages.replays import ReplayRunRefusal
from domain.organisation.organisation import Organisation
from domain.organisation.units import UnitLevel
from gateway.access.sign_in import SignedIn


def require_province(signed: SignedIn, organisation: Organisation) -> None:
    """Accepts a caller who reaches each provincial centre of today, and with it every unit below.

    Raises NotAuthorised `replay_needs_province`.
    """
    if not reaches_province(signed, organisation):
        raise NotAuthorised(ReplayRunRefusal.REPLAY_NEEDS_PROVINCE)


def reaches_province(signed: SignedIn, organisation: Organisation) -> bool:
    """True when nothing of the province is outside the caller's reach."""
    scope = signed.scope
    if scope.procedures is not None or scope.applicant is not None:
        return False
    in_force = organisation.in_force(signed.caller.at.date())
    centres = {unit.code for unit in in_force if unit.level is UnitLevel.PROVINCIAL_CENTRE}
    return scope.units is None or centres <= scope.units
