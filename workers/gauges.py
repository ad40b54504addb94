"""Gauges of outside systems, relays, webhooks and digests: open breakers, what waits, what was set aside or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from temporalio.common import MetricMeter

from activities.adapters.breaker import BreakerState
from activities.adapters.systems import Outside
from activities.ledger.documents import ReceivedDocuments
from activities.ledger.feed import Feed
from activities.ledger.notices import NoticeRegister
from activities.ledger.pool import DatabaseRefuses, DatabaseUnavailable, Pool
from activities.ledger.staff_notices import StaffNotices
from activities.ledger.worker_breakers import WorkerBreakers
from activities.relays.portal_doubts import PortalDoubts
from activities.relays.set_aside import SetAsideList
from activities.webhooks.progress import WebhookProgress
from domain.channels.notice_channel import NoticeChannel

log = structlog.get_logger(__name__)

LOOK_EVERY = 15.0
GAUGES: Mapping[str, Mapping[str, str]] = {
    "outside systems": {
        "luongxanh_breaker_open": "1: the system does not answer, calls are held back",
        "luongxanh_outside_unknown_replies": "Replies that are in no table, since the worker started",
        "luongxanh_outside_held": "1: an operator's order holds the calls back",
        "luongxanh_outside_running": "Calls of an outside system under way",
        "luongxanh_outside_waiting": "Calls that wait for a place or for their turn",
        "luongxanh_outside_failures": "Calls that failed within five minutes",
    },
    "relays": {
        "luongxanh_relay_waiting": "Events that a relay has still to hand on",
        "luongxanh_relay_behind_seconds": "Age of the oldest event that a relay has still to hand on",
        "luongxanh_relay_set_aside": "Events that a relay could not hand on",
        "luongxanh_portal_in_doubt": "Dossiers that an unanswered list may still change at the portal",
    },
    "webhooks": {
        "luongxanh_webhook_behind": "Dossiers whose events wait for a webhook's receiver",
        "luongxanh_webhook_given_up": "Dossiers that a webhook could not be told of",
    },
    "digests": {
        "luongxanh_digest_lines_waiting": "Lines for members of staff that no digest has collected yet",
        "luongxanh_digests_unsent": "Digests that were made and are not sent",
        "luongxanh_digests_refused": "Digests that the mail server refused",
    },
    "notices": {
        "luongxanh_notices_waiting": "Notices to applicants that wait for a channel",
        "luongxanh_notices_in_doubt": "Notices of which it is not known whether the channel took them",
    },
    "letters": {
        "luongxanh_letters_waiting": "Documents of the axis that wait for a person; `fits`: a dossier, or none",
    },
}
"""Each gauge with what it counts, by subject."""


class Gauges:
    """Gauges that are exported with the metrics of Temporal's runtime. Operators' pages are told of the breakers too.

    `calls`: the adapters of the quick and of the patient calls, by name. `process`: how this process is named.
    """

    def __init__(self, meter: MetricMeter, pool: Pool, calls: Mapping[str, Outside], process: str) -> None:
        self._calls = calls
        self._process = process
        self._breakers = WorkerBreakers(pool)
        self._feed = Feed(pool)
        self._set_aside_list = SetAsideList(pool)
        self._portal_doubts = PortalDoubts(pool, lambda: pool)
        self._webhooks = WebhookProgress(pool)
        self._staff_notices = StaffNotices(pool)
        self._notices = NoticeRegister(pool)
        self._letters = ReceivedDocuments(pool)
        described = (one for gauges in GAUGES.values() for one in gauges.items())
        self._gauges = {name: meter.create_gauge(name, counts) for name, counts in described}

    def _set(self, name: str, value: int, **labels: str) -> None:
        self._gauges[f"luongxanh_{name}"].set(value, labels)

    async def look(self) -> None:
        """Sets every gauge. Raises DatabaseUnavailable, DatabaseRefuses."""
        await self._look_outside()
        await self._look_at_relays()
        await self._look_at_webhooks_and_digests()
        await self._look_at_notices()
        letters = await self._letters.counts()
        self._set("letters_waiting", letters.of_dossiers, fits="dossier")
        self._set("letters_waiting", letters.unmatched, fits="nothing")

    async def _look_outside(self) -> None:
        states = {way: outside.breakers() for way, outside in self._calls.items()}
        for way, breakers in states.items():
            for system, state in breakers.items():
                self._set("breaker_open", int(state is not BreakerState.CLOSED), system=str(system), calls=way)
        for way, outside in self._calls.items():
            self._look_at_use(way, outside)
        await self._breakers.tell(
            self._process,
            {way: {str(system): str(state) for system, state in of.items()} for way, of in states.items()},
        )

    async def _look_at_relays(self) -> None:
        set_aside = await self._set_aside_list.counts()
        for relay in await self._feed.status():
            late = datetime.now(UTC) - relay.waits_since if relay.waits_since else timedelta()
            self._set("relay_waiting", relay.waiting, relay=relay.reader)
            self._set("relay_behind_seconds", max(0, int(late.total_seconds())), relay=relay.reader)
            self._set("relay_set_aside", set_aside.get(relay.reader, 0), relay=relay.reader)
        self._set("portal_in_doubt", await self._portal_doubts.count())

    async def _look_at_webhooks_and_digests(self) -> None:
        webhooks = await self._webhooks.counts()
        self._set("webhook_behind", webhooks.behind)
        self._set("webhook_given_up", webhooks.given_up)
        digests = await self._staff_notices.counts()
        self._set("digest_lines_waiting", digests.lines_waiting)
        self._set("digests_unsent", digests.unsent)
        self._set("digests_refused", digests.refused)

    async def _look_at_notices(self) -> None:
        waiting = {one.channel: one.waiting for one in await self._notices.counts()}
        doubtful = {one.channel: one.in_doubt for one in await self._notices.behind(datetime.now(UTC))}
        for channel in NoticeChannel:
            self._set("notices_waiting", waiting.get(channel, 0), channel=channel.value)
            self._set("notices_in_doubt", doubtful.get(channel, 0), channel=channel.value)

    def _look_at_use(self, way: str, outside: Outside) -> None:
        for system, connection in outside.connections.items():
            use, order = connection.use(), connection.order
            labels = {"system": str(system), "calls": way}
            self._set("outside_unknown_replies", connection.unknown_replies, **labels)
            self._set("outside_held", int(order is not None and order.act.holds), **labels)
            self._set("outside_running", use.running, **labels)
            self._set("outside_waiting", use.waiting, **labels)
            self._set("outside_failures", use.failures, **labels)

    async def run(self, stopping: asyncio.Event) -> None:
        """Sets the gauges every 15 s until `stopping` is set."""
        while not stopping.is_set():
            try:
                await self.look()
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("gauges_not_set", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
