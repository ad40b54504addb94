"""The HTTP server, with limits on the time for a request's head and for reading an answer, and on the number of
connections.

uvicorn limits neither (its `limit_concurrency` refuses good requests because of idle connections), so this module
extends its protocol class.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import cast

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from domain.machine_errors import machine_says
from gateway.api.messages import RequestRefusal
from gateway.api.problems import MEDIA_TYPE, problem_of
from gateway.api.refusals import BadRequest
from workers.errors import SettingsError
from workers.messages import SettingsRefusal

HEAD_SECONDS = 5.0
"""Seconds from the opening of a connection, or from the end of the last answer, to the end of a request's head."""
READ_SECONDS = 60.0
"""Seconds within which a caller reads what was sent, when more waits than the system takes. Then it is cut off."""
HEAD_BYTES = 16_384
MOST_CONNECTIONS = 512
"""Fewer than the usual limit of open files (1,024). One more connection closes the one that has waited longest."""
STOP_SECONDS = 10


class Bounded(H11Protocol):
    """One connection. It is closed when the head of a request does not arrive in time, or an answer is not read."""

    most_connections = MOST_CONNECTIONS
    head_seconds = HEAD_SECONDS
    read_seconds = READ_SECONDS
    _head_due: asyncio.TimerHandle | None = None
    _read_due: asyncio.TimerHandle | None = None
    _opened = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Makes room for the new connection, and starts the timer of its first request."""
        super().connection_made(transport)
        # asyncio does it only for sockets that were made with the protocol's number. Without it the body of an answer
        # waits until the caller has acknowledged the head.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._opened = self.loop.time()
        if len(self.connections) > self.most_connections:
            self._make_room()
        self._set_timer()

    def data_received(self, data: bytes) -> None:
        """Reads some bytes. When they complete the head, the timer stops."""
        super().data_received(data)
        self._set_timer()

    def on_response_complete(self) -> None:
        """Starts the timer of the next request, after an answer was sent."""
        super().on_response_complete()
        self._stop_timer()
        self._set_timer()

    def send_400_response(self, msg: str) -> None:
        """Answers what breaks the protocol with a problem, as every other error."""
        problem = problem_of(BadRequest(RequestRefusal.REQUEST_UNREADABLE), "/", "vi")
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store"), (b"connection", b"close")]
        body = problem.model_dump_json().encode()
        for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timers."""
        self._stop_timer()
        self._stop_read_timer()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Starts the timer of a caller who does not read what was sent."""
        super().pause_writing()
        if self._read_due is None:
            self._read_due = self.loop.call_later(self.read_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Stops the timer: the caller has read."""
        self._stop_read_timer()
        super().resume_writing()

    @property
    def waits(self) -> bool:
        """Whether the next step is the caller's: it has to send a request or the rest of one, or to read an answer."""
        return self._read_due is not None or self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def _set_timer(self) -> None:
        if self.conn.their_state is not h11.IDLE or self.transport.is_closing():
            self._stop_timer()
        elif self._head_due is None:
            self._head_due = self.loop.call_later(self.head_seconds, self.transport.abort)

    def _stop_timer(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _stop_read_timer(self) -> None:
        if self._read_due is not None:
            self._read_due.cancel()
            self._read_due = None

    def _make_room(self) -> None:
        """Closes the oldest connection that waits for its caller. Callers who send whole requests are not affected."""
        others = [cast("Bounded", other) for other in self.connections if other is not self]
        waiting = [other for other in others if other.waits and not other.transport.is_closing()]
        oldest = min(waiting, key=lambda other: other._opened, default=self)
        self.connections.discard(oldest)
        oldest.transport.abort()


def listening(host: str, port: int) -> socket.socket:
    """A listening socket. Port 0 takes a free port. Raises SettingsError `port_unavailable`."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as problem:
        raise SettingsError(
            SettingsRefusal.PORT_UNAVAILABLE, host=host, port=port, problem=machine_says(problem)
        ) from None


class StoppingServer(uvicorn.Server):
    """A server that says when it stops, before it waits for its connections: a live stream does not end by itself."""

    def __init__(self, config: uvicorn.Config, on_stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_stop = on_stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams, and then as any server."""
        self._on_stop()
        await super().shutdown(sockets)


def _nothing_to_end() -> None:
    """For an application without streams."""


def server_of(
    application: ASGIApp,
    *,
    most_connections: int = MOST_CONNECTIONS,
    head_seconds: float = HEAD_SECONDS,
    read_seconds: float = READ_SECONDS,
    on_stop: Callable[[], None] = _nothing_to_end,
    trusted_proxies: str = "127.0.0.1",
) -> uvicorn.Server:
    """A server with the limits of this module. `on_stop` ends the application's streams.

    `trusted_proxies`: the addresses and networks whose X-Forwarded-For names the caller's address, with commas.
    """

    class OfThisServer(Bounded):
        pass

    OfThisServer.most_connections = most_connections
    OfThisServer.head_seconds = head_seconds
    OfThisServer.read_seconds = read_seconds
    configuration = uvicorn.Config(
        application,
        http=OfThisServer,
        ws="none",  # a connection that is taken over for a WebSocket would be without the limits of this module
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=STOP_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=trusted_proxies,
    )
    return StoppingServer(configuration, on_stop)
