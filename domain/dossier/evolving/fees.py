"""A dossier after a fee other than the published one was proposed, approved or rejected."""

from __future__ import annotations

from domain.changed import changed
from domain.dossier.commands import Charge
from domain.dossier.events import FeeApproved, FeeProposed, FeeRejected
from domain.dossier.state import Dossier, ProposedFee


def proposed(dossier: Dossier, event: FeeProposed) -> Dossier:
    """The proposal waits for a second person."""
    proposal = ProposedFee(charge=event.charge, amount=event.amount, legal_basis=event.legal_basis, by=event.by)
    return changed(dossier, fees=changed(dossier.fees, proposed=proposal))


def approved(dossier: Dossier, event: FeeApproved) -> Dossier:
    """The amount is the fee, or the tax, from now on."""
    if event.charge is Charge.TAX:
        return changed(dossier, fees=changed(dossier.fees, proposed=None, tax=event.amount))
    return changed(dossier, fees=changed(dossier.fees, proposed=None, fee=event.amount, fee_open=False))


def rejected(dossier: Dossier, event: FeeRejected) -> Dossier:
    """The amount before the proposal stays."""
    return changed(dossier, fees=changed(dossier.fees, proposed=None))
