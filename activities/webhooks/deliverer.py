"""Runs the delivery of all webhooks in one process at a time, by an advisory lock like the relays.

Each webhook has a task and connections of its own, so that a slow receiver delays only itself.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress

import structlog

from activities.events_out.cloud_events import CloudEvents
from activities.events_out.filters import EventFilter, Wanted
from activities.ledger.pool import Connection, DatabaseRefuses, DatabaseUnavailable, Pool, unavailable_as_answer
from activities.relays.one_at_a_time import BACKOFF, lock_of
from activities.webhooks.addresses import Lookup
from activities.webhooks.delivery import DeliveryLimits, WebhookDelivery
from activities.webhooks.failures import DeliveryFailure
from activities.webhooks.owners import StopNotices
from activities.webhooks.progress import WebhookProgress
from activities.webhooks.register import Owner, WebhookState
from activities.webhooks.retries import RetrySchedule
from activities.webhooks.sender import Sender, SendLimits

log = structlog.get_logger(__name__)

NAME = "webhooks"
AFTER_FAILURE = 2.0
"""Seconds until a webhook is looked at again after a failure of ours or of the database."""
LEAVE_WITHIN = 5.0
"""Seconds for messages on their way when the process stops; none when the lock is lost, because another process may
have it. What is cut off is sent again."""

ScopeOf = Callable[[Owner], EventFilter | None]
"""What the owner of a webhook may see as of now; None: nothing, and its webhooks are paused."""


class WebhookDeliverer:
    """Delivers every active webhook while it runs."""

    def __init__(
        self,
        pool: Pool,
        cloud_events: CloudEvents,
        scope_of: ScopeOf,
        notices: StopNotices,
        *,
        allowed_hosts: AbstractSet[str] = frozenset(),
        schedule: RetrySchedule | None = None,
        send_limits: SendLimits | None = None,
        limits: DeliveryLimits | None = None,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._pool = pool
        self._progress = WebhookProgress(pool)
        self._cloud_events = cloud_events
        self._scope_of = scope_of
        self._notices = notices
        self._allowed_hosts = allowed_hosts
        self._schedule = schedule or RetrySchedule()
        self._send_limits = send_limits or SendLimits()
        self._limits = limits or DeliveryLimits()
        self._lookup = lookup

    async def run(self, stopping: asyncio.Event) -> None:
        """Runs until told to stop. Every failure is logged and tried again; no event is left out."""
        failures = 0
        while not stopping.is_set():
            try:
                await self._run_locked(stopping)
                failures = 0
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                failures += 1
                log.warning("relay_waits", relay=NAME, code=problem.code, failures=failures)
            except Exception as mistake:  # the deliverer goes on and logs every failure, as the relays do
                failures += 1
                log.error("relay_failed", relay=NAME, exception_type=type(mistake).__name__, failures=failures)
            await _pause(BACKOFF[min(failures, len(BACKOFF)) - 1] if failures else self._limits.look_every, stopping)

    async def _run_locked(self, stopping: asyncio.Event) -> None:
        """Delivers while this process holds the lock. Returns at once when another process holds it."""
        with unavailable_as_answer():
            async with self._pool.acquire() as connection:
                if not await connection.fetchval("select pg_try_advisory_lock(hashtext($1))", lock_of(NAME)):
                    return
                try:
                    await self._deliver(connection, stopping)
                finally:
                    await connection.execute("select pg_advisory_unlock(hashtext($1))", lock_of(NAME))

    async def _deliver(self, connection: Connection, stopping: asyncio.Event) -> None:
        """Starts a task for each webhook with work. It ends when it has none; a lost lock ends all of them."""
        running: dict[str, asyncio.Task[None]] = {}
        telling = asyncio.create_task(self._tell(stopping))
        try:
            while not stopping.is_set():
                for webhook in await self._progress.due(connection):
                    if webhook not in running or running[webhook].done():
                        running[webhook] = asyncio.create_task(self._work(webhook, stopping))
                running = {webhook: task for webhook, task in running.items() if not task.done()}
                await _pause(self._limits.look_every, stopping)
        finally:
            await _ended([telling, *running.values()], LEAVE_WITHIN if stopping.is_set() else 0)

    async def _work(self, webhook: str, stopping: asyncio.Event) -> None:
        """Sends for one webhook until it has nothing to send now. A failure ends only this task."""
        try:
            async with Sender(self._allowed_hosts, self._send_limits, self._lookup) as sender:
                delivery = WebhookDelivery(self._pool, self._cloud_events, sender, self._schedule, self._limits)
                while not stopping.is_set() and await self._step(delivery, webhook, stopping):
                    pass
        except (DatabaseUnavailable, DatabaseRefuses) as problem:
            log.warning("webhook_waits", webhook=webhook, code=problem.code)
            await _pause(AFTER_FAILURE, stopping)
        except Exception as mistake:  # a mistake of ours in one webhook must not stop the others
            log.error("webhook_failed", webhook=webhook, exception_type=type(mistake).__name__)
            await _pause(AFTER_FAILURE, stopping)

    async def _step(self, delivery: WebhookDelivery, webhook: str, stopping: asyncio.Event) -> bool:
        opened = await self._progress.open(webhook)
        if opened is None:
            return False
        found, secrets = opened
        scope = self._scope_of(found.owner)
        if scope is None:
            await self._progress.stop(webhook, WebhookState.PAUSED, DeliveryFailure.OWNER_WITHOUT_RIGHT)
            log.warning("webhook_paused", webhook=webhook, code=DeliveryFailure.OWNER_WITHOUT_RIGHT.value)
            return False
        return await delivery.step(found, secrets, Wanted(asked=found.filter, scope=scope), stopping)

    async def _tell(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self._notices.tell()
            except Exception as problem:  # the next look tells it: a failure here stops no delivery
                code = str(getattr(problem, "code", type(problem).__name__))
                log.warning("webhook_owners_not_told", code=code)
            await _pause(self._limits.tell_every, stopping)


async def _pause(seconds: float, stopping: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), seconds)


async def _ended(tasks: list[asyncio.Task[None]], within: float) -> None:
    """Waits so many seconds for the tasks, then cancels those that are left."""
    _, late = await asyncio.wait(tasks, timeout=within)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
