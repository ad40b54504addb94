"""What is known after the run: the ledger, the simulator's own counts, and what the players and people on duty did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from activities.ledger.feed import Feed, FeedReader
from activities.relays.portal_doubts import PortalDoubts
from activities.relays.set_aside import SetAside, SetAsideList
from domain.dossier.state import Dossier
from gateway.client import Engine
from gateway.client.reconciling.reconciliation import Reconciliation
from tools.demo.ledger_snapshot import LedgerSnapshot, read, verified
from tools.demo.outside_world import OutsideWorld
from workers.connections import connect_temporal
from workers.settings import Settings

Book = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """Everything that the invariants are judged by."""

    record: LedgerSnapshot
    books: Mapping[str, Book]
    """The simulator's own counts and records of each system."""
    began: datetime
    planned: int
    """Dossiers that were to be filed: by players, and as parts of interconnected ones none."""
    acts: int
    """Acts of players that were answered with a receipt, each once however often it was sent."""
    on_duty: frozenset[UUID] = frozenset()
    """The ids of what operators and cashiers sent beside the players."""
    failures: tuple[str, ...] = ()
    """What the players met that must not happen."""
    ends: Mapping[str, str] = field(default_factory=dict)
    """The state in which the story of each dossier ends, where it is known."""
    set_aside: tuple[SetAside, ...] = ()
    notices: frozenset[str] = frozenset()
    """The notices that the ledger calls sent: by key, and those by e-mail by Message-ID."""
    behind: Mapping[str, int] = field(default_factory=dict)
    """Events that each relay has not passed on."""
    chains: int = 0
    broken: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    """Between the ledger and Temporal."""

    @property
    def whole(self) -> Iterable[Dossier]:
        """The dossiers that an applicant filed: those of children are parts of one."""
        return (one for one in self.record.dossiers if one.intake.parent is None)

    def aside(self, relay: str) -> set[str]:
        """The dossiers of which a relay has set something aside, for a person."""
        return {one.dossier for one in self.set_aside if one.relay == relay}

    def effects(self, system: str, service: str) -> dict[str, int]:
        """How often the simulator did this, by key."""
        book = self.books.get(system, {"effects": ()})
        return {one["key"]: one["times"] for one in book["effects"] if one["service"] == service}


async def notices_of(engine: Engine) -> frozenset[str]:
    """What identifies each notice that was sent at its channel."""
    rows = await engine.pool.fetch(
        "select case channel when 'email' then message_id else key end as name from notice where state = 'sent'"
    )
    return frozenset(row["name"] for row in rows)


async def ledger_of(engine: Engine) -> LedgerSnapshot:
    """The whole ledger."""
    return await read(engine.pool, engine.province.rulebook())


async def books_of(outside: OutsideWorld, systems: Iterable[str]) -> dict[str, Book]:
    """The counts of every system, as the simulator has them."""
    return {system: await outside.inspect(system) for system in systems}


async def lags_of(engine: Engine) -> dict[str, int]:
    """How many events each relay of outside systems has not passed on, and how many dossiers are in doubt there."""
    feed, doubts = Feed(engine.pool), PortalDoubts(engine.pool, lambda: engine.pool)
    return {str(one): await feed.lag(one) for one in FeedReader} | {"portal, in doubt": await doubts.count()}


async def set_aside_in(engine: Engine) -> tuple[SetAside, ...]:
    """What relays could not send on, and wait for a person with."""
    return tuple(await SetAsideList(engine.pool).open())


async def chains_of(engine: Engine) -> tuple[int, tuple[str, ...]]:
    """How many chains there are, and what is wrong with them."""
    figures = await verified(engine.pool)
    return figures.chains, figures.problems


async def differences_of(engine: Engine, settings: Settings) -> tuple[str, ...]:
    """Every confirmed difference between the ledger and Temporal."""
    comparison = Reconciliation(await connect_temporal(settings), engine.pool)
    return tuple([f"{one.difference} {one.name} {one.detail or ''}" async for one in comparison.differences()])
