"""The engine as every test of it finds it, wherever its servers run: what people do with it, and what is seen of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import httpx2

from activities.ledger.pool import DatabaseUnavailable
from domain.dossier.commands import CheckPayment, SubmittedDocument
from domain.dossier.decide import Act
from domain.dossier.state import DOSSIER, Dossier
from domain.organisation.routing import Matter
from domain.procedures.procedure import Channel, Procedure
from domain.roles import Actor
from gateway.access.principals import Principal
from gateway.api.payment_rechecks import PLATFORM
from gateway.client import ActRequest, Applicant, Engine, EngineUnavailable, Submission
from tests.support.given import CITIZEN
from tests.support.principals import ROOT, principal_of
from tests.support.small_province import FREE, HA_NAM, PHU_LY
from tests.support.waiting import WITHIN, until
from workflows.messages import Receipt

APPLICANT = Applicant(
    name="Nguyễn Văn An", identity_number="037099001234", birth_date=date(1999, 1, 1), phone="0912345678"
)


def submission(procedure: Procedure = FREE, **changes: Any) -> Submission:
    """A citizen files online in ward Phủ Lý for a matter of ward Hà Nam, each time under a key of its own."""
    return Submission.model_validate(
        {
            "key": f"key-{uuid4().hex}",
            "actor": CITIZEN,
            "procedure": procedure.code,
            "channel": Channel.ONLINE,
            "received_by": PHU_LY,
            "matter": Matter(territory=HA_NAM),
            "applicant": APPLICANT,
            "documents": (SubmittedDocument(code="don", digitised=True),),
            **changes,
        }
    )


@dataclass
class EngineUnderTest:
    """The engine of the small province, and the simulator that stands for everything outside it."""

    engine: Engine
    simulator: str
    http: httpx2.AsyncClient

    async def submit(self, procedure: Procedure = FREE, **changes: Any) -> Receipt:
        """A citizen files a dossier; the account of the machine brings over one of an older system."""
        filed = submission(procedure, **changes)
        own = principal_of(filed.actor, self.engine.staff)
        return await self.engine.submit(own if filed.brought_over is None else ROOT, filed)

    async def act(
        self,
        code: str,
        actor: Actor,
        command: Any,
        *,
        command_id: Any = None,
        principal: Principal | None = None,
        **changes: Any,
    ) -> Receipt:
        """Somebody does something, under a new command id unless one is given, signed in as themselves unless a
        principal is given."""
        request = ActRequest(command_id=command_id or uuid4(), actor=actor, command=command, **changes)
        return await self.engine.act(principal or principal_of(actor, self.engine.staff), code, request)

    async def insist(self, send: Callable[[], Awaitable[Receipt]], within: float = 90) -> Receipt:
        """What a good client does: sends the same again until it is answered."""

        async def answered() -> Receipt | None:
            try:
                return await send()
            except (EngineUnavailable, DatabaseUnavailable):
                return None

        return await until(answered, "an answer to what is sent again and again", within)

    async def known(self, code: str) -> Dossier:
        """The dossier as the record has it."""
        return DOSSIER.validate_python((await self.engine.dossier(code)).snapshot)

    async def until(self, code: str, holds: Callable[[Dossier], bool], within: float = WITHIN) -> Dossier:
        """The dossier as the record has it, as soon as it is as wanted."""

        async def as_wanted() -> Dossier | None:
            return now if holds(now := await self.known(code)) else None

        return await until(as_wanted, f"dossier {code} as wanted on the record", within)

    async def kinds(self, code: str) -> list[str]:
        """What the ledger says has happened."""
        return [event.kind for event in await self.engine.history(code)]

    async def control(self, system: str, *faults: dict[str, Any]) -> None:
        """Make an outside system misbehave; without faults it is well again."""
        answer = await self.http.post(f"{self.simulator}/control/{system}", json=list(faults))
        answer.raise_for_status()

    async def inspect(self, system: str) -> dict[str, Any]:
        """What an outside system holds."""
        answer = await self.http.get(f"{self.simulator}/inspect/{system}")
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    async def pay(self, order: str, **how: Any) -> None:
        """The citizen pays an order at the platform, which does not call back unless it is told to."""
        answer = await self.http.post(f"{self.simulator}/pay/{order}", json={"callback": "callback_lost", **how})
        answer.raise_for_status()

    async def call_back(self, code: str, order: str) -> None:
        """What the API does with a callback whose signature is right."""
        await self.engine.send(code, Act(command_id=uuid4(), actor=PLATFORM, command=CheckPayment(order=order)))
