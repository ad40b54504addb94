"""A ledger on a real PostgreSQL, a simulator, and the relays between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2

from activities.adapters.systems import Outside
from activities.ledger.contracts import Append
from activities.ledger.notices import NoticeRegister
from activities.ledger.opt_outs import OptOuts
from activities.ledger.pool import Pool
from activities.ledger.reading import LedgerReader
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.store import Ledger
from activities.ledger.vault import Vault
from activities.relays.digests import DigestSender
from activities.relays.notice_lanes import NoticeLane
from activities.relays.notice_posting import NoticePost
from activities.relays.notices import NoticesRelay
from activities.relays.portal import PortalRelay
from activities.relays.relay import Hand, Relay
from domain.changed import changed
from domain.channels.applicant_policy import ApplicantNotices
from domain.channels.notice_channel import NoticeChannel
from domain.channels.quiet_hours import IsDayOff
from domain.dossier.evolve import evolve_all
from domain.dossier.state import NotSubmitted
from domain.dossier.viewing import view_of
from domain.rules.notice_policy import NoticePolicy
from tests.support.given import DESK, Case
from tests.support.small_province import RULEBOOK
from tests.support.staff_mail import STAFF_MAIL
from tools.simulator.app import Simulator
from tools.simulator.portal import PortalSystem

PERSON = {"name": "Nguyễn Văn An", "identity_number": "037099001234", "phone": "0912345678"}
AT_ALL_HOURS = ApplicantNotices(quiet_from=None, quiet_to=None)


class Sending(Relay):
    """The relay of notices, whose step also sends what was written down."""

    def __init__(self, name: str, pool: Pool, hand: Hand, drain: Callable[[], Awaitable[None]]) -> None:
        super().__init__(name, pool, hand)
        self._drain = drain

    async def step(self) -> int:
        handed = await super().step()
        await self._drain()
        return handed


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

    async def record(
        self,
        case: Case,
        code: str,
        person: Mapping[str, str | None] | None = None,
        *,
        after: int = 0,
        until: int | None = None,
    ) -> str:
        """Writes the events of a case under this code: all, or those after a version until another."""
        applicant = await Vault(self.pool).keep(code, {**PERSON, **(person or {})})
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

    def notices(self, policy: ApplicantNotices = AT_ALL_HOURS) -> Relay:
        """Writes down what applicants are told, and then sends it: `step` does both."""
        return Sending("notices", self.pool, self._writing(policy), lambda: self.drain(policy))

    async def written(self, policy: ApplicantNotices) -> None:
        """Writes down what applicants are told, and sends nothing."""
        while await Relay("notices", self.pool, self._writing(policy)).step():
            pass

    def _writing(self, policy: ApplicantNotices) -> Hand:
        staff, reader = StaffNotices(self.pool), LedgerReader(self.pool)
        return NoticesRelay(NoticeRegister(self.pool), staff, reader, lambda: RULEBOOK, policy).hand

    def lane(
        self,
        channel: NoticeChannel,
        policy: ApplicantNotices = AT_ALL_HOURS,
        now: Callable[[], datetime] | None = None,
        is_day_off: IsDayOff = lambda _: False,
    ) -> NoticeLane:
        post = NoticePost(self.outside.notices, OptOuts(self.pool), "https://mot-cua.example")
        return NoticeLane(channel, self.pool, post, policy, is_day_off, now)

    async def drain(self, policy: ApplicantNotices = AT_ALL_HOURS, now: Callable[[], datetime] | None = None) -> None:
        """Sends until nothing that is due waits for any channel."""
        lanes = [self.lane(channel, policy, now) for channel in NoticeChannel]
        while any([await lane.step() for lane in lanes]):
            pass

    def digests(self, policy: NoticePolicy) -> DigestSender:
        return DigestSender(self.pool, self.outside.notices, policy, STAFF_MAIL)

    async def inspect(self, system: str) -> dict[str, Any]:
        records: dict[str, Any] = (await self.http.get(f"{self.simulator}/inspect/{system}")).json()
        return records

    async def control(self, system: str, *faults: dict[str, Any]) -> None:
        (await self.http.post(f"{self.simulator}/control/{system}", json=list(faults))).raise_for_status()
