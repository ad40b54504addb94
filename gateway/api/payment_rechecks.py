"""Asks dossiers to look at their payment orders again: after a callback that was not taken, and after the API was away.

A callback that came while nobody could take it may never come again. So the dossier is asked again by ourselves, soon
and then ever less often, until it has taken the question; what is still open when the process ends is found again when
it starts, among the orders that may still be paid.
"""

from __future__ import annotations

import asyncio
from uuid import uuid4

import structlog
from stamina import AsyncRetryingCaller

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.dossier.commands import CheckPayment
from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.roles import Actor, Role
from domain.values import Value
from gateway.client import Engine, EngineUnavailable

log = structlog.get_logger(__name__)

PLATFORM = Actor(person="payment-platform", role=Role.PLATFORM)
AT_ONCE = 8
MOST = 10_000
"""Questions kept in memory; more are left to the dossiers' own looks."""


class RecheckPauses(Value):
    """How long is waited between two questions about one order, in seconds, and how long it is asked at all."""

    first: float = 2
    """Each pause is twice the one before."""
    longest: float = 300
    altogether: float = 7_200
    """After that the dossier's own looks find the payment."""

    @property
    def for_a_time(self) -> AsyncRetryingCaller:
        """Calls again with these pauses, until `altogether` is over; then raises the last error."""
        return self._caller(self.altogether)

    @property
    def without_end(self) -> AsyncRetryingCaller:
        """Calls again with these pauses until it succeeds."""
        return self._caller(None)

    def _caller(self, timeout: float | None) -> AsyncRetryingCaller:
        return AsyncRetryingCaller(
            attempts=None, timeout=timeout, wait_initial=self.first, wait_max=self.longest, wait_jitter=0
        )


class PaymentRechecks:
    """The questions that are still to be asked, each a task of this process."""

    def __init__(self, engine: Engine, pauses: RecheckPauses) -> None:
        self._engine = engine
        self._pauses = pauses
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def soon(self, dossier: str, order: str) -> None:
        """After the first pause; nothing for a question that is waiting already."""
        self._ask(dossier, order, self._pauses.first)

    async def after_start(self) -> int:
        """Every order that is awaited is looked at once: its callback may have come while nobody listened."""
        awaited = await self._pauses.without_end((DatabaseUnavailable, DatabaseRefuses), self._awaited)
        for dossier, order in awaited:
            self._ask(dossier, order, 0.0)
        log.info("orders_asked_again", count=len(awaited))
        return len(awaited)

    async def _awaited(self) -> list[tuple[str, str]]:
        try:
            return await self._engine.reader.awaited_orders(MOST)
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("orders_not_asked_again", code=problem.code)
            raise

    async def close(self) -> None:
        """Ends with the process."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _ask(self, dossier: str, order: str, pause: float) -> None:
        key = (dossier, order)
        if key in self._tasks or len(self._tasks) >= MOST:
            return
        task = asyncio.create_task(self._until_taken(dossier, order, pause))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def _until_taken(self, dossier: str, order: str, pause: float) -> None:
        act = Act(command_id=uuid4(), actor=PLATFORM, command=CheckPayment(order=order))
        await asyncio.sleep(pause)
        try:
            await self._pauses.for_a_time(may_be_taken_later, self._asked, dossier, act)
        except DomainError as refused:
            if may_be_taken_later(refused):
                log.warning("order_not_asked_again", dossier=dossier, order=order)

    async def _asked(self, dossier: str, act: Act) -> None:
        async with self._places:
            await self._engine.send(dossier, act)


def may_be_taken_later(refused: Exception) -> bool:
    """The engine is away, or the order is not recorded yet: the same question may be taken in a moment."""
    away = isinstance(refused, EngineUnavailable | DatabaseUnavailable)
    return away or (isinstance(refused, DomainError) and refused.code == "unknown_order")
