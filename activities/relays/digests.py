"""Sends members of staff one digest by e-mail for all that happened within a while, and none in quiet hours.

A digest is written down, with its text, before it is sent: after a crash the same text is sent again under the same
Message-ID.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.notice_channels import NoticeChannels
from activities.adapters.notice_requests import Email
from activities.ledger.pool import Pool
from activities.ledger.staff_notices import Digest, StaffNotices
from activities.relays.one_at_a_time import NotNow, OneAtATime
from domain.channels.notice_channel import NoticeChannel
from domain.rules.notice_policy import NoticePolicy

log = structlog.get_logger(__name__)

SUBJECT = "Hồ sơ cần xử lý"
NO_MAILBOX = "no_mailbox"
"""Why a digest is refused: the province's file says no mailbox of the recipient (`notices.yaml`, staff_mail…)."""
NO_MAIL_SERVER = "no_mail_server"
"""Why digests wait: the province has no address of a mail server."""
AT_ONCE = 200
SIDE_BY_SIDE = 8


class DigestSender(OneAtATime):
    """Makes the digests that are due, and sends those that were made."""

    IDLE = 5.0

    def __init__(
        self, pool: Pool, channels: NoticeChannels, policy: NoticePolicy, mailbox_of: Callable[[str], str | None]
    ) -> None:
        """`mailbox_of`: where a person or a unit gets e-mail; None: nowhere."""
        super().__init__("digests", pool)
        self._register = StaffNotices(pool)
        self._channels = channels
        self._policy = policy
        self._mailbox_of = mailbox_of

    async def step(self) -> int:
        """Makes what is due and sends it; returns how many digests the mail server took or refused for good.

        Raises the OutsideError of a mail server that does not answer, after it has tried all of them once; NotNow when
        there is none.
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
        if digests and NoticeChannel.EMAIL not in self._channels.open():
            raise NotNow(NO_MAIL_SERVER)
        results = await asyncio.gather(*(self._send(one, places) for one in digests), return_exceptions=True)
        _raise_first(results)
        return len(digests)

    async def _send(self, digest: Digest, places: asyncio.Semaphore) -> None:
        mailbox = self._mailbox_of(digest.recipient)
        if mailbox is None:
            await self._refused(digest, NO_MAILBOX)
            return
        async with places:
            try:
                taken = await self._channels.email.send(_email(digest, mailbox))
            except OutsideError as problem:
                if problem.retryable:
                    raise
                await self._refused(digest, problem.reason or str(problem.code))
            else:
                await self._register.sent(digest.id, taken.message_id)

    async def _refused(self, digest: Digest, code: str) -> None:
        log.error("digest_refused", digest=str(digest.id), recipient=digest.recipient, code=code)
        await self._register.refused(digest.id, code)


def _email(digest: Digest, mailbox: str) -> Email:
    subject, key = f"{SUBJECT} ({digest.made_at:%H:%M %d/%m})", f"digest.{digest.id}"
    return Email(key=key, to=mailbox, subject=subject, text=digest.text, at=digest.made_at, greets=False)


def _raise_first(results: Iterable[BaseException | None]) -> None:
    for result in results:
        if isinstance(result, BaseException):
            raise result
