"""Sends dossiers the command to query their payment orders again: after a callback that failed, and after a start.

A callback that came when it could not be accepted may never come again. So the command is sent again, with growing
pauses, until the dossier accepts it. When the process starts, it sends the command for every order that may be paid.
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
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from domain.values import Value
from gateway.client import Engine, EngineUnavailable

log = structlog.get_logger(__name__)

PLATFORM = Actor(person="payment-platform", role=Role.PLATFORM)
AT_ONCE = 8
MOST = 10_000
"""The most commands in memory. For more orders the dossiers' own timers query the platform."""


class RecheckPauses(Value):
    """The pauses between two commands for one order, and how long they are sent, in seconds."""

    first: float = 2
    """Each pause is twice as long as the one before."""
    longest: float = 300
    altogether: float = 7_200
    """After that the dossier's own timer finds the payment."""

    @property
    def limited(self) -> AsyncRetryingCaller:
        """Retries with these pauses until `altogether` is over; then raises the last error."""
        return self._caller(self.altogether)

    @property
    def unlimited(self) -> AsyncRetryingCaller:
        """Retries with these pauses until it succeeds."""
        return self._caller(None)

    def _caller(self, timeout: float | None) -> AsyncRetryingCaller:
        return AsyncRetryingCaller(
            attempts=None, timeout=timeout, wait_initial=self.first, wait_max=self.longest, wait_jitter=0
        )


class PaymentRechecks:
    """The commands that are still to be sent, each in a task of this process."""

    def __init__(self, engine: Engine, pauses: RecheckPauses) -> None:
        self._engine = engine
        self._pauses = pauses
        self._places = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}

    def soon(self, dossier: str, order: str) -> None:
        """Sends the command after the first pause. It does nothing when the same command is waiting already."""
        self._ask(dossier, order, self._pauses.first)

    async def after_start(self) -> int:
        """Sends the command for every order that may be paid: its callback may have come while the API was down.

        Returns how many orders there are.
        """
        awaited = await self._pauses.unlimited((DatabaseUnavailable, DatabaseRefuses), self._awaited)
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
        """Cancels all waiting commands when the process ends."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _ask(self, dossier: str, order: str, pause: float) -> None:
        key = (dossier, order)
        if key in self._tasks or len(self._tasks) >= MOST:
            return
        task = asyncio.create_task(self._send_until_accepted(dossier, order, pause))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def _send_until_accepted(self, dossier: str, order: str, pause: float) -> None:
        act = Act(command_id=uuid4(), actor=PLATFORM, command=CheckPayment(order=order))
        await asyncio.sleep(pause)
        try:
            await self._pauses.limited(may_be_taken_later, self._send, dossier, act)
        except DomainError as refused:
            if may_be_taken_later(refused):
                log.warning("order_not_asked_again", dossier=dossier, order=order)

    async def _send(self, dossier: str, act: Act) -> None:
        async with self._places:
            await self._engine.send(dossier, act)


def may_be_taken_later(refused: Exception) -> bool:
    """True when the same command may be accepted later: the engine is down, or the order is not recorded yet."""
    unavailable = isinstance(refused, EngineUnavailable | DatabaseUnavailable)
    return unavailable or (isinstance(refused, DomainError) and refused.code == DossierRefusal.UNKNOWN_ORDER)
