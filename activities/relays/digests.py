"""Sends members of staff one digest for all that happened within a while, and none in quiet hours.

A digest is written down, with its text, before it is sent: after a crash the same text is sent under the same key,
which the notice gateway takes once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.notices import Notice, NoticeChannel, Notices
from activities.ledger.pool import Pool
from activities.ledger.staff_notices import Digest, StaffNotices
from activities.relays.one_at_a_time import OneAtATime
from domain.rules.notice_policy import NoticePolicy

log = structlog.get_logger(__name__)

TEMPLATE = "staff_digest"
AT_ONCE = 200
SIDE_BY_SIDE = 8


class DigestSender(OneAtATime):
    """Makes the digests that are due, and sends those that were made."""

    IDLE = 5.0

    def __init__(self, pool: Pool, notices: Notices, policy: NoticePolicy) -> None:
        super().__init__("digests", pool)
        self._register = StaffNotices(pool)
        self._notices = notices
        self._policy = policy

    async def step(self) -> int:
        """Makes what is due and sends it; returns how many digests the gateway took or refused for good.

        Raises the OutsideError of a gateway that does not answer, after it has tried all of them once.
        """
        await self.make()
        return await self.send()

    async def make(self) -> None:
        """Makes one digest for each recipient whose lines have been collected long enough."""
        now = await self._register.now()
        if self._policy.is_quiet(now):
            return
        for waiting in await self._register.waiting([matter.value for matter in self._policy.urgent]):
            if self._policy.is_due(waiting.first, waiting.first_urgent, now):
                await self._register.collect(waiting.recipient, now)

    async def send(self) -> int:
        """Sends the digests that are not sent, unless it is quiet now: they were made before a failure, or a crash."""
        if self._policy.is_quiet(await self._register.now()):
            return 0
        places = asyncio.Semaphore(SIDE_BY_SIDE)
        digests = await self._register.unsent(AT_ONCE)
        results = await asyncio.gather(*(self._send(one, places) for one in digests), return_exceptions=True)
        _raise_first(results)
        return len(digests)

    async def _send(self, digest: Digest, places: asyncio.Semaphore) -> None:
        async with places:
            try:
                taken = await self._notices.send(_notice(digest))
            except OutsideError as problem:
                if problem.retryable:
                    raise
                code = problem.reason or str(problem.code)
                log.error("digest_refused", digest=str(digest.id), recipient=digest.recipient, code=code)
                await self._register.refused(digest.id, code)
            else:
                await self._register.sent(digest.id, taken.message_id)


def _notice(digest: Digest) -> Notice:
    return Notice(
        key=f"digest.{digest.id}",
        channel=NoticeChannel.SMS,
        template=TEMPLATE,
        recipient=digest.recipient,
        text=digest.text,
    )


def _raise_first(results: Iterable[BaseException | None]) -> None:
    for result in results:
        if isinstance(result, BaseException):
            raise result
