"""Sends what one webhook has to send: its new events in order, and the dossiers that are behind.

Events of one dossier are sent one after another; when one fails, the later ones of that dossier wait behind it and the
other dossiers go on. A receiver that takes nothing rests, and is tried with one message at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated

import structlog
from pydantic import Field

from activities.events_out.cloud_events import CONTENT_TYPE, CloudEvents, PlacedEvent
from activities.events_out.filters import Wanted
from activities.events_out.pages import EventPages
from activities.events_out.placed_events import PlacedEvents
from activities.ledger.pool import Pool
from activities.webhooks.failures import DeliveryFailure
from activities.webhooks.progress import DueDossier, WebhookProgress
from activities.webhooks.register import Webhook, WebhookState
from activities.webhooks.retries import RetrySchedule
from activities.webhooks.sender import Sender
from activities.webhooks.signing import message_id, signed_headers
from activities.webhooks.turn import Turn, waiting
from domain.values import Strict

log = structlog.get_logger(__name__)


class DeliveryLimits(Strict):
    """The bounds of the work, for each webhook."""

    at_once: Annotated[int, Field(ge=1)] = 4
    """Messages on their way to one receiver at the same time, each of another dossier."""
    batch: Annotated[int, Field(ge=1)] = 100
    """Events that are read at once."""
    look_every: Annotated[float, Field(gt=0)] = 0.5
    """Seconds between two looks for webhooks with work."""
    tell_every: Annotated[float, Field(gt=0)] = 30.0
    """Seconds between two looks for stops of which an owner was not told."""


class WebhookDelivery:
    """Sends for one webhook as it stands now. `secrets` sign; `wanted` is its filter and its owner's scope."""

    def __init__(
        self, pool: Pool, cloud_events: CloudEvents, sender: Sender, schedule: RetrySchedule, limits: DeliveryLimits
    ) -> None:
        self._pages = EventPages(pool, cloud_events)
        self._read = PlacedEvents(pool)
        self._progress = WebhookProgress(pool)
        self._cloud_events = cloud_events
        self._sender = sender
        self._schedule = schedule
        self._limits = limits

    async def step(self, webhook: Webhook, secrets: Sequence[str], wanted: Wanted, stopping: asyncio.Event) -> bool:
        """Sends some events. Returns True when anything was tried or the webhook has moved on."""

        async def send_one(event: PlacedEvent) -> None:
            await self._send_one(webhook.url, secrets, event)

        turn = Turn(
            webhook.id, send_one, self._schedule,
            failures=webhook.failures, at_once=self._limits.at_once, stopping=stopping,
        )  # fmt: skip
        probing = turn.rest is not None
        due = await self._progress.due_dossiers(webhook.id, 1 if probing else self._limits.at_once)
        await asyncio.gather(*(self._catch_up(turn, webhook, wanted, one) for one in due))
        did = bool(due)
        if turn.goes_on and not (probing and due):
            did = await self._send_new(turn, webhook, wanted, 1 if probing else self._limits.batch) or did
        await self._record_health(turn, webhook)
        return did

    async def _send_new(self, turn: Turn, webhook: Webhook, wanted: Wanted, limit: int) -> bool:
        found, place, _ = await self._pages.placed(webhook.sent, wanted, limit)
        if place == webhook.sent:
            return False
        by_dossier: dict[str, list[PlacedEvent]] = {}
        for event in found:
            by_dossier.setdefault(event.recorded.dossier, []).append(event)
        behind = await self._progress.among_behind(webhook.id, list(by_dossier))
        sent = await asyncio.gather(*(turn.send(events) for one, events in by_dossier.items() if one not in behind))
        await self._progress.move(webhook, place, [one for one in sent if one is not None])
        return True

    async def _catch_up(self, turn: Turn, webhook: Webhook, wanted: Wanted, due: DueDossier) -> None:
        """Sends a dossier that is behind, up to where the webhook is. Its later events come with the new ones."""
        events, further = await self._read.of_dossier(
            due.dossier, due.version, webhook.sent, self._limits.batch, wanted
        )
        fallen = await turn.send(events, due.tries)
        if fallen is None and further is not None:
            fallen = waiting(due.dossier, further)
        if fallen is None:
            await self._progress.caught_up(webhook.id, due)
        elif (fallen.version, fallen.tries) != (due.version, due.tries):
            await self._progress.goes_on(webhook.id, due, fallen)

    async def _record_health(self, turn: Turn, webhook: Webhook) -> None:
        if turn.gone:
            await self._progress.stop(webhook.id, WebhookState.DISABLED, DeliveryFailure.GONE)
            log.warning("webhook_disabled", webhook=webhook.id, code=DeliveryFailure.GONE.value)
        elif turn.tried and (turn.failures or webhook.failures):
            rest = turn.rest
            pause = None if rest is None else timedelta(seconds=rest)
            await self._progress.health(webhook.id, turn.failures, pause)

    async def _send_one(self, url: str, secrets: Sequence[str], event: PlacedEvent) -> None:
        cloud_event = self._cloud_events.of(event)
        body = cloud_event.as_json()
        message = message_id(cloud_event.source, cloud_event.id)
        headers = signed_headers(message, datetime.now(UTC), body, secrets)
        await self._sender.send(url, headers, body, CONTENT_TYPE)
