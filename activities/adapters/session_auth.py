"""Systems with a log-in: POST auth returns a session, every service call sends it, and it expires."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import StringConstraints

from activities.adapters.errors import OutsideError
from activities.adapters.http import Connection
from activities.adapters.response_parsing import json_object, json_request, successful, without_error
from domain.values import Value


class _LoggedIn(Value):
    session: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,4096}$")]


class SessionedService:
    """Makes calls of `{session, madonvi, service, …}`.

    After an expired session it logs in again and repeats the call once; the first call had no effect.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._session: str | None = None
        self._version = 0
        self._one_log_in = asyncio.Lock()

    async def call(
        self, service: str, fields: Mapping[str, Any], *, key: str | None = None, once: bool = False
    ) -> dict[str, Any]:
        """The fields of the reply. Raises OutsideError, also for an error code inside an HTTP 200.

        `once`: as `Outgoing.once`.
        """
        session = await self._logged_in(expired=None)
        body = await self._post(service, fields, session, key, once=once)
        if str(body.get("error_code")) in self.connection.address.envelope.session_expired:
            session = await self._logged_in(expired=session)
            body = await self._post(service, fields, session, key, once=once)
        return without_error(self.connection, service, body)

    async def _post(
        self, service: str, fields: Mapping[str, Any], session: str, key: str | None, *, once: bool
    ) -> dict[str, Any]:
        address = self.connection.address
        content = {"session": session, "madonvi": address.unit, "service": service, **fields}
        request = json_request(service, address.envelope.service_path, content, key=key, once=once)
        return await self.connection.exchange(request, json_object(self.connection, service))

    async def _logged_in(self, expired: str | None) -> str:
        async with self._one_log_in:
            if self._session is None or self._session == expired or self._version != self.connection.version:
                self._version = self.connection.version  # a session of other credentials, or of another server, ends
                self._session = None
                self._session = await self._log_in()
            return self._session

    async def _log_in(self) -> str:
        address = self.connection.address
        body = {"username": address.username, "password": address.password.get_secret_value()}
        request = json_request("auth", address.envelope.auth_path, body)
        try:
            return (await self.connection.exchange(request, successful(self.connection, "auth", _LoggedIn))).session
        except OutsideError as refused:  # the message is not wrong: it can be sent after the next log-in
            after = refused.retry_after
            raise self.connection.error(refused.code, "auth", reason=refused.reason, after=after) from None
