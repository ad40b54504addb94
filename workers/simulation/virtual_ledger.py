"""Answers the activities of virtual workflows: a ledger in memory, and outside systems that always answer at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never

from temporalio.api.common.v1 import Payload

from activities.adapters.recorded_calls import CallOfDossier, Recorded
from activities.audiences import AudiencesFound, AudiencesWanted, found_in
from activities.ledger.contracts import Append, Appended
from activities.ledger.history_reader import Past
from domain.dossier.effects import (
    CancelPostOrder,
    CreatePaymentOrder,
    Effect,
    OrderPost,
    QueryPayment,
    RefundPayment,
    RegisterResult,
    SealResult,
    SignResult,
    TrackPost,
    VerifyIdentity,
)
from domain.dossier.events import AnyEvent
from domain.dossier.outcomes import (
    OutcomeCommand,
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordPostCancelled,
    RecordPostOrder,
    RecordPostSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.post_stages import PostStage
from domain.dossier.view import DossierView
from domain.rules.province import Province
from domain.values import Value
from workers.simulation.virtual_workflow import read

SIMULATED = "simulated"


@dataclass
class VirtualLedger:
    """What one dossier has written: its events, and its view after the last one."""

    events: list[AnyEvent] = field(default_factory=list)
    view: DossierView | None = None
    province: Province | None = None
    """Whose people get warnings and escalations. None: only the units are recorded."""

    def answer(self, activity: str, argument: Payload) -> Value:
        """The answer of an activity."""
        match activity:
            case "ledger.append":
                return self._append(read(argument, Append))
            case "ledger.since":
                return Past(events=())
            case "outside.quick_recorded":
                asked = read(argument, CallOfDossier)
                return Recorded(outcome=outcome_of(asked.call.effect, asked.now))
            case "escalation.audiences":
                return self._audiences(read(argument, AudiencesWanted))
            case _:
                raise RuntimeError(f"the simulation does not know the activity {activity}")

    def _audiences(self, asked: AudiencesWanted) -> AudiencesFound:
        province = self.province
        return found_in(province.organisation, province.staff, asked) if province else AudiencesFound(audiences=None)

    def _append(self, request: Append) -> Appended:
        if request.after_version != len(self.events):
            raise RuntimeError(f"{request.dossier}: version {request.after_version} is not the ledger's")
        self.events += request.events
        self.view = request.view
        return Appended(
            dossier=request.dossier, first_version=request.after_version + 1, last_version=request.view.version
        )


def outcome_of(effect: Effect, now: datetime) -> OutcomeCommand:
    """What a system that works answers. Nobody has paid an order."""
    match effect:
        case VerifyIdentity():
            return RecordIdentity(effect=effect.id, matches=True, applicant=effect.applicant)
        case CreatePaymentOrder():
            order = effect.id.replace("/", "-")
            return RecordPaymentOrder(effect=effect.id, order=order, pay_url=f"http://{SIMULATED}/{order}")
        case QueryPayment():
            return RecordPaymentSeen(effect=effect.id, order=effect.order, paid=0)
        case RefundPayment():
            return RecordRefund(effect=effect.id, reference=SIMULATED, order=effect.order)
        case SignResult():
            return RecordSignature(
                effect=effect.id, certificate=SIMULATED, signature=SIMULATED, signed_at=now, document=effect.document,
                unit=effect.unit,
            )  # fmt: skip
        case SealResult():
            return RecordSeal(
                effect=effect.id, certificate=SIMULATED, signature=SIMULATED, document=effect.document, unit=effect.unit
            )
        case RegisterResult():
            return RecordRegistration(effect=effect.id, reference=SIMULATED, document=effect.document)
        case OrderPost():
            return RecordPostOrder(effect=effect.id, item=effect.id.replace("/", "-"))
        case TrackPost():
            return RecordPostSeen(effect=effect.id, item=effect.item, stage=PostStage.ORDERED, stated_at=now)
        case CancelPostOrder():
            return RecordPostCancelled(effect=effect.id, cancelled=True)
        case _:
            assert_never(effect)
