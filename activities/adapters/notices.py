"""Notices to people by text message or e-mail.

We send a reference; the gateway knows the person's number or address.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict, Field

from activities.adapters.http import Connection
from activities.adapters.response_parsing import json_request, successful
from domain.values import Code, Instant, Strict, Text, Value


class NoticeChannel(StrEnum):
    """How the person is reached."""

    SMS = "sms"
    EMAIL = "email"


class Notice(Strict):
    """One notice. It is sent once for each key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    key: Code
    channel: NoticeChannel
    template: Code
    recipient: Code
    """A reference that the gateway resolves to a number or an address."""
    text: Text = Field(repr=False)


class NoticeSent(Value):
    """The gateway has accepted the notice."""

    message_id: Code
    accepted_at: Instant


class Notices:
    """The notice gateway's adapter."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def send(self, request: Notice) -> NoticeSent:
        """Sends a notice to the gateway."""
        outgoing = json_request("send", "/messages", request.model_dump(mode="json"), key=request.key)
        return await self._connection.exchange(outgoing, successful(self._connection, "send", NoticeSent))
