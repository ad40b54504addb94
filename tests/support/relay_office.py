"""A ledger on a real PostgreSQL, a simulator, and the relays between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from activities.adapters.systems import Outside
from activities.ledger.contracts import Append
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.relays.digests import DigestSender
from activities.relays.notices import NoticesRelay
from activities.relays.portal import PortalRelay
from activities.relays.relay import Relay
from domain.changed import changed
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted
from domain.dossier.viewing import view_of
from domain.rules.notice_policy import NoticePolicy
from tests.support.given import DESK, Case
from tests.support.small_province import RULEBOOK
from tools.simulator.app import Simulator
from tools.simulator.portal import PortalSystem


@dataclass
class Office:
    """A ledger, a simulator, and the relays between them."""

    pool: Pool
    outside: Outside
    simulator: str
    http: httpx2.AsyncClient
    world: Simulator

    @property
    def there(self) -> PortalSystem:
        """The simulated portal, inside."""
        portal = self.world.systems["portal"].contract
        assert isinstance(portal, PortalSystem)
        return portal

    async def record(self, case: Case, code: str, *, after: int = 0, until: int | None = None) -> str:
        """Writes the events of a case under this code: all, or those after a version until another."""
        applicant = await Vault(self.pool).keep(code, {"name": "Nguyễn Văn An", "identity_number": "037099001234"})
        state = evolve_all(NotSubmitted(code), case.events[:until])
        dossier = changed(state, code=code, applicant=changed(state.applicant, commitment=applicant))
        events = [
            event.model_copy(update={"applicant": applicant}) if hasattr(event, "applicant") else event
            for event in case.events[after:until]
        ]
        await Ledger(self.pool).record(
            Append(
                dossier=code,
                after_version=after,
                command_id=uuid4(),
                actor=DESK,
                events=tuple(events),
                view=view_of(dossier, RULEBOOK),
            )
        )
        return code

    async def told(self, dossier: str) -> dict[str, Any]:
        """The fields that the portal has of a dossier; empty when it has none."""
        found = (await self.http.get(f"{self.simulator}/inspect/portal", params={"key": dossier})).json()["dossiers"]
        return found[0] if found else {}

    def portal(self) -> PortalRelay:
        return PortalRelay(self.outside.portal, self.pool, Vault(self.pool), lambda: RULEBOOK)

    def notices(self) -> Relay:
        staff, reader = StaffNotices(self.pool), LedgerReader(self.pool)
        return Relay("notices", self.pool, NoticesRelay(self.outside.notices, staff, reader, lambda: RULEBOOK).hand)

    def digests(self, policy: NoticePolicy) -> DigestSender:
        return DigestSender(self.pool, self.outside.notices, policy)

    async def inspect(self, system: str) -> dict[str, Any]:
        records: dict[str, Any] = (await self.http.get(f"{self.simulator}/inspect/{system}")).json()
        return records

    async def control(self, system: str, *faults: dict[str, Any]) -> None:
        (await self.http.post(f"{self.simulator}/control/{system}", json=list(faults))).raise_for_status()
