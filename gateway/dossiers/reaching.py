"""The dossiers that a caller may see with an operation. Any other looks like one that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from activities.ledger.reading import DossierRow, dossier_in
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from gateway.access.principals import PersonPrincipal
from gateway.access.sign_in import SignedIn
from gateway.client import Engine

NOT_OF_COUNCIL = frozenset({"read_applicant"})
"""What a member of a council may not do with a dossier that was raised to it."""


@dataclass(frozen=True)
class Reached:
    """A dossier that the caller may see, with the rules that it pinned."""

    row: DossierRow
    dossier: Dossier
    rules: Rules


async def reached(engine: Engine, signed: SignedIn, code: str) -> Reached:
    """The dossier, if it is within the caller's scope.

    Raises NotFound `unknown_dossier` for a dossier that does not exist, and for one that the caller may not see: the
    two look alike.
    """
    row, dossier = await in_reach(engine, signed, code)
    return Reached(row, dossier, await engine.rules_of(dossier))


def at_its_desk(signed: SignedIn, dossier: Dossier) -> bool:
    """True when the caller reaches, by this operation, the desk that received the dossier or helped to file it."""
    units = signed.scope.units
    desks = {dossier.routing.received_by, dossier.intake.assisted_by}
    return signed.scope.covers(dossier) and (units is None or not units.isdisjoint(desks))


async def in_reach(engine: Engine, signed: SignedIn, code: str) -> tuple[DossierRow, Dossier]:
    """The same without its rules."""
    row = await engine.dossier(code)
    dossier = dossier_in(row)
    if not signed.scope.covers(dossier) and not await _raised_to(engine, signed, code):
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
    return row, dossier


async def _raised_to(engine: Engine, signed: SignedIn, code: str) -> bool:
    """True for a member of a council to which the dossier was raised, whatever their unit.

    They read it and answer; the applicant's particulars stay with the units that work on it, and lists and searches
    show what those units have.
    """
    principal = signed.caller.principal
    if not isinstance(principal, PersonPrincipal) or signed.operation in NOT_OF_COUNCIL:
        return False
    return await engine.reader.was_raised_to(code, principal.person)
