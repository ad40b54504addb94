"""Systems that want a log-in first: POST auth gives a session, every service call carries it, and it expires."""

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
    """Calls of `{session, madonvi, service, …}`. An expired session is renewed once: such a call had no effect."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._session: str | None = None
        self._one_log_in = asyncio.Lock()

    async def call(self, service: str, fields: Mapping[str, Any], *, key: str | None = None) -> dict[str, Any]:
        """The reply's fields. Raises OutsideError, also for an error inside an HTTP 200."""
        session = await self._logged_in(instead_of=None)
        body = await self._asked(service, fields, session, key)
        if str(body.get("error_code")) in self.connection.address.envelope.session_expired:
            session = await self._logged_in(instead_of=session)
            body = await self._asked(service, fields, session, key)
        return without_error(self.connection, service, body)

    async def _asked(self, service: str, fields: Mapping[str, Any], session: str, key: str | None) -> dict[str, Any]:
        address = self.connection.address
        content = {"session": session, "madonvi": address.unit, "service": service, **fields}
        request = json_request(service, address.envelope.service_path, content, key=key)
        return await self.connection.exchange(request, json_object(self.connection, service))

    async def _logged_in(self, instead_of: str | None) -> str:
        async with self._one_log_in:
            if self._session is None or self._session == instead_of:
                self._session = await self._log_in()
            return self._session

    async def _log_in(self) -> str:
        address = self.connection.address
        body = {"username": address.username, "password": address.password.get_secret_value()}
        request = json_request("auth", address.envelope.auth_path, body)
        try:
            return (await self.connection.exchange(request, successful(self.connection, "auth", _LoggedIn))).session
        except OutsideError as refused:  # no message is at fault: each can be sent once we are let in
            raise self.connection.error(refused.code, "auth", reason=refused.reason) from None
