"""The ground of a fee that differs from the published one: a published case, or a proposal that was approved."""

from __future__ import annotations

from collections.abc import Iterable

from domain.dossier.commands import Charge
from domain.dossier.events import DossierAccepted, FeeApproved, FeeProposed
from domain.record.sealing import RecordedEvent
from domain.roles import Actor
from domain.values import Value


class FeeGround(Value):
    """The amount in force, in dong, and its ground. `approved` is None for a published case, which the desk applies."""

    charge: Charge
    amount: int
    legal_basis: str
    proposed: Actor | None = None
    approved: Actor | None = None


def fee_grounds(history: Iterable[RecordedEvent]) -> tuple[FeeGround, ...]:
    """The last ground of each charge; none for the published fee."""
    proposals: dict[Charge, FeeGround] = {}
    grounds: dict[Charge, FeeGround] = {}
    for recorded in history:
        match recorded.event:
            case DossierAccepted(fee=fee, fee_basis=str(basis)):
                grounds[Charge.FEE] = FeeGround(charge=Charge.FEE, amount=fee, legal_basis=basis)
            case FeeProposed(charge=charge, amount=amount, legal_basis=basis):
                proposals[charge] = FeeGround(charge=charge, amount=amount, legal_basis=basis, proposed=recorded.actor)
            case FeeApproved(charge=charge) if charge in proposals:
                grounds[charge] = proposals[charge].model_copy(update={"approved": recorded.actor})
            case _:
                continue
    return tuple(grounds.values())
