"""Text messages under a registered name (brandname), through an HTTP gateway.

The contract is ours: providers publish theirs to customers only. What they share is in it: a template that was
registered, the number as 84…, the alphabet and the parts that are charged, and a key that is done once.
"""

from __future__ import annotations

from typing import Any

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import ANOTHERS_REPLY, UNREACHABLE_HERE, NoticeSent, TextMessage
from activities.adapters.response_parsing import json_request, successful
from activities.adapters.verdict import Verdict
from domain.channels.text_messages import length_of
from domain.values import Code, Instant, Value


class _Accepted(Value):
    key: Code | None = None
    """Of the message that was taken, where the gateway names it: the reply to another message is no reply."""
    message_id: Code
    accepted_at: Instant


class Sms:
    """The SMS gateway's adapter."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def send(self, message: TextMessage) -> NoticeSent:
        """Sends a text message once for its key. Raises OutsideError; `no_way_to_person…`: another channel may do."""
        terms = self.connection.address.sms
        length = length_of(message.text)
        body: dict[str, Any] = {
            **message.model_dump(mode="json"), "brandname": terms.brandname,
            "unicode": length.unicode, "parts": length.parts,
        }  # fmt: skip
        request = json_request("send", terms.path, body, key=message.key)
        try:
            accepted = await self.connection.exchange(request, successful(self.connection, "send", _Accepted))
        except OutsideError as error:
            raise _judged(self.connection, error) from None
        if accepted.key not in (None, message.key):
            raise self.connection.error(OutsideCode.BAD_REPLY, "send", reason=ANOTHERS_REPLY)
        return NoticeSent(message_id=accepted.message_id, accepted_at=accepted.accepted_at)


def _judged(connection: Connection, error: OutsideError) -> OutsideError:
    """The error, with what it means for the notice: another channel, or a person."""
    code = error.reason.removeprefix("error_")
    if code in connection.address.sms.unreachable:
        reason = f"{UNREACHABLE_HERE}.{code}"
        return connection.error(OutsideCode.REFUSED, error.operation, reason=reason, verdict=Verdict.REFUSED)
    return error
