"""Given what has happened, when something is asked, then this follows: the words in which the decider is tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from domain.dossier.commands import Accept, Approve, CompleteStep, Sign, Submit, SubmittedDocument
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
from domain.dossier.events import AnyEvent
from domain.dossier.evolve import evolve_all
from domain.dossier.outcomes import RecordIdentity, RecordPaymentOrder, RecordSeal, RecordSignature
from domain.dossier.react import Reaction, react
from domain.dossier.state import Dossier
from domain.organisation.routing import Matter
from domain.procedure import Channel, Procedure
from domain.roles import Actor, Role
from tests.small_province import CENTRE, COMMITTEE, FREE, HA_NAM, PHU_LY, RULEBOOK, at, pins

DESK = Actor(person="desk.phuly", role=Role.RECEPTION, unit=PHU_LY)
CASHIER = Actor(person="cash.phuly", role=Role.CASHIER, unit=PHU_LY)
OFFICER = Actor(person="officer.hanam", role=Role.SPECIALIST, unit=HA_NAM)
HEAD = Actor(person="head.hanam", role=Role.HEAD_OF_UNIT, unit=HA_NAM)
OFFICIAL = Actor(person="official.hanam", role=Role.SIGNATORY, unit=HA_NAM)
OFFICIAL_ABOVE = Actor(person="official.centre", role=Role.SIGNATORY, unit=CENTRE)
OFFICIAL_AT_TOP = Actor(person="official.top", role=Role.SIGNATORY, unit=COMMITTEE)
CITIZEN = Actor(person="citizen.1", role=Role.APPLICANT)
ENGINE = Actor(person="he-thong", role=Role.SYSTEM)
MONDAY = at("2025-07-07 08:00")
DOCUMENT = "d" * 64


@dataclass
class Case:
    """A dossier, the instant, and everything that has happened."""

    now: datetime = MONDAY
    dossier: Dossier = field(default_factory=lambda: Dossier(code="H42.13285-250707-0001"))
    events: list[AnyEvent] = field(default_factory=list)

    def when(self, actor: Actor, command: Any, **act: Any) -> list[AnyEvent]:
        """Decides and applies; returns the new events."""
        asked = Act(command_id=uuid4(), actor=actor, command=command, **act)
        new = decide(self.dossier, asked, Context(now=self.now, actor=actor, rulebook=RULEBOOK))
        self.dossier = evolve_all(self.dossier, new)
        self.events += new
        return new

    def kinds(self, actor: Actor, command: Any) -> list[str]:
        """As `when`, but only the kinds of the new events."""
        return [event.kind for event in self.when(actor, command)]

    def later(self, **delta: float) -> Case:
        """Time passes."""
        self.now += timedelta(**delta)
        return self

    def until(self, text: str) -> Case:
        """Time passes until an instant in Vietnam."""
        self.now = at(text)
        return self

    def reaction(self) -> Reaction:
        """What should be asked of the world now."""
        assert self.dossier.pins is not None
        return react(self.dossier, Rules.pinned(self.dossier.pins, RULEBOOK))

    def effects(self) -> list[str]:
        """The ids of what should be asked of the world now."""
        return [effect.id for effect in self.reaction().effects]


def a_submission(procedure: Procedure = FREE, **changes: Any) -> Submit:
    """A complete submission in ward Phủ Lý for a matter of ward Hà Nam."""
    return Submit.model_validate(
        {
            "procedure": procedure.code,
            "pins": pins(procedure),
            "channel": Channel.ONLINE,
            "received_by": PHU_LY,
            "matter": Matter(territory=HA_NAM),
            "applicant": "a" * 64,
            "documents": (SubmittedDocument(code="don", digitised=True),),
            **changes,
        }
    )


def submitted(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: submitted by a citizen on Monday 7 July 2025 at 08:00."""
    case = Case()
    case.when(CITIZEN, a_submission(procedure, **changes))
    return case


def accepted(procedure: Procedure = FREE, **changes: Any) -> Case:
    """Given: and accepted at once by the desk."""
    case = submitted(procedure, **changes)
    case.when(DESK, Accept(fee=0) if procedure.terms[0].fee is None else Accept())
    return case


def paid_for() -> Case:
    """Given: a dossier with a fee, accepted, with an order at the platform."""
    from tests.small_province import PAID

    case = accepted(PAID)
    case.when(ENGINE, RecordIdentity(effect="identity/1", matches=True))
    case.when(ENGINE, RecordPaymentOrder(effect="payment-order/1", order="DH1", pay_url="http://pay/DH1"))
    return case


def ready_to_sign(procedure: Procedure = FREE) -> Case:
    """Given: processed and approved; only the signature is missing."""
    case = accepted(procedure)
    case.when(OFFICER, CompleteStep(step="process"))
    case.when(HEAD, Approve(step="approve"))
    return case


def resolved(procedure: Procedure = FREE) -> Case:
    """Given: signed, numbered, sealed."""
    case = ready_to_sign(procedure)
    case.when(OFFICIAL, Sign(document=DOCUMENT, result_number="12-KS"))
    case.when(ENGINE, RecordSignature(effect="sign/1", certificate="c1", signature="s1", signed_at=case.now))
    case.when(ENGINE, RecordSeal(effect="seal/1", certificate="c2", signature="s2"))
    return case
