"""The events that pause, resume or end a dossier: suspended, resumed, stopped, withdrawn."""

from __future__ import annotations

from typing import Literal

from domain.dossier.events.base import BaseEvent, Due, LeavesCalls


class DossierSuspended(BaseEvent):
    kind: Literal["dossier_suspended"] = "dossier_suspended"
    legal_basis: str


class DossierResumed(BaseEvent):
    kind: Literal["dossier_resumed"] = "dossier_resumed"
    due: Due


class DossierStopped(LeavesCalls):
    """The authority stopped it, or an operator ended it."""

    kind: Literal["dossier_stopped"] = "dossier_stopped"
    legal_basis: str
    """The ground in law; of an administrative end, the operator's reason."""
    administrative: bool = False
    """True: an operator ended a dossier that must not go on, such as one that was entered twice."""


class DossierWithdrawn(LeavesCalls):
    kind: Literal["dossier_withdrawn"] = "dossier_withdrawn"


PauseEvent = DossierSuspended | DossierResumed | DossierStopped | DossierWithdrawn
