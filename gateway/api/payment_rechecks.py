"""Sends dossiers the command to query their payment orders again: after a callback that failed, and after a start.

A callback that came when it could not be accepted may never come again. So the command is sent again, with growing
pauses, until the dossier accepts it. When the process starts, it sends the command for every order that may be paid:
few at once, beside the places of the callbacks, and at most once in ten minutes for an order. Each command writes an
event and asks the platform, also when the API is started again and again, or by several processes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from uuid import UUID, uuid4, uuid5

import structlog
from stamina import AsyncRetryingCaller

from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable
from domain.dossier.commands import CheckPayment
from domain.dossier.decide import Act
from domain.errors import DomainError
from domain.messages.dossier import DossierRefusal
from domain.roles import Actor, Role
from domain.values import Value
from gateway.api.refusals import is_ours
from gateway.client import Engine

log = structlog.get_logger(__name__)

PLATFORM = Actor(person="payment-platform", role=Role.PLATFORM)
AT_ONCE = 8
AT_ONCE_AFTER_START = 2
SAME_START = 600
"""Seconds. Starts within the same period send the same command."""
STARTS = UUID("0f5c2d7e-8c1b-5e0a-9d55-6a2f7b3c4e18")
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
        key = (dossier, order)
        if key in self._tasks or len(self._tasks) >= MOST:
            return
        task = asyncio.create_task(self._send_until_accepted(dossier, order))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def after_start(self) -> int:
        """Sends the command for every order that may be paid: its callback may have come while the API was down.

        Returns how many orders there are.
        """
        awaited = await self._pauses.unlimited((DatabaseUnavailable, DatabaseRefuses), self._awaited)
        log.info("orders_asked_again", count=len(awaited))
        orders = iter(awaited)
        await asyncio.gather(*(self._ask_each(orders) for _ in range(AT_ONCE_AFTER_START)))
        return len(awaited)

    async def _ask_each(self, orders: Iterator[tuple[str, str]]) -> None:
        """Sends the command once for each order. One that may be taken later goes to those that wait."""
        for dossier, order in orders:
            try:
                await self._engine.send(dossier, _check(order, _id_of_start(order)))
            except DomainError as refused:
                if may_be_taken_later(refused):
                    self.soon(dossier, order)

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

    async def _send_until_accepted(self, dossier: str, order: str) -> None:
        act = _check(order, uuid4())
        await asyncio.sleep(self._pauses.first)
        try:
            await self._pauses.limited(may_be_taken_later, self._send, dossier, act)
        except DomainError as refused:
            if may_be_taken_later(refused):
                log.warning("order_not_asked_again", dossier=dossier, order=order)

    async def _send(self, dossier: str, act: Act) -> None:
        async with self._places:
            await self._engine.send(dossier, act)


def _check(order: str, command_id: UUID) -> Act:
    return Act(command_id=command_id, actor=PLATFORM, command=CheckPayment(order=order))


def _id_of_start(order: str) -> UUID:
    """The id of the command of a start: the same for all starts of this period."""
    return uuid5(STARTS, f"{order}/{int(time.time()) // SAME_START}")


def may_be_taken_later(refused: Exception) -> bool:
    """True when the same command may be accepted later: the fault is ours, or the order is not recorded yet."""
    return isinstance(refused, DomainError) and (is_ours(refused) or refused.code == DossierRefusal.UNKNOWN_ORDER)
