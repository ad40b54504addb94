"""The dossiers that a caller may see with an operation. Any other looks like one that does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from activities.ledger.reading import DossierRow, dossier_in
from domain.dossier.context import Rules
from domain.dossier.state import Dossier
from domain.errors import NotFound
from domain.messages.dossier import DossierRefusal
from gateway.access.sign_in import SignedIn
from gateway.client import Engine


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
    if not signed.scope.covers(dossier):
        raise NotFound(DossierRefusal.UNKNOWN_DOSSIER, dossier=code)
    return row, dossier
