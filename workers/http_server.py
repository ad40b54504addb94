"""The server of our HTTP side: no connection is waited for without end, and there are only so many.

uvicorn bounds neither the time for a request's head nor the number of connections (its `limit_concurrency` refuses good
requests because of idle ones), so its protocol is given both here.
"""

from __future__ import annotations

import asyncio
import socket
from typing import cast

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from domain.machine_errors import machine_says
from workers.errors import SettingsError

HEAD_SECONDS = 5.0
"""From the opening of a connection, or the end of the answer before, to the end of a request's head."""
HEAD_BYTES = 16_384
MOST_CONNECTIONS = 512
"""Below what a process may usually hold open (1,024 files). One more, and the one that has us wait longest goes."""
STOP_SECONDS = 10


class Bounded(H11Protocol):
    """One connection. It waits for its caller as long as a request, or its body, is not complete."""

    most_connections = MOST_CONNECTIONS
    _head_due: asyncio.TimerHandle | None = None
    _opened = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A new connection: makes room for it, and begins to wait."""
        super().connection_made(transport)
        self._opened = self.loop.time()
        if len(self.connections) > self.most_connections:
            self._make_room()
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Some bytes: they may end the head, and with it the wait."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """An answer was sent: the wait for the next head begins anew."""
        super().on_response_complete()
        self._forget()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        self._forget()
        super().connection_lost(exc)

    @property
    def waits(self) -> bool:
        """Whether its caller has something to send before we have something to do."""
        return self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._forget()
        elif self._head_due is None:
            self._head_due = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _forget(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _make_room(self) -> None:
        """A caller who sends a whole request never has us wait; so the oldest that waits is no good one."""
        others = [cast("Bounded", other) for other in self.connections if other is not self]
        waiting = [other for other in others if other.waits and not other.transport.is_closing()]
        oldest = min(waiting, key=lambda other: other._opened, default=self)
        self.connections.discard(oldest)
        oldest.transport.abort()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises SettingsError `port_unavailable`."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as problem:
        raise SettingsError("port_unavailable", host=host, port=port, problem=machine_says(problem)) from None


def server_of(application: ASGIApp, *, most_connections: int = MOST_CONNECTIONS) -> uvicorn.Server:
    """A server that is patient with nobody."""

    class OfThisServer(Bounded):
        pass

    OfThisServer.most_connections = most_connections
    configuration = uvicorn.Config(
        application,
        http=OfThisServer,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=STOP_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
    )
    return uvicorn.Server(configuration)
