"""A ledger, a mail server, and a deliverer that tries again within milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest

from activities.adapters.address import BreakerPolicy
from activities.adapters.systems import Outside, open_outside
from activities.events_out.cloud_events import CloudEvents
from activities.events_out.filters import EVERYTHING, EventFilter
from activities.ledger.feed import Cursor
from activities.ledger.pool import Pool, open_pool
from activities.ledger.store import Ledger
from activities.webhooks.deliverer import WebhookDeliverer
from activities.webhooks.delivery import DeliveryLimits
from activities.webhooks.owners import StopNotices
from activities.webhooks.register import Owner, Webhook, WebhookRegister
from activities.webhooks.retries import RetrySchedule
from activities.webhooks.sender import SendLimits
from domain.dossier.events import AnyEvent
from tests.support.databases import Database
from tests.support.ledger_samples import append, step, submitted
from tests.support.plain_http import NO_TLS
from tests.support.staff_mail import STAFF_MAIL
from tests.support.waiting import WITHIN, until
from tests.support.webhook_receiver import Receiver
from tools.simulator.app import Simulator
from tools.simulator.server import running_simulator

OWNER = Owner(kind="service", code="so-hoa")
QUICK = RetrySchedule(pauses=(0.05,) * 8, rest_after=3, longest_rest=0.1)
"""Eight further tries, one after the other."""


@dataclass
class Post:
    """A ledger whose events go out."""

    pool: Pool
    outside: Outside
    simulator: str
    scopes: dict[str, EventFilter | None] = field(default_factory=dict)
    happened: dict[str, list[AnyEvent]] = field(default_factory=dict)

    @property
    def register(self) -> WebhookRegister:
        return WebhookRegister(self.pool, frozenset({"127.0.0.1"}))

    async def webhook(self, receiver: Receiver, wanted: EventFilter = EVERYTHING, owner: Owner = OWNER) -> Webhook:
        """A webhook from the first event on."""
        made, _ = await self.register.create(owner, receiver.url, wanted, "van-hanh", Cursor())
        return made

    async def write(self, code: str, events: int) -> None:
        """That many further events of a dossier."""
        happened = self.happened.setdefault(code, [])
        for _ in range(events):
            event = step(len(happened)) if happened else submitted(code)
            await Ledger(self.pool).record(append(code, [event], after=happened))
            happened.append(event)

    def all_of(self, code: str) -> list[str]:
        """The ids of all events of a dossier, in order."""
        return [f"{code}/{number}" for number in range(1, len(self.happened[code]) + 1)]

    async def takes_all(self, receiver: Receiver, *codes: str) -> None:
        """Waits until a receiver has every event of these dossiers, and requires that each came once and in order."""
        wanted = sum(len(self.happened[code]) for code in codes)
        await until(lambda: len(receiver.taken) >= wanted, f"{wanted} events were taken")
        for code in codes:
            assert receiver.ids(code) == self.all_of(code)

    @asynccontextmanager
    async def delivering(
        self, schedule: RetrySchedule = QUICK, seconds: float = WITHIN, **more: Any
    ) -> AsyncIterator[WebhookDeliverer]:
        """Delivers until the end of the block. `seconds`: how long a receiver's answer is waited for."""
        deliverer = WebhookDeliverer(
            self.pool,
            CloudEvents("H42"),
            lambda owner: self.scopes.get(owner.code, EVERYTHING),
            StopNotices(self.pool, self.outside.notices, STAFF_MAIL),
            allowed_hosts=frozenset({"127.0.0.1"}),
            schedule=schedule,
            send_limits=SendLimits(connect=seconds, total=seconds),
            limits=DeliveryLimits(look_every=0.05, tell_every=0.05),
            **more,
        )
        stopping = asyncio.Event()
        running = asyncio.create_task(deliverer.run(stopping))
        try:
            yield deliverer
        finally:
            stopping.set()
            await running

    async def emails(self) -> list[dict[str, Any]]:
        """The e-mails that the mail server has accepted."""
        async with httpx2.AsyncClient(trust_env=False, verify=NO_TLS) as http:
            records = (await http.get(f"{self.simulator}/inspect/email")).json()
        return list(records["effects"])


@pytest.fixture
async def post(database: Database) -> AsyncIterator[Post]:
    """A new one for each test."""
    simulator = Simulator(state=None, seed=3)
    pool = await open_pool(database.url, 12)
    with running_simulator(simulator) as url:
        addresses = simulator.world.access.addresses(
            url, "H42", total_seconds=1.0, breaker=BreakerPolicy(failures=1_000)
        )
        async with open_outside(addresses) as outside:
            yield Post(pool, outside, url)
    await pool.close()
