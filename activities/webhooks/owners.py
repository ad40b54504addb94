"""Tells the owner of a webhook by e-mail when it stops: a dossier was given up, or the whole webhook is off."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import structlog

from activities.adapters.errors import OutsideError
from activities.adapters.notice_channels import NoticeChannels
from activities.adapters.notice_requests import Email
from activities.ledger.pool import Pool
from activities.webhooks.progress import Untold, WebhookProgress
from domain.channels.notice_channel import NoticeChannel

log = structlog.get_logger(__name__)

SUBJECT = "Webhook ngừng gửi"


class StopNotices:
    """Sends the e-mails. Each stop is told once; while the mail server does not answer, it stays to be told."""

    def __init__(self, pool: Pool, channels: NoticeChannels, mailbox_of: Callable[[str], str | None]) -> None:
        """`mailbox_of`: where an owner gets e-mail; None: nowhere, which is logged."""
        self._progress = WebhookProgress(pool)
        self._channels = channels
        self._mailbox_of = mailbox_of

    async def tell(self) -> int:
        """Tells every owner who has not been told; returns how many e-mails the mail server took.

        An e-mail that it refuses for good is logged and not sent again: the stop stays on the operators' list. Raises
        DatabaseUnavailable.
        """
        told = 0
        for one in await self._progress.untold():
            mailbox = self._mailbox_of(one.owner.code)
            if mailbox is None or NoticeChannel.EMAIL not in self._channels.open():
                log.warning("webhook_owner_not_told", webhook=one.webhook, code="no_mailbox", reason="")
                await self._progress.told(one)
                continue
            try:
                await self._channels.email.send(_email(one, mailbox))
                told += 1
            except OutsideError as problem:
                log.warning(
                    "webhook_owner_not_told", webhook=one.webhook, code=str(problem.code), reason=problem.reason
                )
                if problem.retryable:
                    continue  # the others are told all the same, and this one at the next look
            await self._progress.told(one)
        return told


def _email(stop: Untold, mailbox: str) -> Email:
    """The e-mail. Its key comes from the stop, so a repetition is sent once."""
    said = f"{stop.webhook} {stop.because} {stop.since.isoformat()}"
    return Email(
        key=f"webhook.{hashlib.sha256(said.encode()).hexdigest()[:32]}",
        to=mailbox,
        subject=f"{SUBJECT}: {stop.webhook}",
        text=_text(stop),
        at=stop.since,
        greets=False,
    )


def _text(stop: Untold) -> str:
    if stop.dead:
        return (
            f"Webhook {stop.webhook}: đã thử hết số lần mà {stop.dead} hồ sơ vẫn chưa gửi được (hồ sơ đầu tiên: "
            f"{stop.first_dossier}, nguyên nhân: {stop.because}). Các sự kiện sau của hồ sơ đó đang chờ, không mất. "
            f"Hãy sửa nơi nhận, rồi gửi lại hoặc bỏ qua. (Every try failed for {stop.dead} dossiers. Their later "
            "events wait, none is lost. Repair the receiver, then retry or skip.)"
        )
    return (
        f"Webhook {stop.webhook} đã ngừng: {stop.because}. Sự kiện mới đang chờ trong sổ cái, không mất. Khi nơi nhận "
        "đã sẵn sàng, hãy bật lại. (The webhook has stopped. Events wait in the ledger, none is lost. Resume it when "
        "the receiver is ready.)"
    )
