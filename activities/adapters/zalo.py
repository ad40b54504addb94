"""Messages in Zalo by approved templates, as its notification service (ZNS) takes them: number, template, parameters.

From its public pages: the reply has `error` (0: taken) and its codes; an access token expires and is then renewed.
Ours: the token is asked for by application and secret at the province's gateway, which keeps Zalo's own refresh token
(it changes at each use, so it must live in one place), does the same `tracking_id` once, and names it in its reply.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import StringConstraints

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection, Reply
from activities.adapters.messages import OutsideCode
from activities.adapters.notice_requests import ANOTHERS_REPLY, UNREACHABLE_HERE, NoticeSent, ZaloMessage
from activities.adapters.response_parsing import json_object, json_request, shaped, successful
from activities.adapters.verdict import Verdict
from domain.values import Code, Value


class _Token(Value):
    access_token: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,4096}$")]


class _Data(Value):
    tracking_id: Code
    """Of the message that was taken: the reply to another message is no reply."""
    msg_id: Code


class Zalo:
    """The adapter of the Zalo gateway. After an expired token it renews it and sends the message once more."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._token: str | None = None
        self._one_renewal = asyncio.Lock()

    async def send(self, message: ZaloMessage) -> NoticeSent:
        """Sends a message once for its key. Raises OutsideError; `no_way_to_person…`: another channel may do."""
        token = await self._valid(expired=None)
        taken = await self._post(message, token)
        if taken is None:
            taken = await self._post(message, await self._valid(expired=token))
        if taken is None:  # a new token that is not valid: our credentials concern every message
            raise self.connection.error(OutsideCode.UNAVAILABLE, "send", reason="http_401")
        return taken

    async def _post(self, message: ZaloMessage, token: str) -> NoticeSent | None:
        """What Zalo took; None when it says that the access token is not valid any more, and did nothing."""
        body: dict[str, Any] = {
            "phone": message.phone, "template_id": message.template, "template_data": message.parameters,
            "tracking_id": message.key,
        }  # fmt: skip
        path, headers = self.connection.address.zalo.path, {"access_token": token}
        request = json_request("send", path, body, key=message.key, headers=headers)
        return await self.connection.exchange(request, self._read(message.key))

    def _read(self, key: str) -> Callable[[Reply], NoticeSent | None]:
        read_object = json_object(self.connection, "send")

        def read(reply: Reply) -> NoticeSent | None:
            body = read_object(reply)
            if type(body.get("error")) is not int:
                raise self.connection.error(OutsideCode.BAD_REPLY, "send", reason="no_error_code")
            if str(body["error"]) in self.connection.address.zalo.token_expired:
                return None
            self._raise_for(str(body["error"]))
            taken = shaped(self.connection, "send", _Data, body.get("data"))
            if taken.tracking_id != key:
                raise self.connection.error(OutsideCode.BAD_REPLY, "send", reason=ANOTHERS_REPLY)
            return NoticeSent(message_id=taken.msg_id)

        return read

    def _raise_for(self, code: str) -> None:
        terms, connection = self.connection.address.zalo, self.connection
        if code == "0":
            return
        if code in terms.unreachable:
            reason, verdict = f"{UNREACHABLE_HERE}.{code}", Verdict.REFUSED
        elif code in terms.refused:
            reason, verdict = f"error_{code}", Verdict.NEEDS_PERSON
        else:
            reason, verdict = f"error_{code}", Verdict.RETRY
        unknown = verdict is Verdict.RETRY and code not in terms.passing
        raise connection.error(OutsideCode.REFUSED, "send", reason=reason, verdict=verdict, unknown=unknown)

    async def _valid(self, expired: str | None) -> str:
        async with self._one_renewal:
            if self._token is None or self._token == expired:
                self._token = await self._renewed()
            return self._token

    async def _renewed(self) -> str:
        address = self.connection.address
        body = {"app_id": address.username, "secret_key": address.password.get_secret_value()}
        request = json_request("token", address.zalo.token_path, body)
        try:
            return (await self.connection.exchange(request, successful(self.connection, "token", _Token))).access_token
        except OutsideError as refused:
            if refused.code in (OutsideCode.BREAKER_OPEN, OutsideCode.SYSTEM_HELD):
                raise
            after = refused.retry_after
            raise self.connection.error(OutsideCode.UNAVAILABLE, "token", reason="http_401", after=after) from None
