"""Puts one notice into the form of a channel and hands it to the channel's adapter."""

from __future__ import annotations

from typing import assert_never

from activities.adapters.errors import KEY_REUSED, OutsideError
from activities.adapters.notice_channels import NoticeChannels
from activities.adapters.notice_requests import Email, NoticeSent, TextMessage, ZaloMessage
from activities.ledger.notices import WaitingNotice
from activities.ledger.opt_outs import OptOuts
from domain.channels.notice_channel import NoticeChannel
from domain.channels.templates import NoticeTemplate
from domain.channels.text_messages import in_three_parts
from domain.text.printable import printable
from domain.values import normalised

OPT_OUT_PATH = "/v1/notices/opt-out"
SOMEBODY = "Ông/Bà"
"""How a person is addressed whose name is not known."""


class NoticePost:
    """Sends notices. `public_url`: where people reach the API, for the link that opts out; None: e-mails have none."""

    def __init__(self, channels: NoticeChannels, opt_outs: OptOuts, public_url: str | None = None) -> None:
        self.channels = channels
        self._opt_outs = opt_outs
        self._public_url = None if public_url is None else public_url.rstrip("/")

    async def send(self, notice: WaitingNotice, template: NoticeTemplate, contact: str, name: str | None) -> NoticeSent:
        """Sends a notice by its channel, under its key. Raises OutsideError; LookupError if the channel is not open.

        After a restore a gateway may know the key from an event that was lost. If that notice was the same, it takes
        this one for a repetition; if it was another, it refuses, and this one is sent under a key of its own.
        """
        try:
            return await self._send(notice, template, contact, name)
        except OutsideError as refused:
            if refused.reason != KEY_REUSED or not notice.span:
                raise
        of_its_own = notice.model_copy(update={"key": notice.key_of_its_own, "span": 0})
        return await self._send(of_its_own, template, contact, name)

    async def _send(
        self, notice: WaitingNotice, template: NoticeTemplate, contact: str, name: str | None
    ) -> NoticeSent:
        person = printable(normalised(name)) if name else ""
        text = template.text_of(notice.facts)
        match notice.channel:
            case NoticeChannel.SMS:
                code = template.sms_template or notice.kind.value
                message = TextMessage(key=notice.key, template=code, phone=contact, text=in_three_parts(text))
                return await self.channels.sms.send(message)
            case NoticeChannel.ZALO:
                if template.zalo_template is None:  # the province's file has taken it back
                    raise LookupError(f"no template of {notice.kind} for Zalo")
                parameters = template.for_zalo(notice.facts, person or SOMEBODY)
                return await self.channels.zalo.send(
                    ZaloMessage(key=notice.key, template=template.zalo_template, phone=contact, parameters=parameters)
                )
            case NoticeChannel.EMAIL:
                email = Email(
                    key=notice.key_of_its_own,
                    to=contact,
                    name=person,
                    subject=template.subject_of(notice.facts),
                    text=text,
                    at=notice.made_at,
                    opt_out_url=None if template.mandatory else await self._opt_out_url(contact),
                )
                return await self.channels.email.send(email)
            case _:
                assert_never(notice.channel)

    async def _opt_out_url(self, contact: str) -> str | None:
        if self._public_url is None:
            return None
        token = await self._opt_outs.link_token(NoticeChannel.EMAIL, contact)
        return f"{self._public_url}{OPT_OUT_PATH}?token={token}"
