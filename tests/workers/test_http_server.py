"""Tests of the HTTP server: an answer is sent at once."""

from __future__ import annotations

import socket

import httpx2
from starlette.responses import PlainTextResponse

from tests.support.plain_http import NO_TLS
from tests.support.serving import serving


async def test_an_answer_is_not_held_back() -> None:
    """No part of an answer waits for the caller's acknowledgement of the part before: that takes 40 ms a request."""
    async with serving(PlainTextResponse("ok")) as served, httpx2.AsyncClient(trust_env=False, verify=NO_TLS) as http:
        assert (await http.get(served.url)).text == "ok"
        (connection,) = served.server.server_state.connections
        assert connection.transport is not None
        accepted = connection.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
