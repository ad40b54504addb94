"""Writes one standard dossier into a ledger, command by command, and keeps what stands there after each of them.

The domain decides every event and `append_events` writes it, as in a worker; outside systems answer at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self, assert_never
from uuid import uuid4

from activities.ledger.contracts import Append
from activities.ledger.dossier_codes import DossierCodes
from activities.ledger.pool import Pool
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from domain.dossier.commands import Accept, Assign, CheckPayment, CompleteStep, ReturnResult, Sign, Submit
from domain.dossier.commands import SubmittedDocument as Paper
from domain.dossier.context import Context, Rules
from domain.dossier.decide import Act, decide
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
from domain.dossier.evolve import evolve_all
from domain.dossier.fingerprint import fingerprint_of
from domain.dossier.outcomes import (
    RecordIdentity,
    RecordPaymentOrder,
    RecordPaymentSeen,
    RecordRefund,
    RecordRegistration,
    RecordSeal,
    RecordSignature,
)
from domain.dossier.react import react
from domain.dossier.state import Dossier, NotSubmitted
from domain.dossier.viewing import view_of
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel
from domain.roles import Actor, Role
from domain.values import VIETNAM
from tools.benchmark.driving.standard_dossier import APPLICANT, CITIZEN, officer
from tools.benchmark.rules import CODE, FEE, WARD, standard_province
from tools.benchmark.standard_work import DOCUMENT

ENGINE = Actor(person="he-thong", role=Role.SYSTEM)
ORDER = "DH.{code}"
A_MINUTE = timedelta(minutes=1)


class SampleDossier:
    """One dossier of the benchmark's province. Each method writes one command or a few."""

    def __init__(self, pool: Pool, code: str, now: datetime) -> None:
        self.code = code
        self.commands: list[Append] = []
        """What was appended, in order."""
        self._ledger, self._vault = Ledger(pool), Vault(pool)
        self._rulebook = standard_province().rulebook()
        self._dossier: Dossier | NotSubmitted = NotSubmitted(code)
        self._now = now

    @classmethod
    async def lived(cls, pool: Pool, key: str, since: timedelta = timedelta()) -> Self:
        """A dossier that was written from its submission, so long ago, to its end."""
        now = datetime.now(VIETNAM) - since
        sample = cls(pool, await DossierCodes(pool).allocate(key, f"H42.{WARD}", now.date(), "0" * 64), now)
        await sample._live()
        return sample

    async def _live(self) -> None:
        await self._until_assigned()
        await self._act(officer(Role.SPECIALIST), CompleteStep(step="process"))
        await self._act(officer(Role.SIGNATORY), Sign(document=DOCUMENT, result_number=f"{self.code}-KQ"))
        await self._answer_effects()
        await self._act(officer(Role.RECEPTION), ReturnResult())

    async def _until_assigned(self) -> None:
        await self._act(CITIZEN, await self._submission())
        await self._act(officer(Role.RECEPTION), Accept(pins=self._pins()))
        await self._answer_effects()
        await self._act(ENGINE, CheckPayment(order=ORDER.format(code=self.code)))
        await self._answer_effects()
        await self._act(officer(Role.HEAD_OF_UNIT), Assign(person=officer(Role.SPECIALIST).person))

    async def _submission(self) -> Submit:
        return Submit(
            procedure=CODE,
            pins=self._pins(),
            channel=Channel.ONLINE,
            received_by=WARD,
            matter=Matter(territory=WARD),
            applicant=await self._vault.keep(self.code, APPLICANT.model_dump(mode="json")),
            documents=(Paper(code="don", digitised=True),),
        )

    def _pins(self) -> Any:
        return standard_province().pins_for(CODE, self._now.date(), WARD)

    async def _answer_effects(self) -> None:
        """Answers the wanted calls, and those that are wanted then, until none is."""
        while effects := self._wanted():
            for effect in effects:
                await self._act(ENGINE, self._outcome(effect))

    def _wanted(self) -> tuple[Effect, ...]:
        assert isinstance(self._dossier, Dossier)
        return tuple(react(self._dossier, Rules.pinned(self._dossier.pins, self._rulebook)).effects)

    def _outcome(self, effect: Effect) -> Any:
        order, signed = ORDER.format(code=self.code), {"certificate": "c" * 40, "signature": "s" * 344}
        match effect:
            case VerifyIdentity():
                return RecordIdentity(effect=effect.id, matches=True)
            case CreatePaymentOrder():
                return RecordPaymentOrder(effect=effect.id, order=order, pay_url=f"https://pay.example/{order}")
            case QueryPayment():
                return RecordPaymentSeen(effect=effect.id, order=order, paid=FEE, transactions=(f"GD-{self.code}",))
            case RefundPayment():
                return RecordRefund(effect=effect.id, reference=f"HT-{self.code}", order=order)
            case SignResult():
                return RecordSignature(effect=effect.id, signed_at=self._now, **signed)
            case SealResult():
                return RecordSeal(effect=effect.id, **signed)
            case RegisterResult():
                return RecordRegistration(effect=effect.id, reference=f"HTK-{self.code}")
            case OrderPost() | TrackPost() | CancelPostOrder():
                raise AssertionError("nothing of this dossier goes by post")
            case _:
                assert_never(effect)

    async def _act(self, actor: Actor, command: Any, after: timedelta = A_MINUTE) -> None:
        """Decides a command and appends its events, so long after the one before."""
        self._now += after
        act = Act(command_id=uuid4(), actor=actor, command=command)
        events = decide(self._dossier, act, Context(now=self._now, actor=actor, rulebook=self._rulebook))
        await self._append(actor, tuple(events), act)

    async def _append(self, actor: Actor, events: tuple[AnyEvent, ...], act: Act | None = None) -> None:
        """Appends the events of a command, or, without `act`, of the engine."""
        after = self._dossier.version if isinstance(self._dossier, Dossier) else 0
        self._dossier = evolve_all(self._dossier, events)
        request = Append(
            dossier=self.code,
            after_version=after,
            command_id=uuid4() if act is None else act.command_id,
            actor=actor,
            events=events,
            view=view_of(self._dossier, self._rulebook),
            fingerprint=None if act is None else fingerprint_of(act),
        )
        await self._ledger.record(request)
        self.commands.append(request)
