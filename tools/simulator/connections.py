"""The connection below a request, for faults that HTTP has no words for: reset, closed in the middle, half-closed."""

from __future__ import annotations

import asyncio
import socket
import struct
from enum import StrEnum

from fastapi import Request, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

_TRANSPORT = "transport"


class Ending(StrEnum):
    """How a connection ends after the bytes that were written."""

    CLOSED = "closed"
    """FIN: no more comes, and nothing is read any more."""
    RESET = "reset"
    """RST: the connection is forgotten at once."""
    HALF_CLOSED = "half_closed"
    """FIN of our side only; the other side could still write."""
    OPEN = "open"
    """Nothing happens any more."""


class ReachableProtocol(H11Protocol):
    """uvicorn's protocol; each request can reach its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keeps the transport where `ended` finds it."""
        self.app_state = {**self.app_state, _TRANSPORT: transport}
        super().connection_made(transport)


async def ended(request: Request, written: bytes, ending: Ending) -> Response:
    """Writes these bytes below HTTP, ends the connection so, and waits until it is gone. The response goes nowhere."""
    transport: asyncio.Transport = request.scope["state"][_TRANSPORT]
    if written:
        transport.write(written)
    match ending:
        case Ending.CLOSED:
            transport.close()
        case Ending.RESET:
            reset(transport)
        case Ending.HALF_CLOSED:
            transport.write_eof()
        case Ending.OPEN:
            pass
    await request.receive()  # until the connection is gone, or the simulator is stopped
    return Response(status_code=504)


def reset(transport: asyncio.Transport) -> None:
    """Ends a connection with RST: a socket that lingers for no time is not closed in order."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
