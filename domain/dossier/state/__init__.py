"""The state of a dossier: a record of parts, one for each subject of the rules."""

from __future__ import annotations

from domain.dossier.state.deadlines import Deadlines, Fired
from domain.dossier.state.dossier import DOSSIER, Dossier, NotSubmitted, Snapshot, snapshot_of
from domain.dossier.state.escalations import DoneEscalation, Escalation, EscalationOutcome
from domain.dossier.state.group import ChildOfDossier
from domain.dossier.state.incident import Incident, RetriedCall
from domain.dossier.state.intake import Applicant, Identity, Intake
from domain.dossier.state.money import TRIES_APART, Money, OrderAccount, Refund
from domain.dossier.state.payment import UNMET, Fees, Payment, PaymentStatus, ProposedFee
from domain.dossier.state.post import PostalItem
from domain.dossier.state.processing import Opinion, Processing, Supplement
from domain.dossier.state.result import Result, Signing, SigningStatus
from domain.dossier.state.routing import Handover, Handovers, Routing
from domain.dossier.state.states import OPEN, TERMINAL, State

__all__ = [
    "DOSSIER",
    "OPEN",
    "TERMINAL",
    "TRIES_APART",
    "UNMET",
    "Applicant",
    "ChildOfDossier",
    "Deadlines",
    "DoneEscalation",
    "Dossier",
    "Escalation",
    "EscalationOutcome",
    "Fees",
    "Fired",
    "Handover",
    "Handovers",
    "Identity",
    "Incident",
    "Intake",
    "Money",
    "NotSubmitted",
    "Opinion",
    "OrderAccount",
    "Payment",
    "PaymentStatus",
    "PostalItem",
    "Processing",
    "ProposedFee",
    "Refund",
    "Result",
    "RetriedCall",
    "Routing",
    "Signing",
    "SigningStatus",
    "Snapshot",
    "State",
    "Supplement",
    "snapshot_of",
]
