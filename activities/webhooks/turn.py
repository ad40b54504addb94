"""One turn of a webhook: several dossiers are sent side by side, the events of each in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from activities.events_out.cloud_events import PlacedEvent
from activities.webhooks.failures import DeliveryFailure
from activities.webhooks.progress import NEVER_TRIED, Fallen
from activities.webhooks.retries import RetrySchedule
from activities.webhooks.sender import NotDelivered
from domain.values import Code

log = structlog.get_logger(__name__)

SendOne = Callable[[PlacedEvent], Awaitable[None]]
"""Sends one event. Raises NotDelivered."""


class Turn:
    """Sends until the receiver has failed so often in a row that it must rest, is gone, or the process stops.

    `failures`: how often the receiver had failed in a row before this turn.
    """

    def __init__(
        self,
        webhook: Code,
        send_one: SendOne,
        schedule: RetrySchedule,
        *,
        failures: int,
        at_once: int,
        stopping: asyncio.Event,
    ) -> None:
        self.failures = failures
        self.tried = False
        self.gone = False
        """The receiver said that it is gone for ever."""
        self.asked_to_wait = 0.0
        """Seconds for which the receiver asked us to wait."""
        self._webhook = webhook
        self._send_one = send_one
        self._schedule = schedule
        self._rested_at = failures
        """A receiver that has just rested gets another try at once; it rests again after one more failure."""
        self._places = asyncio.Semaphore(at_once)
        self._stopping = stopping

    @property
    def rest(self) -> float | None:
        """The seconds for which the receiver now rests; None when it need not."""
        pause = self._schedule.rest_after_failures(self.failures)
        return None if pause is None else max(pause, self.asked_to_wait)

    @property
    def goes_on(self) -> bool:
        """False: nothing further is sent in this turn."""
        rests = self.failures > self._rested_at and self._schedule.rest_after_failures(self.failures) is not None
        return not (rests or self.gone or self._stopping.is_set())

    async def send(self, events: Sequence[PlacedEvent], tries: int = 0) -> Fallen | None:
        """Sends events of one dossier. Returns where it stopped; None when all were taken.

        `tries`: how often the first of them has failed.
        """
        async with self._places:
            for event in events:
                dossier, version = event.recorded.dossier, event.recorded.version
                if not self.goes_on:
                    return waiting(dossier, version, tries)
                self.tried = True
                try:
                    await self._send_one(event)
                except NotDelivered as problem:
                    return self._failed(dossier, version, tries + 1, problem)
                tries = self.failures = self._rested_at = 0
        return None

    def _failed(self, dossier: str, version: int, tries: int, problem: NotDelivered) -> Fallen:
        self.failures += 1
        self.asked_to_wait = max(self.asked_to_wait, problem.retry_after or 0.0)
        self.gone = self.gone or problem.code is DeliveryFailure.GONE
        pause = self._schedule.pause_after(tries)
        facts = {"dossier": dossier, "version": version, "code": problem.code.value, "status": problem.status}
        if pause is None:
            log.error("webhook_gave_up", webhook=self._webhook, tries=tries, **facts)
        else:
            log.info("webhook_not_taken", webhook=self._webhook, tries=tries, **facts)
            pause = max(pause, problem.retry_after or 0.0)
        next_try = None if pause is None else timedelta(seconds=pause)
        return Fallen(dossier=dossier, version=version, tries=tries, next_try_in=next_try, code=problem.code.value)


def waiting(dossier: str, version: int, tries: int = 0) -> Fallen:
    """A dossier whose event from `version` on has not been tried, or not again."""
    return Fallen(dossier=dossier, version=version, tries=tries, next_try_in=timedelta(0), code=NEVER_TRIED)
