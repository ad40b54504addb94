"""The channels of notices that a province has. Each is an outside system with its own connection and breaker."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import TypeVar

from activities.adapters.email import EmailSender
from activities.adapters.http import Connection
from activities.adapters.sms import Sms
from activities.adapters.zalo import Zalo
from domain.channels.notice_channel import NoticeChannel
from domain.outside_systems import System

Adapter = TypeVar("Adapter")


class NoticeChannels:
    """The adapters of the channels. Asking for one that the province has no address of raises LookupError."""

    def __init__(self, email: EmailSender | None, sms: Sms | None, zalo: Zalo | None) -> None:
        self._email = email
        self._sms = sms
        self._zalo = zalo

    @classmethod
    def over(cls, connections: Mapping[System, Connection], tls: ssl.SSLContext | None = None) -> NoticeChannels:
        """The channels that have a connection. `tls`: the authorities that vouch for the mail server."""
        mail, text, zalo = (connections.get(one) for one in (System.EMAIL, System.SMS, System.ZALO))
        return cls(
            None if mail is None else EmailSender(mail, tls),
            None if text is None else Sms(text),
            None if zalo is None else Zalo(zalo),
        )

    def open(self) -> frozenset[NoticeChannel]:
        """The channels that the province has."""
        found = {NoticeChannel.EMAIL: self._email, NoticeChannel.SMS: self._sms, NoticeChannel.ZALO: self._zalo}
        return frozenset(channel for channel, adapter in found.items() if adapter is not None)

    @property
    def email(self) -> EmailSender:
        """The mail server's adapter."""
        return _present(self._email, NoticeChannel.EMAIL)

    @property
    def sms(self) -> Sms:
        """The SMS gateway's adapter."""
        return _present(self._sms, NoticeChannel.SMS)

    @property
    def zalo(self) -> Zalo:
        """The Zalo gateway's adapter."""
        return _present(self._zalo, NoticeChannel.ZALO)


def _present(adapter: Adapter | None, channel: NoticeChannel) -> Adapter:
    if adapter is None:
        raise LookupError(f"the province has no address of {channel}")
    return adapter
