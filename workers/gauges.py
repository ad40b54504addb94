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
        self._webhooks = WebhookProgress(pool)
        self._breaker_open = meter.create_gauge(
            "luongxanh_breaker_open", "1: the system does not answer, calls are held back"
        )
        self._unknown = meter.create_gauge(
            "luongxanh_outside_unknown_replies", "Replies that are in no table, since the worker started"
        )
        self._held = meter.create_gauge("luongxanh_outside_held", "1: an operator's order holds the calls back")
        self._running = meter.create_gauge("luongxanh_outside_running", "Calls of an outside system under way")
        self._queued = meter.create_gauge("luongxanh_outside_waiting", "Calls that wait for a place or for their turn")
        self._failures = meter.create_gauge("luongxanh_outside_failures", "Calls that failed within five minutes")
        self._waiting = meter.create_gauge("luongxanh_relay_waiting", "Events that a relay has still to hand on")
        self._late = meter.create_gauge(
            "luongxanh_relay_behind_seconds", "Age of the oldest event that a relay has still to hand on"
        )
        self._set_aside = meter.create_gauge("luongxanh_relay_set_aside", "Events that a relay could not hand on")
        self._portal_doubts = PortalDoubts(pool, lambda: pool)
        self._in_doubt = meter.create_gauge(
            "luongxanh_portal_in_doubt", "Dossiers that an unanswered list may still change at the portal"
        )
        self._behind = meter.create_gauge(
            "luongxanh_webhook_behind", "Dossiers whose events wait for a webhook's receiver"
        )
        self._given_up = meter.create_gauge(
            "luongxanh_webhook_given_up", "Dossiers that a webhook could not be told of"
        )

        self._staff_notices = StaffNotices(pool)
        self._lines = meter.create_gauge(
            "luongxanh_digest_lines_waiting", "Lines for members of staff that no digest has collected yet"
        )
        self._unsent = meter.create_gauge("luongxanh_digests_unsent", "Digests that were made and are not sent")
        self._refused = meter.create_gauge("luongxanh_digests_refused", "Digests that the mail server refused")
        self._notices = NoticeRegister(pool)
        self._notices_waiting = meter.create_gauge(
            "luongxanh_notices_waiting", "Notices to applicants that wait for a channel"
        )
        self._notices_in_doubt = meter.create_gauge(
            "luongxanh_notices_in_doubt", "Notices of which it is not known whether the channel took them"
        )
        self._letters = ReceivedDocuments(pool)
        self._letters_waiting = meter.create_gauge(
            "luongxanh_letters_waiting", "Documents of the axis that wait for a person; `fits`: a dossier, or none"
        )

    async def look(self) -> None:
        """Sets every gauge. Raises DatabaseUnavailable, DatabaseRefuses."""
        states = {way: outside.breakers() for way, outside in self._calls.items()}
        for way, breakers in states.items():
            for system, state in breakers.items():
                self._breaker_open.set(int(state is not BreakerState.CLOSED), {"system": str(system), "calls": way})
        for way, outside in self._calls.items():
            for system, connection in outside.connections.items():
                self._unknown.set(connection.unknown_replies, {"system": str(system), "calls": way})
            self._look_at_use(way, outside)
        await self._breakers.tell(
            self._process,
            {way: {str(system): str(state) for system, state in of.items()} for way, of in states.items()},
        )
        set_aside = await self._set_aside_list.counts()
        for relay in await self._feed.status():
            self._waiting.set(relay.waiting, {"relay": relay.reader})
            late = datetime.now(UTC) - relay.waits_since if relay.waits_since else timedelta()
            self._late.set(max(0, int(late.total_seconds())), {"relay": relay.reader})
            self._set_aside.set(set_aside.get(relay.reader, 0), {"relay": relay.reader})
        self._in_doubt.set(await self._portal_doubts.count())
        webhooks = await self._webhooks.counts()
        self._behind.set(webhooks.behind)
        self._given_up.set(webhooks.given_up)
        digests = await self._staff_notices.counts()
        self._lines.set(digests.lines_waiting)
        self._unsent.set(digests.unsent)
        self._refused.set(digests.refused)
        waiting = {one.channel: one.waiting for one in await self._notices.counts()}
        for channel in NoticeChannel:
            self._notices_waiting.set(waiting.get(channel, 0), {"channel": channel.value})
        doubtful = {one.channel: one.in_doubt for one in await self._notices.behind(datetime.now(UTC))}
        for channel in NoticeChannel:
            self._notices_in_doubt.set(doubtful.get(channel, 0), {"channel": channel.value})
        letters = await self._letters.counts()
        self._letters_waiting.set(letters.of_dossiers, {"fits": "dossier"})
        self._letters_waiting.set(letters.unmatched, {"fits": "nothing"})

    def _look_at_use(self, way: str, outside: Outside) -> None:
        for system, connection in outside.connections.items():
            use, order = connection.use(), connection.order
            labels = {"system": str(system), "calls": way}
            self._held.set(int(order is not None and order.act.holds), labels)
            self._running.set(use.running, labels)
            self._queued.set(use.waiting, labels)
            self._failures.set(use.failures, labels)

    async def run(self, stopping: asyncio.Event) -> None:
        """Sets the gauges every 15 s until `stopping` is set."""
        while not stopping.is_set():
            try:
                await self.look()
            except (DatabaseUnavailable, DatabaseRefuses) as problem:
                log.warning("gauges_not_set", code=problem.code, sqlstate=problem.facts.get("sqlstate"))
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), LOOK_EVERY)
