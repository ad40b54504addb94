"""What the HTTP side works with, given once to the application, and how a request finds it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Annotated

from fastapi import Depends, Request

from activities.events_out.cloud_events import CloudEvents
from activities.events_out.live import LiveEvents, LiveLimits
from activities.events_out.pages import EventPages
from activities.ledger.kept_answers import KeptAnswers
from activities.ledger.pool import Pool
from activities.webhooks.register import WebhookRegister
from domain.procedures.published_limits import PublishedLimits
from domain.values import VIETNAM, Value
from gateway.access.rates import OF_CALLERS, Quota, Rates
from gateway.access.sign_in import Tokens
from gateway.api.exports import Exports
from gateway.api.keys import Keys
from gateway.client import Engine
from gateway.client.doctor.checks import KeptExamination
from gateway.dossiers.proving import Proofs
from gateway.dossiers.tracking import Receipts

PINGS_AT_ONCE = 4
"""Test messages to receivers of webhooks that may be on their way at once: each may last as long as a slow receiver."""


class ApiPolicy(Value):
    """What an operator may set: limits, and where a version is demanded."""

    if_match_for: frozenset[str] = frozenset()
    """The commands that need `If-Match`. Others take it when it is given."""
    caller: Quota = OF_CALLERS
    """The requests of one caller who has signed in."""
    public: Quota = Quota(requests=60, seconds=60)
    """The requests without a sign-in from one address."""
    guesses: Quota = Quota(requests=10, seconds=60)
    """The wrong secrets for one dossier, without a sign-in."""
    answers_kept: timedelta = timedelta(days=35)
    """How long the answer to a request that acts is kept under its key: at least 30 days."""
    exports_at_once: int = 2
    """The most tables of dossiers that are written at once. Each holds a connection to the database."""


class EventsPolicy(Value):
    """How events go out."""

    authority: str = "H42"
    public_url: str | None = None
    """Where other software reaches the API."""
    allowed_hosts: frozenset[str] = frozenset()
    """Hosts of our own network that webhooks may be sent to."""
    live: LiveLimits = LiveLimits()
    checked_every: float = 5.0
    """Seconds between two looks whether a follower of the live stream may still see what it could at first."""
    send_within: float = 30.0
    """Seconds for one event to a follower that does not read. Then its connection is closed."""


@dataclass(frozen=True)
class EventsOut:
    """What makes, reads and sends CloudEvents in this process."""

    cloud_events: CloudEvents
    pages: EventPages
    live: LiveEvents
    register: WebhookRegister
    allowed_hosts: frozenset[str]
    pings: asyncio.Semaphore

    @classmethod
    def of(cls, pool: Pool, policy: EventsPolicy) -> EventsOut:
        """The parts for one process."""
        cloud_events = CloudEvents(policy.authority, policy.public_url)
        pages = EventPages(pool, cloud_events)
        register = WebhookRegister(pool, policy.allowed_hosts)
        live, pings = LiveEvents(pool, pages, policy.live), asyncio.Semaphore(PINGS_AT_ONCE)
        return cls(cloud_events, pages, live, register, policy.allowed_hosts, pings)


@dataclass(frozen=True)
class Api:
    """The parts of the HTTP side."""

    engine: Engine
    pool: Pool
    tokens: Tokens
    keys: Keys
    policy: ApiPolicy = field(default_factory=ApiPolicy)
    rates: Rates = field(default_factory=Rates)
    limits: PublishedLimits = field(default_factory=lambda: PublishedLimits({}))
    """The limits of the national catalogue, for procedures that the province does not have itself."""
    events_out: EventsPolicy = field(default_factory=EventsPolicy)
    proofs: Proofs = field(default_factory=Proofs)
    """Makes the proofs of dossiers, where this process can read the log of checkpoints."""
    doctor: KeptExamination = field(default_factory=KeptExamination)
    """The last results of the checks of the installation."""

    @cached_property
    def events(self) -> EventsOut:
        """The events that go out. Live events are read while the application runs."""
        return EventsOut.of(self.pool, self.events_out)

    @property
    def receipts(self) -> Receipts:
        """Opens dossiers by their receipts."""
        return Receipts(self.engine.reader, self.keys, self.rates, self.policy.guesses)

    @property
    def answers(self) -> KeptAnswers:
        """The kept answers."""
        return KeptAnswers(self.pool)

    @cached_property
    def exports(self) -> Exports:
        """The tables that are being written now."""
        return Exports(self.policy.exports_at_once)

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(VIETNAM)


async def _parts(request: Request) -> Api:  # FastAPI calls a plain function in a thread of its own
    parts: Api = request.app.state.api
    return parts


Parts = Annotated[Api, Depends(_parts)]
"""The parts, as a parameter of an operation."""
