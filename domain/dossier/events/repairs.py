"""The event of a repair by operators."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent
from domain.repairs.orders import RepairKind
from domain.values import Code, Hash


class DossierRepaired(BaseEvent):
    """Operators repaired the dossier by a plan (its hash), and the outcome was verified. Nothing else changed.

    The actor of the event let the plan run; `second` is the other of two persons, where the plan needed two. `outcome`:
    `done`, or `not_cured` when the dossier did not go on.
    """

    kind: Literal["dossier_repaired"] = "dossier_repaired"
    repair: RepairKind
    plan: Hash
    reason: str
    second: Code | None = None
    outcome: str


RepairEvent = DossierRepaired
